import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { explain } from "../connection/failure.ts";

/** How a database's file is, as far as it shows without a change. Sizes are in bytes. */
export interface FileHealth {
  /** Null: whole. Otherwise SQLite's first complaint, which names pages and indexes, and no row. */
  readonly fault: string | null;
  readonly size: number;
  /** Of `size`, what no row uses. */
  readonly unused: number;
  /** The write-ahead log; 0: there is none. */
  readonly log: number;
  /** What is free on the disk. */
  readonly diskFree: number;
}

/** @throws Failure `database-unreachable` */
export function examineFile(file: string): FileHealth {
  try {
    const connection = new Database(file, { fileMustExist: true, timeout: 10_000 });
    try {
      // quick_check leaves out what takes long: whether each index entry has its row (sqlite.org/pragma.html).
      const said = String(connection.pragma("quick_check(1)", { simple: true }));
      const page = Number(connection.pragma("page_size", { simple: true }));
      const unused = page * Number(connection.pragma("freelist_count", { simple: true }));
      const { bavail, bsize } = statfsSync(dirname(file));
      return {
        fault: said === "ok" ? null : (said.split("\n")[0] ?? said),
        size: statSync(file).size,
        unused,
        log: statSync(`${file}-wal`, { throwIfNoEntry: false })?.size ?? 0,
        diskFree: bavail * bsize,
      };
    } finally {
      connection.close();
    }
  } catch (error) {
    throw explain(error);
  }
}
