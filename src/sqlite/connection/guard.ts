import { statSync } from "node:fs";
import { Failure } from "../../error.ts";

/** Notices that the file of an open database was deleted or replaced: later writes would be lost with the process. */
export interface Guard {
  /** @throws Failure `database-unreachable` if it was */
  check(): void;
  /** Resolves when it was deleted or replaced; never otherwise. */
  readonly lost: Promise<Failure>;
  stop(): void;
}

/** The interval of checks without writes, in milliseconds. */
const LOOK = 1_000;

/** @param file must exist now */
export function guardFile(file: string): Guard {
  const { dev, ino } = statSync(file, { bigint: true });
  const { promise: lost, resolve } = Promise.withResolvers<Failure>();
  let failure: Failure | null = null;

  function look(): void {
    if (failure !== null) return;
    const now = statSync(file, { bigint: true, throwIfNoEntry: false });
    if (now?.dev === dev && now.ino === ino) return;
    failure = new Failure(
      "database-unreachable",
      `the database file was ${now === undefined ? "deleted" : "replaced"} while it was open: stop whatever does ` +
        "that, restore the last backup where records are missing, and start again",
    );
    resolve(failure);
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
