import { mkdirSync, openSync, closeSync } from "node:fs";
import { dirname, resolve } from "node:path";
import Database from "better-sqlite3";
import { Failure } from "../../error.ts";

export type Connection = Database.Database;

/**
 * How long SQLite itself waits for a lock, in milliseconds. Its waiting stops the whole process, so it is short;
 * `patiently` waits longer and lets others work meanwhile.
 */
const LOCK_WAIT = 5;
/** While the process starts nothing else is to be done, and another one may be migrating. */
const LOCK_WAIT_AT_START = 10_000;

/** Opens a connection to a database, which is made when there is none yet, for nobody but its owner to read. */
export function connect(file: string): Connection {
  createPrivately(file);
  sortBeside(file);
  const connection = new Database(file, { timeout: LOCK_WAIT_AT_START });
  try {
    connection.pragma("journal_mode = WAL");
    // In WAL mode a commit reaches the disk only with FULL; a delivery is answered on the strength of it.
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

/** From here on locks are waited for by `patiently`. */
export function stopWaitingInside(connection: Connection): void {
  connection.pragma(`busy_timeout = ${LOCK_WAIT}`);
}

/** Opens a connection that only reads, for what takes longer than a moment. */
export function connectToRead(file: string): Connection {
  const connection = new Database(file, { readonly: true, timeout: LOCK_WAIT });
  connection.pragma("temp_store = FILE");
  return connection;
}

/**
 * SQLite sorts large tables in files that have no name, since memory for ten million rows takes hundreds of megabytes.
 * They stand beside the database: a container's root file system may be read-only, and no account number is to stand
 * in a shared /tmp. https://www.sqlite.org/tempfiles.html#temporary_file_storage_locations
 */
function sortBeside(file: string): void {
  process.env["SQLITE_TMPDIR"] ??= resolve(dirname(file));
}

function createPrivately(file: string): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    // SQLite gives the files that it puts beside the database the same mode.
    closeSync(openSync(file, "a", 0o600));
  } catch {
    // The system's message has the path, and with it perhaps the name of whose home it is in.
    throw new Failure(
      "database-unreachable",
      "the database file can't be opened: check DATABASE_URL and who may write in its folder",
    );
  }
}
