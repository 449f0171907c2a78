/** Checks many pull requests at once, independent of deliveries, and so recovers lost deliveries. */
import { covers } from "../records/agreement.ts";
import type { Engine } from "../ports/engine.ts";
import { Failure, unlessFailed } from "../error.ts";
import { forgetMissing } from "./forget.ts";
import type { Host, ListedRepository, Reading } from "../ports/host.ts";
import { holdOf, LEASE_MS } from "./hold.ts";
import type { World } from "./inspect.ts";
import type { PullRef, RepositoryRef } from "../pull.ts";
import { pullTask, type Claim, type Mark, type Route } from "../ports/queue.ts";
import { isBehind, settle } from "./reconcile.ts";

export interface SweepWorld extends World {
  readonly engine: World["engine"] & Pick<Engine, "queue">;
  /** Waits for so many milliseconds. If omitted, a sweep does not wait for the host's limits, but starts again later. */
  readonly sleep?: (ms: number) => Promise<unknown>;
}

/** How many pull requests are claimed and settled together; small enough that no lease runs out. */
const TOGETHER = 20;
/** How many marks are stored together, so that their transaction does not stop everything else. */
const MARKS = 500;
/** How long a sweep waits in the middle for the host's limits, in milliseconds. For longer, it starts again. */
const LONGEST_WAIT = 60_000;
/** The limits may have room earlier, so they are asked again this often. */
const LOOK_MS = 1_000;

/**
 * Checks a repository's open pull requests, many in a read. It never overwrites another worker's check: it settles only
 * pull requests that were free since before the read. It marks the others for a separate check: also pull requests that
 * did not fit in a shared read, that failed, whose head differs from the known one, and known ones that the host no
 * longer lists as open. It marks merge groups without an answer.
 * @param pausedUntil until when the host's limits leave no room for bulk work; null: they do. It waits for room before
 *   each read; pull requests that were read already are marked
 * @returns the number of open pull requests
 * @throws Failure `paced` if there is no room for longer than {@link LONGEST_WAIT}
 */
export async function sweep(
  world: SweepWorld,
  host: Host,
  repository: number,
  route: Route,
  pausedUntil: () => number | null = () => null,
): Promise<number> {
  const { pulls, queue } = world.engine;
  const place = { host: host.name, id: repository };
  let marks: Mark[] = await troubledOf(world, host, repository);
  const store = async (): Promise<void> => {
    const found = marks;
    marks = [];
    await queue.mark(found);
  };
  // A delivery may have brought a newer route since this one was taken.
  const mark = (ref: PullRef): void => void marks.push({ task: pullTask(ref), route: null, bulk: true });
  const listed = new Set<number>();
  let read: Claimed[] = [];
  const known = await pulls.open(place);
  try {
    for await (const found of host.readOpen(place, route)) {
      if (marks.length >= MARKS) await store();
      if ("group" in found) {
        marks.push({ task: { kind: "group", host: host.name, repository, ...found.group }, route: null });
        continue;
      }
      const ref = "pull" in found ? found.pull.ref : found;
      listed.add(ref.number);
      const before = known.get(ref.number);
      if (!("pull" in found) || (before?.head ?? found.pull.head) !== found.pull.head) mark(ref);
      else read.push({ reading: found, claim: { ref, route: null, checks: before?.checks ?? null } });
      if (read.length < TOGETHER) continue;
      for (const left of await settleClaimed(world, host, read, route, pausedUntil)) mark(left);
      read = [];
      await waitForRoom(world, pausedUntil);
    }
    await pulls.noteSeen(place);
    for (const left of await settleClaimed(world, host, read, route, pausedUntil)) mark(left);
    for (const number of known.keys()) {
      if (listed.has(number)) continue;
      mark({ host: host.name, repository, number });
      if (marks.length >= MARKS) await store();
    }
  } finally {
    await store();
  }
  return listed.size;
}

async function waitForRoom({ now, sleep }: SweepWorld, pausedUntil: () => number | null): Promise<void> {
  for (let until = pausedUntil(); until !== null; until = pausedUntil()) {
    const wait = until - now();
    if (wait > LONGEST_WAIT || sleep === undefined) throw new Failure("paced", undefined, { retryAt: until });
    await sleep(Math.min(LOOK_MS, Math.max(0, wait)));
  }
}

interface Claimed {
  readonly reading: Reading;
  readonly claim: Claim;
}

/** Settles the readings whose pull requests are free. @returns the other ones */
async function settleClaimed(
  world: SweepWorld,
  host: Host,
  read: readonly Claimed[],
  route: Route,
  pausedUntil: () => number | null,
): Promise<readonly PullRef[]> {
  const { queue } = world.engine;
  const refs = read.map(({ claim }) => claim.ref);
  if (refs.length === 0 || pausedUntil() !== null) return refs;
  const taken = await queue.claim(
    read.map(({ claim }) => claim),
    LEASE_MS,
  );
  const left = new Set(refs.map(({ number }) => number));
  // In parallel, so that the database waits for the disk once for all of them.
  await Promise.all(
    taken.map(async (one) => {
      const found = read.find(
        ({ claim }) => one.task.kind === "pull" && claim.ref.number === one.task.number,
      );
      if (found === undefined) return;
      const hold = holdOf(queue, one);
      // A failure or bug in one does not stop the others; its separate check reports it.
      const outcome = isBehind(found.reading, hold)
        ? null
        : await settle(world, host, found.reading, route, hold).catch(() => null);
      if (outcome === null) await queue.release([one]);
      else if (await queue.done(one, outcome.again, outcome.owed)) left.delete(found.claim.ref.number);
    }),
  );
  return refs.filter(({ number }) => left.has(number));
}

/** The maximum of tasks in trouble to read. */
const TROUBLED = 1_000;

async function troubledOf({ engine }: SweepWorld, host: Host, repository: number): Promise<Mark[]> {
  const troubled = await engine.queue.troubled(TROUBLED);
  return troubled.flatMap(({ task }) =>
    task.host === host.name &&
    task.kind !== "repository" &&
    task.kind !== "installation" &&
    task.repository === repository
      ? [{ task, route: null, bulk: true }]
      : [],
  );
}

/** Marks for every repository that the bot serves on a host and that an agreement covers or once covered. */
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
 * Marks them. Forgets repositories that are missing twice, an hour apart, in the complete list of their installation, if
 * the host says each time that the bot serves them no more; without such a list, and if it is empty, their own sweep
 * notices. Listed repositories are always marked, so that an installation in trouble does not stop the others.
 * @returns when to check the missing ones again, in milliseconds since the epoch; null: none is missing
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
  const lists = new Set<number>();
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
    const ref = { host: host.name, id };
    if (route.installation !== null && lists.has(route.installation) && (await isGone(host, ref, route))) {
      const at = await forgetMissing(world, ref);
      if (at !== null) looks.push(at);
    } else if (installation === null || route.installation === installation)
      await queue.mark([
        { task: { kind: "repository", host: host.name, repository: id }, route: null, bulk: true },
      ]);
  }
  return looks.length === 0 ? null : Math.max(...looks);
}

/** Whether the host says that the bot serves a repository no more. Without an answer, it may. */
async function isGone(host: Host, repository: RepositoryRef, route: Route): Promise<boolean> {
  return host.serves !== null && (await unlessFailed(host.serves(repository, route))) === false;
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
  return [{ task: { kind: "repository", host: host.name, repository: repository.id }, route, bulk: true }];
}
