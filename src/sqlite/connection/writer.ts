/**
 * Writes to the database, one transaction for all that is asked for in one turn of the event loop. A commit
 * waits for the disk, so a hundred deliveries that arrive at once wait for it once.
 *
 * Each piece of work is whole or not at all, and its promise resolves after the commit. One that fails leaves
 * the others alone; a transaction that fails fails all that share it.
 */
import { setTimeout } from "node:timers/promises";
import type { Connection } from "./connect.ts";
import { explain, isBusy } from "./failure.ts";
import type { Guard } from "./guard.ts";

export interface Writer {
  /** Runs `work` in a transaction. It holds no `await`, and nothing of it is kept when it throws. */
  write<T>(work: () => T): Promise<T>;
  /** Runs `work` in a transaction of its own that sees one state of the database and changes nothing. */
  read<T>(work: () => T): Promise<T>;
  /** Resolves once everything that was asked for before has ended. */
  settle(): Promise<void>;
}

/** How long a lock is waited for, in milliseconds: longer than the largest import needs to be applied. */
const PATIENCE = 30_000;

interface Work {
  /** Does it and returns what tells of success, for after the commit. */
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
}

/** @param guard asked before each transaction, so that nothing goes into a file that is no longer there */
export function openWriter(connection: Connection, guard: Pick<Guard, "check">): Writer {
  const begin = connection.prepare("BEGIN IMMEDIATE");
  const commit = connection.prepare("COMMIT");
  const savepoint = connection.prepare("SAVEPOINT work");
  const rollbackTo = connection.prepare("ROLLBACK TO work");
  const release = connection.prepare("RELEASE work");
  let waiting: Work[] = [];
  let flushing: Promise<void> | null = null;

  function runGroup(group: readonly Work[]): readonly (() => void)[] {
    guard.check();
    begin.run();
    try {
      const ends = group.map((work) => runOne(work));
      commit.run();
      return ends;
    } catch (error) {
      // A full disk, for one, has already ended the transaction.
      if (connection.inTransaction) connection.exec("ROLLBACK");
      throw error;
    }
  }

  function runOne(work: Work): () => void {
    savepoint.run();
    try {
      const end = work.run();
      release.run();
      return end;
    } catch (error) {
      if (!connection.inTransaction) throw error;
      rollbackTo.run();
      release.run();
      return () => work.fail(explain(error));
    }
  }

  async function flush(): Promise<void> {
    while (waiting.length > 0) {
      const group = waiting;
      waiting = [];
      try {
        for (const end of await patiently(() => runGroup(group))) end();
      } catch (error) {
        for (const work of group) work.fail(error);
      }
      // Whatever arrives in the next turn shares the next transaction.
      await turn();
    }
    flushing = null;
  }

  return {
    write: <T>(work: () => T) =>
      new Promise<T>((resolve, reject) => {
        waiting.push({
          run: () => {
            const value = work();
            return () => resolve(value);
          },
          fail: reject,
        });
        flushing ??= turn().then(flush);
      }),
    read: (work) =>
      patiently(() => {
        guard.check();
        return connection.transaction(work)();
      }),
    settle: async () => {
      await flushing;
    },
  };
}

/** Runs `work` again while another process holds the lock that it needs, and explains what SQLite refuses. */
export async function patiently<T>(work: () => T): Promise<T> {
  const deadline = performance.now() + PATIENCE;
  for (;;) {
    try {
      return work();
    } catch (error) {
      if (!isBusy(error) || performance.now() > deadline) throw explain(error);
    }
    await setTimeout(1 + Math.random() * 20);
  }
}

function turn(): Promise<void> {
  return new Promise((resolve) => void setImmediate(resolve));
}
