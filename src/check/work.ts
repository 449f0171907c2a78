/** Does one due task: what each kind requires, and what its failure means for the queue. */
import type { HostName } from "../account.ts";
import { Failure, FAILURES, HostWait, type FailureCode } from "../error.ts";
import { forgetGone } from "./forget.ts";
import { reconcileGroup } from "./group.ts";
import { BEHIND_LOOKS, BEHIND_TRIES, holdOf, type Hold } from "./hold.ts";
import type { Host } from "../ports/host.ts";
import { takeNewRoute } from "./new-route.ts";
import { obey } from "./obey.ts";
import type { PullRef } from "../pull.ts";
import type { Route, Taken } from "../ports/queue.ts";
import { isShown, reconcile, showUnread, type Outcome } from "./reconcile.ts";
import { markRepositories, sweep, type SweepWorld } from "./sweep.ts";
import type { Turns } from "./turns.ts";

/** The result of a task, for logs and metrics, without people. */
export type Done =
  | { readonly kind: "done"; readonly outcome: Outcome | null }
  | { readonly kind: "retry"; readonly failure: Failure; readonly at: number }
  | { readonly kind: "parked"; readonly failure: Failure }
  /** It was marked again or its lease was lost, so it is checked again. */
  | { readonly kind: "superseded" }
  /** The host's limits leave no room for it now. */
  | { readonly kind: "paced"; readonly at: number };

export interface WorkWorld extends SweepWorld {
  readonly hosts: ReadonlyMap<HostName, Host>;
  /** Until when an installation has no room for bulk work; null: it has room. If omitted, all have room. */
  readonly bulkPausedUntil?: (installation: number | null) => number | null;
  /** How often one pull request is worked on; no limit if omitted. */
  readonly turns?: Turns;
  /** A number from 0 up to 1, for the jitter of retries. */
  readonly random: () => number;
}

const HOUR = 3_600_000;
const DAY = 24 * HOUR;
/** How long a task is retried, in milliseconds. */
const PATIENCE = { briefly: HOUR, later: DAY, daily: DAY } as const;
const FIRST_RETRY = 2_000;
const MINUTE = 60_000;
const LAST_RETRY = 30 * MINUTE;

/**
 * Does a task and reports the result to the queue.
 * @throws unforeseen errors; the lease then runs out and the task is tried again
 */
export async function work(world: WorkWorld, taken: Taken): Promise<Done> {
  const { queue } = world.engine;
  const turn = world.turns?.take(taken.task, world.now()) ?? null;
  if (turn !== null) return waitUntil(world, taken, turn);
  try {
    const outcome = await unlessGone(world, taken);
    const stood = await queue.done(taken, outcome?.again ?? null, outcome?.owed);
    if (!stood) return await markLost(world, taken);
    return { kind: "done", outcome };
  } catch (failure) {
    if (!(failure instanceof Failure)) throw failure;
    if (failure.code === "superseded") return markLost(world, taken);
    if ((failure.code === "paced" || failure instanceof HostWait) && failure.retryAt !== null)
      return waitUntil(world, taken, failure.retryAt);
    // The check made as many calls as one check may, and must continue later.
    if (failure.code === "unfinished" || (failure.code === "host-limit" && failure.retryAt === null))
      world.turns?.spendAll(taken.task, world.now());
    if (failure.code === "unfinished")
      return waitUntil(world, taken, failure.retryAt ?? world.now() + MINUTE);
    const at = retryAt(failure, taken, world.now(), world.random());
    const stood =
      at === null ? await queue.park(taken, failure.code) : await queue.retry(taken, at, failure.code);
    if (!stood) return markLost(world, taken);
    return at === null ? { kind: "parked", failure } : { kind: "retry", failure, at };
  }
}

async function waitUntil(world: WorkWorld, taken: Taken, at: number): Promise<Done> {
  if (!(await world.engine.queue.wait(taken, at))) return markLost(world, taken);
  return { kind: "paced", at };
}

/** A task with a lost lease is due again; a task that was marked again already is. */
async function markLost({ engine }: WorkWorld, taken: Taken): Promise<Done> {
  await engine.queue.mark([{ task: taken.task, route: null, bulk: taken.bulk }]);
  await engine.queue.release([taken]);
  return { kind: "superseded" };
}

/**
 * When a failed task is tried again: the delay doubles with each try, with jitter, and is never earlier than the host
 * asked. Null: no retry, because it can't help, or has not helped for a long time and many tries. A host's rate limit
 * is no reason to give up: much work takes more than a day.
 */
export function retryAt(failure: Failure, taken: Taken, now: number, random: number): number | null {
  const { retry } = FAILURES[failure.code];
  if (retry === "never") return null;
  const told = failure.retryAt !== null && failure.retryAt > now;
  const longest = taken.task.kind === "group" ? MINUTE : LAST_RETRY;
  // A host may refuse once by mistake, so the first retry comes soon in any case.
  const delayAfter = (attempts: number): number =>
    retry === "daily" && attempts > 0 ? DAY : Math.min(longest, FIRST_RETRY * 2 ** Math.min(attempts, 20));
  // A clock that jumped ahead, or a stopped bot, does not mean that retries do not help.
  let tried = 0;
  for (let attempts = 0; attempts < taken.attempts && tried <= DAY; attempts += 1)
    tried += delayAfter(attempts);
  // A missing subject is checked again before it is forgotten, and comes back with its next event.
  const bound = retry === "briefly" ? Infinity : tried;
  const failing = taken.failingSince === null ? 0 : Math.min(bound, now - taken.failingSince);
  if (failing > PATIENCE[retry] && failure.code !== "host-limit" && !told) return null;
  // If the host tells when its limit ends, retry right then. A group in a merge queue delays other pull requests.
  if (failure.code === "host-limit" && failure.retryAt !== null)
    return Math.round(Math.max(now, failure.retryAt) + random * FIRST_RETRY);
  const backoff = delayAfter(taken.attempts);
  const jittered = now + backoff * (0.5 + random / 2);
  return Math.round(Math.max(jittered, (failure.retryAt ?? 0) + random * FIRST_RETRY));
}

