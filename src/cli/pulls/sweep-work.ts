/** Implements `countersign sweep`: it queues the checks, and a running bot or else this process does them. */
import { setTimeout as sleep } from "node:timers/promises";
import { isBotAtWork, startHeartbeat } from "../../bot/heartbeat.ts";
import { startWorker, type Worker } from "../../bot/worker.ts";
import { inspect } from "../../check/inspect.ts";
import { repositoriesOf } from "../../check/sweep.ts";
import { Failure } from "../../error.ts";
import type { Finding } from "../../verdict/finding.ts";
import type { VerdictKind } from "../../verdict/verdict.ts";
import type { Host, Reading } from "../../ports/host.ts";
import type { BulkLeft, Route } from "../../ports/queue.ts";
import { printPullRef, type PullRef } from "../../pull.ts";
import type { Console } from "../command-line.ts";
import { plural } from "../../report/texts/plural.ts";
import type { Opened } from "../opened.ts";
import { parseRepositoryArgument } from "./locate.ts";

export interface Target {
  readonly host: Host;
  readonly id: number;
  readonly route: Route;
}

export interface Swept {
  /** The number of open pull requests. */
  readonly pulls: number;
  readonly failing: number;
  /** What is left of a sweep that was stopped; null: it went to its end. */
  readonly stopped: Pick<BulkLeft, "repositories" | "pulls"> | null;
  /** Verdicts that would change; null: not a trial. */
  readonly changes: number | null;
}

/** Enough for one process while no person waits. */
const CONCURRENCY = 20;
const LOOK_MS = 250;
/** The interval of progress messages, in milliseconds. */
const PROGRESS_MS = 10_000;
/** The longest wait for the host's limits, plus a margin. A task with a longer wait waits for a date. */
const HOST_WAIT = 65 * 60_000;
const GRACE_MS = 1_500;

/**
 * The selected repositories.
 * @param known only those that the database knows, without requests to a host
 */
export async function targetsOf(
  { world, hosts, engine, ...opened }: Opened,
  names: readonly string[],
  known: boolean,
): Promise<readonly Target[]> {
  const wanted = names.map(parseRepositoryArgument);
  const targets: Target[] = [];
  for (const { host: name, path } of wanted) {
    const host = opened.host(name);
    const { repository, route } = await host.findRepository(path);
    targets.push({ host, id: repository.id, route });
  }
  if (wanted.length > 0) return targets;
  for (const host of hosts.values())
    if (known)
      for (const { id, route } of await engine.pulls.repositories(host.name))
        targets.push({ host, id, route });
    else
      for (const { task, route } of await repositoriesOf(world, host, null))
        if (task.kind === "repository" && route !== null) targets.push({ host, id: task.repository, route });
  return targets;
}

/** Queues the repositories, then waits until a running bot has checked them, or checks them here. */
export async function work(
  opened: Opened,
  targets: readonly Target[],
  console: Pick<Console, "stderr">,
  resume: boolean,
): Promise<Swept> {
  const { engine } = opened;
  const places = targets.map(({ host, id }) => ({ host: host.name, id }));
  if (!resume)
    await engine.queue.mark(
      targets.map(({ host, id, route }) => ({
        task: { kind: "repository", host: host.name, repository: id },
        route,
        bulk: true,
      })),
    );
  const stopping = new AbortController();
  const stop = (): void => stopping.abort();
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, stop);
  let worker: Worker | null = null;
  let endHeartbeat = (): Promise<void> => Promise.resolve();
  let left: BulkLeft = { repositories: 0, pulls: 0, failing: 0 };
  let said = performance.now();
  let waits = false;
  try {
    for (;;) {
      left = await engine.queue.bulkLeft(places, Date.now() + HOST_WAIT);
      if (stopping.signal.aborted || left.repositories + left.pulls === 0) break;
      if (worker === null && !(await isBotAtWork(engine))) {
        endHeartbeat = await startHeartbeat(engine, opened.share);
        worker = startOwn(opened, stopping.signal);
      }
      const until = pausedUntil(opened, targets);
      const isLong = until !== null && until - Date.now() > PROGRESS_MS;
      if (performance.now() - said > PROGRESS_MS || (isLong && !waits)) {
        said = performance.now();
        const why =
          until !== null
            ? `; it waits for the host's limits until ${new Date(until).toISOString()}`
            : worker === null
              ? "; the running bot does them, within the host's limits"
              : "";
        console.stderr.write(`countersign sweep: ${leftText(left)} left${why}\n`);
      }
      waits = isLong;
      await sleep(LOOK_MS, undefined, { signal: stopping.signal }).catch(() => {});
    }
  } finally {
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, stop);
    await worker?.stop(GRACE_MS);
    await endHeartbeat();
  }
  let pulls = 0;
  for (const place of places) pulls += (await engine.pulls.open(place)).size;
  return { pulls, failing: left.failing, stopped: stopping.signal.aborted ? left : null, changes: null };
}

