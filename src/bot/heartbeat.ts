/** Tells commands on the same database whether a bot is running. */
import type { Engine } from "../ports/engine.ts";

const BEAT_MS = 5_000;
/** The maximum age of a running bot's last heartbeat, in milliseconds. */
const FRESH_MS = 12_000;
const NAME = "bot at work";

/** @returns resolves after the first heartbeat, with a function that stops it */
export async function startHeartbeat({ cursors }: Pick<Engine, "cursors">): Promise<() => void> {
  // The worker reports database errors.
  const beat = (): Promise<void> => cursors.move(NAME, Date.now()).catch(() => {});
  await beat();
  const timer = setInterval(() => void beat(), BEAT_MS).unref();
  return () => clearInterval(timer);
}

/** Whether a bot works on the queue of this database. A killed bot still counts for some seconds. */
export async function isBotAtWork({ cursors }: Pick<Engine, "cursors">): Promise<boolean> {
  const at = await cursors.find(NAME);
  // A time in the future comes from a clock that was ahead; it proves nothing.
  return at !== null && Math.abs(Date.now() - at) < FRESH_MS;
}
