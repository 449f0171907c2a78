import { statSync, type BigIntStats } from "node:fs";
import { Failure } from "../../error.ts";

/**
 * Notices that the file of an open database, or a file that SQLite puts beside it, was deleted or replaced: later
 * writes would be lost with the process. The newest transactions are only in the file `-wal`
 * (https://www.sqlite.org/walformat.html), which SQLite deletes only with its last connection.
 */
export interface Guard {
  /** @throws Failure `database-unreachable` if it was, or if the folder can't be read */
  check(): void;
  /** Resolves when it was deleted or replaced; never otherwise. */
  readonly lost: Promise<Failure>;
  stop(): void;
}

/** The interval of checks without writes, in milliseconds. */
const LOOK = 1_000;

/** @param file must exist now, with the files beside it that are to be watched */
export function guardFile(file: string): Guard {
  const watched = ["", "-wal", "-shm"].flatMap((suffix) => {
    const found = lookAt(`${file}${suffix}`);
    if (found === undefined) return [];
    const name = suffix === "" ? "the database file" : `the database's file *${suffix}`;
    return [{ path: `${file}${suffix}`, name, dev: found.dev, ino: found.ino }];
  });
  const { promise: lost, resolve } = Promise.withResolvers<Failure>();
  let failure: Failure | null = null;

  function look(): void {
    if (failure !== null) return;
    for (const { path, name, dev, ino } of watched) {
      const now = lookAt(path);
      const emptied = path === file && now?.size === 0n;
      if (now?.dev === dev && now.ino === ino && !emptied) continue;
      const how = now === undefined ? "deleted" : emptied ? "emptied" : "replaced";
      failure = new Failure(
        "database-unreachable",
        `${name} was ${how} while it was open: stop whatever does that, restore the last backup where records are ` +
          "missing, and start again",
      );
      resolve(failure);
      return;
    }
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
    check: () => {
      look();
      if (failure !== null) throw failure;
    },
    stop: () => clearInterval(timer),
  };
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
