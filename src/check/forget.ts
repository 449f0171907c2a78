import type { HostName } from "../account.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure } from "../error.ts";
import type { Host } from "../ports/host.ts";
import type { RepositoryRef } from "../pull.ts";
import type { Route, Taken } from "../ports/queue.ts";

interface ForgetWorld {
  readonly engine: Pick<Engine, "pulls" | "queue">;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

/** The minimum time, in milliseconds, between the two checks that find a repository gone before it is forgotten. */
export const CONFIRMATION = 3_600_000;
/** Nothing is forgotten after fewer looks: a clock that jumped ahead may say that an hour passed. */
const FEWEST_LOOKS = 5;
const MINUTE = 60_000;

/**
 * Forgets the subject of a task because the host says that it does not exist: only the pull request if its repository
 * exists; all repositories, one after the other, if an installation is gone. A repository is forgotten at the second
 * check, an hour after the first.
 * @param patient the task is tried again anyway
 * @returns whether it is forgotten; or when to check again, in milliseconds since the epoch
 */
export async function forgetGone(
  world: ForgetWorld,
  taken: Taken,
  patient: boolean,
): Promise<boolean | number> {
  const { task, route, attempts } = taken;
  const { pulls, queue } = world.engine;
  const isEarly = !patient && attempts < FEWEST_LOOKS;
  switch (task.kind) {
    case "pull":
    case "repository": {
      if (patient && attempts > 0) return false;
      const place = { host: task.host, id: task.repository };
      // Checked again, because the failure may be about a part of it.
      if (!(await shows(world, task, route))) {
        const at = await forgetMissing(world, place, taken);
        return at ?? true;
      }
      await pulls.noteSeen(place);
      if (isEarly) return world.now() + MINUTE;
      if (task.kind === "pull" && !patient)
        await pulls.close({ host: task.host, repository: task.repository, number: task.number }, taken);
      return !patient;
    }
    case "installation": {
      if (patient) return false;
      const known = await pulls.repositories(task.host);
      const own = known.filter((one) => one.route.installation === task.installation);
      await queue.mark(
        own.map(({ id }) => ({ task: { kind: "repository", host: task.host, repository: id }, route: null })),
      );
      return true;
    }
    case "comment":
    case "group":
      return isEarly ? world.now() + MINUTE : !patient;
  }
}

/**
 * Records that a repository is gone, and forgets it if an earlier check found the same.
 * @param taken the task that found it; omitted if it was missing in a list
 * @returns when to check again, in milliseconds since the epoch; null: it is forgotten, or was seen since
 */
export async function forgetMissing(
  { engine, now }: Pick<ForgetWorld, "now"> & { readonly engine: Pick<Engine, "pulls"> },
  place: RepositoryRef,
  taken?: Taken,
): Promise<number | null> {
  const at = (await engine.pulls.noteMissing(place)) + CONFIRMATION;
  if (now() < at) return at;
  await engine.pulls.forgetRepository(place, taken);
  return null;
}

/** Whether the host shows the repository of a task. */
async function shows(
  world: ForgetWorld,
  task: { readonly host: HostName; readonly repository: number },
  route: Route,
): Promise<boolean> {
  const open = world.hosts.get(task.host)?.readOpen({ host: task.host, id: task.repository }, route);
  try {
    await open?.[Symbol.asyncIterator]().next();
    return true;
  } catch (error) {
    if (error instanceof Failure && error.code === "not-found") return false;
    throw error;
  }
}
