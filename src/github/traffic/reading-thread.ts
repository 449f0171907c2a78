/** The thread of `reading.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import type { Delivery } from "../../ports/host.ts";
import { readVerified } from "./delivery.ts";

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(readVerified(workerData as Delivery));
