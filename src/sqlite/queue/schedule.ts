import { schedule, type ScheduledTask } from "node-cron";
import type { Schedule } from "../../ports/engine.ts";

/** @param report told the name of a job and what it threw */
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
      // By itself node-cron writes to the console: of overlaps and late runs, which are as they should be.
      const logger = {
        debug: () => {},
        info: () => {},
        warn: () => {},
        error: (message: string | Error, error?: Error) => report(name, error ?? message),
      };
      tasks.push(schedule(pattern, () => run(name, job), { name, timezone: "UTC", noOverlap: true, logger }));
    },
    stop: async () => {
      for (const task of tasks.splice(0)) await task.destroy();
      await Promise.all(running);
    },
  };
}
