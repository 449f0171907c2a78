/**
 * How often one pull request is worked on, so that whoever pushes or comments to it without end takes no more than a
 * fair share of what the installation has in a minute: 900 points, of which a check that writes takes about ten
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api).
 */
import type { Task } from "../ports/queue.ts";

const MINUTE = 60_000;
/** Tasks of one pull request in a minute. */
const SHARE = 30;
/** How many pull requests are remembered before the ones that rested for a minute are forgotten. */
const MANY = 1_000;

export interface Turns {
  /** Takes a turn for a task. @returns when it may have one, in milliseconds since the epoch; null: now */
  take(task: Task, now: number): number | null;
  /** The task could not be finished in one reading, and took the whole share of its pull request. */
  spendAll(task: Task, now: number): void;
}

/** @param share how many tasks a pull request may have in a minute */
export function createTurns(share = SHARE): Turns {
  const taken = new Map<string, number[]>();

  const recent = (key: string, now: number): number[] => {
    const times = (taken.get(key) ?? []).filter((at) => at > now - MINUTE && at <= now);
    if (times.length === 0) taken.delete(key);
    else taken.set(key, times);
    return times;
  };

  const add = (key: string, times: readonly number[], now: number, count: number): void => {
    taken.set(key, [...times, ...Array.from({ length: count }, () => now)]);
    if (taken.size > MANY) for (const other of taken.keys()) recent(other, now);
  };

  return {
    take(task, now) {
      const key = keyOf(task);
      if (key === null) return null;
      const times = recent(key, now);
      const first = times.at(-share);
      if (first !== undefined) return first + MINUTE;
      add(key, times, now, 1);
      return null;
    },
    spendAll(task, now) {
      const key = keyOf(task);
      if (key !== null) add(key, recent(key, now), now, share);
    },
  };
}

/** Null: the task is of no single pull request. */
function keyOf(task: Task): string | null {
  if (task.kind !== "pull" && task.kind !== "comment") return null;
  return `${task.host}/${task.repository}/${task.number}`;
}
