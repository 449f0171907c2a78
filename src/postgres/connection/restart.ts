import { setTimeout } from "node:timers/promises";
import { explain, isRestarting } from "./failure.ts";

/** How long a starting process waits for a restarting server, in milliseconds. */
export const RESTART_PATIENCE = 15_000;
const PAUSE = 500;

/**
 * Repeats `work` while the server seems to restart.
 * @param patience for how long, in milliseconds
 * @param worthIt the failures after which it is repeated
 * @throws the last error of `work`, explained
 */
export async function whileItRestarts<T>(
  work: () => Promise<T>,
  patience: number,
  worthIt: (error: unknown) => boolean = isRestarting,
): Promise<T> {
  const until = performance.now() + patience;
  for (;;) {
    try {
      return await work();
    } catch (error) {
      const explained = explain(error);
      if (performance.now() + PAUSE > until || !worthIt(explained)) throw explained;
    }
    await setTimeout(PAUSE);
  }
}
