/**
 * The contract of SQLite's engine, on engines that are emptied for each test. A change in what an engine does while it
 * opens is not noticed here: test/sqlite/queue.test.ts opens one for each test.
 */
import { engineContract } from "../test/ports/engine.contract.ts";
import { sharedStore } from "../test/sqlite/empty-engine.ts";

/** As in setup.ts, which vitest loads for itself. */
const NAMESPACE = "__stryker__";

engineContract("SQLite", async (now) => {
  const store = await unchanged(() => sharedStore(now));
  return { ...store, open: () => unchanged(() => store.open()) };
});

/** Acts without the change that has its turn: an engine that opens with one would keep it for the tests that follow. */
async function unchanged<T>(act: () => Promise<T>): Promise<T> {
  const toggle = (globalThis as Record<string, { activeMutant?: string } | undefined>)[NAMESPACE] ?? {};
  const { activeMutant } = toggle;
  delete toggle.activeMutant;
  try {
    return await act();
  } finally {
    if (activeMutant !== undefined) toggle.activeMutant = activeMutant;
  }
}
