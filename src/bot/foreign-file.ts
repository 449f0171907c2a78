import { lstatSync, statSync } from "node:fs";
import { dirname } from "node:path";

/** Why a foreign file is not read. */
export const FOREIGN_FAULT =
  "another user put it into a folder in which everybody may write, so it is not read";

/**
 * Whether a file belongs to another user, other than the administrator, in a folder in which everybody may write.
 * @param own the number of the user who reads it; undefined: the system has none
 * @throws Error if the file's folder can't be read
 */
export function isForeign(file: string, own: number | undefined): boolean {
  const owner = lstatSync(file, { throwIfNoEntry: false })?.uid;
  if (owner === undefined || own === undefined || owner === own || owner === 0) return false;
  return (statSync(dirname(file)).mode & 0o002) !== 0;
}
