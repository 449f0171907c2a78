/**
 * The contract of SQLite's engine, on engines that are emptied for each test. A change in what an engine does while it
 * opens is not noticed here: test/sqlite/queue.test.ts opens one for each test.
 */
import type { Engine } from "../src/ports/engine.ts";
import { engineContract } from "../test/ports/engine.contract.ts";
import { sharedStore } from "../test/sqlite/empty-engine.ts";

/** As in setup.ts, which vitest loads for itself. */
const NAMESPACE = "__stryker__";

engineContract("SQLite", async (now) => {
  const store = await unchanged(() => sharedStore(now));
  const opened: Engine[] = [];
  return {
    ...store,
    open: async () => {
      const engine = await unchanged(() => store.open());
      opened.push(engine);
      return engine;
    },
    // A test that fails at the first of several writes leaves the others under way: they would be stored after the
    // tables are emptied for the next turn. A write ends after all earlier ones.
    remove: () => unchanged(async () => void (await Promise.allSettled(opened.map(settle)))),
  };
});

async function settle({ cursors }: Engine): Promise<void> {
  await cursors.move("settled", 0);
}

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
