import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { MANY_PEOPLE, MANY_TRIES, pullTask, type Taken, type Task } from "../../src/ports/queue.ts";
import { drain, mark, pullRecord, pullRef, take, takeOne, alice, type Scene } from "./engine-scene.ts";

const seven = pullRef(7);
const HOUR = 3_600_000;

/** What the queue tells of its tasks, and what stays of a task from one check to the next. */
export function countsContract(scene: () => Scene): void {
  async function markAndTake(task: Task, bulk = true): Promise<Taken> {
    const { engine } = scene();
    await engine.queue.mark([{ task, route: null, bulk }]);
    return takeOne(engine);
  }

  it("does not count a running task as due, waiting or parked", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(pullRef(1)), mark(pullRef(2)), mark(pullRef(3))]);
    const [, waiting, parked] = await take(engine);
    if (waiting === undefined || parked === undefined) throw new Error("three were due");
    await engine.queue.wait(waiting, clock.now + HOUR);
    await engine.queue.park(parked, "not-found");
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 1, waiting: 1, parked: 1 });
    const claims = [pullRef(2), pullRef(3)].map((ref) => ({ ref, route: null }));
    expect(await engine.queue.claim(claims, 15_000)).toHaveLength(2);
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 3, waiting: 0, parked: 0 });
    expect((await engine.queue.survey()).classes).toEqual([
      { class: "person", due: 0, oldest: null },
      { class: "bulk", due: 0, oldest: null },
    ]);
  });

  it("tells of parked tasks first, then of those that fail longest, and of no more than asked for", async () => {
    const { engine, clock } = scene();
    for (const number of [1, 2, 3]) {
      const taken = await markAndTake(pullTask(pullRef(number)));
      if (number === 3) await engine.queue.park(taken, "not-found");
      else await engine.queue.retry(taken, clock.now + HOUR - number * 1_000, "host-limit");
      clock.now += 1;
    }
    const told = async (limit: number) => (await engine.queue.troubled(limit)).map(({ task }) => task);
    expect(await told(10)).toEqual([3, 1, 2].map((number) => pullTask(pullRef(number))));
    expect(await told(2)).toEqual([3, 1].map((number) => pullTask(pullRef(number))));
  });

  it("tells what is left of bulk work in some repositories, and what of it is not done soon", async () => {
    const { engine, clock } = scene();
    const places = [10, 11].map((id) => ({ host: "github", id }) as const);
    const left = () => engine.queue.bulkLeft(places, clock.now + HOUR);
    expect(await left()).toEqual({ repositories: 0, pulls: 0, failing: 0 });
    const bulk = (task: Task) => ({ task, route: null, bulk: true });
    await engine.queue.mark([
      bulk({ kind: "repository", host: "github", repository: 10 }),
      bulk({ kind: "repository", host: "github", repository: 11 }),
      bulk(pullTask(pullRef(1))),
      // None of it: a person waits for it, another place, another kind.
      mark(pullRef(2)),
      bulk(pullTask(pullRef(1, 12))),
      bulk(pullTask(pullRef(1, 10, "gitee"))),
      bulk({ kind: "comment", host: "github", repository: 10, number: 1, comment: 5 }),
    ]);
    expect(await left()).toEqual({ repositories: 2, pulls: 1, failing: 0 });
    const all = await take(engine);
    expect(await left()).toEqual({ repositories: 2, pulls: 1, failing: 0 });
    for (const taken of all) await engine.queue.done(taken, null);
    expect(await left()).toEqual({ repositories: 0, pulls: 0, failing: 0 });

    await engine.queue.park(await markAndTake(pullTask(pullRef(1))), "not-found");
    const retry = async (number: number, at: number) =>
      engine.queue.retry(await markAndTake(pullTask(pullRef(number))), at, "host-limit");
    await retry(2, clock.now + HOUR);
    await retry(3, clock.now + HOUR + 1);
    await engine.queue.wait(await markAndTake(pullTask(pullRef(4))), clock.now + HOUR);
    await engine.queue.wait(await markAndTake(pullTask(pullRef(5))), clock.now + HOUR + 1);
    expect(await left()).toEqual({ repositories: 0, pulls: 2, failing: 2 });
  });

  it("counts bulk work as failing after many tries, though it is tried again soon", async () => {
    const { engine, clock } = scene();
    const left = () => engine.queue.bulkLeft([{ host: "github", id: 10 }], clock.now + HOUR);
    await engine.queue.mark([{ ...mark(seven), bulk: true }]);
    for (let tries = 1; tries <= MANY_TRIES; tries += 1) {
      expect(await left()).toEqual({ repositories: 0, pulls: 1, failing: 0 });
      await engine.queue.retry(await takeOne(engine), clock.now, "host-limit");
    }
    expect(await left()).toEqual({ repositories: 0, pulls: 0, failing: 1 });
  });

  it("keeps the place of a task in its order when it is marked again", async () => {
    const { engine, clock } = scene();
    for (const number of [1, 2, 1]) {
      await engine.queue.mark([mark(pullRef(number))]);
      clock.now += 1;
    }
    expect(await takeOne(engine)).toMatchObject({ task: pullTask(pullRef(1)) });
  });

  it.each(["retry", "release"] as const)(
    "keeps the deliveries of a task that was marked during a check that ends with %s",
    async (end) => {
      const { engine, clock } = scene();
      const [one, two] = [
        { id: "a-1", at: 1 },
        { id: "b-2", at: 2 },
      ];
      await engine.queue.mark([{ ...mark(seven), deliveries: [one] }]);
      const taken = await takeOne(engine);
      await engine.queue.mark([{ ...mark(seven), deliveries: [two] }]);
      if (end === "retry") await engine.queue.retry(taken, clock.now, "host-refused");
      else await engine.queue.release([taken]);
      expect((await takeOne(engine)).deliveries).toEqual([one, two]);
    },
  );

  it.each([
    [1, false],
    [MANY_PEOPLE, false],
    [MANY_PEOPLE + 1, true],
  ])("checks what new places of %i people may change as bulk work: %s", async (people, bulk) => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    const accounts = [
      alice,
      ...Array.from({ length: people - 1 }, (_, at) => accountOf("github", 9_000 + at)),
    ];
    const places = accounts.map((account) => ({ account, from: 1, until: null }));
    await engine.entities.join("acme", places, "page");
    expect(await take(engine)).toMatchObject([{ task: pullTask(seven), bulk }]);
  });

  it("forgets what a delivery told with the check that answers it, also if time alone makes it due again", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([{ ...mark(seven), told: "state" }]);
    await engine.queue.done(await takeOne(engine), clock.now);
    expect((await takeOne(engine)).told).toBeNull();
  });

  it("is no trouble anymore while it waits, though its earlier tries count", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(seven)]);
    await engine.queue.retry(await takeOne(engine), clock.now, "host-refused");
    await engine.queue.wait(await takeOne(engine), clock.now + HOUR);
    expect(await engine.queue.troubled(10)).toEqual([]);
    expect((await engine.queue.survey()).troubled).toEqual([]);
  });

  it("lets a reading count while the pull request waits for its time, or for a mark", async () => {
    const { engine, clock } = scene();
    const numbers = [1, 2];
    for (const number of numbers) await engine.pulls.record(pullRecord(pullRef(number), [alice]));
    await engine.queue.mark(numbers.map((number) => mark(pullRef(number))));
    const [one, two] = await take(engine);
    if (one === undefined || two === undefined) throw new Error("two were due");
    await engine.queue.done(one, clock.now + HOUR);
    await engine.queue.park(two, "not-found");
    const claims = numbers.map((number) => ({ ref: pullRef(number), route: null, checks: 1 }));
    const claimed = await engine.queue.claim(claims, 15_000);
    expect(claimed).toHaveLength(2);
    for (const taken of claimed) expect(await engine.queue.done(taken, null)).toBe(true);
    clock.now += HOUR;
    expect(await drain(engine)).toEqual([]);
  });

  it("claims a pull request of a repository to which no way is known", async () => {
    const { engine } = scene();
    expect(await engine.queue.claim([{ ref: seven, route: null }], 15_000)).toMatchObject([
      { task: pullTask(seven), route: { installation: null, handle: null } },
    ]);
  });

  it("wakes no merge group of another repository or host", async () => {
    const { engine, clock } = scene();
    const places = [
      { host: "github", repository: 11 },
      { host: "gitee", repository: 10 },
    ] as const;
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.queue.mark(
      places.map((place) => ({ task: { kind: "group", ...place, head: "a", base: "b" }, route: null })),
    );
    for (const taken of await take(engine)) await engine.queue.done(taken, clock.now + HOUR);
    await engine.pulls.record(pullRecord(seven, [alice], { verdict: "signed" }));
    expect(await drain(engine)).toEqual([]);
  });

  it("counts no running bulk work as the turns of what a person waits for", async () => {
    const { engine, clock } = scene();
    const bulk = Array.from({ length: 10 }, (_, at) => ({ ...mark(pullRef(at + 1, 10), 1), bulk: true }));
    await engine.queue.mark(bulk);
    await take(engine);
    await engine.queue.mark([mark(pullRef(20, 10), 1)]);
    clock.now += 1;
    await engine.queue.mark([mark(pullRef(1, 20), 2)]);
    expect(await takeOne(engine)).toMatchObject({ task: { repository: 10 } });
  });

  it("forgets the answers to the comments of a pull request that closes", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.pulls.record(pullRecord(pullRef(8), [alice]));
    const notice = { about: "sign-edited", commit: null, at: 1 } as const;
    await engine.notices.replace(seven, 1, [notice]);
    await engine.notices.replace(pullRef(8), 1, [notice]);
    await engine.pulls.close(seven);
    expect(await engine.notices.of(seven)).toEqual([]);
    expect(await engine.notices.of(pullRef(8))).toHaveLength(1);
  });
}
