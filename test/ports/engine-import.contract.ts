import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { RETENTION } from "../../src/records/retention.ts";
import type { SignatureRow } from "../../src/records/signature.ts";
import {
  alice,
  bob,
  DAY,
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
    const outcome = { ...NOTHING, added: 2, changed: 1, removed: 1, held: 2, entities: 1, marked: 1 };
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
      held: 4,
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
      held: 2,
    });
  });

  it("that replaces with nothing ends everything of the agreement", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(bob, 1, { agreement: "other" })]);
    expect(await load(engine, [], { replace: "icla" })).toEqual({ ...NOTHING, removed: 1, held: 1 });
    expect(await list(engine)).toMatchObject([{ account: bob }]);
  });

  it("that replaces leaves what is held of a restricted account as it is", async () => {
    const { engine, store } = scene();
    await load(engine, [row(alice, 1), row(bob, 1)]);
    await store.restrict(alice);
    expect(await load(engine, [], { replace: "icla" })).toEqual({ ...NOTHING, removed: 1, held: 2 });
  });

  it("can't bring a revoked person back by a row of another version or of an employer", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 2, { version: "2.0" }), row(alice, 2, { entity: "acme" })]);
    await engine.signatures.revoke([alice], "icla");
    const older = [row(alice, 1), row(alice, 1, { version: "0.9" }), row(alice, 1, { entity: "bolt" })];
    expect(await load(engine, [...older, row(alice, 2, { entity: "acme" })])).toMatchObject({
      added: 0,
      revoked: 4,
      entities: 0,
    });
    // An employer of whom nobody counts is not added.
    expect(await engine.entities.find("bolt")).toBe(null);
    expect(await load(engine, [row(bob, 1, { entity: "bolt" })])).toMatchObject({ added: 1, entities: 1 });
    expect((await engine.signatures.covered([alice], "icla")).size).toBe(0);
    expect(await load(engine, [row(alice, clock.now + 1)])).toMatchObject({ added: 1 });
    expect((await engine.signatures.covered([alice], "icla")).get(alice)).toHaveLength(1);
  });

  it("can't bring back a person who withdrew", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 2, { version: "2.0" })]);
    await engine.subjects.withdraw(alice, "icla", "page");
    expect(await load(engine, [row(alice, 2, { version: "2.0" }), row(alice, 1)])).toMatchObject({
      revoked: 2,
    });
    expect((await engine.signatures.covered([alice], "icla")).size).toBe(0);
  });

  it("takes a date without a zone or a time as after a revocation only where it certainly is", async () => {
    const { engine, clock } = scene();
    const hour = 3_600_000;
    await load(engine, [row(alice, 1), row(bob, 1)]);
    await engine.signatures.revoke([alice, bob], "icla");
    // Read as UTC it is after the revocation, but in the easternmost zone it is before it.
    const ahead = row(alice, clock.now + 13 * hour, { precision: "zoneless" });
    const sameDay = row(bob, clock.now - (clock.now % DAY), { precision: "day" });
    expect(await load(engine, [ahead, sameDay])).toEqual({ ...NOTHING, unclear: 2 });
    // West of Greenwich, the day before in UTC was the day of the revocation.
    const behind = row(alice, clock.now - 11 * hour, { precision: "zoneless" });
    const dayBefore = row(bob, clock.now - (clock.now % DAY) - DAY, { precision: "day" });
    expect(await load(engine, [behind, dayBefore])).toEqual({ ...NOTHING, unclear: 2 });
    const earlier = row(alice, clock.now - 13 * hour, { precision: "zoneless" });
    const dayEarlier = row(bob, clock.now - (clock.now % DAY) - 2 * DAY, { precision: "day" });
    expect(await load(engine, [earlier, dayEarlier])).toEqual({ ...NOTHING, revoked: 2 });
    const after = row(alice, clock.now + 15 * hour, { precision: "zoneless" });
    const dayAfter = row(bob, clock.now - (clock.now % DAY) + 2 * DAY, { precision: "day" });
    expect(await load(engine, [after, dayAfter])).toEqual({ ...NOTHING, added: 2 });
  });

  it("leaves the date and evidence of what a person gave by themself", async () => {
    const { engine } = scene();
    await engine.signatures.sign([[row(alice, 5)]], { evidence: "page" });
    await engine.signatures.sign([[row(bob, 5)]], { evidence: "comment:7" });
    expect(await load(engine, [row(alice, 9), row(bob, 1)])).toEqual({ ...NOTHING, kept: 2 });
    expect(await load(engine, [row(alice, 5)])).toEqual({ ...NOTHING, unchanged: 1 });
    expect(await list(engine)).toMatchObject([
      { signedAt: 5, evidence: "page" },
      { signedAt: 5, evidence: "comment:7" },
    ]);
    await engine.signatures.sign([[row(alice, 6)]], { evidence: "page" });
    expect(await list(engine)).toMatchObject([{ signedAt: 6, evidence: "page" }, {}]);
  });

  it("brings back what a replace ended, with its own evidence, when a file holds it again", async () => {
    const { engine, clock } = scene();
    await engine.signatures.sign([[row(alice, 5)]], { evidence: "page" });
    await load(engine, [row(bob, 1), row(bob, 1, { entity: "acme", version: "2.0" })]);
    clock.now += 5;
    expect(await load(engine, [row(geeAlice, 1)], { replace: "icla" })).toMatchObject({
      removed: 3,
      held: 3,
    });
    clock.now += 5;
    const rows = [row(alice, 2), row(bob, 1), row(bob, 1, { entity: "acme", version: "2.0" })];
    expect(await load(engine, rows, { dryRun: true, replace: "icla" })).toMatchObject({
      restored: 3,
      removed: 1,
    });
    expect(await load(engine, rows)).toEqual({ ...NOTHING, restored: 3 });
    expect(await load(engine, rows)).toEqual({ ...NOTHING, kept: 1, unchanged: 2 });
    expect(await list(engine, { host: "github" })).toMatchObject([
      { account: alice, signedAt: 5, evidence: "page" },
      { account: bob, signedAt: 1, evidence: "import" },
      { account: bob, entity: "acme" },
    ]);
  });

  it("does not bring back what was revoked or withdrawn after a replace ended it", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(bob, 1)]);
    clock.now += 5;
    await load(engine, [], { replace: "icla" });
    clock.now += 5;
    expect(await engine.signatures.revoke([alice], "icla")).toEqual([alice]);
    expect(await engine.subjects.withdraw(bob, "icla", "page")).toBe(1);
    expect(await load(engine, [row(alice, 1), row(bob, 1)])).toEqual({ ...NOTHING, revoked: 2 });
    expect(await list(engine)).toEqual([]);
  });

  it("that replaces ends many only where so many are allowed", async () => {
    const { engine } = scene();
    await load(engine, numbered(100));
    const less = (count: number): SignatureRow[] => numbered(100 - count);
    expect(await load(engine, less(10), { replace: "icla" })).toMatchObject({ removed: 10 });
    await load(engine, numbered(100));
    expect(await load(engine, less(11), { replace: "icla", dryRun: true })).toMatchObject({
      removed: 11,
      held: 100,
    });
    for (const more of [{}, { allowRemovals: 10 }])
      await expect(load(engine, less(11), { replace: "icla", ...more })).rejects.toMatchObject({
        code: "refused",
        message: expect.stringMatching(
          /^this would end 11 of the 100 signatures of icla.*--yes --allow-removals 11/,
        ),
      });
    expect(await list(engine)).toHaveLength(100);
    expect(await load(engine, less(11), { replace: "icla", allowRemovals: 11 })).toMatchObject({
      removed: 11,
    });
  });

  it("ends what it imported of a person who a later file says revoked it, and nothing older comes back", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 3), row(bob, 3)]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { verdict: "signed" }));
    const told = { ...row(alice, 3), revokedAt: 7 };
    expect(await load(engine, [told])).toEqual({ ...NOTHING, ended: 1, marked: 1 });
    expect(await load(engine, [told])).toEqual(NOTHING);
    expect(await load(engine, [row(alice, 6, { version: "2.0" })])).toEqual({ ...NOTHING, revoked: 1 });
    expect(await load(engine, [told, row(alice, 8)])).toMatchObject({ added: 1, ended: 0 });
    const covered = await engine.signatures.covered([alice, bob], "icla");
    expect([...covered.keys()].toSorted()).toEqual([alice, bob]);
  });

  it("ends a place that it gave a person who a later file says revoked it, until it is given or undone by hand", async () => {
    const { engine } = scene();
    const place = { ...row(alice, 3), entity: "acme" };
    const told = { ...row(alice, 3), revokedAt: 7 };
    const covered = async (): Promise<unknown> =>
      (await engine.signatures.covered([alice], "icla")).get(alice);
    await load(engine, [place, { ...row(bob, 3), entity: "acme" }]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { verdict: "signed" }));
    expect(await load(engine, [told])).toEqual({ ...NOTHING, ended: 1, marked: 1 });
    expect(await covered()).toBeUndefined();
    expect(await load(engine, [place])).toEqual({ ...NOTHING, revoked: 1 });
    expect(await load(engine, [{ ...place, entity: "other" }])).toMatchObject({ added: 0, revoked: 1 });
    expect(await engine.signatures.undoRevoke([alice], "icla", "cli")).toEqual([alice]);
    expect(await covered()).toHaveLength(1);
    await load(engine, [told]);
    await engine.entities.join("acme", [{ account: alice, from: 1, until: null }], "cli");
    expect(await load(engine, [told])).toEqual(NOTHING);
    expect(await covered()).toEqual([{ version: "1.0", entity: "acme", from: 8, until: null }]);
  });

  it("that announces an end for a later day counts it from now on, and nobody is stopped from signing here", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(bob, 1, { entity: "acme" })]);
    const ends = [alice, bob].map((account) => ({ ...row(account, 1), revokedAt: clock.now + 100 * DAY }));
    expect(await load(engine, ends)).toMatchObject({ ended: 2 });
    expect(await list(engine)).toEqual([]);
    // A comment that the bot reads late was written before the file was loaded.
    const signed = await engine.signatures.sign([[row(alice, clock.now - 5)]], { evidence: "comment:7" });
    expect(signed).toMatchObject({ added: 1, revoked: 0 });
    expect(await load(engine, [...ends, row(alice, 1)])).toMatchObject({ ended: 0, revoked: 1 });
    expect(await list(engine)).toMatchObject([{ account: alice, evidence: "comment:7" }]);
  });

  it("that replaces is refused if it would end signatures and none of its rows counts", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(bob, 1)]);
    await engine.signatures.revoke([alice], "icla");
    const replaced = load(engine, [row(alice, 1)], { replace: "icla", allowRemovals: 9 });
    await expect(replaced).rejects.toMatchObject({
      code: "refused",
      message: expect.stringContaining("no row of the files counts here"),
    });
    expect(await list(engine)).toHaveLength(1);
  });

  it("with another date and no digest does not claim the digest of the text that was signed before", async () => {
    const { engine } = scene();
    await load(engine, [{ ...row(alice, 1), digest: "ab".repeat(32) }]);
    expect(await load(engine, [row(alice, 2)])).toMatchObject({ changed: 1 });
    expect((await list(engine)).map(({ signedAt, digest }) => [signedAt, digest])).toEqual([[2, undefined]]);
  });

  it("brings back a person's own signature as it was, also if a file says that they revoked another one since", async () => {
    const { engine, clock } = scene();
    await engine.signatures.sign([[row(alice, clock.now - 9)]], { evidence: "page" });
    await load(engine, [row(bob, 1)], { replace: "icla" });
    const told = { ...row(alice, 1), revokedAt: clock.now - 5 };
    expect(await load(engine, [told, row(alice, clock.now - 2)])).toMatchObject({ restored: 1 });
    expect(await list(engine)).toMatchObject([
      { signedAt: clock.now - 9, evidence: "page" },
      { account: bob },
    ]);
  });

  it("keeps that somebody revoked of whom nothing is held, until an operator undoes it", async () => {
    const { engine } = scene();
    expect(await load(engine, [{ ...row(alice, 3), revokedAt: 7 }])).toEqual(NOTHING);
    expect(await engine.subjects.held(alice)).toMatchObject({
      revocations: [{ agreement: "icla", kind: "file", at: 7 }],
      acts: [],
    });
    expect(await load(engine, [row(alice, 3)])).toEqual({ ...NOTHING, revoked: 1 });
    expect(await engine.signatures.undoRevoke([alice], "icla", "cli")).toEqual([alice]);
    expect(await load(engine, [row(alice, 3)])).toEqual({ ...NOTHING, added: 1 });
    await engine.signatures.sign([[row(bob, 9)]], { evidence: "page" });
    expect(await load(engine, [{ ...row(bob, 3), revokedAt: 20 }])).toEqual(NOTHING);
    expect((await engine.signatures.covered([bob], "icla")).size).toBe(1);
  });

  it("keeps no revocation of an erased account", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 3), row(bob, 3, { entity: "acme" })]);
    await engine.subjects.erase(alice, "page");
    const told = { ...row(alice, 3), revokedAt: 7 };
    expect(await load(engine, [told, { ...told, entity: "acme" }])).toEqual(NOTHING);
    await engine.signatures.revoke([alice], "icla");
    const { revocations, places } = await engine.subjects.held(alice);
    expect([revocations, places]).toEqual([[], []]);
  });

  it("keeps a file's revocation, and what it ended, for as long as one that was made here", async () => {
    const { engine, clock } = scene();
    const place = row(geeAlice, 3, { entity: "acme" });
    await load(engine, [row(alice, 3), row(bob, 3, { entity: "acme" }), place]);
    const told = [alice, bob].map((account) => ({ ...row(account, 3), revokedAt: 7 }));
    expect(await load(engine, [...told, { ...place, revokedAt: 7 }])).toMatchObject({ ended: 3 });
    clock.now += RETENTION.ended;
    await engine.tidy();
    const older = [row(alice, 3), row(alice, 2, { version: "2.0" }), row(bob, 2, { entity: "acme" }), place];
    expect(await load(engine, older)).toEqual({ ...NOTHING, revoked: 4 });
    expect(await list(engine, { revoked: true })).toHaveLength(3);
    clock.now += 1;
    await engine.tidy();
    expect(await list(engine, { revoked: true })).toHaveLength(0);
    expect(await engine.due()).toEqual([]);
  });

  it("ends the place with one employer, also if a later file holds it at an older date", async () => {
    const { engine } = scene();
    const [acme, bolt] = ["acme", "bolt"].map((entity) => row(alice, 3, { entity }));
    await load(engine, [
      acme as SignatureRow,
      bolt as SignatureRow,
      row(alice, 3),
      row(bob, 3, { entity: "acme" }),
    ]);
    const [left, never] = [alice, geeAlice].map((account) => ({
      ...row(account, 3, { entity: "acme" }),
      revokedAt: 7,
    }));
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { verdict: "signed" }));
    expect(await load(engine, [left as SignatureRow, never as SignatureRow])).toEqual({
      ...NOTHING,
      ended: 1,
      marked: 1,
    });
    const covered = (await engine.signatures.covered([alice], "icla")).get(alice);
    expect(new Set(covered?.map(({ entity }) => entity))).toEqual(new Set(["bolt", null]));
    const again = [acme as SignatureRow, row(geeAlice, 3, { entity: "acme" })];
    expect(await load(engine, again)).toEqual({ ...NOTHING, revoked: 2 });
    await engine.signatures.revoke([alice], "icla");
    await engine.signatures.undoRevoke([alice], "icla", "cli");
    expect((await engine.signatures.covered([alice], "icla")).get(alice)).toEqual(covered);
    expect(
      await load(engine, [{ ...(left as SignatureRow), revokedAt: 9 }, row(alice, 12, { entity: "acme" })]),
    ).toMatchObject({ added: 1 });
  });

  it("ends the imported places with an employer whose agreement ended, and no others", async () => {
    const { engine } = scene();
    const acme = [alice, bob].map((account) => row(account, 3, { entity: "acme" }));
    await load(engine, [...acme, row(alice, 3, { entity: "bolt" })]);
    await engine.pulls.record(pullRecord(pullRef(1), [bob], { verdict: "signed" }));
    const ended = { ...NOTHING, ended: 2, marked: 1 };
    for (const dryRun of [true, false])
      expect(await load(engine, [], { dryRun, endedEmployers: () => ["acme", "unknown"] })).toEqual(ended);
    const covered = await engine.signatures.covered([alice, bob], "icla");
    expect([...covered].map(([account, by]) => [account, by.map(({ entity }) => entity)])).toEqual([
      [alice, ["bolt"]],
    ]);
    expect(await load(engine, acme)).toEqual({ ...NOTHING, revoked: 2 });
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
