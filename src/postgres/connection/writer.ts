/**
 * Runs statements and transactions on the connections for work of a moment. A transaction that PostgreSQL undid for
 * the sake of others, a deadlock for one, is run again a few times; anything else is thrown.
 */
import { setTimeout } from "node:timers/promises";
import { Failure } from "../../error.ts";
import { borrow, inTransaction, type Connection, type Connections } from "./connect.ts";
import { BEGIN_READING } from "./rows.ts";
import { explain, isPassing } from "./failure.ts";
import { lockRecords } from "./lock.ts";

export interface Writer extends Omit<Connection, "exec"> {
  /** Runs `work` in a transaction. It may run more than once, and nothing of it is kept when it throws. */
  write<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** As {@link Writer.write}, for what changes records: in no process does another such change run meanwhile. */
  change<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Runs `work` in a transaction that sees one state of the database and changes nothing. */
  read<T>(work: (connection: Connection) => Promise<T>): Promise<T>;
  /** Resolves once everything that was asked for before has ended; from then on nothing more is taken. */
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
      // In turn, so that those who wait for the lock don't keep all connections from those who need none.
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

/** Does it again when PostgreSQL undid it for the sake of others. */
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
