/**
 * Moves the write-ahead log into the database of a bot that serves. By itself, SQLite does so within the commit that
 * finds the log long enough, whoever made it so long: after an import of hundreds of megabytes, the bot's next delivery
 * would wait for a second, and everything else with it. So a long log is moved in a thread of its own.
 * https://www.sqlite.org/wal.html#automatic_checkpoint
 */
import { once } from "node:events";
import { extname } from "node:path";
import { Worker } from "node:worker_threads";
import type { Connection } from "./connect.ts";
import type { Guard } from "./guard.ts";

/** How many pages of the log are left before it is moved, as SQLite has it by default. */
const DUE = 1_000;
/** Up to so many pages it takes some milliseconds, less than a thread takes to start. */
const FEW = 2_000;
/** A part that somebody still reads can't be moved. How soon the rest is tried again, in milliseconds. */
const AGAIN_MS = 1_000;
// TypeScript in a checkout, JavaScript in the package.
const THREAD = new URL(`checkpoint-thread${extname(import.meta.url)}`, import.meta.url);

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

/** Takes over what SQLite does by itself on this connection. */
export function openCheckpoints(connection: Connection, guard: Pick<Guard, "check">): Checkpoints {
  connection.pragma("wal_autocheckpoint = 0");
  const left = prepareLeft(connection);
  let running: Promise<void> | null = null;
  let notBefore = 0;

  /** Where no thread can start, a wait is better than a log that grows for ever. */
  const moveHere = (): void => {
    try {
      guard.check();
      connection.pragma("wal_checkpoint(PASSIVE)");
    } catch {
      // The next look tries again.
    }
  };

  return {
    look() {
      if (running !== null || performance.now() < notBefore) return;
      const wait = (): void => {
        running = null;
        notBefore = performance.now() + AGAIN_MS;
      };
      try {
        const pages = left();
        if (pages > FEW) running = moveInThread(connection.name, guard).catch(moveHere).finally(wait);
        else if (pages >= DUE) {
          connection.pragma("wal_checkpoint(PASSIVE)");
          if (left() >= DUE) wait();
        }
      } catch {
        // The disk may be full. What was committed is in the log.
        wait();
      }
    },
    stop: async () => {
      await running;
    },
  };
}

/** Moves a long log into the database, so that little is left to do for this thread. */
export async function moveLongLog(connection: Connection): Promise<void> {
  // Without a thread, the caller moves it all.
  if (prepareLeft(connection)() > FEW) await moveInThread(connection.name).catch(() => {});
}

/** @returns how many pages of the log are not in the database yet */
function prepareLeft(connection: Connection): () => number {
  const look = connection.prepare<[], Log>("PRAGMA wal_checkpoint(NOOP)");
  return () => {
    const { log, checkpointed } = look.get() ?? { log: 0, checkpointed: 0 };
    return log - checkpointed;
  };
}

/** @throws if no thread can start, or the database was lost; the log stays as it is then */
async function moveInThread(file: string, guard: Pick<Guard, "check"> | null = null): Promise<void> {
  const thread = new Worker(THREAD, { workerData: { file } });
  try {
    await once(thread, "message");
    // The log must not be moved into a file that somebody copied over the database meanwhile.
    guard?.check();
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
    thread.postMessage("go");
    await once(thread, "exit");
  } finally {
    await thread.terminate();
  }
}
