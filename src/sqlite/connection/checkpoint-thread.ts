/**
 * The thread of `checkpoint.ts`: opens the database, tells that it has, moves the log when it is told to, and tells
 * whether all of it was moved.
 */
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";
import type { Order } from "./checkpoint.ts";

const { file, mode, begin } = workerData as Order;
/** Changes a row, so that there is something to commit. */
const BEGIN_LOG = `INSERT INTO instance (key, value) VALUES ('log', randomblob(8))
ON CONFLICT DO UPDATE SET value = excluded.value`;
// Nobody can write while it waits for who reads from the log.
const connection = new Database(file, { fileMustExist: true, timeout: 5 });

function tell(what: boolean | "open"): void {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
  parentPort?.postMessage(what);
}

/** Whoever writes to a log from its beginning waits for the disk. Done here, nobody else does. */
function beginLog(): void {
  try {
    connection.exec(BEGIN_LOG);
  } catch {
    // Somebody else was faster.
  }
}

parentPort?.once("message", () => {
  try {
    // This one takes long, and nobody waits for it.
    connection.pragma("wal_checkpoint(PASSIVE)");
    const [result] = connection.pragma(`wal_checkpoint(${mode})`) as { busy: number }[];
    const isMoved = result?.busy === 0;
    if (isMoved && begin) beginLog();
    tell(isMoved);
  } finally {
    connection.close();
  }
});
tell("open");
