/** The thread of `reading.ts`. */
import { parentPort, workerData } from "node:worker_threads";
import { readDelivery } from "./delivery.ts";
import type { ReadingOrder } from "./reading.ts";

const { delivery, secret } = workerData as ReadingOrder;
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(readDelivery(delivery, secret));
