import { closeSync, existsSync, fsyncSync, openSync, rmSync, writeSync } from "node:fs";
import Database from "better-sqlite3";
import { Failure } from "../../error.ts";
import { connectAsItIs, type Connection } from "../connection/connect.ts";
import { otherSchema } from "../../ports/opening.ts";
import { explain } from "../connection/failure.ts";
import { STAMP_AT } from "../connection/stamp.ts";
import { stateOf } from "../connection/migrate.ts";
import { copyForTrial, type TrialCopy } from "../connection/trial-copy.ts";

/**
 * Writes a consistent copy, readable only by its owner, while others use the database.
 * @throws Failure `refused` if the target exists or can't be written
 */
export async function backup(file: string, target: string): Promise<void> {
  const connection = connectAsItIs(file);
  try {
    await copyTo(target, connection);
  } finally {
    connection.close();
  }
}

/** @param connection used for nothing else meanwhile */
async function copyTo(target: string, connection: Connection): Promise<void> {
  try {
    closeSync(openSync(target, "wx", 0o600));
  } catch (error) {
    const exists = error instanceof Error && "code" in error && error.code === "EEXIST";
    throw new Failure(
      "refused",
      exists
        ? "the backup file already exists: choose another name, or remove it first"
        : "the backup's file can't be written: check its folder and who may write there",
    );
  }
  try {
    // SQLite would begin again after each write of another process, and never end beside a busy bot. A connection that
    // reads one state of the database sees none of these writes. https://www.sqlite.org/c3ref/backup_finish.html
    connection.exec("BEGIN; SELECT 1 FROM sqlite_schema");
    await connection.backup(target);
    removeStamp(target);
  } catch (error) {
    rmSync(target, { force: true });
    throw explain(error);
  }
}

/** A copy that is written over the database by hand is recognized as another file. */
function removeStamp(target: string): void {
  const descriptor = openSync(target, "r+");
  try {
    writeSync(descriptor, Buffer.alloc(4), 0, 4, STAMP_AT);
    fsyncSync(descriptor);
  } finally {
    closeSync(descriptor);
  }
}

/**
 * Backs up a database as it is, with this version's schema or an earlier one.
 * @returns the schema version of the copy
 * @throws Failure `database-unreachable`, also if it is damaged; `database-schema` if there is none; `refused`
 */
export async function backupFile(file: string, target: string): Promise<number> {
  let connection: Connection | null = null;
  let readable: TrialCopy | null = null;
  try {
    readable = copyUnopened(file);
    connection = connectAsItIs(readable?.file ?? file);
    const { from, to } = stateOf(connection);
    if (from === 0 || from > to) throw otherSchema(from, to);
    await copyTo(target, connection);
    requireIntact(target);
    return from;
  } catch (error) {
    throw explain(error);
  } finally {
    connection?.close();
    readable?.remove();
  }
}

/**
 * SQLite writes beside a database that it only reads, so one in a read-only folder is read from a copy. Null: it can be
 * written, or is open: a copy made during a checkpoint lacks pages.
 */
function copyUnopened(file: string): TrialCopy | null {
  if (existsSync(`${file}-shm`)) return null;
  const copy = copyForTrial(file);
  if (copy === null || !existsSync(`${file}-shm`)) return copy;
  copy.remove();
  return null;
}

/** SQLite copies damaged pages as they are, and a restore would refuse the copy. */
function requireIntact(target: string): void {
  const copy = new Database(target, { fileMustExist: true });
  let intact = false;
  try {
    intact = copy.pragma("integrity_check(1)", { simple: true }) === "ok";
  } finally {
    copy.close();
    if (!intact) rmSync(target, { force: true });
  }
  if (!intact)
    throw new Failure(
      "database-unreachable",
      "the database file is damaged, so no backup was written: countersign doctor says how far; stop the bot and restore the last backup",
    );
}
