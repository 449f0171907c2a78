/**
 * Handles a delivery that the database could not store. Gitee sends a delivery once, and its label belongs to the pull
 * request, so a green label would stay on a new head. So the bot shows "undecided" at once, without the queue, which
 * removes the label. That needs no lease, because it is never green; nothing else is shown here. When the database
 * answers again, the queue gets the delivery, and the next search for lost deliveries finds the rest. A commit status
 * stays on the old head, so GitHub does not need this.
 */
import type { Logger } from "pino";
import { Failure } from "../error.ts";
import { taskKey, taskRepository, type Mark } from "../ports/queue.ts";
import type { Hold } from "../check/hold.ts";
import { reconcile } from "../check/reconcile.ts";
import type { Host } from "../ports/host.ts";
import type { PullRef } from "../pull.ts";
import type { WorkWorld } from "../check/work.ts";

/** The search for lost deliveries finds any beyond this number: nothing here is durable, so it must not pile up. */
const MOST = 100;

export function checkUnkept(world: WorkWorld, log: Logger): (marks: readonly Mark[]) => void {
  /** Pull requests in progress, and whether another delivery named them since. */
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
      await keepOrDoubt(mark, host, ref).catch((error: unknown) => {
        if (error instanceof Failure) log.warn({ ...place, code: error.code }, error.message);
        else log.error({ ...place, err: error }, "a check without the queue failed because of a bug");
      });
    }
    underWay.delete(key);
  }

  async function keepOrDoubt(mark: Mark, host: Host, ref: PullRef): Promise<void> {
    try {
      await world.engine.queue.mark([mark]);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      await reconcile(withoutDatabase(world), host, ref, mark.route ?? NO_ROUTE, NO_HOLD);
    }
  }

  return (marks) => {
    for (const mark of marks) void check(mark);
  };
}

const NO_ROUTE = { installation: null, handle: null };

const away = (): Promise<never> => Promise.reject(new Failure("database-unreachable"));

/** A later answer of the database does not count: another check may hold the task by then. */
function withoutDatabase(world: WorkWorld): WorkWorld {
  const { pulls, signatures } = world.engine;
  const engine = {
    ...world.engine,
    pulls: { ...pulls, find: away, record: away, close: away, sharing: away, has: away },
    signatures: { ...signatures, covered: away },
  };
  return { ...world, engine };
}

const NO_HOLD: Hold = {
  taken: {
    task: { kind: "installation", host: "gitee", installation: 0 },
    generation: 0,
    lease: "",
    route: NO_ROUTE,
    told: null,
    toldAt: null,
    deliveries: [],
    attempts: 0,
    failingSince: null,
    bulk: false,
  },
  confirm: away,
};
