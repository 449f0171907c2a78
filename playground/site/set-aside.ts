import { existsSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";

/** A database, and the files that SQLite may leave beside it: https://sqlite.org/tempfiles.html */
const SUFFIXES = ["", "-wal", "-shm"];

/**
 * Renames the database of an earlier scene to `countersign-1.db`, or the next free number. The simulated hosts begin
 * without pull requests and with the same account numbers, so an earlier database would not fit them.
 */
export async function setAside(folder: string): Promise<void> {
  const database = join(folder, "countersign.db");
  if (!existsSync(database)) return;
  let number = 1;
  const kept = (): string => join(folder, `countersign-${number}.db`);
  while (existsSync(kept())) number += 1;
  for (const suffix of SUFFIXES)
    if (existsSync(database + suffix)) await rename(database + suffix, kept() + suffix);
}
