import { accessSync, chmodSync, constants, copyFileSync, existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";

/** A copy of a database for a trial; only its owner can enter its folder. */
export interface TrialCopy {
  readonly file: string;
  remove(): void;
}

/** Copies a read-only database, so that a trial can work on it. Null: it is writable, or does not exist. */
export function copyForTrial(file: string): TrialCopy | null {
  if (!existsSync(file) || (canWrite(file) && canWrite(dirname(file)))) return null;
  const folder = mkdtempSync(join(tmpdir(), "countersign-trial-"));
  const copy = join(folder, "countersign.db");
  const remove = (): void => rmSync(folder, { recursive: true, force: true });
  try {
    for (const part of ["", "-wal"])
      if (existsSync(file + part)) {
        copyFileSync(file + part, copy + part, constants.COPYFILE_FICLONE);
        // The copy has the original's mode.
        chmodSync(copy + part, 0o600);
      }
    return { file: copy, remove };
  } catch (error) {
    remove();
    throw error;
  }
}

function canWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
