import { expect, it, vi } from "vitest";
import { pullTask, type Task } from "../../src/ports/queue.ts";
import { drain, mark, pullRef, take, takeOne, type Scene } from "./engine-scene.ts";

const seven = pullRef(7);

export function queueContract(scene: () => Scene): void {
  it("hands out what the latest delivery told of a task, until it is done", async () => {
    const { engine, clock } = scene();
    const { task, route } = mark(pullRef(7));
    await engine.queue.mark([{ task, route, told: "first" }]);
    await engine.queue.mark([{ task, route, told: "second" }]);
    await engine.queue.mark([{ task, route }]);
    const taken = await takeOne(engine);
    expect(taken.told).toBe("second");
    await engine.queue.retry(taken, clock.now, "host-refused");
    const again = await takeOne(engine);
    expect(again.told).toBe("second");
    await engine.queue.done(again, null);
    await engine.queue.mark([{ task, route }]);
    expect((await takeOne(engine)).told).toBeNull();
  });

  it("hands out what the latest state by the host's time says, in whatever order the deliveries came", async () => {
    const { engine } = scene();
    const { task, route } = mark(pullRef(7));
    await engine.queue.mark([{ task, route, told: "second", toldAt: 2_000 }]);
    await engine.queue.mark([{ task, route, told: "first", toldAt: 1_000 }]);
    expect((await takeOne(engine)).told).toBe("second");
    const { task: other } = mark(pullRef(8));
    await engine.queue.mark([
      { task: other, route, told: "z", toldAt: 1_000 },
      { task: other, route, told: "b", toldAt: 12_000 },
      { task: other, route, told: "a", toldAt: 12_000 },
      { task: other, route, told: "y", toldAt: 2_000 },
    ]);
    expect((await takeOne(engine)).told).toBe("a");
  });

  it("hands out the deliveries that caused a task, until a check has answered them", async () => {
    const { engine, clock } = scene();
    const { task, route } = mark(pullRef(7));
    const [one, two, three] = ["a-1", "b-2", "c-3"].map((id, index) => ({ id, at: 1_000 + index }));
    if (one === undefined || two === undefined || three === undefined) throw new Error("three");
    await engine.queue.mark([{ task, route, deliveries: [one] }]);
    await engine.queue.mark([{ task, route }]);
    await engine.queue.mark([{ task, route, deliveries: [two] }]);
    const taken = await takeOne(engine);
    expect(taken.deliveries).toEqual([one, two]);
    await engine.queue.retry(taken, clock.now, "host-refused");
    const again = await takeOne(engine);
    expect(again.deliveries).toEqual([one, two]);
    await engine.queue.wait(again, clock.now);
    const third = await takeOne(engine);
    expect(third.deliveries).toEqual([one, two]);
    await engine.queue.mark([{ task, route, deliveries: [three] }]);
    await engine.queue.done(third, null);
    const last = await takeOne(engine);
    expect(last.deliveries).toEqual([three]);
    await engine.queue.done(last, clock.now);
    expect((await takeOne(engine)).deliveries).toEqual([]);
  });

  it("keeps a task's row small, however many deliveries there are", async () => {
    const { engine } = scene();
    const { task, route } = mark(pullRef(7));
    for (let n = 0; n < 40; n += 1)
      await engine.queue.mark([{ task, route, deliveries: [{ id: `${n}`.padStart(36, "0"), at: n }] }]);
    const { deliveries } = await takeOne(engine);
    expect(deliveries[0]).toEqual({ id: "0".repeat(36), at: 0 });
    expect(deliveries.length).toBeGreaterThan(5);
    expect(deliveries.length).toBeLessThan(20);
  });

  it("is surveyed by class and by failure", async () => {
    const { engine, clock } = scene();
    expect(await engine.queue.survey()).toEqual({
      classes: [
        { class: "person", due: 0, oldest: null },
        { class: "bulk", due: 0, oldest: null },
      ],
      troubled: [],
    });
    await engine.queue.mark([mark(pullRef(1)), mark(pullRef(2))]);
    const [first, second] = [await takeOne(engine), await takeOne(engine)];
    await engine.queue.park(first, "policy-broken");
    await engine.queue.retry(second, clock.now + 60_000, "host-refused");
    const marked = clock.now;
    await engine.queue.mark([mark(pullRef(3)), mark(pullRef(4))]);
    await engine.queue.mark([{ ...mark(pullRef(5)), bulk: true }]);
    const survey = await engine.queue.survey();
    expect(survey.classes).toEqual([
      { class: "person", due: 2, oldest: marked },
      { class: "bulk", due: 1, oldest: marked },
    ]);
    expect(survey.troubled).toEqual([
      { code: "host-refused", state: "retrying", tasks: 1 },
      { code: "policy-broken", state: "parked", tasks: 1 },
    ]);
  });

  it("has nothing due at first", async () => {
    expect(await take(scene().engine)).toEqual([]);
    expect(await scene().engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });

  it("gives a marked task once, with the way to its repository", async () => {
    const { engine } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route: { installation: 5, handle: "R_x" } }]);
    const taken = await take(engine);
    expect(taken).toMatchObject([
      {
        task: pullTask(seven),
        route: { installation: 5, handle: "R_x" },
        attempts: 0,
        failingSince: null,
      },
    ]);
    expect(await take(engine)).toEqual([]);
  });

  it.each<Task>([
    { kind: "pull", host: "gitee", repository: 3, number: 7 },
    { kind: "group", host: "github", repository: 3, head: "a".repeat(40), base: "b".repeat(40) },
    { kind: "comment", host: "github", repository: 3, number: 7, comment: 9_007_199_254_740_991 },
    { kind: "repository", host: "gitee", repository: 9_007_199_254_740_991 },
    { kind: "installation", host: "github", installation: 12 },
  ])("gives back a task of the kind $kind as it was marked", async (task) => {
    const { engine } = scene();
    await engine.queue.mark([{ task, route: null }]);
    expect((await takeOne(engine)).task).toEqual(task);
  });

  it("keeps one row for a task however often it is marked", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven), mark(seven)]);
    await Promise.all([engine.queue.mark([mark(seven)]), engine.queue.mark([mark(seven)])]);
    expect(await engine.queue.depth()).toMatchObject({ due: 1 });
    await engine.queue.done(await takeOne(engine), null);
    expect(await take(engine)).toEqual([]);
  });

  it("tells the tasks of two hosts with equal numbers apart", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven), mark(pullRef(7, 10, "gitee"), null)]);
    const taken = await take(engine);
    expect(taken.map(({ task }) => task.host).toSorted()).toEqual(["gitee", "github"]);
  });

  it("forgets a task that was done", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    await engine.queue.done(await takeOne(engine), null);
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });

  it("keeps a task due that was marked while a worker had it", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    const first = await takeOne(engine);
    await engine.queue.mark([mark(seven)]);
    expect(await take(engine)).toEqual([]);
    await engine.queue.done(first, null);
    const second = await takeOne(engine);
    expect(second.generation).toBeGreaterThan(first.generation);
    await engine.queue.done(second, null);
    expect(await take(engine)).toEqual([]);
  });

  it.each(["retry", "park"] as const)(
    "keeps a task due that was marked while a worker had it and failed with %s",
    async (verb) => {
      const { engine, clock } = scene();
      await engine.queue.mark([mark(seven)]);
      const first = await takeOne(engine);
      await engine.queue.mark([mark(seven)]);
      if (verb === "retry") await engine.queue.retry(first, clock.now + 60_000, "host-unreachable");
      else await engine.queue.park(first, "not-found");
      expect(await take(engine)).toMatchObject([{ attempts: 0 }]);
    },
  );

  it("gives a task again at the time that was asked for when it was done", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(seven)]);
    await engine.queue.done(await takeOne(engine), clock.now + 1000);
    expect(await engine.queue.depth()).toMatchObject({ waiting: 1 });
    clock.now += 999;
    expect(await take(engine)).toEqual([]);
    clock.now += 1;
    expect(await take(engine)).toHaveLength(1);
  });

  it("makes a waiting task due at once when it is marked", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(seven)]);
    await engine.queue.done(await takeOne(engine), clock.now + 1000);
    await engine.queue.mark([mark(seven)]);
    expect(await take(engine)).toHaveLength(1);
  });

  it("counts failed tries and remembers when they began, until the task is done", async () => {
    const { engine, clock } = scene();
    const began = clock.now;
    await engine.queue.mark([mark(seven)]);
    await engine.queue.retry(await takeOne(engine), clock.now + 1000, "host-unreachable");
    clock.now += 1000;
    await engine.queue.retry(await takeOne(engine), clock.now + 1000, "host-limit");
    expect(await engine.queue.troubled(10)).toEqual([
      { task: pullTask(seven), code: "host-limit", attempts: 2, dueAt: clock.now + 1000 },
    ]);
    clock.now += 1000;
    const third = await takeOne(engine);
    expect(third).toMatchObject({ attempts: 2, failingSince: began });
    await engine.queue.done(third, clock.now);
    expect(await takeOne(engine)).toMatchObject({ attempts: 0, failingSince: null });
    expect(await engine.queue.troubled(10)).toEqual([]);
  });

  it("leaves a parked task alone until it is marked", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(seven)]);
    await engine.queue.park(await takeOne(engine), "installation-suspended");
    clock.now += 1e12;
    expect(await take(engine)).toEqual([]);
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 1 });
    expect(await engine.queue.troubled(10)).toEqual([
      { task: pullTask(seven), code: "installation-suspended", attempts: 1, dueAt: null },
    ]);
    await engine.queue.mark([mark(seven)]);
    expect(await takeOne(engine)).toMatchObject({ attempts: 0, failingSince: null });
  });

  it("gives a task to another worker when its lease ran out, and to nobody before", async () => {
    const { engine, store, clock } = scene();
    const other = await store.open();
    await engine.queue.mark([mark(seven)]);
    await take(engine, { leaseMs: 5000 });
    clock.now += 4999;
    expect(await take(other)).toEqual([]);
    clock.now += 1;
    expect(await take(other)).toHaveLength(1);
  });

  it("keeps a lease that is prolonged", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(seven)]);
    const taken = await take(engine, { leaseMs: 5000 });
    clock.now += 4000;
    await engine.queue.keep(taken, 5000);
    clock.now += 4000;
    expect(await take(engine)).toEqual([]);
  });

  it("gives a released task at once", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    await engine.queue.release(await take(engine));
    expect(await take(engine)).toMatchObject([{ attempts: 0 }]);
  });

  it.each(["done", "retry", "park", "release", "keep"] as const)(
    "takes no word from a worker that lost its lease: %s",
    async (verb) => {
      const { engine, clock } = scene();
      await engine.queue.mark([mark(seven)]);
      const [lost] = await take(engine, { leaseMs: 1000 });
      clock.now += 1000;
      await take(engine, { leaseMs: 1000 });
      if (lost === undefined) throw new Error("nothing was due");
      if (verb === "done") await engine.queue.done(lost, null);
      else if (verb === "retry") await engine.queue.retry(lost, clock.now, "host-unreachable");
      else if (verb === "park") await engine.queue.park(lost, "not-found");
      else if (verb === "release") await engine.queue.release([lost]);
      else await engine.queue.keep([lost], 1e9);
      expect(await engine.queue.depth()).toEqual({ due: 0, leased: 1, waiting: 0, parked: 0 });
      clock.now += 1000;
      expect(await takeOne(engine)).toMatchObject({ attempts: 0 });
    },
  );

  it("takes the longest due first and no more than asked for", async () => {
    const { engine, clock } = scene();
    for (const number of [3, 1, 2]) {
      await engine.queue.mark([mark(pullRef(number))]);
      clock.now += 1;
    }
    const numbers = (await take(engine, { limit: 2 })).map(({ task }) => task);
    expect(numbers).toEqual([pullTask(pullRef(3)), pullTask(pullRef(1))]);
  });

  it("serves installations in turns, so that one's burst does not stop another's", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark(Array.from({ length: 50 }, (_, at) => mark(pullRef(at + 1, 10), 1)));
    clock.now += 1;
    await engine.queue.mark([mark(pullRef(1, 20), 2), mark(pullRef(1, 30, "gitee"), null)]);
    const repositories = (await take(engine, { limit: 3 })).map(
      ({ task }) => "repository" in task && task.repository,
    );
    expect(new Set(repositories)).toEqual(new Set([10, 20, 30]));
  });

  it("counts what an installation has under way as its turns", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark(Array.from({ length: 50 }, (_, at) => mark(pullRef(at + 1, 10), 1)));
    await take(engine, { limit: 4 });
    clock.now += 1;
    await engine.queue.mark([mark(pullRef(1, 20), 2)]);
    expect(await takeOne(engine)).toMatchObject({ task: { repository: 20 } });
  });

  it("leaves the installations alone that are to be skipped", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(pullRef(1, 10), 1), mark(pullRef(1, 20), 2)]);
    expect(await take(engine, { skip: [1] })).toMatchObject([{ task: { repository: 20 } }]);
    expect(await take(engine, { skip: [1] })).toEqual([]);
    expect(await take(engine)).toHaveLength(1);
  });

  it("keeps the known way to a repository when a mark tells none", async () => {
    const { engine } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route: { installation: 5, handle: "R_x" } }]);
    await engine.queue.mark([{ task: pullTask(seven), route: null }]);
    await engine.queue.mark([{ task: pullTask(seven), route: { installation: null, handle: null } }]);
    expect(await takeOne(engine)).toMatchObject({ route: { installation: 5, handle: "R_x" } });
    expect(await engine.pulls.route({ host: "github", id: 10 })).toEqual({ installation: 5, handle: "R_x" });
  });

  it("learns that a repository moved to another installation", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(pullRef(1), 1), mark(pullRef(2), 1)]);
    await engine.queue.mark([mark(pullRef(3), 2)]);
    expect(await take(engine, { skip: [2] })).toEqual([]);
    expect(await take(engine)).toHaveLength(3);
  });

  it("shows a mark to another process as soon as it is acknowledged", async () => {
    const { engine, store } = scene();
    const other = await store.open();
    await engine.queue.mark([mark(seven)]);
    expect(await take(other)).toHaveLength(1);
    expect(await take(engine)).toEqual([]);
  });

  it("gives each task to one of two processes that take at once", async () => {
    const { engine, store } = scene();
    const other = await store.open();
    await engine.queue.mark(Array.from({ length: 40 }, (_, at) => mark(pullRef(at + 1))));
    const takings = await Promise.all(
      Array.from({ length: 10 }, (_, at) => take(at % 2 === 0 ? engine : other, { limit: 5 })),
    );
    const keys = takings.flat().map(({ task }) => JSON.stringify(task));
    expect(new Set(keys).size).toBe(keys.length);
    expect(await drain(engine)).toHaveLength(40 - keys.length);
  });

  it("tells those who watch of a mark, in the same process and in another", async () => {
    const { engine, store } = scene();
    const other = await store.open();
    const [here, there] = [vi.fn<() => void>(), vi.fn<() => void>()];
    engine.queue.watch(here);
    other.queue.watch(there);
    await engine.queue.mark([mark(seven)]);
    await vi.waitFor(() => {
      expect(here).toHaveBeenCalled();
      expect(there).toHaveBeenCalled();
    }, 30_000);
  });

  it("tells nothing more to one who stopped watching", async () => {
    const { engine } = scene();
    const [gone, there] = [vi.fn<() => void>(), vi.fn<() => void>()];
    const stop = engine.queue.watch(gone);
    engine.queue.watch(there);
    stop();
    await engine.queue.mark([mark(seven)]);
    await vi.waitFor(() => expect(there).toHaveBeenCalled(), 30_000);
    expect(gone).not.toHaveBeenCalled();
  });

  it("keeps all of a mark's tasks or none, and others' marks of the same moment whole", async () => {
    const { engine } = scene();
    const broken: Task = { kind: "pull", host: "github", repository: Number.NaN, number: 1 };
    const marks = await Promise.allSettled([
      engine.queue.mark([mark(pullRef(1))]),
      engine.queue.mark([mark(pullRef(2)), { task: broken, route: null }]),
      engine.queue.mark([mark(pullRef(3))]),
    ]);
    expect(marks.map(({ status }) => status)).toEqual(["fulfilled", "rejected", "fulfilled"]);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1)), pullTask(pullRef(3))]);
  });
}
