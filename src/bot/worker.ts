/**
 * Takes due tasks and works on several at once. The queue tells it about new marks. Every second it also looks for
 * retries and for leases of dead workers. Its leases last seconds and are extended while it works, so that a killed
 * process does not delay tasks for long.
 */
import { setTimeout as sleep } from "node:timers/promises";
import type { Logger } from "pino";
import { LEASE_MS } from "../check/hold.ts";
import { Failure } from "../error.ts";
import { taskKey, taskRepository, type Mark, type Taken, type Task } from "../ports/queue.ts";
import { isVerdict } from "../check/inspect.ts";
import { retryAt, work, type Done, type WorkWorld } from "../check/work.ts";

const KEEP_MS = 5_000;
const LOOK_MS = 1_000;
/** When to take a task again, if the database did not store its result. */
const AGAIN_MS = 2_000;
/** The leases of more tasks run out. A sweep finds what another process showed of them meanwhile. */
const MOST_UNSTORED = 1_000;
/** The share of places for bulk work, so that a task that a person waits for finds one. */
const BULK_SHARE = 0.5;
/** How many tasks may wait for the host's limits in the middle, in addition to the places. */
const MOST_RESTING = 200;
/** When a task that finds all of these taken begins again, in milliseconds. */
const REST_LATER_MS = 60_000;

export interface WorkerOptions {
  readonly world: WorkWorld;
  /** How many tasks run at once. */
  readonly concurrency: number;
  /** Installations whose host asked to wait; for bulk work also those with few remaining calls. */
  readonly paused: (bulk: boolean) => readonly number[];
  readonly log: Logger;
  /** Called when a task ends. @param seconds its duration */
  readonly observe: (task: Task, done: Done, seconds: number) => void;
  /** Runs each task, e.g. within a trace. */
  readonly around?: (taken: Taken, run: () => Promise<Done>) => Promise<Done>;
}

export interface Worker {
  /** Stops taking tasks and waits for the running ones, at most `graceMs`; returns the rest to the queue. */
  stop(graceMs: number): Promise<void>;
  /** Resolves when nothing is due and nothing is running. */
  idle(): Promise<void>;
}

