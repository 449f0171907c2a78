/**
 * Copies every row into fresh pages, so that no unused part of a page holds an old row. For hundreds of megabytes this
 * takes seconds, so it runs in a thread of its own: the bot must answer meanwhile.
 */
import { once } from "node:events";
import { statSync } from "node:fs";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { explain } from "../connection/failure.ts";
import { patiently } from "../connection/writer.ts";
import { descriptorOf, holdsTrace, type Trace } from "./residue.ts";

export interface ScrubOrder {
  readonly file: string;
  /** The bytes that no file may contain; the database is rewritten only if one does. Null: it is rewritten. */
  readonly traces: readonly Trace[] | null;
  /** An open descriptor of the file; a thread that opened one would close it at its end. */
  readonly descriptor?: number;
}

/** The answer of the thread. */
export type Scrubbed = { readonly rewritten: boolean } | { readonly code: string; readonly message: string };

/** Up to this size, in bytes, it takes some milliseconds, less than a thread takes to start. */
const SMALL = 4e6;
const LOCK_WAIT = 5;
// TypeScript in a checkout, JavaScript in the package.
const THREAD = new URL(`scrub-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * @param small up to which size, in bytes, no thread is started
 * @returns whether the database was rewritten
 * @throws Failure `database-unreachable` if somebody holds the database for too long, or the disk is full
 */
export async function scrub(order: ScrubOrder, small = SMALL): Promise<boolean> {
  if (statSync(order.file).size <= small) return patiently(() => scrubHere(order, LOCK_WAIT));
  const worker = new Worker(THREAD, { workerData: { ...order, descriptor: descriptorOf(order.file) } });
  const [scrubbed] = (await once(worker, "message")) as [Scrubbed];
  await worker.terminate();
  if ("rewritten" in scrubbed) return scrubbed.rewritten;
  throw explain(new Database.SqliteError(scrubbed.message, scrubbed.code));
}

/**
 * Rewrites the file on a separate connection.
 * @param lockWait how long to wait for another connection's lock, in milliseconds
 */
export function scrubHere({ file, traces, descriptor }: ScrubOrder, lockWait: number): boolean {
  if (traces !== null && !holdsTrace(file, traces, descriptor)) return false;
  const connection = new Database(file, { timeout: lockWait, fileMustExist: true });
  try {
    connection.pragma("secure_delete = ON");
    connection.pragma("temp_store = FILE");
    connection.exec("VACUUM");
    // The log holds the whole database now.
    connection.pragma("wal_checkpoint(TRUNCATE)");
    return true;
  } finally {
    connection.close();
  }
}
