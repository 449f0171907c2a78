import type { ScheduledTask } from "node-cron";
import type { Schedule } from "../../ports/engine.ts";

/** @param report called with the name of a job and its error */
export function openSchedule(report: (job: string, error: unknown) => void): Schedule {
  const tasks: ScheduledTask[] = [];
  const running = new Set<Promise<void>>();

  async function run(name: string, job: () => Promise<void>): Promise<void> {
    const execution = job().catch((error: unknown) => report(name, error));
    running.add(execution);
    await execution;
    running.delete(execution);
  }

  return {
    every: async (name, pattern, job) => {
      // By default node-cron logs overlaps and late runs to the console, but both are expected here.
      const logger = {
        debug: () => {},
        info: () => {},
        warn: () => {},
        error: (message: string | Error, error?: Error) => report(name, error ?? message),
      };
      // Most commands schedule nothing.
      const { schedule } = await import("node-cron");
      tasks.push(schedule(pattern, () => run(name, job), { name, timezone: "UTC", noOverlap: true, logger }));
    },
    stop: async () => {
      for (const task of tasks.splice(0)) await task.destroy();
      await Promise.all(running);
    },
  };
}
