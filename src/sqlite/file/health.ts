import { statfsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { explain } from "../connection/failure.ts";

/** The state of a database's file, read without a change. Sizes are in bytes. */
export interface FileHealth {
  /** Null: no damage. Otherwise SQLite's first complaint, which names pages and indexes, but no row. */
  readonly fault: string | null;
  readonly size: number;
  /** The part of `size` that no row uses. */
  readonly unused: number;
  /** The size of the write-ahead log; 0: it does not exist. */
  readonly log: number;
  /** The free space on the disk. */
  readonly diskFree: number;
}

/** @throws Failure `database-unreachable` */
export function examineFile(file: string): FileHealth {
  try {
    const connection = new Database(file, { fileMustExist: true, timeout: 10_000 });
    try {
      // quick_check skips a slow check: whether each index entry has its row (sqlite.org/pragma.html).
      const said = String(connection.pragma("quick_check(1)", { simple: true }));
      const page = Number(connection.pragma("page_size", { simple: true }));
      const unused = page * Number(connection.pragma("freelist_count", { simple: true }));
      const { bavail, bsize } = statfsSync(dirname(file));
      return {
        // A heading, "*** in database main ***", precedes the complaints.
        fault: said === "ok" ? null : (said.split("\n").find((line) => !line.startsWith("***")) ?? said),
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
