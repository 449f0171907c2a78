import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Failure } from "../../error.ts";

/** A database for a trial in a folder that only its owner can enter. */
export interface TrialCopy {
  readonly file: string;
  remove(): void;
}

/**
 * Copies a read-only database, so that a trial can work on it. Null: it is writable, or does not exist.
 * @throws Failure `database-unreachable`
 */
export function copyForTrial(file: string): TrialCopy | null {
  if (!existsSync(file) || (canWrite(file) && canWrite(dirname(file)))) return null;
  const copy = placeForTrial();
  try {
    for (const part of ["", "-wal"])
      if (existsSync(file + part)) {
        copyFileSync(file + part, copy.file + part, constants.COPYFILE_FICLONE);
        // The copy has the original's mode.
        chmodSync(copy.file + part, 0o600);
      }
    return copy;
  } catch (error) {
    copy.remove();
    // The system's message contains the path, which may contain a person's name as a home directory.
    throw new Failure(
      "database-unreachable",
      "the database file can't be copied for a user who can't write it: check who may read it, and the space in the temporary folder",
      { cause: error },
    );
  }
}

/** A place for a new database, for a trial before there is one. */
export function placeForTrial(): TrialCopy {
  const folder = mkdtempSync(join(tmpdir(), "countersign-trial-"));
  return {
    file: join(folder, "countersign.db"),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
