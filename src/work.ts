/** One due task, done: what each kind asks for, and what its failure means for the queue. */
import type { HostName } from "./account.ts";
import { covers } from "./agreement.ts";
import type { Engine } from "./engine.ts";
import { Failure, FAILURES } from "./error.ts";
import { reconcileGroup } from "./group.ts";
import { forgetGone } from "./forget.ts";
import type { Host, ListedRepository } from "./host.ts";
import type { World } from "./inspect.ts";
import { obey } from "./obey.ts";
import type { PullRef } from "./pull.ts";
import { pullTask, type Mark, type Route, type Taken } from "./queue.ts";
import { reconcile, settle, type Outcome } from "./reconcile.ts";

/** What a task came to, for logs and metrics: never who is behind it. */
export type Done =
  | { readonly kind: "done"; readonly outcome: Outcome | null }
  | { readonly kind: "retry"; readonly failure: Failure; readonly at: number }
  | { readonly kind: "parked"; readonly failure: Failure };

export interface WorkWorld extends World {
  readonly engine: World["engine"] & Pick<Engine, "queue">;
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
}

const DAY = 86_400_000;
const FIRST_RETRY = 2_000;
const LAST_RETRY = 30 * 60_000;

/**
 * Does a task and tells the queue how it went.
 * @throws whatever was not foreseen; the lease then runs out and the task is tried again
 */
export async function work(world: WorkWorld, taken: Taken): Promise<Done> {
  const { queue } = world.engine;
  try {
    const outcome = await unlessGone(world, taken);
    await queue.done(taken, outcome?.again ?? null);
    return { kind: "done", outcome };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    const at = retryAt(failure, taken, world.now(), world.random());
    if (at === null) await queue.park(taken, failure.code);
    else await queue.retry(taken, at, failure.code);
    return at === null ? { kind: "parked", failure } : { kind: "retry", failure, at };
  }
}

/**
 * When a failed task is tried again: the delay doubles with each try, with jitter, and is never earlier than
 * the host asked. Null: never by itself, because trying cannot help or has not helped for a day.
 */
export function retryAt(failure: Failure, taken: Taken, now: number, random: number): number | null {
  const { retry } = FAILURES[failure.code];
  if (retry === "never") return null;
  if (taken.failingSince !== null && now - taken.failingSince > DAY) return null;
  const backoff =
    retry === "daily" ? DAY : Math.min(LAST_RETRY, FIRST_RETRY * 2 ** Math.min(taken.attempts, 20));
  const jittered = now + backoff * (0.5 + random / 2);
  return Math.round(Math.max(jittered, (failure.retryAt ?? 0) + random * FIRST_RETRY));
}

/** Does a task; what the host does not show any more is forgotten instead, as there is nothing to try again. */
async function unlessGone(world: WorkWorld, taken: Taken): Promise<Outcome | null> {
  try {
    return await perform(world, taken);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "not-found") throw error;
    await forgetGone(world, taken);
    return { state: "gone", again: null, writes: 0 };
  }
}

async function perform(world: WorkWorld, { task, route }: Taken): Promise<Outcome | null> {
  const host = world.hosts.get(task.host);
  if (host === undefined) throw new Failure("configuration", `${task.host} is not configured`);
  switch (task.kind) {
    case "pull":
      return reconcile(world, host, refOf(task), route);
    case "comment":
      // Marked rather than checked here: the queue lets one check of a pull request run at a time.
      if (await obey(world, host, refOf(task), task.comment, route))
        await world.engine.queue.mark([{ task: pullTask(refOf(task)), route }]);
      return null;
    case "repository":
      await sweep(world, host, task.repository, route);
      return null;
    case "installation":
      await enterInstallation(world, host, task.installation);
      return null;
    case "group":
      return group(world, host, task, route);
  }
}

/** Marks what an installation covers, and forgets what it covered once and does not any more. */
async function enterInstallation(world: WorkWorld, host: Host, installation: number): Promise<void> {
  const { pulls, queue } = world.engine;
  const known = await pulls.repositories(host.name);
  const covered = new Set<number>();
  const marks: Mark[] = [];
  for await (const listed of host.repositories(installation)) {
    covered.add(listed.repository.id);
    marks.push(...(await marksOf(world, host, listed)));
  }
  await queue.mark(marks);
  for (const { id, route } of known)
    if (route.installation === installation && !covered.has(id))
      await pulls.forgetRepository({ host: host.name, id });
}

async function group(
  world: WorkWorld,
  host: Host,
  task: { repository: number; head: string; base: string },
  route: Route,
): Promise<Outcome | null> {
  const { mergeQueue } = host;
  if (mergeQueue === null) return null;
  const repository = { host: host.name, id: task.repository };
  return reconcileGroup(world, { ...host, mergeQueue }, { ...task, repository }, route);
}

function refOf(task: { host: HostName; repository: number; number: number }): PullRef {
  return { host: task.host, repository: task.repository, number: task.number };
}

/**
 * Checks a repository's open pull requests, many in a read; what did not fit in one is marked for its own, and so
 * is what was parked there.
 */
export async function sweep(world: WorkWorld, host: Host, repository: number, route: Route): Promise<number> {
  const marks: Mark[] = await troubledOf(world, host, repository);
  let checked = 0;
  // Only a mark keeps the way there, without which no signature could wake what is recorded here.
  let known = (await world.engine.pulls.route({ host: host.name, id: repository })) !== null;
  for await (const found of host.readOpen({ host: host.name, id: repository }, route)) {
    checked += 1;
    if ("pull" in found) {
      if (!known) marks.push({ task: pullTask(found.pull.ref), route });
      known = true;
      try {
        await settle(world, host, found, route);
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        marks.push({ task: pullTask(found.pull.ref), route });
      }
    } else marks.push({ task: pullTask(found), route });
  }
  await world.engine.queue.mark(marks);
  return checked;
}

/** How many tasks in trouble are looked through. */
const TROUBLED = 1_000;

async function troubledOf({ engine }: WorkWorld, host: Host, repository: number): Promise<Mark[]> {
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
  world: WorkWorld,
  host: Host,
  installation: number | null,
): Promise<readonly Mark[]> {
  const marks: Mark[] = [];
  for await (const listed of host.repositories(installation))
    marks.push(...(await marksOf(world, host, listed)));
  return marks;
}

async function marksOf(
  world: WorkWorld,
  host: Host,
  { repository, path, route, archived }: ListedRepository,
): Promise<readonly Mark[]> {
  // Nothing can be written there, so there is nothing to check.
  if (archived) return [];
  const covered = world.agreements.some(({ repositories }) => covers(repositories, host.name, path));
  if (!covered && (await world.engine.pulls.route(repository)) === null) return [];
  return [{ task: { kind: "repository", host: host.name, repository: repository.id }, route }];
}
