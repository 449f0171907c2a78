import {
  chmodSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  openSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
} from "node:fs";
import { dirname } from "node:path";
import Database from "better-sqlite3";
import { Failure } from "../../error.ts";
import { otherSchema } from "../../ports/opening.ts";
import { isForeign } from "../connection/connect.ts";
import { explain, isBusy } from "../connection/failure.ts";
import { makeFolder } from "../connection/folder.ts";
import { stateOf } from "../connection/migrate.ts";

/** A checked copy of a backup beside the database. Nothing else has changed so far. */
export interface StagedBackup {
  /** The backup's schema version. */
  readonly schema: number;
  /** Whether both have the same key for tombstones; null: there is no database yet, or it can't be read. */
  readonly sameInstance: boolean | null;
  /**
   * Replaces the database by the copy. The old database is kept next to it.
   * @returns the file of the old database; null: there was no database
   * @throws Failure `refused` while another process has the database open
   */
  replace(): string | null;
  /** Removes the copy, unless it replaced the database. */
  remove(): void;
}

const ENDS = ["", "-wal", "-shm"];

/**
 * Copies a backup next to the database and checks the copy: the backup may be in a folder that this user can't write,
 * and SQLite writes files beside each database that it opens.
 * @throws Failure `refused` if the backup can't be read, is damaged, not a database of Countersign, or from a newer
 *   version; `database-unreachable` if the database's folder can't be written
 */
export function stageBackup(file: string, backup: string): StagedBackup {
  requireFile(file, backup);
  const arriving = `${file}.restoring`;
  const remove = (): void => {
    for (const end of ENDS) rmSync(`${arriving}${end}`, { force: true });
  };
  try {
    copy(backup, arriving);
    const { schema, key } = examine(arriving, backup);
    const own = existsSync(file) ? keyOf(file) : null;
    return {
      schema,
      sameInstance: own === null ? null : key === null || key === own,
      replace: () => {
        try {
          const kept = existsSync(file) ? setAside(file) : null;
          for (const end of ["-wal", "-shm"]) rmSync(`${file}${end}`, { force: true });
          renameSync(arriving, file);
          return kept;
        } catch (error) {
          remove();
          throw explain(error);
        }
      },
      remove,
    };
  } catch (error) {
    remove();
    throw explain(error);
  }
}

function requireFile(file: string, backup: string): void {
  const found = statSync(backup, { throwIfNoEntry: false });
  if (found === undefined) throw new Failure("refused", `${backup}: the file does not exist`);
  if (!found.isFile()) throw new Failure("refused", `${backup}: this is not a file`);
  if (existsSync(file) && realpathSync(file) === realpathSync(backup))
    throw new Failure("refused", `${backup}: this is the database itself: name a backup of it`);
}

/** With the write-ahead log, which holds the newest rows of a database that was copied while it was open. */
function copy(backup: string, arriving: string): void {
  const unwritable = new Failure(
    "database-unreachable",
    "the folder of the database can't be written: check DATABASE_URL, who may write there, and the space on its disk",
  );
  try {
    makeFolder(dirname(arriving));
    for (const end of ENDS) rmSync(`${arriving}${end}`, { force: true });
  } catch {
    throw unwritable;
  }
  for (const end of ["", "-wal"]) {
    if (!existsSync(`${backup}${end}`)) continue;
    try {
      copyFileSync(`${backup}${end}`, `${arriving}${end}`, constants.COPYFILE_FICLONE);
      chmodSync(`${arriving}${end}`, 0o600);
    } catch {
      // The system's error does not say which of the two files it is about.
      if (canRead(`${backup}${end}`)) throw unwritable;
      throw new Failure("refused", `${backup}: the file can't be read: check who may read it`);
    }
  }
}

/** @throws Failure `refused` while another process has it open */
function setAside(file: string): string {
  const connection = new Database(file, { fileMustExist: true, timeout: 0 });
  try {
    leaveLog(connection);
  } catch (error) {
    if (isBusy(error))
      throw new Failure("refused", "a bot or a command has the database open: stop it, then restore");
    // A damaged file can't say who has it open. A bot that has it notices the replacement, and ends.
    if (!isDamaged(error)) throw error;
  } finally {
    connection.close();
  }
  const kept = unusedName(`${file}.before-restore`);
  renameSync(file, kept);
  return kept;
}

/** What an earlier restore kept may be the only file with the newest signatures. */
function unusedName(wanted: string): string {
  let name = wanted;
  for (let number = 2; existsSync(name); number += 1) name = `${wanted}-${number}`;
  return name;
}

/** Only the last connection may leave WAL mode (sqlite.org/wal.html, "Persistence of WAL mode"). */
function leaveLog(connection: Database.Database): void {
  connection.pragma("journal_mode = DELETE");
}

/** @param name what the operator calls the file */
function examine(file: string, name: string): { schema: number; key: string | null } {
  let connection: Database.Database | null = null;
  try {
    connection = new Database(file, { fileMustExist: true });
    leaveLog(connection);
    const said = connection.pragma("integrity_check(1)", { simple: true });
    if (said !== "ok") throw new Failure("refused", `${name}: the backup is damaged: use another one`);
    const { from, to } = stateOf(connection);
    if (from === 0 || isForeign(connection))
      throw new Failure("refused", `${name}: this is not a Countersign database`);
    if (from > to) throw new Failure("refused", `${name}: ${otherSchema(from, to).message}`);
    return { schema: from, key: readKey(connection) };
  } catch (error) {
    if (isDamaged(error))
      throw new Failure("refused", `${name}: this is not a complete SQLite database: use another backup`, {
        cause: error,
      });
    throw error;
  } finally {
    connection?.close();
  }
}

function canRead(file: string): boolean {
  try {
    closeSync(openSync(file, "r"));
    return true;
  } catch {
    return false;
  }
}

function isDamaged(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(CORRUPT|NOTADB)/.test(error.code);
}

/** Null if the database can't be read, and so can't be compared. */
function keyOf(file: string): string | null {
  let connection: Database.Database | null = null;
  try {
    connection = new Database(file, { fileMustExist: true });
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
