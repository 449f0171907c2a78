import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { pullTask } from "../../src/ports/queue.ts";
import type { SignatureRow } from "../../src/records/signature.ts";
import {
  alice,
  bob,
  drain,
  geeAlice,
  list,
  load,
  NOTHING,
  pullRecord,
  pullRef,
  row,
  type Scene,
} from "./engine-scene.ts";

const numbered = (count: number): SignatureRow[] =>
  Array.from({ length: count }, (_, at) => row(accountOf("github", at + 1), 1));

export function importContract(scene: () => Scene): void {
  it("adds what is new, corrects dates, and does nothing the second time", async () => {
    const { engine } = scene();
    expect(await load(engine, [row(alice, 1), row(bob, 1)])).toEqual({ ...NOTHING, added: 2 });
    expect(await load(engine, [row(alice, 1), row(bob, 1)])).toEqual({ ...NOTHING, unchanged: 2 });
    expect(await load(engine, [row(alice, 2), row(geeAlice, 1), row(bob, 1)])).toEqual({
      ...NOTHING,
      added: 1,
      changed: 1,
      unchanged: 1,
    });
    expect(await list(engine, { host: "github" })).toMatchObject([{ signedAt: 2 }, { signedAt: 1 }]);
  });

  it("of no rows does nothing", async () => {
    expect(await load(scene().engine, [])).toEqual(NOTHING);
  });

  it("takes batches as they come, from a slow source too", async () => {
    const { engine } = scene();
    async function* slowly() {
      for (const one of numbered(5)) {
        await engine.queue.depth();
        yield [one];
      }
      yield [];
    }
    expect(await engine.signatures.sign(slowly(), { evidence: "import" })).toMatchObject({ added: 5 });
  });

  it("of two rows that differ in nothing but the date keeps the later, in whatever order", async () => {
    const { engine } = scene();
    const rows = [row(alice, 1), row(alice, 3), row(alice, 2)];
    expect(await load(engine, rows)).toEqual({ ...NOTHING, added: 1 });
    expect(await list(engine)).toMatchObject([{ signedAt: 3 }]);
    expect(await load(engine, rows.toReversed())).toEqual({ ...NOTHING, unchanged: 1 });
  });

  it("loads nothing when its rows break off", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    function* broken() {
      yield [row(alice, 1, { entity: "acme" }), row(bob, 1)];
      throw new Error("line 3 is broken");
    }
    await expect(engine.signatures.sign(broken(), { evidence: "import" })).rejects.toThrow(
      "line 3 is broken",
    );
    expect(await list(engine)).toEqual([]);
    expect(await drain(engine)).toEqual([]);
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ added: 1 });
  });

  it("as a dry run says what it would do and does nothing", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(bob, 1)]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    const before = await list(engine, { revoked: true });
    const rows = [row(alice, 2), row(geeAlice, 1), row(geeAlice, 1, { agreement: "ccla", entity: "acme" })];
    const outcome = { ...NOTHING, added: 2, changed: 1, removed: 1, entities: 1, marked: 1 };
    expect(await load(engine, rows, { dryRun: true, replace: "icla" })).toEqual(outcome);
    expect(await list(engine, { revoked: true })).toEqual(before);
    expect(await drain(engine)).toEqual([]);
    expect(await load(engine, rows, { replace: "icla" })).toEqual(outcome);
  });

  it("can't bring a revoked signature back, unless it was signed again later", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, clock.now - 10), row(bob, 1)]);
    await engine.signatures.revoke([alice], "icla");
    expect(await load(engine, [row(alice, clock.now - 10)])).toEqual({ ...NOTHING, revoked: 1 });
    expect(await load(engine, [row(alice, clock.now), row(bob, 1)])).toEqual({
      ...NOTHING,
      revoked: 1,
      unchanged: 1,
    });
    expect((await engine.signatures.covered([alice], "icla")).size).toBe(0);
    expect(await load(engine, [row(alice, clock.now + 1)])).toEqual({ ...NOTHING, added: 1 });
    expect((await engine.signatures.covered([alice], "icla")).size).toBe(1);
  });

  it("leaves out the rows of erased accounts and counts them", async () => {
    const { engine, store } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    await store.bury(alice);
    const rows = [row(alice, 1), row(geeAlice, 1), row(alice, 1, { agreement: "ccla", entity: "acme" })];
    expect(await load(engine, rows)).toEqual({ ...NOTHING, added: 1, erased: 2 });
    expect(await list(engine)).toMatchObject([{ account: geeAlice }]);
    expect(await drain(engine)).toEqual([]);
  });

  it("that replaces ends what the file lacks, of that agreement only", async () => {
    const { engine, clock } = scene();
    await load(engine, [
      row(alice, 1),
      row(alice, 1, { version: "0.9" }),
      row(bob, 1),
      row(geeAlice, 1),
      row(bob, 1, { agreement: "other" }),
    ]);
    clock.now += 5;
    expect(await load(engine, [row(alice, 1), row(accountOf("github", 3), 1)], { replace: "icla" })).toEqual({
      ...NOTHING,
      added: 1,
      unchanged: 1,
      removed: 3,
    });
    expect(
      (await list(engine)).map(({ agreement, account, version }) => [agreement, account, version]),
    ).toEqual([
      ["icla", "github:3", "1.0"],
      ["icla", alice, "1.0"],
      ["other", bob, "1.0"],
    ]);
    expect(await load(engine, [row(alice, 1), row(accountOf("github", 3), 1)], { replace: "icla" })).toEqual({
      ...NOTHING,
      unchanged: 2,
    });
  });

  it("that replaces with nothing ends everything of the agreement", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(bob, 1, { agreement: "other" })]);
    expect(await load(engine, [], { replace: "icla" })).toEqual({ ...NOTHING, removed: 1 });
    expect(await list(engine)).toMatchObject([{ account: bob }]);
  });

  it("that replaces leaves what is held of a restricted account as it is", async () => {
    const { engine, store } = scene();
    await load(engine, [row(alice, 1), row(bob, 1)]);
    await store.restrict(alice);
    expect(await load(engine, [], { replace: "icla" })).toEqual({ ...NOTHING, removed: 1 });
  });

  it("marks exactly the open pull requests that it may change", async () => {
    const { engine } = scene();
    const record = (
      number: number,
      ...rest: Parameters<typeof pullRecord> extends [unknown, ...infer R] ? R : never
    ) => engine.pulls.record(pullRecord(pullRef(number), ...rest));
    await record(1, [alice]);
    await record(2, [bob, alice], { verdict: "unknown" });
    await record(3, [bob]);
    await record(4, [alice], { agreement: "other" });
    await record(5, [alice], { agreement: null });
    await record(6, [alice]);
    await engine.pulls.close(pullRef(6));
    await engine.pulls.record(pullRecord(pullRef(1, 10, "gitee"), [geeAlice]));
    const sameBucket = accountOf("github", 1001 + 256);
    await record(7, [sameBucket]);

    expect(await load(engine, [row(alice, 1)])).toEqual({ ...NOTHING, added: 1, marked: 3 });
    const numbers = (await drain(engine)).map((task) => ("number" in task ? task.number : 0));
    expect(new Set(numbers)).toEqual(new Set([1, 2, 7]));

    expect(await load(engine, [row(alice, 1)])).toEqual({ ...NOTHING, unchanged: 1 });
    expect(await load(engine, [row(geeAlice, 1)])).toEqual({ ...NOTHING, added: 1, marked: 1 });
    expect(await drain(engine)).toEqual([pullTask(pullRef(1, 10, "gitee"))]);
    expect(await load(engine, [row(geeAlice, 2)])).toEqual({ ...NOTHING, changed: 1, marked: 1 });
    await drain(engine);
    expect(await load(engine, [row(bob, 1)], { replace: "icla" })).toMatchObject({ removed: 2, marked: 5 });
  });

  it("wakes a pull request that is parked, and one that a worker has", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    await engine.pulls.record(pullRecord(pullRef(2), [alice]));
    await engine.queue.mark([{ task: pullTask(pullRef(1)), route: null }]);
    const [parked] = await engine.queue.take({ limit: 1, leaseMs: 1000, skip: [] });
    await engine.queue.mark([{ task: pullTask(pullRef(2)), route: { installation: 4, handle: "R_x" } }]);
    const [held] = await engine.queue.take({ limit: 1, leaseMs: 1000, skip: [] });
    if (parked === undefined || held === undefined) throw new Error("nothing was due");
    await engine.queue.park(parked, "not-found");
    await load(engine, [row(alice, 1)]);
    await engine.queue.done(held, null);
    const taken = await engine.queue.take({ limit: 5, leaseMs: 1000, skip: [] });
    expect(taken).toHaveLength(2);
    expect(taken.every(({ route }) => route.installation === 4)).toBe(true);
  });

  it("of one process is seen by another, and two at once both count", async () => {
    const { engine, store } = scene();
    const other = await store.open();
    await Promise.all([
      load(engine, numbered(300)),
      load(other, [row(alice, 1), row(bob, 1)]),
      other.pulls.record(pullRecord(pullRef(1), [alice])),
    ]);
    expect(await engine.signatures.count()).toEqual([{ host: "github", agreement: "icla", signatures: 302 }]);
    expect((await other.signatures.covered([alice, accountOf("github", 7)], "icla")).size).toBe(2);
  });
}
