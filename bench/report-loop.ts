/**
 * Loaded into a process before the program: twice a second it writes to standard error how long its event loop was
 * blocked at most since then, in milliseconds.
 */
import { monitorEventLoopDelay } from "node:perf_hooks";
import { isMainThread } from "node:worker_threads";

if (isMainThread) {
  const delay = monitorEventLoopDelay({ resolution: 5 });
  delay.enable();
  setInterval(() => {
    process.stderr.write(`loop ${(delay.max / 1e6).toFixed(1)}\n`);
    delay.reset();
  }, 500).unref();
}
