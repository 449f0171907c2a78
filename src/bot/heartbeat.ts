/** Tells commands on the same database whether a bot is at work. */
import type { Engine } from "../ports/engine.ts";

const BEAT_MS = 5_000;
/** How old the last sign of a bot at work may be, in milliseconds. */
const FRESH_MS = 12_000;
const NAME = "bot at work";

/** @returns resolves when the first sign is given, with a function that ends it */
export async function startHeartbeat({ cursors }: Pick<Engine, "cursors">): Promise<() => void> {
  // Whatever ails the database is told by the worker.
  const beat = (): Promise<void> => cursors.move(NAME, Date.now()).catch(() => {});
  await beat();
  const timer = setInterval(() => void beat(), BEAT_MS).unref();
  return () => clearInterval(timer);
}

/** Whether a bot works on the queue of this database. One that was killed seems to for some seconds. */
export async function isBotAtWork({ cursors }: Pick<Engine, "cursors">): Promise<boolean> {
  const at = await cursors.find(NAME);
  // A clock that was ahead and was corrected says nothing.
  return at !== null && Math.abs(Date.now() - at) < FRESH_MS;
}
