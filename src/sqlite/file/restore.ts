import { chmodSync, copyFileSync, existsSync, renameSync, rmSync } from "node:fs";
import Database from "better-sqlite3";
import { Failure } from "../../error.ts";
import { otherSchema } from "../../ports/opening.ts";
import { explain, isBusy } from "../connection/failure.ts";
import { knownSchema, schemaVersion } from "../connection/migrate.ts";

export interface RestorePlan {
  /** The backup's schema version. */
  readonly schema: number;
  /** Whether both have the same key for tombstones; null: there is no database yet, or it can't be read. */
  readonly sameInstance: boolean | null;
}

/**
 * Checks a backup without changing anything.
 * @throws Failure `refused` if it is damaged, not a database of Countersign, or from a newer version
 */
export function examineBackup(file: string, backup: string): RestorePlan {
  if (!existsSync(backup)) throw new Failure("refused", `${backup}: the file does not exist`);
  const { schema, key } = examine(backup);
  const known = knownSchema();
  if (schema > known) throw new Failure("refused", `${backup}: ${otherSchema(schema, known).message}`);
  if (!existsSync(file)) return { schema, sameInstance: null };
  const own = keyOf(file);
  return { schema, sameInstance: own === null ? null : key === null || key === own };
}

/**
 * Replaces the database by a backup. The old database is kept next to it.
 * @returns the file of the old database; null: there was no database
 * @throws Failure `refused` while another process has the database open
 */
export function restoreFile(file: string, backup: string): string | null {
  const arriving = `${file}.restoring`;
  copyFileSync(backup, arriving);
  try {
    chmodSync(arriving, 0o600);
    // Checks the copy on the disk, not the bytes that were read from the backup.
    examine(arriving);
    const kept = existsSync(file) ? setAside(file) : null;
    for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
    renameSync(arriving, file);
    return kept;
  } catch (error) {
    for (const end of ["", "-wal", "-shm"]) rmSync(`${arriving}${end}`, { force: true });
    throw explain(error);
  }
}

/** @throws Failure `refused` while another process has it open */
function setAside(file: string): string {
  const connection = new Database(file, { fileMustExist: true, timeout: 0 });
  try {
    // Only the last connection may leave WAL mode (sqlite.org/wal.html, "Persistence of WAL mode").
    connection.pragma("journal_mode = DELETE");
  } catch (error) {
    if (isBusy(error))
      throw new Failure("refused", "a bot or a command has the database open: stop it, then restore");
    // A damaged file can't say who has it open. A bot that has it notices the replacement, and ends.
    if (!isDamaged(error)) throw error;
  } finally {
    connection.close();
  }
  const kept = `${file}.before-restore`;
  rmSync(kept, { force: true });
  renameSync(file, kept);
  return kept;
}

function examine(file: string): { schema: number; key: string | null } {
  let connection: Database.Database | null = null;
  try {
    connection = new Database(file, { fileMustExist: true, readonly: true });
    const said = connection.pragma("integrity_check(1)", { simple: true });
    if (said !== "ok") throw new Failure("refused", `${file}: the backup is damaged: use another one`);
    const schema = schemaVersion(connection);
    if (schema === 0) throw new Failure("refused", `${file}: this is not a Countersign database`);
    return { schema, key: readKey(connection) };
  } catch (error) {
    if (error instanceof Database.SqliteError)
      throw new Failure("refused", `${file}: this is not a complete SQLite database: use another backup`, {
        cause: error,
      });
    throw error;
  } finally {
    connection?.close();
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

/** Null if the database can't be read, and so can't be compared. */
function keyOf(file: string): string | null {
  let connection: Database.Database | null = null;
  try {
    connection = new Database(file, { fileMustExist: true, readonly: true });
    return readKey(connection);
  } catch {
    return null;
  } finally {
    connection?.close();
  }
}

function readKey(connection: Database.Database): string | null {
  const table = connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'instance'").get();
  if (table === undefined) return null;
  const key = connection
    .prepare<[], Buffer>("SELECT value FROM instance WHERE key = 'tombstone'")
    .pluck()
    .get();
  return key?.toString("hex") ?? null;
}
