import { statSync } from "node:fs";
import { Failure } from "../../error.ts";

/** Notices that the file of an open database was deleted or replaced: what is written then is lost with the process. */
export interface Guard {
  /** @throws Failure `database-unreachable` once it was */
  check(): void;
  /** Resolves when it was; never otherwise. */
  readonly lost: Promise<Failure>;
  stop(): void;
}

/** How often is looked when nothing is written, in milliseconds. */
const LOOK = 1_000;

/** @param file as it is now, so that it must exist */
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
      // A folder that can't be looked into for a moment says nothing about the file.
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
