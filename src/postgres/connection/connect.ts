import { setTimeout } from "node:timers/promises";
import { Client, Pool, TypeOverrides, types, type ClientConfig, type PoolClient } from "pg";
import { Failure } from "../../error.ts";
import { addressOf } from "./address.ts";
import { explain, isPassing } from "./failure.ts";
import { printStatement, type Statement } from "./sql.ts";

/** Runs statements on one connection, inside a transaction or not. */
export interface Connection {
  all<Row>(statement: Statement): Promise<readonly Row[]>;
  get<Row>(statement: Statement): Promise<Row | undefined>;
  /** @returns how many rows were written */
  run(statement: Statement): Promise<number>;
  /** Runs several statements that have no parameters. */
  exec(text: string): Promise<void>;
}

export interface Connections {
  /** For short work, mainly webhooks. Never hold one of these connections for long. */
  readonly short: Pool;
  /** For imports and lists, which take as long as their reader. */
  readonly long: Pool;
  /** A connection outside the pools, not yet connected; the caller ends it. */
  alone(): Client;
  close(): Promise<void>;
}

/** How long to wait for a connection, in milliseconds. */
const CONNECT_PATIENCE = 10_000;
/** How long to wait for a lock, in milliseconds: longer than the largest import takes to apply. */
const LOCK_PATIENCE = 30_000;
/** The time limit of a short statement, in milliseconds. The server ends it first, so that it reports this. */
const STATEMENT_PATIENCE = 45_000;
const ANSWER_PATIENCE = 60_000;

/** Account numbers, times and counts are whole numbers that JavaScript represents exactly. */
const NUMBERS = new TypeOverrides();
NUMBERS.setTypeParser(types.builtins.INT8, Number);

/**
 * It does not connect before the first statement.
 * @throws Failure `configuration` if the URL can't be read
 */
export function connect(url: string): Connections {
  const common: ClientConfig = {
    connectionString: addressOf(url),
    application_name: "countersign",
    connectionTimeoutMillis: CONNECT_PATIENCE,
    keepAlive: true,
    types: NUMBERS,
  };
  checkUrl(common);
  const short = new Pool({
    ...common,
    Client: QuietClient,
    max: 10,
    query_timeout: ANSWER_PATIENCE,
    // oxlint-disable-next-line typescript/no-misused-promises -- pg-pool waits for it; its types do not say so
    onConnect: limiting({
      lock_timeout: LOCK_PATIENCE,
      statement_timeout: STATEMENT_PATIENCE,
      idle_in_transaction_session_timeout: ANSWER_PATIENCE,
    }),
  });
  const long = new Pool({
    ...common,
    Client: QuietClient,
    max: 4,
    // oxlint-disable-next-line typescript/no-misused-promises -- as above
    onConnect: limiting({ lock_timeout: LOCK_PATIENCE }),
  });
  // If an idle connection breaks, the next request gets a new one.
  for (const pool of [short, long]) pool.on("error", () => {});
  let closing: Promise<unknown> | null = null;
  return {
    short,
    long,
    alone: () => new QuietClient(common),
    close: async () => {
      closing ??= Promise.all([end(short), end(long)]);
      await closing;
    },
  };
}

/** A broken connection fails its statements. Without this listener, the error would also end the process. */
export class QuietClient extends Client {
  constructor(config?: string | ClientConfig) {
    super(config);
    this.on("error", () => {});
  }
}

/** Sets a connection's limits, in milliseconds, before its first statement. PgBouncer does not accept them earlier. */
function limiting(
  limits: Readonly<Record<string, number>>,
): (client: Pick<Client, "query">) => Promise<void> {
  const statement = Object.entries(limits)
    .map(([name, value]) => `SET ${name} = ${value}`)
    .join("; ");
  return async (client) => void (await client.query(statement));
}

/** Closes a pool after all waiting callers got a connection; the pool itself would forget them. */
async function end(pool: Pool): Promise<void> {
  while (pool.waitingCount > 0) await setTimeout(10);
  await pool.end();
}

/** The driver reads the URL and its files again for each client, so errors are better reported once, here. */
function checkUrl(config: ClientConfig): void {
  try {
    void new Client(config);
  } catch (error) {
    const file = error instanceof Error && "syscall" in error;
    // The error and its cause are dropped: they may contain the URL with the password.
    throw new Failure(
      "configuration",
      file
        ? "DATABASE_URL: a file that it names (sslrootcert, sslcert or sslkey) can't be read"
        : "DATABASE_URL: can't be read; write postgres://USER:PASSWORD@HOST:PORT/DATABASE, with / # ? @ : and % of a password as %2F %23 %3F %40 %3A and %25",
    );
  }
}

/** A connection that is returned to the pool only if its state is unchanged. */
export interface Loan {
  readonly connection: Connection;
  /** It can no longer be used. */
  readonly spoil: () => void;
  giveBack(): void;
}

/** @throws Failure `database-unreachable`; statements throw the same for foreseen errors */
export async function lend(pool: Pool): Promise<Loan> {
  const client = await asking(() => pool.connect());
  let spoilt = false;
  const spoil = (): void => {
    spoilt = true;
  };
  client.on("error", spoil);
  return {
    connection: connectionOf(client),
    spoil,
    giveBack: () => {
      client.off("error", spoil);
      client.release(spoilt);
    },
  };
}

/** Borrows a connection for `work`. */
export async function borrow<T>(
  pool: Pool,
  work: (connection: Connection, spoil: () => void) => Promise<T>,
): Promise<T> {
  const loan = await lend(pool);
  try {
    return await work(loan.connection, loan.spoil);
  } finally {
    loan.giveBack();
  }
}

/** Runs `work` in a transaction of a borrowed connection; nothing is stored if it throws. */
export function inTransaction<T>(
  pool: Pool,
  begin: string,
  work: (connection: Connection) => Promise<T>,
): Promise<T> {
  return borrow(pool, async (connection, spoil) => {
    await connection.exec(begin);
    try {
      const value = await work(connection);
      await connection.exec("COMMIT");
      return value;
    } catch (error) {
      await connection.exec("ROLLBACK").catch(spoil);
      throw error;
    }
  });
}

function connectionOf(client: PoolClient): Connection {
  const query = (statement: Statement) => asking(() => client.query(printStatement(statement)));
  return {
    all: async <Row>(statement: Statement) => (await query(statement)).rows as Row[],
    get: async <Row>(statement: Statement) => (await query(statement)).rows[0] as Row | undefined,
    run: async (statement) => (await query(statement)).rowCount ?? 0,
    exec: async (text) => void (await asking(() => client.query(text))),
  };
}

/** Explains errors of the server or the network. Only here, because other errors may have the same words. */
async function asking<T>(work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (error) {
    // A retryable error keeps its code until the retries end.
    throw isPassing(error) ? error : explain(error);
  }
}
