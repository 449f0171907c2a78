/** Copies of the database beside it, made before it changes as a whole: `FILE.before-schema-5`. */
import { closeSync, openSync, readdirSync, renameSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Connection } from "../connection/connect.ts";
import type { SchemaState } from "../../ports/opening.ts";

/**
 * Copies the database before a schema upgrade. The copies of earlier upgrades stay until {@link removeOlderCopies}.
 * Deleted rows are not copied, because VACUUM INTO writes only live data (sqlite.org/lang_vacuum.html).
 * @returns the copy's file; null if the schema does not change, or there is nothing to copy
 */
export function copyBeforeUpgrade(
  connection: Connection,
  file: string,
  { from, to }: SchemaState,
): string | null {
  if (from === 0 || from >= to) return null;
  const copy = `${file}.before-schema-${to}`;
  const part = `${copy}.part`;
  try {
    rmSync(part, { force: true });
    // The file is created empty and private first; VACUUM INTO accepts an empty file.
    closeSync(openSync(part, "wx", 0o600));
    connection.prepare("VACUUM INTO ?").run(part);
    renameSync(part, copy);
  } catch (error) {
    rmSync(part, { force: true });
    throw error;
  }
  return copy;
}

/** Removes the copies of earlier upgrades, after an upgrade. What a restore replaced stays. */
export function removeOlderCopies(file: string, copy: string): void {
  removeCopies(file, "schema-", basename(copy));
}

/**
 * Removes the copies from before an upgrade or a restore, and what a stopped restore left.
 * @param kind only these copies: the beginning of what follows `before-`
 * @param kept the name of a copy that stays
 */
export function removeCopies(file: string, kind?: string, kept?: string): void {
  const beginnings = [
    `${basename(file)}.before-${kind ?? ""}`,
    ...(kind === undefined ? [`${basename(file)}.restoring`] : []),
  ];
  for (const name of readdirSync(dirname(file)))
    if (name !== kept && beginnings.some((beginning) => name.startsWith(beginning)))
      rmSync(join(dirname(file), name), { force: true });
}
