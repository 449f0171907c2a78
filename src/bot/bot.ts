/** The running bot: server, worker and schedule around one engine. Both `serve` and the playground start it. */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import type { Engine } from "../ports/engine.ts";
import type { MetricSources } from "../http/metric-gauges.ts";
import { createMetrics, type Metrics } from "../http/metrics.ts";
import { onFirstVisit } from "../http/on-first-visit.ts";
import { startServer } from "../http/server.ts";
import { isVerdict, type ShownVerdict } from "../check/inspect.ts";
import { createTurns } from "../check/turns.ts";
import type { Done } from "../check/work.ts";
import { taskKey, taskRepository } from "../ports/queue.ts";
import type { VerdictKind } from "../verdict/verdict.ts";
import { shadowedAgreements, shadowedMessage } from "../records/shadowed.ts";
import { createCallPoints } from "./call-points.ts";
import { enforceRules } from "./changed-rules.ts";
import { enforceAgreements } from "./documents.ts";
import { startHeartbeat } from "./heartbeat.ts";
import { openHosts } from "./hosts.ts";
import { openTelemetry } from "./telemetry.ts";
import { openEngine, worldOf, type Settings } from "./open.ts";
import { scheduleJobs } from "./schedule.ts";
import { checkUnkept } from "./unkept.ts";
import { VERSION } from "./version.ts";
import { startWorker, type Worker } from "./worker.ts";

/** Enough to run many host calls in parallel; hosts allow a hundred at once. */
const CONCURRENCY = 40;
/** How long the server is alone, in milliseconds: what the rest of the start loads would delay its first answers. */
const FIRST_ANSWERS = 40;
/** The time limit for stopping the started parts if the start fails, in milliseconds. */
const FAILED_START_GRACE = 2_000;

export interface Bot {
  /** The URL where it listens. */
  readonly url: string;
  /** The URL of the metrics, if they have a separate port. */
  readonly metricsUrl: string | null;
  readonly engine: Engine;
  /** Resolves when the events missed while the bot was down are recovered, or recovery failed; never rejects. */
  readonly caughtUp: Promise<unknown>;
  /** Resolves when nothing is due and nothing is running. */
  idle(): Promise<void>;
  /** Stops taking deliveries and tasks, finishes the running ones within `graceMs`, closes the database. */
  stop(graceMs: number): Promise<void>;
}

export interface BotOptions {
  /**
   * Whether it runs like a program of its own: the scheduled jobs at their times, and the server first. False for tests,
   * which must not depend on the minute they run in.
   */
  readonly regularly?: boolean;
}

