/**
 * How often one pull request is worked on, and how many calls that may cost, so that pushes and comments without end
 * take no more than a fair share of what the installation has in a minute: 900 points, of which a read costs one and a
 * write five (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api). Gitee publishes no
 * limit: each of its calls counts as one point.
 */
import type { Task } from "../ports/queue.ts";

const MINUTE = 60_000;
/** Tasks of one pull request in a minute. */
const SHARE = 30;
/** A third of the minute's points. The task that exceeds them is finished, and the next one waits. */
const POINTS = 300;
/** How many pull requests are remembered before the ones that rested for a minute are forgotten. */
const MANY = 1_000;

export interface Turns {
  /** Takes a turn for a task. @returns when it may have one, in milliseconds since the epoch; null: now */
  take(task: Task, now: number): number | null;
  /** What the calls of a task cost, in points. */
  spend(task: Task, points: number, now: number): void;
  /** The task could not be finished in one reading, and took the whole share of its pull request. */
  spendAll(task: Task, now: number): void;
}

interface Spent {
  readonly at: number;
  readonly tasks: number;
  readonly points: number;
}

/**
 * @param share how many tasks a pull request may have in a minute
 * @param points what its tasks may cost in a minute
 */
export function createTurns(share = SHARE, points = POINTS): Turns {
  const spent = new Map<string, Spent[]>();

  const recent = (key: string, now: number): Spent[] => {
    const left = (spent.get(key) ?? []).filter(({ at }) => at > now - MINUTE && at <= now);
    if (left.length === 0) spent.delete(key);
    else spent.set(key, left);
    return left;
  };

  const add = (task: Task, one: Spent): void => {
    const key = keyOf(task);
    if (key === null) return;
    spent.set(key, [...recent(key, one.at), one]);
    if (spent.size > MANY) for (const other of spent.keys()) recent(other, one.at);
  };

  return {
    take(task, now) {
      const key = keyOf(task);
      if (key === null) return null;
      const taken = recent(key, now);
      let tasks = taken.reduce((sum, one) => sum + one.tasks, 0);
      let cost = taken.reduce((sum, one) => sum + one.points, 0);
      let free: number | null = null;
      for (const one of taken) {
        if (tasks < share && cost < points) break;
        tasks -= one.tasks;
        cost -= one.points;
        free = one.at + MINUTE;
      }
      if (free === null) add(task, { at: now, tasks: 1, points: 0 });
      return free;
    },
    spend(task, cost, now) {
      if (cost > 0) add(task, { at: now, tasks: 0, points: cost });
    },
    spendAll(task, now) {
      add(task, { at: now, tasks: share, points: 0 });
    },
  };
}

/** Null: the task is of no single pull request. */
function keyOf(task: Task): string | null {
  if (task.kind !== "pull" && task.kind !== "comment") return null;
  return `${task.host}/${task.repository}/${task.number}`;
}
