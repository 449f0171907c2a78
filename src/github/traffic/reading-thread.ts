/** The thread of `reading.ts`. */
import { parentPort } from "node:worker_threads";
import type { Delivery } from "../../ports/host.ts";
import { readVerified } from "./delivery.ts";

parentPort?.on("message", (delivery: Delivery) => {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(readVerified(delivery));
});
