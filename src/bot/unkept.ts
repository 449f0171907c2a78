/**
 * What a delivery asks for although the database could not keep it. Gitee sends a delivery once, and its label
 * belongs to the pull request: a green one would stay on a new head until somebody looks. So it is checked at once
 * and without the queue; for want of the database that ends in doubt, which takes the label away. The next look
 * for lost deliveries makes the rest good. A commit status stays with the old head, so GitHub needs none of this.
 */
import type { Logger } from "pino";
import { Failure } from "../error.ts";
import { taskKey, taskRepository, type Mark } from "../ports/queue.ts";
import { reconcile } from "../check/reconcile.ts";
import type { WorkWorld } from "../check/work.ts";

/** More at once are left to the look for lost deliveries: nothing here is durable, so it must not pile up. */
const MOST = 100;

export function checkUnkept(world: WorkWorld, log: Logger): (marks: readonly Mark[]) => void {
  /** Pull requests under way, and whether they were named again meanwhile. */
  const underWay = new Map<string, { again: boolean }>();

  async function check(mark: Mark): Promise<void> {
    const { task } = mark;
    const host = world.hosts.get(task.host);
    if (task.kind !== "pull" || host === undefined || host.capabilities.statuses) return;
    const place = { host: task.host, repository: taskRepository(task), task: taskKey(task) };
    const key = JSON.stringify(place);
    const running = underWay.get(key);
    if (running !== undefined) running.again = true;
    if (running !== undefined || underWay.size >= MOST) return;
    const state = { again: true };
    underWay.set(key, state);
    const ref = { host: task.host, repository: task.repository, number: task.number };
    while (state.again) {
      state.again = false;
      await reconcile(world, host, ref, mark.route ?? NO_ROUTE).catch((error: unknown) => {
        if (error instanceof Failure) log.warn({ ...place, code: error.code }, error.message);
        else log.error({ ...place, err: error }, "a check without the queue met a bug");
      });
    }
    underWay.delete(key);
  }

  return (marks) => {
    for (const mark of marks) void check(mark);
  };
}

const NO_ROUTE = { installation: null, handle: null };