/**
 * Does a task. If the host says that its subject does not exist, it is checked again for an hour, because a host may
 * announce something a moment before it shows it. Then it is forgotten.
 */
async function unlessGone(world: WorkWorld, taken: Taken): Promise<Outcome | null> {
  try {
    return await perform(world, taken);
  } catch (error) {
    const host = world.hosts.get(taken.task.host);
    if (error instanceof Failure && host !== undefined) await takeNewRoute(world.engine, host, taken, error);
    if (!(error instanceof Failure) || error.code !== "not-found") throw error;
    const patient = retryAt(error, taken, world.now(), 0) !== null;
    const forgotten = await forgetGone(world, taken, patient);
    if (forgotten === true) return { state: "gone", again: null, writes: 0 };
    if (patient || forgotten === false) throw error;
    throw new Failure("not-found", error.message, { retryAt: forgotten });
  }
}

async function perform(world: WorkWorld, taken: Taken): Promise<Outcome | null> {
  const { task, route } = taken;
  const hold = { ...holdOf(world.engine.queue, taken), canContinue: true };
  const host = world.hosts.get(task.host);
  if (host === undefined) throw new Failure("configuration", `${task.host} is not configured`);
  switch (task.kind) {
    case "pull":
      return pull(world, host, refOf(task), hold);
    case "comment":
      // Marked rather than checked here: the queue lets one check of a pull request run at a time.
      for (const due of await obey(world, host, refOf(task), task.comment, route, hold))
        await world.engine.queue.mark([{ ...due, route: null, deliveries: taken.deliveries }]);
      return null;
    case "repository":
      await unlessBehind(host, taken, () =>
        sweep(world, host, task.repository, route, () => world.bulkPausedUntil?.(route.installation) ?? null),
      );
      return null;
    case "installation": {
      const again = await unlessBehind(host, taken, () => markRepositories(world, host, task.installation));
      return { state: "listed", again, writes: 0 };
    }
    case "group":
      return group(world, host, { ...task, failingSince: taken.failingSince }, route, hold);
  }
}

/** From this try on, the head of a pull request that can't be read says so, although the next try may succeed. */
const UNREAD_TRIES = 2;
const UNREAD: readonly FailureCode[] = [
  "host-refused",
  "host-answer",
  "head-moving",
  "list-cut",
  "ip-not-allowed",
];
/** Failures with a much later retry, so that the head says so at once. */
const UNREAD_AT_ONCE: readonly FailureCode[] = [
  "pull-unreadable",
  "permission-missing",
  "sso-required",
  "repository-blocked",
  "account-blocked",
];

async function pull(world: WorkWorld, host: Host, ref: PullRef, hold: Hold): Promise<Outcome> {
  const { route, attempts } = hold.taken;
  let outcome: Outcome;
  try {
    outcome = await reconcile(world, host, ref, route, hold);
  } catch (error) {
    const unread =
      error instanceof Failure &&
      !isShown(error) &&
      (UNREAD_AT_ONCE.includes(error.code) || (UNREAD.includes(error.code) && attempts >= UNREAD_TRIES));
    if (unread)
      await showUnread(world, host, ref, route, hold, error.code).catch((second: unknown) => {
        if (!(second instanceof Failure)) throw second;
      });
    throw error;
  }
  if (outcome.behind === true) throw new Failure("host-behind");
  if (outcome.openerGone === true && attempts < BEHIND_TRIES)
    throw new Failure("host-refused", "the host named no opener");
  return outcome;
}

/**
 * Runs `act` once the host shows the delivery's commit. If it does not for a minute, runs it with what the host shows,
 * and again when the host shows more.
 * @throws Failure `host-behind` if the host does not show the commit yet
 */
async function unlessBehind<T>(
  host: Host,
  { told, route, task, attempts }: Taken,
  act: () => Promise<T>,
): Promise<T> {
  if (told === null || host.isBehind === null || attempts >= BEHIND_LOOKS) return act();
  const way = task.kind === "installation" ? { ...route, installation: task.installation } : route;
  if (!(await host.isBehind(told, way))) return act();
  if (attempts === BEHIND_TRIES) await act();
  throw new Failure("host-behind");
}

async function group(
  world: WorkWorld,
  host: Host,
  task: { repository: number; head: string; base: string; failingSince: number | null },
  route: Route,
  hold: Hold,
): Promise<Outcome | null> {
  const { mergeQueue } = host;
  if (mergeQueue === null) return null;
  const repository = { host: host.name, id: task.repository };
  return reconcileGroup(world, { ...host, mergeQueue }, { ...task, repository }, route, hold);
}

function refOf(task: { host: HostName; repository: number; number: number }): PullRef {
  return { host: task.host, repository: task.repository, number: task.number };
}
