import type { HostName } from "../account.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure } from "../error.ts";
import type { Host } from "../ports/host.ts";
import type { Route, Taken } from "../ports/queue.ts";

interface ForgetWorld {
  readonly engine: Pick<Engine, "pulls" | "queue">;
  readonly hosts: ReadonlyMap<HostName, Host>;
}

/**
 * Forgets what a task was about because the host does not show it any more: the pull request alone where its
 * repository is still there, and all repositories of an installation that is gone, one after the other.
 */
export async function forgetGone(world: ForgetWorld, { task, route }: Taken): Promise<void> {
  const { pulls, queue } = world.engine;
  switch (task.kind) {
    case "pull":
    case "repository":
      // Asked once more, as everything that is kept of the repository goes with it.
      if (await shows(world, task, route)) {
        if (task.kind === "pull")
          await pulls.close({ host: task.host, repository: task.repository, number: task.number });
      } else await pulls.forgetRepository({ host: task.host, id: task.repository });
      return;
    case "installation": {
      const known = await pulls.repositories(task.host);
      const own = known.filter((one) => one.route.installation === task.installation);
      await queue.mark(
        own.map(({ id }) => ({ task: { kind: "repository", host: task.host, repository: id }, route: null })),
      );
      return;
    }
    case "comment":
    case "group":
      return;
  }
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
