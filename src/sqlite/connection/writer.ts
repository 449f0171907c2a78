/**
 * Writes to the database, with one transaction for all writes of one turn of the event loop. A commit waits for the
 * disk, so a hundred simultaneous deliveries wait for it once.
 *
 * Each write is atomic, and its promise resolves when it is on the disk. A failed write does not affect the others; a
 * failed transaction fails all its writes.
 */
import { setTimeout } from "node:timers/promises";
import type { Connection } from "./connect.ts";
import { explain, isBusy } from "./failure.ts";
import type { Guard } from "./guard.ts";
import type { LogSync } from "./log-sync.ts";

export interface Writer {
  /** Runs `work` in a transaction. It has no `await`, and nothing is stored if it throws. */
  write<T>(work: () => T): Promise<T>;
  /** Runs `work` in a separate read-only transaction that sees one state of the database. */
  read<T>(work: () => T): Promise<T>;
  /** Resolves when all earlier writes have ended. */
  settle(): Promise<void>;
}

/** How long to wait for a lock, in milliseconds: longer than the largest import takes to apply. */
const PATIENCE = 30_000;

interface Work {
  /** Does it and returns the callback of success, for after the commit. */
  readonly run: () => () => void;
  readonly fail: (error: unknown) => void;
}

/**
 * @param guard checked before each transaction, so that nothing is written to a deleted file
 * @param told what is called when a transaction failed, and when one was committed and its writes were told
 */
export function openWriter(
  connection: Connection,
  guard: Pick<Guard, "check" | "renew">,
  log: Pick<LogSync, "sync" | "pending">,
  { failed = () => {}, committed = () => {} }: { failed?: () => void; committed?: () => void } = {},
): Writer {
  const begin = connection.prepare("BEGIN IMMEDIATE");
  const commit = connection.prepare("COMMIT");
  const changes = connection.prepare<[], number>("SELECT total_changes()").pluck();
  const savepoint = connection.prepare("SAVEPOINT work");
  const rollbackTo = connection.prepare("ROLLBACK TO work");
  const release = connection.prepare("RELEASE work");
  let waiting: Work[] = [];
  let flushing: Promise<void> | null = null;

  /** @returns what is to be called when the group is on the disk */
  function runGroup(group: readonly Work[]): { ends: readonly (() => void)[]; onDisk: Promise<void> | null } {
    guard.check();
    begin.run();
    try {
      guard.renew();
      const before = changes.get();
      const ends = group.map((work) => runOne(work));
      const isChanged = changes.get() !== before;
      commit.run();
      return { ends, onDisk: isChanged ? log.sync() : log.pending };
    } catch (error) {
      // A full disk, for example, has already ended the transaction.
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
        const { ends, onDisk } = await patiently(() => runGroup(group));
        await onDisk;
        for (const end of ends) end();
        committed();
      } catch (error) {
        failed();
        for (const work of group) work.fail(error);
      }
      // Writes of the next turn share the next transaction.
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
    read: async (work) => {
      const { found, onDisk } = await patiently(() => {
        guard.check();
        return { found: connection.transaction(work)(), onDisk: log.pending };
      });
      await onDisk;
      return found;
    },
    settle: async () => {
      await flushing;
    },
  };
}

/** Repeats `work` while another process holds the lock, and explains SQLite's errors. */
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
