/** The thread of `checkpoint.ts`: opens the database, tells that it has, and moves the log when it is told to. */
import { parentPort, workerData } from "node:worker_threads";
import Database from "better-sqlite3";

const { file } = workerData as { readonly file: string };
const connection = new Database(file, { fileMustExist: true });
parentPort?.once("message", () => {
  try {
    connection.pragma("wal_checkpoint(PASSIVE)");
  } finally {
    connection.close();
  }
});
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's port has no origin
parentPort?.postMessage("open");
