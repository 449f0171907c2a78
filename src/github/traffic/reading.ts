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
 * @returns what reads one delivery after another, so that only one takes the memory for what it holds. Those that wait
 *   share the thread, because its start takes longer than most of them.
 */
export function openReading(program = THREAD): (verified: Delivery) => Promise<Receipt> {
  let last: Promise<unknown> = Promise.resolve();
  let waiting = 0;
  let thread: Worker | null = null;

  async function read(delivery: Delivery): Promise<Receipt> {
    try {
      thread ??= new Worker(program);
      const answered = once(thread, "message");
      // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
      thread.postMessage(delivery);
      const [receipt] = (await answered) as [Receipt];
      return receipt;
    } catch {
      // No thread can start, or its memory did not suffice.
      await end();
      return readVerified(delivery);
    }
  }

  async function end(): Promise<void> {
    const ended = thread;
    thread = null;
    await ended?.terminate();
  }

  async function readNext(delivery: Delivery, before: Promise<unknown>): Promise<Receipt> {
    await before;
    try {
      return await read(delivery);
    } finally {
      waiting -= 1;
      if (waiting === 0) await end();
    }
  }

  return (delivery) => {
    waiting += 1;
    const receipt = readNext(delivery, last);
    last = receipt.catch(() => {});
    return receipt;
  };
}
