import Database from "better-sqlite3";
import { Failure } from "../../error.ts";

/** Foreseen SQLite errors by the beginning of their code, and what an operator can do. */
const FORESEEN: Readonly<Record<string, string>> = {
  SQLITE_BUSY: "another process kept the database locked: try again, or end the process that holds it",
  SQLITE_LOCKED: "another process kept the database locked: try again, or end the process that holds it",
  SQLITE_FULL: "the disk that holds the database is full: free some space",
  SQLITE_CANTOPEN: "the database file can't be opened: check DATABASE_URL and who may write in its folder",
  SQLITE_PERM: "the database file can't be opened: check who may read and write it",
  SQLITE_AUTH: "the database file can't be opened: check who may read and write it",
  SQLITE_READONLY: "the database can't be written: check who may write the file and its folder",
  SQLITE_IOERR: "the disk that holds the database answered with an error: check the disk",
  SQLITE_CORRUPT:
    "the database file is damaged: countersign doctor says how far; stop the bot and restore the last backup",
  SQLITE_NOTADB: "the database file is not a SQLite database: check DATABASE_URL, or restore the last backup",
};

/** Whether another process holds the requested lock; a retry soon is likely to help. */
export function isBusy(error: unknown): boolean {
  return error instanceof Database.SqliteError && /^SQLITE_(BUSY|LOCKED)/.test(error.code);
}

/** Turns a foreseen SQLite error into a {@link Failure} that tells what to do; returns any other error unchanged. */
export function explain(error: unknown): unknown {
  if (error instanceof TypeError && error.message === "The database connection is not open")
    return new Failure("database-unreachable", "the database was closed", { cause: error });
  if (!(error instanceof Database.SqliteError)) return error;
  const { code } = error;
  const known = Object.entries(FORESEEN).find(([prefix]) => code === prefix || code.startsWith(`${prefix}_`));
  return known === undefined ? error : new Failure("database-unreachable", known[1], { cause: error });
}