export async function startBot(settings: Settings, { regularly = true }: BotOptions = {}): Promise<Bot> {
  const { environment, log } = settings;
  log.info({ version: VERSION, node: process.versions.node }, "countersign starts");
  const engine = await openEngine(environment, log, { serving: true });
  // Started parts are stopped in reverse order, also if the start fails half way.
  const ends: ((graceMs: number) => Promise<void>)[] = [() => engine.close()];
  const stop = async (graceMs: number): Promise<void> => {
    const until = Date.now() + graceMs;
    const failures: unknown[] = [];
    // If one part can't be stopped, the others still are: a server that keeps answering would seem healthy.
    for (const end of ends.splice(0).toReversed())
      await end(Math.max(0, until - Date.now())).catch((error: unknown) => failures.push(error));
    if (failures.length > 0) throw failures[0];
  };
  try {
    await enforceAgreements(engine, settings.configuration.agreements);
    for (const shadowed of shadowedAgreements(settings.configuration.agreements))
      log.warn({ agreement: shadowed.id }, shadowedMessage(shadowed));
    let limits: MetricSources["limits"] = () => [];
    const metrics = createMetrics({
      version: VERSION,
      depth: () => engine.queue.depth(),
      survey: () => engine.queue.survey(),
      signatures: () => engine.signatures.count(),
      limits: () => limits(),
    });
    const telemetry = await openTelemetry(environment.telemetry);
    if (telemetry !== null) ends.push(() => telemetry.stop());
    const points = createCallPoints();
    let sharers = 1;
    const turns = createTurns({ sharers: () => sharers });
    const endHeartbeat = await startHeartbeat(engine, (processes) => (sharers = processes));
    ends.push(async (graceMs) => {
      await Promise.race([endHeartbeat(), sleep(graceMs, undefined, { ref: false })]);
    });
    const open = await openHosts(
      environment,
      settings.configuration.agreements,
      { spending: engine.spending, sharers: () => sharers },
      (host, call) => {
        points.call(host, call);
        metrics.hostCall(host, call);
        telemetry?.call(host, call);
      },
    );
    limits = open.left;
    const world = worldOf(settings, engine, open, (shown) => tellVerdict(shown, metrics, log));
    const queued = await enforceRules(engine, settings.configuration, open.hosts.keys(), world.now());
    if (queued > 0)
      log.info({ repositories: queued }, "checking all repositories, because countersign.yml changed");
    const unkept = checkUnkept(world, log);
    const server = await startServer({
      address: { host: environment.host, port: environment.port },
      webhooks: open.receivers,
      queue: {
        mark: (marks) =>
          engine.queue.mark(marks).catch((error: unknown) => {
            unkept(marks);
            throw error;
          }),
      },
      version: VERSION,
      ready: () => engine.ready(),
      metrics,
      metricsAccess: environment.metrics,
      ...(telemetry === null ? {} : { observeDelivery: (told) => telemetry.delivery(told) }),
      pages: onFirstVisit(async () => {
        const { openPages, openSignIns } = await import("./pages.ts");
        const { instance, retention } = settings.configuration;
        return openPages(
          { ...world, hosts: open.pageHosts },
          { instance, retention, signIns: await openSignIns(environment), log },
        );
      }),
      log,
    });
    let worker: Worker | null = null;
    let caughtUp: Promise<unknown> = Promise.resolve();
    // Before the worker starts, which fails if the database was closed meanwhile: the server must not go on listening.
    ends.push(
      (graceMs) => endJobs(engine, caughtUp, graceMs),
      async (graceMs) => worker?.stop(graceMs),
      (graceMs) => server.stop(graceMs / 2),
    );
    if (regularly) await sleep(FIRST_ANSWERS);
    const working = startWorker({
      world: { ...world, turns },
      concurrency: CONCURRENCY,
      paused: open.paused,
      log,
      observe: (task, done, seconds) => {
        metrics.check(task.host, verdictOf(done), seconds);
        if (done.kind === "retry" || done.kind === "parked") metrics.failure(task.host, done.failure.code);
      },
      around: (taken, run) =>
        points.during(
          () => (telemetry === null ? run() : telemetry.task(taken, run)),
          (spent) => turns.spend(taken.task, spent, world.now()),
        ),
    });
    worker = working;
    ({ caughtUp } = await scheduleJobs(world, log, regularly));
    return {
      url: server.url,
      metricsUrl: server.metricsUrl,
      engine,
      caughtUp,
      idle: () => working.idle(),
      stop,
    };
  } catch (error) {
    // The error of the start counts, even if stopping the parts fails too.
    await Promise.race([stop(0).catch(() => {}), sleep(FAILED_START_GRACE, undefined, { ref: false })]);
    throw error;
  }
}

/** Ends the schedule. Waits at most `graceMs` for its running jobs and for the first catch-up. */
async function endJobs({ schedule }: Engine, caughtUp: Promise<unknown>, graceMs: number): Promise<void> {
  await Promise.race([Promise.all([schedule.stop(), caughtUp]), sleep(graceMs, undefined, { ref: false })]);
}

const VERDICTS = { success: "signed", failure: "unsigned", error: "unknown" } as const;

function verdictOf(done: Done): VerdictKind | "failed" | "none" {
  if (done.kind !== "done") return "failed";
  const state = done.outcome?.state;
  return isVerdict(state) ? VERDICTS[state] : "none";
}

/** Logs and counts each verdict, with the deliveries that caused it. */
function tellVerdict(
  { task, state, writes, deliveries }: ShownVerdict,
  metrics: Pick<Metrics, "verdict">,
  log: Logger,
): void {
  const [first] = deliveries;
  const waited = first === undefined ? null : Math.max(0, Date.now() - first.at);
  metrics.verdict(task.host, VERDICTS[state], waited === null ? null : waited / 1000);
  log.info(
    {
      host: task.host,
      repository: taskRepository(task),
      task: taskKey(task),
      state,
      writes,
      deliveries: deliveries.map(({ id }) => id),
      ...(waited === null ? {} : { ms: waited }),
    },
    "verdict",
  );
}
