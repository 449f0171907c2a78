import { Failure } from "../error.ts";
import type { ConfirmWrite } from "../ports/host.ts";
import type { Queue, Taken } from "../ports/queue.ts";

/**
 * The right to show and to record what was found: a task that is held, at the generation that was taken. Two checks
 * of one pull request would otherwise overwrite each other's answers, and the older one could be the last.
 */
export interface Hold {
  readonly taken: Taken;
  /** Called before each write to the host. @throws Failure `superseded`, `database-unreachable` */
  readonly confirm: ConfirmWrite;
}

/** How long a task is leased, in milliseconds: a worker that dies delays it for no longer. */
export const LEASE_MS = 15_000;

export function holdOf(queue: Pick<Queue, "confirm">, taken: Taken): Hold {
  return { taken, confirm: () => queue.confirm(taken, LEASE_MS) };
}

/**
 * For an answer in doubt while the database does not tell who holds the task: doubt is never green, and must not wait
 * for the database.
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