export function leftText({ repositories, pulls }: Pick<BulkLeft, "repositories" | "pulls">): string {
  return `${plural(repositories, "repository", "repositories")} and ${plural(pulls, "pull request")}`;
}

/** Until when one of the repositories has to wait for the host's limits, in milliseconds since the epoch; null: none. */
function pausedUntil({ world }: Opened, targets: readonly Target[]): number | null {
  const times = targets.flatMap(({ route }) => world.bulkPausedUntil?.(route.installation) ?? []);
  return times.length === 0 ? null : Math.max(...times);
}

/** @param signal ends the waits for the host's limits, so that a sweep that is stopped does not last as long as they */
function startOwn({ world: opened, paused, settings }: Opened, signal: AbortSignal): Worker {
  const world = {
    ...opened,
    sleep: (ms: number) =>
      sleep(ms, undefined, { signal }).catch(() => {
        throw new Failure("paced", undefined, { retryAt: Date.now() });
      }),
  };
  return startWorker({ world, concurrency: CONCURRENCY, paused, log: settings.log, observe: () => {} });
}

/** Reads every open pull request, computes its verdict, and reports which verdicts would change. */
export async function tryOut(
  { world, engine }: Opened,
  targets: readonly Target[],
  console: Pick<Console, "stdout" | "stderr">,
): Promise<Swept> {
  let [pulls, failing, changes] = [0, 0, 0];
  const look = async ({ host, route }: Target, ref: PullRef, shared: Reading | null): Promise<void> => {
    const known = await engine.pulls.find(ref);
    const reading = shared ?? (await host.read(ref, route, known?.comment ?? null));
    if (reading.pull.state === "closed") return;
    const { finding, trouble } = await inspect(world, host, reading, route);
    if (trouble !== null && waitOf(trouble) !== null) throw trouble;
    const verdict = verdictOf(finding);
    if (verdict === null && known === null) return;
    pulls += 1;
    if (known?.head === reading.pull.head && known.verdict === verdict) return;
    changes += 1;
    console.stderr.write(
      `${printPullRef(ref)}: ${known?.verdict ?? "not known"}, would be ${verdict ?? "not covered"}\n`,
    );
  };
  let said = performance.now();
  const sweepOnce = async (target: Target, seen: Set<number>): Promise<void> => {
    for await (const found of target.host.readOpen({ host: target.host.name, id: target.id }, target.route)) {
      // A merge group is not a pull request: a dry run does not judge it.
      if ("group" in found) continue;
      const ref = "pull" in found ? found.pull.ref : found;
      if (seen.has(ref.number)) continue;
      try {
        await look(target, ref, "pull" in found ? found : null);
      } catch (error) {
        if (!(error instanceof Failure) || waitOf(error) !== null) throw error;
        failing += 1;
        console.stderr.write(`${printPullRef(ref)}: ${error.message}\n`);
      }
      seen.add(ref.number);
      if (performance.now() - said < PROGRESS_MS) continue;
      said = performance.now();
      console.stderr.write(`countersign sweep: ${plural(pulls, "pull request")} read\n`);
    }
  };
  for (const target of targets) {
    const seen = new Set<number>();
    // The host's limits may end a list in the middle; it goes on where it ended.
    for (let isDone = false; !isDone;)
      try {
        await sweepOnce(target, seen);
        isDone = true;
      } catch (error) {
        const until = waitOf(error);
        if (until === null) throw error;
        console.stderr.write(
          `countersign sweep: waits for the host's limits until ${new Date(until).toISOString()}\n`,
        );
        await sleep(Math.max(LOOK_MS, until - Date.now()));
      }
  }
  return { pulls, failing, stopped: null, changes };
}

/** The verdict as it is recorded; null: no agreement covers the pull request. */
function verdictOf(finding: Finding): VerdictKind | null {
  if (finding.kind === "uncovered") return null;
  return finding.kind === "judged" ? finding.judgment.verdict : "unknown";
}

/** When to go on after the host's limits, in milliseconds since the epoch; null: something else failed. */
function waitOf(error: unknown): number | null {
  if (!(error instanceof Failure) || (error.code !== "paced" && error.code !== "host-limit")) return null;
  return error.retryAt !== null && error.retryAt - Date.now() <= HOST_WAIT ? error.retryAt : null;
}
