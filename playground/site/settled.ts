/**
 * Waits until the playground is quiet: every delivery has arrived, and the bot's queue has no task that is due, running
 * or waiting for a retry. The bot's own metrics show its queue. Instead of waiting for a retry, the clock is moved to
 * it.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { BotProcess } from "../bot-process.ts";
import type { StageHosts } from "../stage.ts";
import type { SiteHost } from "./host/site-host.ts";

const LOOK_MS = 50;
/** By how much the clock is moved for retries at first; then twice as far each time, up to a day. */
const RETRY_MS = 30 * 60_000;
const LONGEST_MOVE_MS = 24 * 60 * 60_000;
/** Then nothing becomes quiet by waiting, e.g. because a fault is still on. */
const MOST_MOVES = 14;
/** Looks that must show nothing but retries before the clock is moved. */
const LOOKS_BEFORE_MOVE = 5;

/** What is waited for: the playground's scene. */
export interface Settling {
  readonly hosts: StageHosts;
  readonly sites: readonly SiteHost[];
  readonly bot: BotProcess | null;
  moveClockOn(milliseconds: number): void;
}

export interface Patience {
  /** How long to wait, in milliseconds; looks are counted, because the clock may be moved meanwhile. */
  readonly milliseconds: number;
  /** Ends the wait early. */
  readonly isOver?: () => boolean;
}

/** @returns whether it became quiet; false when patience ended first, or when the bot is killed */
export async function settled(scene: Settling, { milliseconds, isOver }: Patience): Promise<boolean> {
  let last = "";
  let onlyRetries = 0;
  for (let left = milliseconds / LOOK_MS; left > 0; left--) {
    await scene.hosts.github.deliveries.settled();
    await scene.hosts.gitee.settled();
    if (scene.bot === null || isOver?.() === true) return false;
    const queue = await queueOf(scene.bot.url);
    // What the bot writes may itself be delivered to it, so quiet is when nothing new came of waiting.
    const now = JSON.stringify([queue, trafficOf(scene)]);
    if (queue !== null && queue.busy === 0 && now === last) {
      if (queue.retrying === 0 && (queue.waiting === 0 || !hasUndecided(scene))) return true;
      const moves = (onlyRetries += 1) / LOOKS_BEFORE_MOVE;
      if (moves > MOST_MOVES) return false;
      if (Number.isInteger(moves)) scene.moveClockOn(Math.min(LONGEST_MOVE_MS, RETRY_MS * 2 ** (moves - 1)));
    }
    last = now;
    await sleep(LOOK_MS, null, { ref: false });
  }
  return false;
}

interface Queue {
  readonly busy: number;
  readonly waiting: number;
  readonly retrying: number;
}

/** Null: the bot does not answer, as while its database is locked. */
async function queueOf(url: string): Promise<Queue | null> {
  const text = await fetch(`${url}/metrics`).then(
    (response) => response.text(),
    () => "",
  );
  const sum = (row: RegExp): number =>
    [...text.matchAll(row)].reduce((all, [, tasks]) => all + Number(tasks), 0);
  if (!text.includes("countersign_database_up 1")) return null;
  return {
    busy: sum(/^countersign_queue_tasks\{state="(?:due|leased)"\} (\d+)$/gm),
    waiting: sum(/^countersign_queue_tasks\{state="waiting"\} (\d+)$/gm),
    retrying: sum(/^countersign_queue_troubled_tasks\{state="retrying",.*\} (\d+)$/gm),
  };
}

function trafficOf({ hosts: { github, gitee } }: Settling): readonly number[] {
  return [
    github.requests.length,
    github.deliveries.log.length,
    gitee.requests.length,
    gitee.deliveries.length,
  ];
}

function hasUndecided({ sites }: Settling): boolean {
  return sites.some(({ pulls }) =>
    pulls().some(({ state, verdict }) => state === "open" && verdict === "none"),
  );
}
