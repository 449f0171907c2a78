/**
 * Puts the commits of a bot that serves on the disk. With `synchronous=FULL`, SQLite does so within the commit, and while
 * another process writes hundreds of megabytes, this can take a third of a second, in which the process does nothing
 * else. So its connection commits with `NORMAL`, which leaves the log unsynced
 * (https://www.sqlite.org/pragma.html#pragma_synchronous), and the system's threads sync the log. Until they have, a
 * commit is not acknowledged, and nobody learns what was read from it.
 */
import { close, constants, fdatasync, openSync } from "node:fs";
import { promisify } from "node:util";
import { Failure } from "../../error.ts";
import type { Connection } from "./connect.ts";

export interface LogSync {
  /**
   * From here on, a commit of this connection that is to be kept has to be followed by {@link sync}, at once, and it
   * leaves the log to the thread of `checkpoint.ts`.
   */
  takeOver(connection: Connection): void;
  /**
   * Resolves when everything that was committed so far, by this process or another, is on the disk.
   * @throws Failure `database-unreachable` if it may never be
   */
  sync(): Promise<void>;
  /** The same for what was followed by {@link sync}; null: all of it is on the disk. */
  readonly pending: Promise<void> | null;
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
  let running: Promise<void> | null = null;
  /** Begins when the running one has ended, and is for all commits until then. */
  let next: Promise<void> | null = null;
  /** Stays: the system tells each failure once, and later syncs succeed, though they follow a gap. */
  let failure: Failure | null = null;

  function begin(): Promise<void> {
    next = null;
    const begun = syncNow().finally(() => {
      if (running === begun) running = null;
    });
    running = begun;
    return begun;
  }

  async function syncNow(): Promise<void> {
    if (failure !== null) throw failure;
    try {
      await syncFile(descriptor);
    } catch (error) {
      failure ??= new Failure(
        "database-unreachable",
        "the disk that holds the database did not keep what was written: check the disk, and start again",
        { cause: error },
      );
      broken(failure);
    }
    // Another one may have failed meanwhile.
    if (failure !== null) throw failure;
  }

  return {
    takeOver: (connection) => {
      connection.pragma("synchronous = NORMAL");
      // To move the log waits for the disk, too.
      connection.pragma("wal_autocheckpoint = 0");
    },
    sync: () => {
      if (running === null) return begin();
      next ??= running.catch(() => {}).then(begin);
      return next;
    },
    get pending() {
      return next ?? running;
    },
    close: async () => {
      await (next ?? running)?.catch(() => {});
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
