/**
 * Puts the commits of a bot that serves on the disk. With `synchronous=FULL`, SQLite does so within the commit, and while
 * another process writes hundreds of megabytes, this can take a third of a second, in which the process does nothing
 * else. So its connection commits with `NORMAL`, which leaves the log unsynced
 * (https://www.sqlite.org/pragma.html#pragma_synchronous), and the system's threads sync the log. Until they have, a
 * commit is neither acknowledged nor read.
 */
import { close, constants, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import { Failure } from "../../error.ts";
import type { Connection } from "./connect.ts";

export interface LogSync {
  /** From here on, a commit of this connection that is to be kept has to be followed by {@link sync}, at once. */
  takeOver(connection: Connection): void;
  /**
   * Begins to sync everything that was committed so far, by this process or another.
   * @throws Failure `database-unreachable` if it may never reach the disk
   */
  sync(): Promise<void>;
  /** What is not on the disk yet; null: nothing. Never rejects. */
  readonly pending: Promise<unknown> | null;
  close(): Promise<void>;
}

const syncFile = promisify(fdatasync);
const closeFile = promisify(close);

/**
 * @param file the database, which is open
 * @param broken called when the disk did not take the log. The system may forget what it could not write, so later
 *   commits would follow a gap: https://lwn.net/Articles/752063/
 */
export function openLogSync(file: string, broken: (failure: Failure) => void): LogSync {
  // To close it drops no lock: SQLite has none on the log.
  const descriptor = openSync(`${file}-wal`, constants.O_RDWR);
  let pending: Promise<unknown> | null = null;

  async function syncNow(): Promise<void> {
    try {
      await syncFile(descriptor);
    } catch (error) {
      const failure = new Failure(
        "database-unreachable",
        "the disk that holds the database did not keep what was written: check the disk, and start again",
        { cause: error },
      );
      broken(failure);
      throw failure;
    }
  }

  return {
    takeOver: (connection) => void connection.pragma("synchronous = NORMAL"),
    sync: () => {
      const done = syncNow();
      const all = Promise.allSettled([pending, done]).finally(() => {
        if (pending === all) pending = null;
      });
      pending = all;
      return done;
    },
    get pending() {
      return pending;
    },
    close: async () => {
      await pending;
      await closeFile(descriptor);
    },
  };
}

/** Where each commit reaches the disk by itself. */
export const SYNCED_BY_SQLITE: LogSync = {
  takeOver: () => {},
  sync: async () => {},
  pending: null,
  close: async () => {},
};
