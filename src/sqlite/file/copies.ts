/** Copies of the database beside it, made before it changes as a whole: `FILE.before-schema-5`. */
import { closeSync, openSync, readdirSync, rmSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { Connection } from "../connection/connect.ts";
import type { SchemaState } from "../../ports/opening.ts";

/**
 * Copies the database before a schema upgrade, and removes the copies of earlier upgrades. Deleted rows are not copied,
 * because VACUUM INTO writes only live data (sqlite.org/lang_vacuum.html).
 * @returns the copy's file; null if the schema does not change, or there is nothing to copy
 */
export function copyBeforeUpgrade(
  connection: Connection,
  file: string,
  { from, to }: SchemaState,
): string | null {
  if (from === 0 || from >= to) return null;
  const copy = `${file}.before-schema-${to}`;
  // A restore upgrades an older backup, and keeps what it replaced.
  removeCopies(file, "schema-");
  // The file is created empty and private first; VACUUM INTO accepts an empty file.
  closeSync(openSync(copy, "wx", 0o600));
  connection.prepare("VACUUM INTO ?").run(copy);
  return copy;
}

/**
 * Removes the copies from before an upgrade or a restore, and what a stopped restore left.
 * @param kind only these copies: the beginning of what follows `before-`
 */
export function removeCopies(file: string, kind?: string): void {
  const beginnings = [
    `${basename(file)}.before-${kind ?? ""}`,
    ...(kind === undefined ? [`${basename(file)}.restoring`] : []),
  ];
  for (const name of readdirSync(dirname(file)))
    if (beginnings.some((beginning) => name.startsWith(beginning)))
      rmSync(join(dirname(file), name), { force: true });
}
