import { unlessFailed, type Failure } from "../error.ts";
import type { Engine } from "../ports/engine.ts";
import type { Host } from "../ports/host.ts";
import type { Taken } from "../ports/queue.ts";

/**
 * Asks for the way to a repository after the host refused a permission. A delivery from before a transfer may arrive
 * late and name an installation that can't write there. If there is another way, the repository's tasks are due again.
 */
export async function takeNewRoute(
  { queue }: Pick<Engine, "queue">,
  host: Host,
  { task, route }: Taken,
  failure: Failure,
): Promise<void> {
  if (failure.code !== "permission-missing" || task.kind === "installation" || host.routeNow === null) return;
  const { repository } = task;
  const now = await unlessFailed(host.routeNow({ host: host.name, id: repository }, route));
  if (now === null || now.installation === route.installation) return;
  await queue.mark([
    { task, route: now },
    // It marks the repository's other tasks that failed the same way.
    { task: { kind: "repository", host: host.name, repository }, route: null, bulk: true },
  ]);
}
