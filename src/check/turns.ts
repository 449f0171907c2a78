/**
 * How often one pull request is worked on, and how many calls that may cost, so that pushes and comments without end
 * take no more than a fair share of what the installation has: 900 points a minute, of which a read costs one and a
 * write five, and at least 5,000 an hour
 * (https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api). Gitee publishes no limit: each of
 * its calls counts as one point.
 */
import type { Task } from "../ports/queue.ts";

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
/** Tasks of one pull request in a minute. */
const TASKS = 30;
/** A third of the minute's points. The task that exceeds them is finished, and the next one waits. */
const POINTS = 300;
/** The same for the hour, with its smaller limit. */
const HOURLY_POINTS = 1_500;
/** How many pull requests are remembered before the ones that rested are forgotten. */
const MANY = 1_000;

export interface Turns {
  /** Takes a turn for a task. @returns when it may have one, in milliseconds since the epoch; null: now */
  take(task: Task, now: number): number | null;
  /** What the calls of a task cost, in points. */
  spend(task: Task, points: number, now: number): void;
  /** The task could not be finished in one reading, and took the whole share of its pull request. */
  spendAll(task: Task, now: number): void;
}

export interface Shares {
  /** How many tasks a pull request may have in a minute. */
  readonly tasks?: number;
  /** What its tasks may cost in a minute, and in an hour. */
  readonly points?: number;
  readonly hourly?: number;
  /** How many processes share the host's limits; each has its part. */
  readonly sharers?: () => number;
}

/** What was spent at a moment, or in the minute before it. */
interface Spent {
  readonly at: number;
  readonly tasks: number;
  readonly points: number;
}

interface Pull {
  minute: Spent[];
  hour: Spent[];
  /** The latest turn that a waiting comment was given. */
  turn: number;
}

export function createTurns({
  tasks = TASKS,
  points = POINTS,
  hourly = HOURLY_POINTS,
  sharers = () => 1,
}: Shares = {}): Turns {
  const pulls = new Map<string, Pull>();
  /** When the ones that rested were last forgotten. */
  let forgot = 0;
  const partOf = (share: number): number => Math.max(1, Math.floor(share / Math.max(1, sharers())));

  const recent = (key: string, now: number): Pull => {
    const { minute = [], hour = [], turn = 0 } = pulls.get(key) ?? {};
    const left = { minute: since(minute, now, MINUTE), hour: since(hour, now, HOUR), turn };
    if (left.hour.length === 0 && left.minute.length === 0) pulls.delete(key);
    else pulls.set(key, left);
    return left;
  };

  const add = (task: Task, one: Spent): void => {
    const key = keyOf(task);
    if (key === null) return;
    const { minute, hour, turn } = recent(key, one.at);
    // One entry for each minute: its end counts as the time of all in it.
    const at = Math.ceil(one.at / MINUTE) * MINUTE;
    const before = hour.findLast((other) => other.at === at);
    const sum = { at, tasks: 0, points: (before?.points ?? 0) + one.points };
    const others = hour.filter((other) => other !== before);
    pulls.set(key, { minute: [...minute, one], hour: [...others, sum], turn });
    if (pulls.size <= MANY || Math.abs(one.at - forgot) < MINUTE) return;
    forgot = one.at;
    for (const other of pulls.keys()) recent(other, one.at);
  };

  return {
    take(task, now) {
      const key = keyOf(task);
      if (key === null) return null;
      const pull = recent(key, now);
      const { minute, hour } = pull;
      const free = Math.max(
        freeAt(minute, MINUTE, partOf(tasks), partOf(points)),
        freeAt(hour, HOUR, Infinity, partOf(hourly)),
      );
      if (free > 0 && task.kind === "pull") return free;
      // Any number of comments may wait: each gets a turn of its own, so that they do not all come back at once.
      if (free > 0) {
        const next = pull.turn + MINUTE / partOf(tasks);
        return (pull.turn = next > free + HOUR ? free : Math.max(free, next));
      }
      add(task, { at: now, tasks: 1, points: 0 });
      return null;
    },
    spend(task, cost, now) {
      if (cost > 0) add(task, { at: now, tasks: 0, points: cost });
    },
    spendAll(task, now) {
      add(task, { at: now, tasks: partOf(tasks), points: 0 });
    },
  };
}

/** The part of what was spent that still counts. An entry of the hour may be up to a minute ahead. */
function since(spent: readonly Spent[], now: number, length: number): Spent[] {
  const latest = length === HOUR ? now + MINUTE : now;
  return spent.filter(({ at }) => at > now - length && at <= latest);
}

/** When less than both shares is spent again, in milliseconds since the epoch; 0: now. */
function freeAt(spent: readonly Spent[], length: number, tasks: number, points: number): number {
  let [used, cost] = [0, 0];
  for (const one of spent) {
    used += one.tasks;
    cost += one.points;
  }
  let free = 0;
  for (const one of spent) {
    if (used < tasks && cost < points) break;
    used -= one.tasks;
    cost -= one.points;
    free = one.at + length;
  }
  return free;
}

/** Null: the task is of no single pull request. */
function keyOf(task: Task): string | null {
  if (task.kind !== "pull" && task.kind !== "comment") return null;
  return `${task.host}/${task.repository}/${task.number}`;
}
