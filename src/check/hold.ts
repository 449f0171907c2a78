import { Failure } from "../error.ts";
import type { ConfirmWrite } from "../ports/host.ts";
import type { Queue, Taken } from "../ports/queue.ts";

/**
 * The right to show and record a result: a held lease on a task, at the leased generation. Without it, two checks of
 * one pull request could overwrite each other, and the older result could be the last.
 */
export interface Hold {
  readonly taken: Taken;
  /** Called before each write to the host. @throws Failure `superseded`, `database-unreachable` */
  readonly confirm: ConfirmWrite;
  /** Whether the task comes back to the queue if its check leaves something to the next one. */
  readonly canContinue?: boolean;
}

/** How long a task is leased, in milliseconds. If a worker dies, the task waits no longer than this. */
export const LEASE_MS = 15_000;

/** How often a task is repeated, within about a minute, if the host does not show what the delivery said. */
export const BEHIND_TRIES = 5;

/**
 * How often it is repeated in all, for some hours, with doubt shown instead of green. A host that still shows something
 * else is not behind: the delivery was.
 */
export const BEHIND_LOOKS = 20;
/** The same for a pull request that changed at the time of the delivery or later, so that it is less likely. */
export const UNSURE_LOOKS = 12;

export function holdOf(queue: Pick<Queue, "confirm" | "recheck">, taken: Taken): Hold {
  const confirm = (): Promise<void> => queue.confirm(taken, LEASE_MS);
  return {
    taken,
    confirm: Object.assign(confirm, { unanswered: () => queue.recheck(taken), bulk: taken.bulk }),
  };
}

/**
 * For an answer in doubt while the database can't tell who holds the task. Doubt is never green, and must not wait for
 * the database.
 */
export function inDoubt({ confirm }: Hold): ConfirmWrite {
  return async () => {
    try {
      await confirm();
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "database-unreachable") throw error;
    }
  };
}
