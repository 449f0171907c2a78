import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { AFTER_A_LAPSE, pullTask, type Task } from "../../src/ports/queue.ts";
import type { Taken } from "../../src/ports/queue.ts";
import {
  alice,
  bob,
  drain,
  load,
  pullRecord,
  pullRef,
  row,
  take,
  takeOne,
  type Scene,
} from "./engine-scene.ts";

const seven = pullRef(7);
const route = { installation: 1, handle: null };
const HOUR = 3_600_000;

/** Who holds a task, and in which order tasks are taken. */
export function needContract(scene: () => Scene): void {
  async function claim(checks?: number | null): Promise<Taken | null> {
    const wanted = { ref: seven, route, ...(checks === undefined ? {} : { checks }) };
    const [taken = null] = await scene().engine.queue.claim([wanted], 15_000);
    return taken;
  }

  async function held(): Promise<Taken> {
    const taken = await claim();
    if (taken === null) throw new Error("it was not free");
    return taken;
  }

  it("gives a pull request to one check at a time", async () => {
    const { engine } = scene();
    const taken = await held();
    expect(await claim()).toBeNull();
    expect(await take(engine)).toEqual([]);
    await engine.queue.done(taken, null);
    expect(await claim()).not.toBeNull();
  });

  it("keeps nothing of a check that lost its lease, and tells it so", async () => {
    const { engine, clock } = scene();
    const lost = await held();
    clock.now += 20_000;
    const other = await takeOne(engine);
    expect(other).toMatchObject({ task: pullTask(seven) });
    await engine.pulls.record(pullRecord(seven, [alice], { head: "new" }), other);
    const superseded = { code: "superseded" };
    await expect(engine.queue.confirm(lost, 15_000)).rejects.toMatchObject(superseded);
    await expect(engine.pulls.record(pullRecord(seven, [bob]), lost)).rejects.toMatchObject(superseded);
    await expect(engine.pulls.close(seven, lost)).rejects.toMatchObject(superseded);
    expect(await engine.queue.done(lost, null)).toBe(false);
    expect(await engine.pulls.find(seven)).toMatchObject({ head: "new" });
    await expect(engine.queue.confirm(other, 15_000)).resolves.toBeUndefined();
  });

  it("keeps nothing of a check that something newer was told of meanwhile", async () => {
    const { engine } = scene();
    const taken = await held();
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    const superseded = { code: "superseded" };
    await expect(engine.queue.confirm(taken, 15_000)).rejects.toMatchObject(superseded);
    await expect(engine.pulls.record(pullRecord(seven, [bob]), taken)).rejects.toMatchObject(superseded);
    const waiver = {
      repository: { host: "github", id: 10 },
      commit: "a".repeat(40),
      by: bob,
      at: 1,
    } as const;
    await expect(engine.waivers.add(waiver, taken)).rejects.toMatchObject(superseded);
    const notice = { about: "sign-edited", commit: null, at: 1 } as const;
    await expect(engine.notices.replace(seven, 1, [notice], taken)).rejects.toMatchObject(superseded);
    const signing = { evidence: "comment:1", held: taken } as const;
    await expect(engine.signatures.sign([[row(bob, 1)]], signing)).rejects.toMatchObject(superseded);
    expect(await engine.waivers.all(waiver.repository)).toEqual([]);
    expect(await engine.notices.of(seven)).toEqual([]);
    expect((await engine.signatures.covered([bob], "icla")).size).toBe(0);
    await engine.queue.release([taken]);
    expect(await takeOne(engine)).toMatchObject({ task: pullTask(seven) });
  });

  it("keeps the newest answers to comments, and people who may not waive take the place of nobody else's", async () => {
    const { engine } = scene();
    const { notices } = engine;
    const edited = { about: "sign-edited", commit: null } as const;
    const ids = Array.from({ length: 12 }, (_, index) => String(index).padStart(40, "0"));
    const refused = ids.map((commit) => ({ about: "waive-unknown", commit, at: 20 }) as const);
    await notices.replace(seven, 1, [{ ...edited, at: 10 }]);
    await notices.replace(seven, 2, refused);
    for (let comment = 100; comment < 112; comment += 1)
      await notices.replace(seven, comment, [{ about: "waive-not-maintainer", commit: null, at: comment }]);
    const kept = async () => [...new Set((await notices.of(seven)).map(({ comment }) => comment))];
    expect(await kept()).toEqual([111, 110, 109, 108, 107, 106, 105, 104, 103, 102, 2, 1]);
    expect(await notices.of(seven)).toHaveLength(10 + 12 + 1);
    for (let comment = 3; comment < 12; comment += 1)
      await notices.replace(seven, comment, [{ ...edited, at: 30 + comment }]);
    expect((await kept()).toSorted((a, b) => a - b).slice(0, 3)).toEqual([2, 3, 4]);
  });

  it("prolongs a lease that would not last as long as a write", async () => {
    const { engine, clock } = scene();
    const taken = await held();
    clock.now += 10_000;
    await engine.queue.confirm(taken, 15_000);
    clock.now += 10_000;
    expect(await take(engine)).toEqual([]);
  });

  it("lets a reading count only if no other check ended, is under way or is due since", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [alice]));
    const before = (await engine.pulls.open({ host: "github", id: 10 })).get(7)?.checks ?? null;
    const taken = await held();
    expect(await claim(before)).toBeNull();
    await engine.queue.done(taken, null);
    expect(await claim(before)).toBeNull();
    const since = (await engine.pulls.open({ host: "github", id: 10 })).get(7)?.checks ?? null;
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    expect(await claim(since)).toBeNull();
    await drain(engine);
    const last = (await engine.pulls.open({ host: "github", id: 10 })).get(7)?.checks ?? null;
    expect(await claim(last)).toMatchObject({ task: pullTask(seven), route });
  });

  it("lets a reading of what was not known count only while it is not", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [alice]));
    expect(await claim(null)).toBeNull();
    await engine.pulls.close(seven);
    await drain(engine);
    expect(await claim(null)).toBeNull();
    expect(await engine.queue.claim([{ ref: pullRef(8), route, checks: null }], 15_000)).toHaveLength(1);
  });

  it.each<[string, (taken: Taken) => Promise<unknown>]>([
    ["succeeds", (taken) => scene().engine.queue.done(taken, null)],
    ["succeeds until a later time", (taken) => scene().engine.queue.done(taken, scene().clock.now + HOUR)],
    ["fails", (taken) => scene().engine.queue.retry(taken, scene().clock.now, "host-refused")],
    ["waits", (taken) => scene().engine.queue.wait(taken, scene().clock.now)],
    ["is given back", (taken) => scene().engine.queue.release([taken])],
    ["is parked", (taken) => scene().engine.queue.park(taken, "pull-unreadable")],
    ["is marked before it is done", (taken) => scene().engine.queue.mark([{ task: taken.task, route }])],
  ])("checks once more after a lease ran out, when the next check %s", async (_, end) => {
    const { engine, clock } = scene();
    await held();
    clock.now += 20_000;
    const next = await takeOne(engine);
    await end(next);
    // Checks within two minutes, of any origin, are not the last one.
    await engine.queue.done(next, null);
    for (const one of [await claim(), await claim()]) if (one !== null) await engine.queue.done(one, null);
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    await engine.queue.done(await takeOne(engine), null);
    clock.now += AFTER_A_LAPSE - 1;
    expect(await take(engine)).toEqual([]);
    expect(await engine.queue.bulkLeft([{ host: "github", id: 10 }], clock.now + HOUR)).toEqual({
      repositories: 0,
      pulls: 0,
      failing: 0,
    });
    clock.now += 1;
    await engine.queue.done(await takeOne(engine), null);
    clock.now += HOUR;
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });

  it("checks once more after a write without an answer, whatever checks end before that", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([
      { task: pullTask(seven), route },
      { task: { kind: "repository", host: "github", repository: 10 }, route },
    ]);
    for (const taken of await take(engine)) {
      await engine.queue.recheck(taken);
      await engine.queue.mark([{ task: taken.task, route }]);
      await engine.queue.done(taken, null);
    }
    await drain(engine);
    clock.now += AFTER_A_LAPSE - 1;
    expect(await take(engine)).toEqual([]);
    clock.now += 1;
    expect(await drain(engine)).toEqual([pullTask(seven)]);
    clock.now += HOUR;
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });

  it.each<[string, (taken: Taken) => Promise<boolean>]>([
    [
      "tried again in a day",
      (taken) => scene().engine.queue.retry(taken, scene().clock.now + 24 * HOUR, "permission-missing"),
    ],
    ["parked", (taken) => scene().engine.queue.park(taken, "repository-archived")],
  ])("checks once more after a write without an answer, though the next check is %s", async (_, end) => {
    const { engine, clock } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    const first = await takeOne(engine);
    await engine.queue.recheck(first);
    await engine.queue.retry(first, clock.now, "host-unreachable");
    expect(await end(await takeOne(engine))).toBe(true);
    expect(await take(engine)).toEqual([]);
    clock.now += AFTER_A_LAPSE;
    await end(await takeOne(engine));
    clock.now += HOUR;
    expect(await take(engine)).toEqual([]);
  });

  it("keeps for a person what was marked for one during a check that has to be repeated", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route, bulk: true }]);
    const taken = await takeOne(engine);
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    await engine.queue.done(taken, clock.now + HOUR);
    expect(await takeOne(engine)).toMatchObject({ bulk: false });
  });

  it.each([false, true])(
    "keeps the class of a task of which a part is still owed, here whether it is bulk: %s",
    async (bulk) => {
      const { engine, clock } = scene();
      await engine.queue.mark([{ task: pullTask(seven), route, bulk }]);
      await engine.queue.done(await takeOne(engine), clock.now + HOUR, true);
      clock.now += HOUR;
      const taken = await takeOne(engine);
      expect(taken.bulk).toBe(bulk);
      await engine.queue.done(taken, clock.now + HOUR);
      clock.now += HOUR;
      expect(await takeOne(engine)).toMatchObject({ bulk: true });
    },
  );

  it("has a claimed pull request due when the process dies that claimed it", async () => {
    const { engine, clock } = scene();
    await held();
    clock.now += 15_000;
    expect(await drain(engine)).toEqual([pullTask(seven)]);
  });

  it("survives a clock that was ahead: leases, marks and waits do not last until it is reached again", async () => {
    const { engine, clock } = scene();
    const real = clock.now;
    clock.now = real + HOUR;
    const numbers = [1, 2, 3];
    await engine.queue.mark(numbers.map((number) => ({ task: pullTask(pullRef(number)), route })));
    const [killed, failed] = await take(engine, { limit: 2 });
    if (killed === undefined || failed === undefined) throw new Error("nothing was due");
    await engine.queue.retry(failed, clock.now + 1000, "host-unreachable");
    clock.now = real;
    const tasks = numbers.map((number) => pullTask(pullRef(number)));
    const taken = await take(engine);
    expect(taken.map(({ task }) => task)).toEqual(expect.arrayContaining(tasks));
    expect(taken).toHaveLength(3);
    expect(await engine.queue.done(killed, null)).toBe(false);
  });

  it("does what a person waits for before any bulk work, however long that is due", async () => {
    const { engine, clock } = scene();
    const bulk = Array.from({ length: 50 }, (_, at): Task => pullTask(pullRef(at + 1, 20)));
    await engine.queue.mark(bulk.map((task) => ({ task, route, bulk: true })));
    clock.now += 1000;
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    expect(await take(engine, { limit: 2 })).toMatchObject([
      { task: pullTask(seven), bulk: false },
      { bulk: true },
    ]);
  });

  it("takes no more bulk work than it is asked for, and none of an installation that has no room for it", async () => {
    const { engine } = scene();
    const tasks = Array.from({ length: 10 }, (_, at): Task => pullTask(pullRef(at + 1)));
    await engine.queue.mark(tasks.map((task) => ({ task, route, bulk: true })));
    const options = { limit: 10, leaseMs: 1000, skip: [] };
    expect(await engine.queue.take({ ...options, bulk: 3 })).toHaveLength(3);
    expect(await engine.queue.take({ ...options, skipBulk: [1] })).toEqual([]);
  });

  it("does at once what was bulk work, as soon as a person waits for it", async () => {
    const { engine } = scene();
    const task = pullTask(seven);
    await engine.queue.mark([{ task, route, bulk: true }]);
    await engine.queue.mark([{ task, route }]);
    await engine.queue.mark([{ task, route, bulk: true }]);
    expect(await takeOne(engine)).toMatchObject({ bulk: false });
  });

  it("takes in turns among the repositories of an installation", async () => {
    const { engine } = scene();
    const many = Array.from({ length: 30 }, (_, at): Task => pullTask(pullRef(at + 1, 20)));
    await engine.queue.mark([...many, pullTask(pullRef(1, 30))].map((task) => ({ task, route })));
    const taken = await take(engine, { limit: 2 });
    const repositories = taken.map(({ task }) => (task.kind === "pull" ? task.repository : 0));
    expect(repositories.toSorted((a, b) => a - b)).toEqual([20, 30]);
  });

  it("finds every repository's work, however many have some", async () => {
    const { engine } = scene();
    const tasks = Array.from({ length: 150 }, (_, at): Task => pullTask(pullRef(1, at + 1)));
    await engine.queue.mark(tasks.map((task) => ({ task, route })));
    const found = new Set<number>();
    for (;;) {
      const taken = await take(engine, { limit: 40 });
      for (const one of taken) if (one.task.kind === "pull") found.add(one.task.repository);
      if (taken.length === 0) break;
    }
    expect(found.size).toBe(150);
  });

  it("waits without counting that as a failure", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    expect(await engine.queue.wait(await takeOne(engine), clock.now + 5000)).toBe(true);
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 1, parked: 0 });
    expect(await engine.queue.troubled(10)).toEqual([]);
    clock.now += 5000;
    expect(await takeOne(engine)).toMatchObject({ attempts: 0, failingSince: null, bulk: false });
  });

  it("counts earlier failed tries also after a wait", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([{ task: pullTask(seven), route }]);
    const since = clock.now;
    await engine.queue.retry(await takeOne(engine), clock.now, "host-refused");
    clock.now += 10;
    await engine.queue.wait(await takeOne(engine), clock.now);
    expect(await takeOne(engine)).toMatchObject({ attempts: 1, failingSince: since });
  });

  it("marks for a signature only the pull requests in which somebody of that bucket was missing", async () => {
    const { engine } = scene();
    await engine.pulls.record({ ...pullRecord(pullRef(1), [alice], { verdict: "signed" }), missing: [] });
    await engine.pulls.record(pullRecord(pullRef(2), [alice]));
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ marked: 1 });
    expect(await drain(engine)).toEqual([pullTask(pullRef(2))]);
    await engine.signatures.revoke([alice], "icla");
    expect(await drain(engine)).toHaveLength(2);
  });

  it("marks every pull request of somebody whom a replace ends, and of those whom it adds only where they were missing", async () => {
    const { engine } = scene();
    const [carol, dave] = [accountOf("github", 9_001), accountOf("github", 9_002)];
    await load(engine, [row(bob, 1)]);
    await engine.pulls.record({ ...pullRecord(pullRef(1), [alice], { verdict: "signed" }), missing: [] });
    await engine.pulls.record({ ...pullRecord(pullRef(2), [bob], { verdict: "signed" }), missing: [] });
    await engine.pulls.record({ ...pullRecord(pullRef(3), [carol], { verdict: "signed" }), missing: [] });
    await engine.pulls.record(pullRecord(pullRef(4), [carol]));
    const rows = [row(alice, 1), row(carol, 1), row(dave, 1)];
    expect(await load(engine, rows, { replace: "icla", allowRemovals: 1 })).toMatchObject({
      added: 3,
      removed: 1,
      marked: 2,
    });
    expect(await drain(engine)).toEqual([pullTask(pullRef(2)), pullTask(pullRef(4))]);
  });

  it("marks what ends both for the one who gains and for the one who loses in the same bucket", async () => {
    const { engine } = scene();
    const [gains, loses] = [accountOf("github", 9_001), accountOf("github", 9_001 + 256)];
    await load(engine, [row(loses, 1)]);
    await engine.pulls.record({ ...pullRecord(pullRef(1), [loses], { verdict: "signed" }), missing: [] });
    await load(engine, [row(gains, 1)], { replace: "icla", allowRemovals: 1 });
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
  });

  it("marks for a new place and an undone revocation only where somebody was missing, for any other change all", async () => {
    const { engine, clock } = scene();
    await engine.pulls.record({ ...pullRecord(pullRef(1), [alice], { verdict: "signed" }), missing: [] });
    await engine.pulls.record(pullRecord(pullRef(2), [alice]));
    await engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    const place = { account: alice, from: 1, until: null };
    expect(await engine.entities.join("acme", [place], "cli")).toMatchObject({ marked: 1 });
    expect(await drain(engine)).toEqual([pullTask(pullRef(2))]);
    await engine.entities.join("acme", [{ ...place, until: clock.now + HOUR }], "cli");
    expect(await drain(engine)).toHaveLength(2);
    await engine.signatures.revoke([alice], "icla");
    expect(await drain(engine)).toHaveLength(2);
    await engine.signatures.undoRevoke([alice], "icla", "cli");
    expect(await drain(engine)).toEqual([pullTask(pullRef(2))]);
    await engine.entities.leave("acme", [alice], clock.now, "cli");
    expect(await drain(engine)).toHaveLength(2);
  });

  it("leaves many pull requests of one repository that an import may change to one sweep of it", async () => {
    const { engine } = scene();
    for (let number = 1; number <= 25; number += 1)
      await engine.pulls.record(pullRecord(pullRef(number), [alice]));
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ marked: 25 });
    expect(await take(engine)).toMatchObject([
      { task: { kind: "repository", host: "github", repository: 10 }, bulk: true },
    ]);
  });

  it("counts a task about a whole repository or installation as bulk work, whatever caused it", async () => {
    const { engine } = scene();
    const tasks: readonly Task[] = [
      { kind: "repository", host: "github", repository: 10 },
      { kind: "installation", host: "github", installation: 1 },
    ];
    await engine.queue.mark(tasks.map((task) => ({ task, route: null })));
    const options = { limit: 10, leaseMs: 30_000, skip: [] };
    expect(await engine.queue.take({ ...options, bulk: 0 })).toEqual([]);
    expect(await engine.queue.take(options)).toMatchObject([{ bulk: true }, { bulk: true }]);
  });

  it("checks twenty pull requests of a person who signs at once, and more of them as bulk work", async () => {
    const { engine } = scene();
    for (let number = 1; number <= 60; number += 1)
      await engine.pulls.record(pullRecord(pullRef(number), [alice]));
    const signed = await engine.signatures.sign([[row(alice, 1)]], { evidence: "page" });
    expect(signed).toMatchObject({ marked: 60 });
    const taken = await take(engine);
    const atOnce = taken.flatMap(({ bulk, task }) => (!bulk && task.kind === "pull" ? [task.number] : []));
    expect(atOnce.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 20 }, (_, at) => at + 41));
    expect(taken.filter(({ bulk }) => bulk)).toMatchObject([
      { task: { kind: "repository", repository: 10 } },
    ]);
    // Up to twenty have no need of a sweep.
    for (let number = 1; number <= 20; number += 1)
      await engine.pulls.record(pullRecord(pullRef(number, 11), [bob]));
    await engine.signatures.sign([[row(bob, 1)]], { evidence: "page" });
    const few = await take(engine);
    expect([few.length, few.some(({ bulk }) => bulk)]).toEqual([20, false]);
  });

  it("leaves what a change to many people may change to one sweep, for which nobody waits", async () => {
    const { engine, clock } = scene();
    for (let number = 1; number <= 15; number += 1)
      await engine.pulls.record(pullRecord(pullRef(number), [alice]));
    await engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    const place = { from: 1, until: null };
    await engine.entities.join("acme", [{ account: alice, ...place }], "page");
    const one = await drain(engine);
    const others = Array.from({ length: 20 }, (_, at) => accountOf("github", 9_000 + at));
    await engine.entities.leave("acme", [alice], clock.now, "cli");
    await drain(engine);
    for (let number = 16; number <= 25; number += 1)
      await engine.pulls.record(pullRecord(pullRef(number), [alice]));
    const places = [alice, ...others].map((account) => ({ account, ...place, from: 2 }));
    await engine.entities.join("acme", places, "cli");
    expect([one.length, await take(engine)]).toMatchObject([
      15,
      [{ task: { kind: "repository", host: "github", repository: 10 }, bulk: true }],
    ]);
  });
}
