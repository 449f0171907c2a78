/**
 * Moves the write-ahead log into the database of a bot that serves. By itself, SQLite does so within the commit that
 * finds the log long enough, whoever made it so long, and waits for the disk: after an import of hundreds of megabytes,
 * the bot's next delivery would wait for a second, and everything else with it. So a thread moves the log.
 * https://www.sqlite.org/wal.html#automatic_checkpoint
 */
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connect.ts";
import { explain } from "./failure.ts";
import type { Guard } from "./guard.ts";

/** How many pages of the log are left before it is moved: 16 MB, so that under load a thread starts every few seconds. */
const DUE = 4_000;
/** A part that somebody still reads can't be moved. How soon the rest is tried again, in milliseconds. */
const AGAIN_MS = 1_000;
// TypeScript in a checkout, JavaScript in the package.
const THREAD = new URL(`checkpoint-thread${extname(import.meta.url)}`, import.meta.url);

/** What the thread is to do. */
export interface Order {
  readonly file: string;
  /** `TRUNCATE` also leaves nothing of the log in the file. https://www.sqlite.org/pragma.html#pragma_wal_checkpoint */
  readonly mode: "RESTART" | "TRUNCATE";
  /** Whether it also begins the next log. */
  readonly begin: boolean;
}

interface Log {
  /** In pages. */
  readonly log: number;
  readonly checkpointed: number;
}

export interface Checkpoints {
  /** Moves the log if it is due. Called after each transaction. */
  look(): void;
  /** Resolves when no thread works on the log. */
  stop(): Promise<void>;
}

/** @param connection one that `LogSync.takeOver` keeps from moving the log by itself */
export function openCheckpoints(connection: Connection, guard: Pick<Guard, "check">): Checkpoints {
  const left = prepareLeft(connection);
  let running: Promise<void> | null = null;
  let notBefore = 0;

  async function move(): Promise<void> {
    try {
      await moveInThread({ file: connection.name, mode: "RESTART", begin: true }, guard);
    } catch (error) {
      // What failed there, e.g. because the disk is full, would fail here, too.
      if (error instanceof NoThread) moveHere();
    }
    running = null;
    notBefore = performance.now() + AGAIN_MS;
  }

  /** Where no thread can start, a wait is better than a log that grows for ever. */
  function moveHere(): void {
    try {
      guard.check();
      connection.pragma("wal_checkpoint(PASSIVE)");
    } catch {
      // The next look tries again.
    }
  }

  return {
    look() {
      if (running === null && performance.now() >= notBefore && left() >= DUE) running = move();
    },
    stop: async () => {
      await running;
    },
  };
}

/**
 * Moves the log into the database and empties it. A command does so itself while the log is short, which takes less
 * than the start of a thread.
 * @returns false while somebody reads from it
 * @throws Failure `database-unreachable`, e.g. for a full disk
 */
export async function emptyLog(connection: Connection): Promise<boolean> {
  const isTakenOver = connection.pragma("wal_autocheckpoint", { simple: true }) === 0;
  if (isTakenOver || prepareLeft(connection)() >= DUE) {
    try {
      return await moveInThread({ file: connection.name, mode: "TRUNCATE", begin: isTakenOver });
    } catch {
      // No thread can start, or the disk is full, which SQLite says here again.
    }
  }
  try {
    const [result] = connection.pragma("wal_checkpoint(TRUNCATE)") as { busy: number }[];
    return result?.busy === 0;
  } catch (error) {
    throw explain(error);
  }
}

/** @returns how many pages of the log are not in the database yet; 0: it can't be read now */
function prepareLeft(connection: Connection): () => number {
  const look = connection.prepare<[], Log>("PRAGMA wal_checkpoint(NOOP)");
  return () => {
    try {
      const { log, checkpointed } = look.get() ?? { log: 0, checkpointed: 0 };
      return log - checkpointed;
    } catch {
      return 0;
    }
  };
}

class NoThread extends Error {}

/** @throws NoThread */
async function startThread(order: Order): Promise<Worker> {
  try {
    const thread = new Worker(THREAD, { workerData: order });
    await once(thread, "message");
    return thread;
  } catch (cause) {
    throw new NoThread("no thread can start", { cause });
  }
}

/**
 * @returns whether all of it was moved
 * @throws NoThread; errors of the disk, and if the database was lost; the log stays as it is then
 */
async function moveInThread(order: Order, guard: Pick<Guard, "check"> | null = null): Promise<boolean> {
  const thread = await startThread(order);
  try {
    // The log must not be moved into a file that somebody copied over the database meanwhile.
    guard?.check();
    // Both fail when the thread does.
    const moved = Promise.all([once(thread, "message"), once(thread, "exit")]);
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage("go");
    const [[isMoved]] = (await moved) as [[boolean], unknown];
    return isMoved;
  } finally {
    await thread.terminate();
  }
}
