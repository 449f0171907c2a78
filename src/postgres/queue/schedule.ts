import { createHash } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import type { Clock, PgBoss } from "pg-boss";
import { DatabaseError } from "pg";
import type { Schedule } from "../../ports/engine.ts";
import { Failure } from "../../error.ts";
import { QuietClient } from "../connection/connect.ts";
import { explain, isLasting } from "../connection/failure.ts";
import { whileItRestarts } from "../connection/restart.ts";

/**
 * The schema of pg-boss's tables: one for each schema with our tables. PostgreSQL cuts long names, and pg-boss folds
 * capital letters and refuses other characters, so that such names get a digest instead.
 */
export function scheduleSchema(schema: string): string {
  if (schema === "public") return SCHEMA;
  const name = `${schema}_pgboss`;
  if (/^[a-z_][a-z0-9_]{0,39}$/.test(schema) && name !== SCHEMA) return name;
  return `countersign_${createHash("sha256").update(schema).digest("hex").slice(0, 16)}_pgboss`;
}

/**
 * An error of one of pg-boss's workers, which reports a plain object with the error's fields and its own words after
 * the message.
 */
function errorOf(told: unknown): unknown {
  if (told instanceof Error || typeof told !== "object" || told === null) return told;
  const { message } = told as { readonly message?: unknown };
  const text = String(message).replace(/ \(Queue: .*\)$/, "");
  const error = "severity" in told ? new DatabaseError(text, 0, "error") : new Error(text);
  return Object.assign(error, told, { message: text });
}

export const SCHEMA = "countersign_pgboss";
/** pg-boss passes its options to the driver's pool, which creates its clients from this class; its types omit it. */
const LISTENING: object = { Client: QuietClient };
/** A job that runs longer than this, in seconds, counts as lost, so that its next time is not missed. */
const LOST_AFTER = 6 * 3_600;
/** How long an ending process waits for a running job, in milliseconds. */
const STOP_PATIENCE = 30_000;
/** How long its lost tables may be impossible to make again, in milliseconds, and how often that is tried. */
const LOST_PATIENCE = 120_000;
const LOST_PAUSE = 10_000;

interface Job {
  readonly cron: string;
  readonly run: () => Promise<void>;
}

/**
 * Jobs at set times, by pg-boss: one process queues a due job, and one process runs it. A job that was missed because
 * no process ran is run once, when a process starts. It does not connect before the first job.
 * @param report called with the name of a job and its error, or an error of the schedule
 * @param clock for tests
 * @param patience how long the first job waits for a restarting server, in milliseconds
 * @param lose called when its tables are gone and can't be made again
 */
export function openSchedule(
  url: string,
  report: (job: string, error: unknown) => void,
  clock?: Clock,
  schema: string = SCHEMA,
  patience = 0,
  lose: (failure: Failure) => void = () => {},
): Schedule {
  let starting: Promise<PgBoss> | null = null;
  const jobs = new Map<string, Job>();
  let current: PgBoss | null = null;
  let startingAgain: Promise<void> | null = null;
  const stopping = new AbortController();

  async function start(): Promise<PgBoss> {
    const { PgBoss } = await import("pg-boss");
    const boss = new PgBoss({
      ...LISTENING,
      connectionString: url,
      application_name: "countersign schedule",
      schema,
      max: 3,
      // The schedule's resolution is a minute; these check twice per minute.
      cronMonitorIntervalSeconds: 30,
      cronWorkerIntervalSeconds: 5,
      ...(clock === undefined ? {} : { clock }),
    });
    boss.on("error", (error) => {
      const explained = explain(errorOf(error));
      report("schedule", explained);
      if (boss === current && isLasting(explained) && !stopping.signal.aborted)
        startingAgain ??= startAgain(boss);
    });
    current = boss;
    try {
      return await boss.start();
    } catch (error) {
      // The next job starts again.
      starting = null;
      await boss.stop({ graceful: false, close: true }).catch(() => {});
      throw explain(error);
    }
  }

  async function plan(name: string, cron: string): Promise<PgBoss> {
    if (stopping.signal.aborted) throw new Failure("database-unreachable", "the database was closed");
    const boss = await (starting ??= start());
    // One at a time: while a job runs, its next time is skipped.
    await boss.createQueue(name, {
      policy: "exclusive",
      retryLimit: 0,
      expireInSeconds: LOST_AFTER,
      deleteAfterSeconds: 24 * 3_600,
    });
    await boss.schedule(name, cron, null, { tz: "UTC", missed: "once" });
    return boss;
  }

  async function begin(name: string, { cron, run }: Job): Promise<void> {
    const boss = await whileItRestarts(() => plan(name, cron), patience);
    await boss.work(name, { pollingIntervalSeconds: 5 }, async () => {
      try {
        await run();
      } catch (error) {
        report(name, error);
      }
    });
  }

  /** Its tables are gone, because somebody dropped them: makes them again, with the same jobs. */
  async function startAgain(broken: PgBoss): Promise<void> {
    const until = performance.now() + LOST_PATIENCE;
    starting = null;
    current = null;
    await broken.stop({ graceful: false, close: true }).catch(() => {});
    while (!stopping.signal.aborted) {
      try {
        for (const [name, job] of jobs) await begin(name, job);
        break;
      } catch (error) {
        report("schedule", error);
        if (performance.now() > until && error instanceof Failure && isLasting(error)) lose(error);
      }
      await sleep(LOST_PAUSE, undefined, { signal: stopping.signal, ref: false }).catch(() => {});
    }
    startingAgain = null;
  }

  return {
    every: async (name, cron, run) => {
      await begin(name, { cron, run });
      jobs.set(name, { cron, run });
    },
    stop: async () => {
      stopping.abort();
      await startingAgain;
      const boss = await starting?.catch(() => null);
      starting = null;
      await boss?.stop({ graceful: true, timeout: STOP_PATIENCE });
    },
  };
}
