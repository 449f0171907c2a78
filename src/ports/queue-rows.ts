/** How the engines store the queue's rows, and read them. */
import type { HostName } from "../account.ts";
import type { FailureCode } from "../error.ts";
import {
  parseTask,
  type Arrival,
  type Mark,
  type QueueSurvey,
  type Taken,
  type TroubledTask,
} from "./queue.ts";

/** The row of a leased task. */
export interface KeptTask {
  readonly host: HostName;
  readonly repository: number;
  readonly key: string;
  readonly generation: number;
  readonly attempts: number;
  readonly failingSince: number | null;
  readonly told: string | null;
  /** In the format of {@link keptArrivals}; null: no deliveries. */
  readonly deliveries: string | null;
  readonly handle: string | null;
  readonly installation: number | null;
  /** SQLite has no booleans. */
  readonly bulk: boolean | number;
}

/** Reads a leased task. */
export function takenOf(
  { host, repository, key, handle, installation, ...kept }: KeptTask,
  lease: string,
): Taken {
  const { generation, attempts, failingSince, told, bulk } = kept;
  return {
    task: parseTask(host, repository, key),
    generation,
    lease,
    route: { installation, handle },
    ...parseTold(told),
    deliveries: parseArrivals(kept.deliveries),
    attempts,
    failingSince,
    bulk: Boolean(bulk),
  };
}

/** The length of the time before the stored {@link Mark.told}. Of two marks, the one with the later time stays. */
export const TOLD_AT = 15;

/** A mark's `told` in the stored format: its time with leading zeros, a space, and the state; null: none. */
export function keptTold({ told, toldAt = 0 }: Pick<Mark, "told" | "toldAt">): string | null {
  return told === undefined ? null : `${String(toldAt).padStart(TOLD_AT, "0")} ${told}`;
}

/** Earlier versions of the bot stored no time. */
function parseTold(kept: string | null): Pick<Taken, "told" | "toldAt"> {
  if (kept === null || !/^\d{15} /.test(kept)) return { told: kept, toldAt: null };
  return { told: kept.slice(TOLD_AT + 1), toldAt: Number(kept.slice(0, TOLD_AT)) || null };
}

/** The maximum length of a task's deliveries, in characters, so that a flood of deliveries does not grow its row. */
export const LONGEST_ARRIVALS = 500;

/** Deliveries in the stored format: `ID@MILLISECONDS`, separated by spaces; null: no deliveries. */
export function keptArrivals(arrivals: readonly Arrival[] | undefined): string | null {
  if (arrivals === undefined || arrivals.length === 0) return null;
  return arrivals.map(({ id, at }) => `${id}@${at}`).join(" ");
}

function parseArrivals(kept: string | null): readonly Arrival[] {
  if (kept === null) return [];
  return kept.split(" ").map((one) => {
    const [id = "", at = ""] = one.split("@");
    return { id, at: Number(at) };
  });
}

/** The counts of each class; a class that the engine did not find gets zeros. */
export function surveyOf(
  classes: readonly {
    readonly bulk: boolean | number;
    readonly due: number;
    readonly oldest: number | null;
  }[],
  troubled: readonly {
    readonly code: FailureCode;
    readonly parked: boolean | number;
    readonly tasks: number;
  }[],
): QueueSurvey {
  const of = (bulk: boolean) => classes.find((one) => Boolean(one.bulk) === bulk) ?? { due: 0, oldest: null };
  const [person, bulk] = [of(false), of(true)];
  return {
    classes: [
      { class: "person", due: person.due, oldest: person.oldest },
      { class: "bulk", due: bulk.due, oldest: bulk.oldest },
    ],
    troubled: troubled.map(({ code, parked, tasks }) => ({
      code,
      state: parked ? "parked" : "retrying",
      tasks,
    })),
  };
}

/** The row of a task in trouble. */
export interface KeptTrouble extends Omit<TroubledTask, "task" | "code"> {
  readonly host: HostName;
  readonly repository: number;
  readonly key: string;
  readonly failure: FailureCode;
}

/** Reads a task in trouble. */
export function troubleOf({ host, repository, key, failure, attempts, dueAt }: KeptTrouble): TroubledTask {
  return { task: parseTask(host, repository, key), code: failure, attempts, dueAt };
}
