import type { Logger } from "pino";
import { Failure } from "../error.ts";
import { repositoriesOf } from "../work.ts";
import type { BotWorld } from "./open.ts";

/** What the bot does by the clock: the sweep that finds what lost webhooks hid, and the housekeeping. */
export async function scheduleJobs(world: BotWorld, log: Logger): Promise<void> {
  const { schedule, queue } = world.engine;
  const guarded = (name: string, job: () => Promise<void>) => async (): Promise<void> => {
    try {
      await job();
    } catch (error) {
      if (error instanceof Failure) log.warn({ job: name, code: error.code }, error.message);
      else log.error({ job: name, err: error }, "a scheduled job met a bug");
    }
  };
  await schedule.every(
    "sweep",
    "17 */6 * * *",
    guarded("sweep", async () => {
      for (const host of world.hosts.values()) await queue.mark(await repositoriesOf(world, host, null));
    }),
  );
  await schedule.every(
    "tidy",
    "41 3 * * *",
    guarded("tidy", async () => {
      await world.engine.tidy();
    }),
  );
}
