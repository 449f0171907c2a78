/** Scheduled jobs: they recover lost webhooks, and clean up. */
import type { Logger } from "pino";
import { Failure } from "../error.ts";
import type { Host } from "../ports/host.ts";
import { markRepositories } from "../check/sweep.ts";
import type { BotWorld } from "./open.ts";

/**
 * @param regularly whether the jobs run at their times; a look for what was missed meanwhile is made now in any case
 * @returns resolves when the events missed while the bot was down are recovered; the start need not wait
 */
export async function scheduleJobs(
  world: BotWorld,
  log: Logger,
  regularly = true,
): Promise<{ caughtUp: Promise<unknown> }> {
  const every = (name: string, pattern: string, job: () => Promise<void>): Promise<void> =>
    world.engine.schedule.every(name, pattern, regularly ? job : async () => {});
  const hosts = [...world.hosts.values()];
  const guarded = (name: string, job: () => Promise<void>) => async (): Promise<void> => {
    try {
      await job();
    } catch (error) {
      if (error instanceof Failure) log.warn({ job: name, code: error.code }, error.message);
      else log.error({ job: name, err: error }, "a scheduled job failed because of a bug");
    }
  };
  const catchUps: (() => Promise<void>)[] = [];
  for (const host of hosts) {
    const catchUp = guarded(`lost deliveries of ${host.name}`, () => markLost(world, host, log));
    await every(`deliveries-${host.name}`, "*/5 * * * *", catchUp);
    catchUps.push(catchUp);
  }
  for (const host of hosts)
    await every(
      `sweep-${host.name}`,
      "17 */6 * * *",
      guarded(`sweep of ${host.name}`, async () => {
        await markRepositories(world, host, null);
      }),
    );
  await every(
    "promises",
    "*/10 * * * *",
    guarded("promises", () => keepPromises(world)),
  );
  await every(
    "tidy",
    "41 3 * * *",
    guarded("tidy", () => world.engine.tidy(world.retention)),
  );
  return { caughtUp: Promise.all(catchUps.map((catchUp) => catchUp())) };
}

/** The jobs that the pages promise people about their data, and that can't wait for the night. */
async function keepPromises({ engine, now }: BotWorld): Promise<void> {
  await engine.sessions.tidy(now());
  await engine.subjects.finishErasures();
}

/** Marks the subjects of lost deliveries, starting where the last search ended. */
async function markLost(world: BotWorld, host: Host, log: Logger): Promise<void> {
  const { cursors, queue } = world.engine;
  const name = `deliveries of ${host.name}`;
  // A later time comes from a clock that was ahead; nothing would be found until then.
  await cursors.fresh(name, 0, world.now());
  const { marks, until } = await host.deliveries.missed(await cursors.find(name));
  if (marks.length > 0) {
    await queue.mark(marks);
    log.info({ host: host.name, marks: marks.length }, "recovering lost deliveries");
  }
  await cursors.move(name, until);
}
