/** The work of {@link scrub}, in its thread. */
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import { scrubHere, type Scrubbed, type ScrubOrder } from "./scrub.ts";

/** How long to wait for another process's lock, in milliseconds. */
const PATIENCE = 30_000;

function answer(): Scrubbed {
  try {
    return { rewritten: scrubHere(workerData as ScrubOrder, PATIENCE) };
  } catch (error) {
    if (!(error instanceof Database.SqliteError)) throw error;
    // A thread passes an error on without its code.
    return { code: error.code, message: error.message };
  }
}

// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage(answer());
