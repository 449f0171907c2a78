import { DatabaseError } from "pg";
import { Failure } from "../../error.ts";

const AWAY = "PostgreSQL can't be reached: check that it runs, and the host and port in DATABASE_URL";
const LOST =
  "the connection to PostgreSQL was lost: check that it runs; what was under way may or may not be kept";
const BUSY = "PostgreSQL did not answer in time: look what holds it up (pg_stat_activity), then try again";
const LOGIN = "PostgreSQL refused the login: check the user and password in DATABASE_URL";
const TABLES =
  "the bot's tables are gone from the database: restore the last backup, or check search_path, and start again";
const TLS = "PostgreSQL's certificate or TLS was not accepted: check sslmode and sslrootcert in DATABASE_URL";

const NO_TLS =
  "TLS was not accepted, because PostgreSQL offers none: set ssl = on in postgresql.conf, or write sslmode=disable in " +
  "DATABASE_URL if the network can be trusted";

/** Foreseen SQLSTATEs, by their beginning, and what an operator can do. */
const STATES: Readonly<Record<string, string>> = {
  "08": LOST,
  "28": LOGIN,
  "3D000": "PostgreSQL has no database of the name in DATABASE_URL: create it, or correct the name",
  "3F000": "PostgreSQL has no schema to keep the tables in: check search_path",
  "40001": "PostgreSQL could not put two writers in an order: try again",
  "40P01": "PostgreSQL found two writers that waited for each other: try again",
  "42501":
    "PostgreSQL refused the bot's user a right: let it own the database, or grant it CREATE and TEMPORARY there",
  "25006": "PostgreSQL accepts no writes: DATABASE_URL names a standby, or the server is set to read only",
  "25P03": BUSY,
  "42P01": TABLES,
  "42703": TABLES,
  "53100": "the disk of PostgreSQL is full: make room on it",
  "53200": "PostgreSQL has no memory left: give it more, or lower work_mem",
  "53300": "PostgreSQL accepts no more connections: raise max_connections, or run fewer replicas",
  "55P03": BUSY,
  "57014": BUSY,
  "57P": LOST,
  "58030": "the disk of PostgreSQL answered with an error: check the disk",
  XX001: "the database is damaged: restore the last backup",
  XX002: "an index of the database is damaged: REINDEX it, or restore the last backup",
};

/** Codes of Node.js. */
const CODES: Readonly<Record<string, string>> = {
  ECONNREFUSED: AWAY,
  ENOTFOUND: AWAY,
  EAI_AGAIN: AWAY,
  EHOSTUNREACH: AWAY,
  ENETUNREACH: AWAY,
  EACCES: AWAY,
  ENOENT: AWAY,
  ETIMEDOUT: LOST,
  ECONNRESET: LOST,
  EPIPE: LOST,
};

/** The driver's complete messages without a code. */
const MESSAGES: Readonly<Record<string, string>> = {
  "timeout exceeded when trying to connect": BUSY,
  "timeout expired": AWAY,
  "Connection terminated due to connection timeout": AWAY,
  "Query read timeout": BUSY,
  "Connection terminated": LOST,
  "Connection terminated unexpectedly": LOST,
  "Client has encountered a connection error and is not queryable": LOST,
  "Client was closed and is not queryable": LOST,
  "Cannot use a pool after calling end on the pool": "the database was closed",
  "The server does not support SSL connections": NO_TLS,
  "There was an error establishing an SSL connection": TLS,
};

/** Whether PostgreSQL rolled back a transaction only because of others; a retry is safe and likely to help. */
export function isPassing(error: unknown): boolean {
  return error instanceof DatabaseError && (error.code === "40001" || error.code === "40P01");
}

/** The errors while a server restarts. */
const RESTARTING = new WeakSet<Failure>();
/** The errors that a server repeats until somebody changes something. */
const LASTING = new WeakSet<Failure>();
const LASTING_STATES = ["25006", "28", "3D000", "3F000", "42501", "42P01", "42703"];

/** Whether the server may only be restarting, so that waiting may help. */
export function isRestarting(error: unknown): boolean {
  return error instanceof Failure && RESTARTING.has(error);
}

/** Whether only a change to the server or the settings can help. */
export function isLasting(error: unknown): boolean {
  if (error instanceof DatabaseError) return LASTING_STATES.some((state) => error.code?.startsWith(state));
  return error instanceof Failure && LASTING.has(error);
}

/** Turns a foreseen error into a {@link Failure} that tells what to do; returns any other error unchanged. */
export function explain(error: unknown): unknown {
  if (!(error instanceof Error)) return error;
  const says = foreseen(error);
  // The server's message on a failed login contains the user's name, and its details quote rows: both are dropped.
  if (says !== undefined) {
    const failure = new Failure("database-unreachable", says);
    if (says === AWAY || says === LOST) RESTARTING.add(failure);
    if (isLasting(error)) LASTING.add(failure);
    return failure;
  }
  if (error instanceof DatabaseError) {
    error.detail = undefined;
    error.where = undefined;
    error.internalQuery = undefined;
  }
  return error;
}

function foreseen(error: Error): string | undefined {
  const code = "code" in error && typeof error.code === "string" ? error.code : "";
  if (error instanceof DatabaseError)
    return Object.entries(STATES).find(([beginning]) => code.startsWith(beginning))?.[1];
  return CODES[code] ?? MESSAGES[error.message] ?? (isAboutTls(code) ? TLS : undefined);
}

/** OpenSSL's names for a certificate that can't be verified, and Node's own. */
function isAboutTls(code: string): boolean {
  return /^(ERR_TLS_|ERR_SSL_|CERT_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT|UNABLE_TO_)/.test(code);
}
