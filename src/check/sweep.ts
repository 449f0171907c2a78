/** Many pull requests checked at once, whatever told or did not tell of them: what lost deliveries hid is found. */
import { covers } from "../records/agreement.ts";
import type { Engine } from "../ports/engine.ts";
import { forgetMissing } from "./forget.ts";
import type { Host, ListedRepository } from "../ports/host.ts";
import type { World } from "./inspect.ts";
import type { PullRef } from "../pull.ts";
import { pullTask, type Mark, type Route } from "../ports/queue.ts";
import { settle } from "./reconcile.ts";

export interface SweepWorld extends World {
  readonly engine: World["engine"] & Pick<Engine, "queue">;
}

/**
 * Time alone may change a verdict. Where it does so before the next sweep, in milliseconds, the pull request's own
 * check keeps the moment.
 */
const SOON = 8 * 3_600_000;

/**
 * Checks a repository's open pull requests, many in a read. Marked for a check of their own are those that did not
 * fit in one, that failed, or that were parked; those whose head is not the one known, since a check may be about it;
 * and those known as open that the host does not list so.
 */
export async function sweep(
  world: SweepWorld,
  host: Host,
  repository: number,
  route: Route,
): Promise<number> {
  const { pulls, queue } = world.engine;
  const place = { host: host.name, id: repository };
  const marks: Mark[] = await troubledOf(world, host, repository);
  const mark = (ref: PullRef): void => void marks.push({ task: pullTask(ref), route });
  const known = await pulls.open(place);
  // Only a mark keeps the way there, without which no signature could wake what is recorded here.
  const hasRoute = (await pulls.route(place)) !== null;
  const listed = new Set<number>();
  for await (const found of host.readOpen(place, route)) {
    const ref = "pull" in found ? found.pull.ref : found;
    if (!hasRoute && listed.size === 0) mark(ref);
    listed.add(ref.number);
    if ("pull" in found && (known.get(ref.number) ?? found.pull.head) === found.pull.head) {
      // Whatever goes wrong with one, a bug too, stops no other; its own check tells what it was.
      const outcome = await settle(world, host, found, route).catch(() => null);
      const again = outcome === null ? 0 : outcome.again;
      if (again !== null && again < world.now() + SOON) mark(ref);
    } else mark(ref);
  }
  await pulls.noteSeen(place);
  for (const number of known.keys()) if (!listed.has(number)) mark({ host: host.name, repository, number });
  await queue.mark(marks);
  return listed.size;
}

/** How many tasks in trouble are looked through. */
const TROUBLED = 1_000;

async function troubledOf({ engine }: SweepWorld, host: Host, repository: number): Promise<Mark[]> {
  const troubled = await engine.queue.troubled(TROUBLED);
  return troubled.flatMap(({ task }) =>
    task.host === host.name &&
    task.kind !== "repository" &&
    task.kind !== "installation" &&
    task.repository === repository
      ? [{ task, route: null }]
      : [],
  );
}

/** Marks of every repository that the bot serves on a host and that an agreement covers or once covered. */
export async function repositoriesOf(
  world: SweepWorld,
  host: Host,
  installation: number | null,
): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for await (const listed of host.repositories(installation))
    marks.push(...(await marksOf(world, host, listed)));
  return marks;
}

/**
 * Marks them, and forgets those that an installation's own list, read whole, lacked at two looks an hour apart; where
 * there is no such list, their own sweep finds out. What was listed is marked whatever becomes of the rest, so that no
 * installation in trouble stops the others.
 * @returns when to look again for those that were missing, in milliseconds since the epoch; null: none was
 */
export async function markRepositories(
  world: SweepWorld,
  host: Host,
  installation: number | null,
): Promise<number | null> {
  const { pulls, queue } = world.engine;
  const looks: number[] = [];
  const known = await pulls.repositories(host.name);
  const listed = new Set<number>();
  const lists = new Set(installation === null ? [] : [installation]);
  const marks: Mark[] = [];
  try {
    for await (const one of host.repositories(installation)) {
      listed.add(one.repository.id);
      if (one.route.installation !== null) lists.add(one.route.installation);
      marks.push(...(await marksOf(world, host, one)));
    }
  } finally {
    await queue.mark(marks);
  }
  for (const { id, route } of known) {
    if (listed.has(id)) continue;
    if (route.installation !== null && lists.has(route.installation)) {
      const at = await forgetMissing(world, { host: host.name, id });
      if (at !== null) looks.push(at);
    } else if (installation === null)
      await queue.mark([{ task: { kind: "repository", host: host.name, repository: id }, route: null }]);
  }
  return looks.length === 0 ? null : Math.max(...looks);
}

async function marksOf(
  world: SweepWorld,
  host: Host,
  { repository, path, route, archived }: ListedRepository,
): Promise<readonly Mark[]> {
  // Nothing can be written there, so there is nothing to check.
  if (archived) return [];
  const covered = world.agreements.some(({ repositories }) => covers(repositories, host.name, path));
  if (!covered && (await world.engine.pulls.route(repository)) === null) return [];
  return [{ task: { kind: "repository", host: host.name, repository: repository.id }, route }];
}
