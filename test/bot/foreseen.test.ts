import pino from "pino";
import { describe, expect, it, onTestFinished } from "vitest";
import { scheduleJobs } from "../../src/bot/schedule.ts";
import { startWorker } from "../../src/bot/worker.ts";
import { Failure } from "../../src/error.ts";
import type { Host } from "../../src/ports/host.ts";
import { pullTask, type Queue } from "../../src/ports/queue.ts";
import { checkScene } from "../check/reconcile-scene.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { takeOne } from "../ports/engine-scene.ts";

function logged() {
  const lines: { level: number; code?: string; msg: string }[] = [];
  const log = pino(
    { level: "info", base: null },
    { write: (line: string) => void lines.push(JSON.parse(line) as (typeof lines)[number]) },
  );
  return { log, lines };
}

const away = (): Promise<never> => Promise.reject(new Failure("database-unreachable"));

describe("a check whose result the database did not store", () => {
  it("is made again as soon as the database answers, though another process made it meanwhile", async () => {
    const { clock, engine, host, work: world, github, repository } = await checkScene();
    const pull = repository.openPull({ opener: github.user({ login: "alice" }) });
    const mark = { task: pullTask(refOf(pull)), route: routeOf(github, repository) };
    await engine.queue.mark([mark]);
    let cut = false;
    const reads: boolean[] = [];
    const cuttable = Object.fromEntries(
      Object.entries(engine.queue).map(([name, method]: [string, (...asked: never[]) => unknown]) => [
        name,
        (...asked: never[]) => (cut ? away() : method(...asked)),
      ]),
    ) as unknown as Queue;
    const read: Host["read"] = (...asked) => {
      cut = reads.length === 0;
      reads.push(cut);
      return host.read(...asked);
    };
    const { log, lines } = logged();
    const worker = startWorker({
      world: {
        ...world,
        hosts: new Map([["github" as const, { ...host, read }]]),
        engine: { ...world.engine, queue: cuttable },
      },
      concurrency: 1,
      paused: () => [],
      log,
      observe: () => {},
    });
    onTestFinished(() => worker.stop(0));
    await expect.poll(() => lines.some(({ code }) => code === "database-unreachable")).toBe(true);
    clock.ahead += 20_000;
    await engine.queue.done(await takeOne(engine), null);
    cut = false;
    await expect.poll(() => reads).toEqual([true, false]);
  });
});

describe("a database that is away for a moment is a warning, not a bug", () => {
  it.each<keyof Queue>(["done", "retry", "wait", "park", "take", "keep"])(
    "where the queue can't %s",
    async (verb) => {
      const { engine, host, work: world, github, repository } = await checkScene();
      const pull = repository.openPull({ opener: github.user({ login: "alice" }) });
      const failing = {
        done: null,
        retry: "host-refused",
        wait: "paced",
        park: "configuration",
        take: null,
        keep: "host-refused",
      } as const;
      const failure = failing[verb as keyof typeof failing] ?? null;
      const read: Host["read"] = (...asked) =>
        failure === null
          ? host.read(...asked)
          : Promise.reject(new Failure(failure, undefined, { retryAt: Date.now() + 60_000 }));
      const hosts = new Map([["github" as const, { ...host, read }]]);
      const { log, lines } = logged();
      await engine.queue.mark([{ task: pullTask(refOf(pull)), route: routeOf(github, repository) }]);
      const also = verb === "keep" ? { retry: away } : {};
      const queue = { ...engine.queue, ...also, [verb]: away };
      const worker = startWorker({
        world: { ...world, hosts, engine: { ...world.engine, queue } },
        concurrency: 1,
        paused: () => [],
        log,
        observe: () => {},
      });
      await expect.poll(() => lines.some(({ code }) => code === "database-unreachable")).toBe(true);
      await worker.stop(1_000);
      expect(lines.filter(({ level }) => level > 40)).toEqual([]);
    },
  );

  it("where a job of the schedule needs it", async () => {
    const { engine, work: world } = await checkScene();
    const jobs: (() => Promise<void>)[] = [];
    const failing = {
      ...engine,
      cursors: { find: away, move: away, fresh: away },
      pulls: { ...engine.pulls, repositories: away },
      tidy: away,
      sessions: { ...engine.sessions, tidy: away },
      schedule: {
        every: async (_name: string, _cron: string, job: () => Promise<void>) => void jobs.push(job),
        stop: async () => {},
      },
    };
    const { log, lines } = logged();
    const { caughtUp } = await scheduleJobs({ ...world, engine: failing }, log);
    await caughtUp;
    for (const job of jobs) await job();
    expect(lines.map(({ level, code }) => [level, code])).toEqual(
      [...jobs, null].map(() => [40, "database-unreachable"]),
    );
  });
});
