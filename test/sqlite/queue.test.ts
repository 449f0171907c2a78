import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { pullTask, type Taken } from "../../src/ports/queue.ts";
import { hangBell, type Bell } from "../../src/sqlite/queue/bell.ts";
import { drain, mark, pullRef, sceneForEach, take, takeOne } from "../ports/engine-scene.ts";
import { openReadyStore } from "./store.ts";

describe("the bell of a process", () => {
  let folder: string;
  let own: Database.Database;
  let other: Database.Database;
  let bell: Bell;
  const heard = vi.fn<() => void>();

  beforeEach(() => {
    vi.useFakeTimers();
    heard.mockReset();
    folder = mkdtempSync(join(tmpdir(), "countersign-bell-"));
    const file = join(folder, "bell.db");
    own = new Database(file);
    other = new Database(file);
    other.exec("CREATE TABLE word (text)");
    bell = hangBell(own);
  });
  afterEach(() => {
    bell.stop();
    own.close();
    other.close();
    rmSync(folder, { recursive: true });
    vi.useRealTimers();
  });

  it("is heard by everyone who listens, as often as each of them asked", () => {
    bell.ring();
    const stops = [bell.listen(heard), bell.listen(heard)];
    bell.ring();
    expect(heard).toHaveBeenCalledTimes(2);
    stops[0]?.();
    bell.ring();
    expect(heard).toHaveBeenCalledTimes(3);
    stops[1]?.();
    bell.ring();
    expect(heard).toHaveBeenCalledTimes(3);
  });

  it("is heard a quarter of a second after another process has written, once", () => {
    bell.listen(heard);
    other.exec("INSERT INTO word VALUES ('one')");
    vi.advanceTimersByTime(249);
    expect(heard).not.toHaveBeenCalled();
    vi.advanceTimersByTime(1);
    expect(heard).toHaveBeenCalledTimes(1);
    vi.advanceTimersByTime(10_000);
    expect(heard).toHaveBeenCalledTimes(1);
    other.exec("INSERT INTO word VALUES ('two')");
    vi.advanceTimersByTime(250);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it("does not ring for what was written before anybody listened, or while nobody did", () => {
    other.exec("INSERT INTO word VALUES ('one')");
    const stop = bell.listen(heard);
    vi.advanceTimersByTime(1_000);
    stop();
    other.exec("INSERT INTO word VALUES ('two')");
    bell.listen(heard);
    vi.advanceTimersByTime(1_000);
    expect(heard).not.toHaveBeenCalled();
  });

  it("looks for others' writes only while somebody listens, and for all of them at once", () => {
    expect(vi.getTimerCount()).toBe(0);
    const stops = [bell.listen(heard), bell.listen(() => {})];
    expect(vi.getTimerCount()).toBe(1);
    stops[0]?.();
    expect(vi.getTimerCount()).toBe(1);
    stops[1]?.();
    expect(vi.getTimerCount()).toBe(0);
    bell.listen(heard);
    bell.stop();
    bell.stop();
    expect(vi.getTimerCount()).toBe(0);
  });

  it("rings at each look while the database can't be read, so that its listener reports that", () => {
    bell.listen(heard);
    own.close();
    vi.advanceTimersByTime(500);
    expect(heard).toHaveBeenCalledTimes(2);
  });
});

describe("SQLite's queue", () => {
  let file = "";
  const scene = sceneForEach(async (now) => {
    const store = await openReadyStore(now);
    file = store.file;
    return store;
  });
  const seven = pullRef(7);
  const repository = { host: "github", id: 10 } as const;

  /** Whether the lease of a task ends at a moment, and not before. */
  async function endsAt(moment: number): Promise<boolean> {
    const { clock, engine } = scene();
    clock.now = moment - 1;
    const { leased } = await engine.queue.depth();
    clock.now = moment;
    return leased === 1 && (await engine.queue.depth()).leased === 0;
  }

  async function held(leaseMs = 15_000): Promise<Taken> {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    const [taken] = await take(engine, { leaseMs });
    if (taken === undefined) throw new Error("nothing was due");
    return taken;
  }

  it("prolongs a lease of which less than half is left, and no other", async () => {
    const { clock, engine } = scene();
    const began = clock.now;
    const taken = await held();
    clock.now = began + 7_500;
    await engine.queue.confirm(taken, 15_000);
    expect(await endsAt(began + 15_000)).toBe(true);
    clock.now = began + 7_501;
    await engine.queue.confirm(taken, 15_000);
    expect(await endsAt(began + 22_501)).toBe(true);
  });

  it("confirms no lease that ends between its check and its extension", async () => {
    const { clock, engine } = scene();
    const taken = await held();
    clock.now += 7_501;
    // Its write comes before the one of the extension.
    const ended = engine.queue.done(taken, null);
    await expect(engine.queue.confirm(taken, 15_000)).rejects.toMatchObject({ code: "superseded" });
    expect(await ended).toBe(true);
  });

  it("hands out thousands of tasks whose wait ended together, those of a skipped installation after the others", async () => {
    const { clock, engine } = scene();
    const numbers = Array.from({ length: 2_500 }, (_, at) => at + 1);
    await engine.queue.mark(
      numbers.map((number) => (number > 2_400 ? mark(pullRef(number, 11), 2) : mark(pullRef(number), 1))),
    );
    for (;;) {
      const taken = await take(engine, { limit: 500 });
      if (taken.length === 0) break;
      for (const one of taken) await engine.queue.wait(one, clock.now + 1_000);
    }
    clock.now += 1_000;
    // The many waits of an installation that is skipped do not come before those of the other.
    const [first] = await take(engine, { limit: 1, skip: [1] });
    expect(first?.task).toMatchObject({ repository: 11 });
    const rest: unknown[] = [];
    for (;;) {
      const taken = await take(engine, { limit: 500 });
      if (taken.length === 0) break;
      rest.push(...taken);
    }
    expect(rest).toHaveLength(2_499);
  });

  it("shortens a lease that a wrong clock made longer", async () => {
    const { clock, engine } = scene();
    const began = clock.now;
    const taken = await held();
    clock.now = began - 5_000;
    await engine.queue.confirm(taken, 15_000);
    expect(await endsAt(began + 10_000)).toBe(true);
  });

  it("does not count a lease or a wait that begins or ends too far ahead", async () => {
    const { clock, engine } = scene();
    const began = clock.now;
    await held(60_000);
    expect(await engine.queue.depth()).toMatchObject({ leased: 1, due: 0 });
    clock.now = began - 1;
    expect(await engine.queue.depth()).toMatchObject({ leased: 0, due: 1 });
    const [taken] = await take(engine);
    if (taken === undefined) throw new Error("nothing was due");
    await engine.queue.wait(taken, began + 90_000);
    clock.now = began - 1 - 60_000;
    expect(await engine.queue.depth()).toMatchObject({ waiting: 1, due: 0 });
    clock.now -= 1;
    expect(await engine.queue.depth()).toMatchObject({ waiting: 0, due: 1 });
  });

  it("takes bulk work only up to what is left of the limit", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(pullRef(1)), mark(pullRef(2))]);
    await engine.queue.mark([3, 4, 5, 6].map((number) => ({ ...mark(pullRef(number)), bulk: true })));
    const options = { leaseMs: 1_000, skip: [] };
    expect(await engine.queue.take({ ...options, limit: 0 })).toEqual([]);
    expect((await engine.queue.take({ ...options, limit: 1 })).map(({ bulk }) => bulk)).toEqual([false]);
    expect((await engine.queue.take({ ...options, limit: 3, bulk: 9 })).map(({ bulk }) => bulk)).toEqual([
      false,
      true,
      true,
    ]);
    expect(await engine.queue.take({ ...options, limit: 3, bulk: 0 })).toEqual([]);
    expect(await engine.queue.take({ ...options, limit: 3, skip: [1] })).toEqual([]);
    expect(await engine.queue.take({ ...options, limit: 3, skip: [1], skipBulk: [] })).toHaveLength(2);
  });

  it("rings once for marks, and not for none", async () => {
    const { engine } = scene();
    const heard = vi.fn<() => void>();
    engine.queue.watch(heard);
    await engine.queue.mark([]);
    expect(heard).not.toHaveBeenCalled();
    await engine.queue.mark([mark(pullRef(1)), mark(pullRef(2))]);
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("rings for a task that was marked during its check, and for one that is given back", async () => {
    const { engine } = scene();
    const taken = await held();
    await engine.queue.mark([mark(seven)]);
    const heard = vi.fn<() => void>();
    engine.queue.watch(heard);
    await engine.queue.done(taken, null);
    expect(heard).toHaveBeenCalledTimes(1);
    const again = await takeOne(engine);
    await engine.queue.release([again]);
    expect(heard).toHaveBeenCalledTimes(2);
    await engine.queue.done(await takeOne(engine), null);
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it("rings where a pull request comes into or goes out of another's way, and only there", async () => {
    const { engine } = scene();
    const heard = vi.fn<() => void>();
    engine.queue.watch(heard);
    const record = (number: number, verdict: "signed" | "unsigned") =>
      engine.pulls.record({
        ref: pullRef(number),
        head: "shared",
        agreement: "icla",
        verdict,
        buckets: [],
        comment: null,
      });
    await record(1, "signed");
    await record(2, "signed");
    expect(heard).not.toHaveBeenCalled();
    await record(2, "unsigned");
    expect(heard).toHaveBeenCalledTimes(1);
    await engine.pulls.close(pullRef(2));
    expect(heard).toHaveBeenCalledTimes(2);
    await engine.pulls.close(pullRef(1));
    expect(heard).toHaveBeenCalledTimes(2);
  });

  it("has nothing to do with an unknown installation until one is known", async () => {
    const { engine } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route: null }]);
    expect(await take(engine, { skip: [0] })).toEqual([]);
    expect(await takeOne(engine)).toMatchObject({ route: { installation: null, handle: null } });
    const installation = { kind: "installation", host: "github", installation: 4 } as const;
    await engine.queue.mark([{ task: installation, route: { installation: 9, handle: null } }]);
    expect(await take(engine, { skip: [4] })).toEqual([]);
    expect(await takeOne(engine)).toMatchObject({ task: installation, route: { installation: 4 } });
    expect(await engine.pulls.repositories("github")).toEqual([]);
  });

  it("learns each part of a repository's route, and keeps the other", async () => {
    const { engine } = scene();
    const learn = (installation: number | null, handle: string | null) =>
      engine.queue.mark([{ task: pullTask(seven), route: { installation, handle } }]);
    await learn(1, null);
    await learn(null, "R_a");
    expect(await engine.pulls.route(repository)).toEqual({ installation: 1, handle: "R_a" });
    await learn(2, null);
    expect(await engine.pulls.route(repository)).toEqual({ installation: 2, handle: "R_a" });
    await learn(null, "R_b");
    expect(await engine.pulls.route(repository)).toEqual({ installation: 2, handle: "R_b" });
    expect(await take(engine, { skip: [2] })).toEqual([]);
  });

  it("sweeps a forgotten repository that is back as bulk work of its installation, once", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    await drain(engine);
    await engine.pulls.noteMissing(repository);
    await engine.pulls.forgetRepository(repository);
    await engine.queue.mark([{ task: pullTask(seven), route: { installation: 3, handle: null } }]);
    expect(await take(engine, { skip: [3] })).toEqual([]);
    expect((await take(engine)).map(({ task, bulk }) => [task.kind, bulk])).toEqual([
      ["pull", false],
      ["repository", true],
    ]);
    await engine.queue.mark([mark(pullRef(8), 3)]);
    expect(await drain(engine)).toEqual([pullTask(pullRef(8))]);
  });

  it("sweeps a forgotten repository that is back at the same installation as work of that", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    await drain(engine);
    await engine.pulls.noteMissing(repository);
    await engine.pulls.forgetRepository(repository);
    await engine.queue.mark([mark(seven)]);
    expect(await take(engine, { skip: [1] })).toEqual([]);
    expect(await take(engine)).toHaveLength(2);
  });

  it("keeps nothing of the people of a pull request that closes", async () => {
    const { engine } = scene();
    const found = { head: "h", agreement: "icla", verdict: "unsigned", buckets: [5], comment: null } as const;
    await engine.pulls.record({ ref: seven, ...found });
    await engine.pulls.record({ ref: pullRef(8), ...found });
    await engine.pulls.close(seven);
    const connection = new Database(file, { readonly: true });
    const kept = connection.prepare<[], number>("SELECT number FROM pull_bucket").pluck().all();
    connection.close();
    expect(kept).toEqual([8]);
  });

  it("rings where a new verdict wakes a merge group", async () => {
    const { clock, engine } = scene();
    const record = (verdict: "signed" | "unsigned") =>
      engine.pulls.record({
        ref: seven,
        head: "h",
        agreement: "icla",
        verdict,
        buckets: [],
        comment: null,
      });
    await record("unsigned");
    const group = { kind: "group", host: "github", repository: 10, head: "a", base: "b" } as const;
    await engine.queue.mark([{ task: group, route: null }]);
    await engine.queue.done(await takeOne(engine), clock.now + 90_000);
    const heard = vi.fn<() => void>();
    engine.queue.watch(heard);
    await record("signed");
    expect(heard).toHaveBeenCalledTimes(1);
    await engine.queue.done(await takeOne(engine), null);
    await record("unsigned");
    expect(heard).toHaveBeenCalledTimes(1);
  });

  it("checks nothing but pull requests and merge groups once more after a write without an answer", async () => {
    const { clock, engine } = scene();
    const group = { kind: "group", host: "github", repository: 10, head: "a", base: "b" } as const;
    await engine.queue.mark([
      { task: group, route: null },
      { task: { kind: "comment", host: "github", repository: 10, number: 7, comment: 5 }, route: null },
    ]);
    for (const taken of await take(engine)) {
      await engine.queue.recheck(taken);
      await engine.queue.done(taken, null);
    }
    clock.now += 120_000;
    expect(await drain(engine)).toEqual([group]);
  });

  it("counts the checks of a pull request that ended, however they did", async () => {
    const { engine, clock } = scene();
    await engine.pulls.record({
      ref: seven,
      head: "h",
      agreement: null,
      verdict: "unknown",
      buckets: [],
      comment: null,
    });
    const checks = async () => (await engine.pulls.open(repository)).get(7)?.checks;
    const counts = [await checks()];
    for (const end of ["release", "retry", "park", "wait", "done"] as const) {
      const taken = await held();
      if (end === "release") await engine.queue.release([taken]);
      else if (end === "retry") await engine.queue.retry(taken, clock.now, "host-refused");
      else if (end === "park") await engine.queue.park(taken, "refused");
      else if (end === "wait") await engine.queue.wait(taken, clock.now);
      else await engine.queue.done(taken, null);
      counts.push(await checks());
      await engine.queue.done(taken, null);
    }
    expect(counts).toEqual([0, 1, 2, 3, 4, 5]);
    const comment = { kind: "comment", host: "github", repository: 10, number: 7, comment: 5 } as const;
    await engine.queue.mark([{ task: comment, route: null }]);
    await drain(engine);
    expect(await checks()).toBe(5);
  });
});
