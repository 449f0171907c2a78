/**
 * Reads a long delivery in a thread of its own: to decode and parse the 25 MB that GitHub may send takes a third of a
 * second, in which the bot would do nothing else.
 */
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Delivery, Receipt } from "../../ports/host.ts";
import { readVerified } from "./delivery.ts";

// TypeScript in a checkout, JavaScript in the package.
const THREAD = new URL(`reading-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * @param program what the thread runs
 * @returns what reads one delivery after another, so that only one takes the memory for what it holds
 */
export function openReading(program = THREAD): (verified: Delivery) => Promise<Receipt> {
  let last: Promise<unknown> = Promise.resolve();
  return (delivery) => {
    const receipt = last.then(() => readInThread(delivery, program));
    last = receipt.catch(() => {});
    return receipt;
  };
}

async function readInThread(delivery: Delivery, program: URL): Promise<Receipt> {
  try {
    const thread = new Worker(program, { workerData: delivery });
    const [receipt] = (await once(thread, "message")) as [Receipt];
    await thread.terminate();
    return receipt;
  } catch {
    // No thread can start, or its memory did not suffice.
    return readVerified(delivery);
  }
}
