/**
 * How much a fuzz test tries, and from where: `FUZZ_ROUNDS` and `FUZZ_SEED`. One seed always gives the same inputs, so
 * that a fault can be found again.
 */
import { hash } from "node:crypto";
import { Worker } from "node:worker_threads";
import { randomFrom } from "../../playground/random-from.ts";

export const ROUNDS = Number(process.env["FUZZ_ROUNDS"] ?? 250);
/** How long one test may take, in milliseconds. */
export const TIMEOUT = 120_000 + ROUNDS * 200;
const SEED = process.env["FUZZ_SEED"] ?? "0";

/** The bytes of a text that the watchdog tells. */
const TOLD = 65_536;

/** What the watchdog's thread reads. */
export interface Shared {
  /** How many texts have begun, and the bytes of the last. */
  readonly count: Int32Array;
  readonly told: Uint8Array;
}

/** Random numbers for one test. */
export function randomFor(test: string): () => number {
  return randomFrom(Number.parseInt(hash("sha256", `${SEED} ${test}`).slice(0, 8), 16));
}

export interface Watchdog {
  /** Tells that something begins, e.g. the text that a parser gets. */
  begins(what: string): void;
  stop(): Promise<void>;
}

/**
 * Ends the process, and prints what it was doing, if nothing new begins for a minute. A test's own time limit can't end
 * a loop that never returns to the event loop.
 */
export function startWatchdog(): Watchdog {
  const shared: Shared = {
    count: new Int32Array(new SharedArrayBuffer(8)),
    told: new Uint8Array(new SharedArrayBuffer(TOLD)),
  };
  const thread = new Worker(new URL("watchdog-thread.ts", import.meta.url), { workerData: shared });
  thread.unref();
  const encoder = new TextEncoder();
  return {
    begins: (what) => {
      Atomics.store(shared.count, 1, encoder.encodeInto(what, shared.told).written);
      Atomics.add(shared.count, 0, 1);
    },
    stop: async () => void (await thread.terminate()),
  };
}
