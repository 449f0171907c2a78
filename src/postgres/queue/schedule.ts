import type { Clock, PgBoss } from "pg-boss";
import type { Schedule } from "../../ports/engine.ts";
import { QuietClient } from "../connection/connect.ts";
import { explain } from "../connection/failure.ts";
import { whileItRestarts } from "../connection/restart.ts";

/** Where pg-boss keeps its own tables: beside ours, for each schema that has ours. PostgreSQL cuts a longer name. */
export function scheduleSchema(schema: string): string {
  return schema === "public" ? SCHEMA : `${schema.slice(0, 40)}_pgboss`;
}

export const SCHEMA = "countersign_pgboss";
/** pg-boss gives its options on to the driver's pool, which makes its clients of this; its types do not say so. */
const LISTENING: object = { Client: QuietClient };
/** A job that is worked on longer than this counts as lost, so that its next time is not missed, in seconds. */
const LOST_AFTER = 6 * 3_600;
/** How long a process that ends waits for a job that runs, in milliseconds. */
const STOP_PATIENCE = 30_000;

/**
 * Jobs at set times, by pg-boss: of all processes one says that a job is due, and one does it. Where nobody ran at a
 * job's time it is done once, as soon as somebody does. Nothing connects before the first job.
 * @param report told the name of a job and what it threw, or of the schedule itself
 * @param clock for tests
 * @param patience how long the first job waits for a server that restarts, in milliseconds
 */
export function openSchedule(
  url: string,
  report: (job: string, error: unknown) => void,
  clock?: Clock,
  schema: string = SCHEMA,
  patience = 0,
): Schedule {
  let starting: Promise<PgBoss> | null = null;

  async function start(): Promise<PgBoss> {
    const { PgBoss } = await import("pg-boss");
    const boss = new PgBoss({
      ...LISTENING,
      connectionString: url,
      application_name: "countersign schedule",
      schema,
      max: 3,
      // A minute is the schedule's grain; these look twice in one.
      cronMonitorIntervalSeconds: 30,
      cronWorkerIntervalSeconds: 5,
      ...(clock === undefined ? {} : { clock }),
    });
    boss.on("error", (error) => report("schedule", explain(error)));
    try {
      return await boss.start();
    } catch (error) {
      // The next job that is asked for begins anew.
      starting = null;
      await boss.stop({ graceful: false, close: true }).catch(() => {});
      throw explain(error);
    }
  }

  async function plan(name: string, cron: string): Promise<PgBoss> {
    const boss = await (starting ??= start());
    // One at a time: while it runs, its next time is passed over.
    await boss.createQueue(name, {
      policy: "exclusive",
      retryLimit: 0,
      expireInSeconds: LOST_AFTER,
      deleteAfterSeconds: 24 * 3_600,
    });
    await boss.schedule(name, cron, null, { tz: "UTC", missed: "once" });
    return boss;
  }

  return {
    every: async (name, cron, job) => {
      const boss = await whileItRestarts(() => plan(name, cron), patience);
      await boss.work(name, { pollingIntervalSeconds: 5 }, async () => {
        try {
          await job();
        } catch (error) {
          report(name, error);
        }
      });
    },
    stop: async () => {
      const boss = await starting?.catch(() => null);
      starting = null;
      await boss?.stop({ graceful: true, timeout: STOP_PATIENCE });
    },
  };
}
