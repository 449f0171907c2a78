/**
 * Tells the processes on one database which of them work on its queue, so that they share the places for concurrent
 * requests.
 */
import { randomUUID } from "node:crypto";
import type { Engine } from "../ports/engine.ts";

const BEAT_MS = 5_000;
/** The maximum age of a running process's last heartbeat, in milliseconds. */
const FRESH_MS = 12_000;
const PREFIX = "at work: ";

type Beating = Pick<Engine, "cursors">;

/**
 * @param share called with the number of working processes, this one included, now and after every heartbeat
 * @returns resolves after the first heartbeat, with a function that stops it and takes it back
 */
export async function startHeartbeat(
  { cursors }: Beating,
  share: (processes: number) => void,
): Promise<() => Promise<void>> {
  const name = `${PREFIX}${randomUUID()}`;
  const beat = async (): Promise<void> => {
    await cursors.move(name, Date.now());
    share(Math.max(1, await countAtWork({ cursors })));
  };
  // The worker reports database errors.
  await beat().catch(() => {});
  const timer = setInterval(() => void beat().catch(() => {}), BEAT_MS).unref();
  return async () => {
    clearInterval(timer);
    // Deleted, because the next process would wait until it is old.
    await cursors.fresh(name, 0, 0).catch(() => {});
  };
}

/** Whether a process works on the queue of this database. A killed one still counts for some seconds. */
export async function isBotAtWork(engine: Beating): Promise<boolean> {
  return (await countAtWork(engine)) > 0;
}

function countAtWork({ cursors }: Beating): Promise<number> {
  const now = Date.now();
  // A time in the future comes from a clock that was ahead; it proves nothing.
  return cursors.fresh(PREFIX, now - FRESH_MS, now + FRESH_MS);
}
