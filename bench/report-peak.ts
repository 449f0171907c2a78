/** Loaded into a process before the program: writes the peak of its resident memory to descriptor 3 when it ends, in bytes. */
import { writeSync } from "node:fs";
import { isMainThread } from "node:worker_threads";

if (isMainThread)
  process.on("exit", () => {
    writeSync(3, String(process.resourceUsage().maxRSS * 1024));
  });
