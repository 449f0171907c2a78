import { accessSync, closeSync, constants, existsSync, openSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { Failure } from "../../error.ts";
import { otherSchema } from "../../ports/opening.ts";
import { makeFolder } from "./folder.ts";

export type Connection = Database.Database;

/**
 * How long SQLite itself waits for a lock, in milliseconds. It blocks the whole process while it waits, so this is
 * short; `patiently` waits longer without blocking.
 */
const LOCK_WAIT = 5;
/** During the start, nothing else has to run, and another process may be migrating. */
const LOCK_WAIT_AT_START = 10_000;

/** Opens a connection to a database. Creates a missing database, readable only by its owner. */
export function connect(file: string): Connection {
  createPrivately(file);
  return prepared(new Database(file, { timeout: LOCK_WAIT_AT_START }), file, (connection) => {
    connection.pragma("journal_mode = WAL");
  });
}

/**
 * Opens a connection to an existing database of any schema. It creates no file and does not change the journal mode.
 * @throws Failure `database-schema` if there is none
 */
export function connectAsItIs(file: string): Connection {
  if (!existsSync(file)) throw otherSchema(0, 0);
  return prepared(new Database(file, { fileMustExist: true, timeout: LOCK_WAIT_AT_START }), file);
}

function prepared(
  connection: Connection,
  file: string,
  first: (connection: Connection) => void = () => {},
): Connection {
  sortBeside(file);
  try {
    if (isForeign(connection)) throw anotherProgram();
    first(connection);
    // In WAL mode a commit reaches the disk only with FULL, and a delivery is answered only after it is on disk.
    connection.pragma("synchronous = FULL");
    connection.pragma("secure_delete = ON");
    connection.pragma("foreign_keys = ON");
    connection.pragma("trusted_schema = OFF");
    connection.pragma("temp_store = FILE");
    return connection;
  } catch (error) {
    connection.close();
    throw error;
  }
}

/** Whether it has tables, but not Countersign's: the first migration makes `migration` in the same transaction. */
export function isForeign(connection: Connection): boolean {
  const tables = connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\'",
    )
    .pluck()
    .all();
  return tables.length > 0 && !tables.includes("migration");
}

function anotherProgram(): Failure {
  return new Failure("refused", "the database belongs to another program: check DATABASE_URL");
}

/** From here on, `patiently` waits for locks. */
export function stopWaitingInside(connection: Connection): void {
  connection.pragma(`busy_timeout = ${LOCK_WAIT}`);
}

/** Opens a read-only connection, for longer reads. */
export function connectToRead(file: string): Connection {
  const connection = new Database(file, { readonly: true, timeout: LOCK_WAIT });
  connection.pragma("temp_store = FILE");
  return connection;
}

/**
 * SQLite sorts large tables in unnamed files, because ten million rows take hundreds of megabytes of memory. The files
 * are next to the database: a container's root file system may be read-only, and a shared /tmp must not hold account
 * numbers. https://www.sqlite.org/tempfiles.html#temporary_file_storage_locations
 */
function sortBeside(file: string): void {
  process.env["SQLITE_TMPDIR"] ??= resolve(dirname(file));
}

function createPrivately(file: string): void {
  try {
    makeFolder(dirname(file));
    // To close a database drops the locks of this process, which may have it open; see `stamp.ts`.
    if (existsSync(file)) accessSync(file, constants.R_OK | constants.W_OK);
    // SQLite uses the same mode for the files that it puts beside the database.
    else closeSync(openSync(file, "a", 0o600));
  } catch {
    // The system's message contains the path, which may contain a person's name as a home directory.
    throw new Failure(
      "database-unreachable",
      "the database file can't be opened: check DATABASE_URL and who may write in its folder",
    );
  }
}
