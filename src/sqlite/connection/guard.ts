import { copyFileSync, statSync, truncateSync, type BigIntStats } from "node:fs";
import { Failure } from "../../error.ts";
import { servingLock } from "./serving.ts";
import type { Stamp } from "./stamp.ts";

/**
 * Notices that the file of an open database, or a file that SQLite puts beside it, was deleted, replaced or
 * overwritten: later writes would be lost with the process. The newest transactions are only in the file `-wal`
 * (https://www.sqlite.org/walformat.html), which SQLite deletes only with its last connection.
 */
export interface Guard {
  /** @throws Failure `database-unreachable` if it was, or if the folder can't be read */
  check(): void;
  /** Called within each transaction. */
  renew(): void;
  /** Resolves when it was; never otherwise. */
  readonly lost: Promise<Failure>;
  /** Nothing is to be written to the database anymore. */
  readonly lose: (failure: Failure) => void;
  /** From here on, a check fails and nothing is looked at. */
  stop(): void;
}

/** The interval of checks without writes, in milliseconds. */
const LOOK = 1_000;

/**
 * @param file must exist now, with the files beside it that are to be watched
 * @param stamp null: nobody serves from it, so that it is not known whether it was overwritten
 */
export function guardFile(file: string, stamp: Stamp | null = null): Guard {
  const lock = servingLock(file);
  // Without the lock file another process may serve, whose stamp in the header must not pass for a copy over the file.
  const watched = [...(stamp === null ? [] : [lock]), file, `${file}-wal`, `${file}-shm`].flatMap((path) => {
    const found = lookAt(path);
    return found === undefined ? [] : [{ path, dev: found.dev, ino: found.ino }];
  });
  const { promise: lost, resolve } = Promise.withResolvers<Failure>();
  let failure: Failure | null = null;
  let mayBeServed = false;

  function look(): void {
    if (failure !== null) return;
    for (const { path, dev, ino } of watched) {
      const now = lookAt(path);
      const emptied = path === file && now?.size === 0n;
      if (now?.dev === dev && now.ino === ino && !emptied) continue;
      mayBeServed = path === lock;
      const name =
        path === file
          ? "the database file"
          : `the ${mayBeServed ? "lock" : "database's"} file *${path.slice(file.length)}`;
      return gone(name, now === undefined ? "deleted" : emptied ? "emptied" : "replaced");
    }
    if (stamp === null || stamp.isThere()) return;
    setLogAside(file);
    gone("the database file", "overwritten");
  }

  function gone(name: string, how: string): void {
    lose(
      new Failure(
        "database-unreachable",
        `${name} was ${how} while it was open: stop whatever does that, restore the last backup where records are ` +
          "missing, and start again",
      ),
    );
  }

  function lose(why: Failure): void {
    failure = why;
    resolve(why);
  }

  const timer = setInterval(() => {
    try {
      look();
    } catch {
      // If the folder can't be read for a moment, the file may still be there.
    }
  }, LOOK).unref();

  return {
    lost,
    lose,
    check: () => {
      look();
      if (failure !== null) throw failure;
    },
    renew: () => stamp?.renew(),
    stop: () => {
      clearInterval(timer);
      // A copy over the file empties it first, and may have been written since.
      if (failure !== null && !mayBeServed && stamp?.isThere() === false) setLogAside(file);
      // The next process may serve from here on, and the stamp's descriptor belongs to another file after it was closed.
      failure ??= new Failure("database-unreachable", "the database was closed");
    },
  };
}

/**
 * The newest transactions belong to what was overwritten. SQLite would mix them into the new bytes when the connection
 * is closed, and at the next start.
 */
function setLogAside(file: string): void {
  const log = `${file}-wal`;
  try {
    if (statSync(file).size === 0 || statSync(log).size === 0) return;
  } catch {
    // One of them was deleted as well.
    return;
  }
  try {
    copyFileSync(log, `${file}.before-overwrite-wal`);
  } catch {
    // The disk may be full. Without what was overwritten, hardly anything can be read from it.
  }
  try {
    truncateSync(log);
  } catch {
    // The operator learns in any case that the file was overwritten.
  }
}

/** @returns undefined if there is no such file */
function lookAt(path: string): BigIntStats | undefined {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false });
  } catch {
    // The system's message contains the path.
    throw new Failure(
      "database-unreachable",
      "the folder of the database can't be read: check its permissions and its disk",
    );
  }
}
