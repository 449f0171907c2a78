/**
 * Runs statements and transactions on the connections for short work. If PostgreSQL rolls a transaction back because of
 * others, e.g. in a deadlock, it is retried a few times. Other errors are thrown.
 */
import { setTimeout } from "node:timers/promises";
import { Failure } from "../../error.ts";
import { borrow, inTransaction, type Connection, type Connections } from "./connect.ts";
import { BEGIN_READING } from "./rows.ts";
import { explain, isPassing } from "./failure.ts";
import { lockRecords } from "./lock.ts";

export interface Writer extends Omit<Connection, "exec"> {
  /** Runs `work` in a transaction. It may run more than once, and nothing is stored if it throws. */
  write<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Like {@link Writer.write}, for changes to records: no other process runs such a change at the same time. */
  change<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Runs `work` in a read-only transaction that sees one state of the database. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Resolves when all earlier work has ended. After that, no new work is accepted. */
  settle(): Promise<void>;
}

const TRIES = 5;

export function openWriter({ short }: Connections): Writer {
  const running = new Set<Promise<unknown>>();
  let settled = false;
  let changing: Promise<unknown> = Promise.resolve();

  async function follow<T>(work: () => Promise<T>): Promise<T> {
    if (settled) throw new Failure("database-unreachable", "the database was closed");
    const run = again(work);
    running.add(run);
    try {
      return await run;
    } finally {
      running.delete(run);
    }
  }

  function write<T>(work: (connection: Connection) => Promise<T>): Promise<T> {
    return follow(() => inTransaction(short, "BEGIN", work));
  }

  return {
    all: (statement) => follow(() => borrow(short, (connection) => connection.all(statement))),
    get: (statement) => follow(() => borrow(short, (connection) => connection.get(statement))),
    run: (statement) => follow(() => borrow(short, (connection) => connection.run(statement))),
    write,
    change: (work) => {
      // One after the other, so that work waiting for the lock does not hold all connections.
      const turn = changing.then(() =>
        write(async (connection) => {
          await lockRecords(connection);
          return work(connection);
        }),
      );
      changing = turn.catch(() => {});
      return turn;
    },
    read: (work) => follow(() => inTransaction(short, BEGIN_READING, work)),
    settle: async () => {
      await changing;
      settled = true;
      await Promise.allSettled(running);
    },
  };
}

/** Retries work that PostgreSQL rolled back because of others. */
export async function again<T>(work: () => Promise<T>): Promise<T> {
  for (let tried = 1; ; tried += 1) {
    try {
      return await work();
    } catch (error) {
      if (!isPassing(error)) throw error;
      if (tried === TRIES) throw explain(error);
    }
    await setTimeout(Math.random() * 20 * tried);
  }
}