export function startWorker(options: WorkerOptions): Worker {
  const { concurrency, log, around = (_taken, run) => run() } = options;
  const { queue } = options.world.engine;
  const busy = new Map<Taken, Promise<void>>();
  /** Busy tasks that wait for the host's limits. They hold no place meanwhile: they may be many, and wait a minute. */
  const resting = new Set<Taken>();
  /** Tasks whose result the database did not store: another process may have shown another one meanwhile. */
  const unstored = new Map<string, Mark>();
  let stopping = false;
  let released = false;
  // Another process may have the returned task by now. An uncertain answer, shown because the database is closed, could
  // replace that process's answer.
  const confirm: typeof queue.confirm = (taken, leaseMs) =>
    released ? Promise.reject(new Failure("superseded")) : queue.confirm(taken, leaseMs);
  const world: WorkWorld = {
    ...options.world,
    engine: { ...options.world.engine, queue: { ...queue, confirm } },
  };
  let looking: Promise<void> | null = null;
  let again = false;
  const bulkPlaces = Math.floor(concurrency * BULK_SHARE);

  function freePlaces(): { readonly all: number; readonly bulk: number } {
    const working = [...busy.keys()].filter((taken) => !resting.has(taken));
    const all = concurrency - working.length;
    return { all, bulk: Math.min(all, bulkPlaces - working.filter(({ bulk }) => bulk).length) };
  }

  /** Gives the task's place to others, and waits until it has one again. */
  async function rest(taken: Taken, ms: number): Promise<void> {
    if (resting.size >= MOST_RESTING)
      throw new Failure("paced", undefined, { retryAt: world.now() + REST_LATER_MS });
    resting.add(taken);
    look();
    try {
      for (;;) {
        await sleep(ms);
        if (stopping) throw new Failure("paced", undefined, { retryAt: world.now() });
        if (freePlaces()[taken.bulk ? "bulk" : "all"] > 0) return;
      }
    } finally {
      resting.delete(taken);
    }
  }

  function look(): void {
    if (stopping) return;
    if (looking !== null) {
      again = true;
      return;
    }
    looking = fill()
      .catch((error: unknown) => {
        if (error instanceof Failure) log.warn({ code: error.code }, error.message);
        else log.error({ err: error }, "the worker failed because of a bug");
      })
      .finally(() => {
        looking = null;
        if (again) {
          again = false;
          look();
        }
      });
  }

  async function fill(): Promise<void> {
    if (unstored.size > 0) {
      const marks = [...unstored];
      await queue.mark(marks.map(([, mark]) => mark));
      for (const [key] of marks) unstored.delete(key);
    }
    for (let places = freePlaces(); places.all > 0; places = freePlaces()) {
      const taken = await queue.take({
        limit: places.all,
        bulk: Math.max(0, places.bulk),
        leaseMs: LEASE_MS,
        skip: options.paused(false),
        skipBulk: options.paused(true),
      });
      for (const one of taken) busy.set(one, run(one));
      if (taken.length === 0 || stopping) return;
    }
  }

  async function run(taken: Taken): Promise<void> {
    const started = performance.now();
    try {
      const done = await around(taken, () =>
        work({ ...world, sleep: (ms) => rest(taken, ms) }, taken).catch((error: unknown) =>
          settleBug(taken, error),
        ),
      );
      const seconds = (performance.now() - started) / 1000;
      if (done.kind !== "superseded" && done.kind !== "paced") options.observe(taken.task, done, seconds);
      logDone(log, taken.task, done, seconds);
    } catch (error) {
      // The result could not be stored: the task is taken again soon, or when its lease runs out.
      if (error instanceof Failure) {
        log.warn({ ...placeOf(taken.task), code: error.code }, error.message);
        const { task, bulk } = taken;
        if (unstored.size < MOST_UNSTORED) unstored.set(JSON.stringify(task), { task, route: null, bulk });
        await queue.keep([taken], AGAIN_MS).catch(() => {});
      } else log.error({ ...placeOf(taken.task), err: error }, "a task failed because of a bug");
    } finally {
      busy.delete(taken);
      look();
    }
  }

  async function settleBug(taken: Taken, error: unknown): Promise<Done> {
    // If the database did not store the result, it is not a bug: the lease runs out.
    if (error instanceof Failure) throw error;
    log.error({ ...placeOf(taken.task), err: error }, "a task failed because of a bug");
    const failure = new Failure("bug");
    const at = retryAt(failure, taken, world.now(), world.random());
    if (at === null) await queue.park(taken, failure.code);
    else await queue.retry(taken, at, failure.code);
    return at === null ? { kind: "parked", failure } : { kind: "retry", failure, at };
  }

  const unwatch = queue.watch(look);
  const looks = setInterval(look, LOOK_MS);
  const keeps = setInterval(() => {
    if (busy.size === 0) return;
    queue.keep([...busy.keys()], LEASE_MS).catch((error: unknown) => {
      log.warn({ code: error instanceof Failure ? error.code : "bug" }, "leases could not be extended");
    });
  }, KEEP_MS);
  look();

  return {
    async stop(graceMs) {
      stopping = true;
      unwatch();
      clearInterval(looks);
      await looking;
      const { promise: grace, resolve } = Promise.withResolvers<void>();
      const timer = setTimeout(resolve, graceMs);
      await Promise.race([Promise.all(busy.values()), grace]);
      clearTimeout(timer);
      clearInterval(keeps);
      released = true;
      // These leases run out rather than end: a write to the host may still be on its way.
      if (busy.size > 0) await queue.keep([...busy.keys()], 0);
    },
    async idle() {
      for (;;) {
        await looking;
        await Promise.all(busy.values());
        const { due, leased } = await queue.depth();
        if (due === 0 && leased === 0 && busy.size === 0) return;
        look();
        const { promise, resolve } = Promise.withResolvers<void>();
        setTimeout(resolve, 10);
        await promise;
      }
    },
  };
}

/** What a log may contain about a task: numbers of repositories and pull requests. */
function placeOf(task: Task): Record<string, string | number> {
  return { host: task.host, repository: taskRepository(task), task: taskKey(task) };
}

function logDone(log: Logger, task: Task, done: Done, seconds: number): void {
  const place = { ...placeOf(task), ms: Math.round(seconds * 1000) };
  switch (done.kind) {
    case "done": {
      const told = { ...place, state: done.outcome?.state, writes: done.outcome?.writes };
      // A verdict has its own log line.
      if (isVerdict(done.outcome?.state)) log.debug(told, "checked");
      else log.info(told, "checked");
      return;
    }
    case "retry":
      log.warn(
        { ...place, code: done.failure.code, retryAt: new Date(done.at).toISOString() },
        done.failure.message,
      );
      return;
    case "superseded":
      log.debug(place, "a newer event arrived meanwhile");
      return;
    case "paced":
      log.debug(
        { ...place, at: new Date(done.at).toISOString() },
        "waits for its turn within the host's limits",
      );
      return;
    case "parked":
      log.error({ ...place, code: done.failure.code }, `${done.failure.message}; it waits for a new event`);
      return;
  }
}
