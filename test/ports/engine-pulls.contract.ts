import { expect, it } from "vitest";
import { accountOf, bucketOf } from "../../src/account.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { RETENTION } from "../../src/records/retention.ts";
import type { VerdictKind } from "../../src/verdict/verdict.ts";
import { alice, bob, drain, mark, pullRecord, pullRef, takeOne, DAY, type Scene } from "./engine-scene.ts";

const seven = pullRef(7);

export function pullsContract(scene: () => Scene): void {
  it("knows nothing of one that was never recorded", async () => {
    const { engine } = scene();
    expect([await engine.pulls.find(seven), await engine.pulls.has(seven)]).toEqual([null, false]);
    await engine.pulls.record(pullRecord(seven, []));
    expect(await engine.pulls.has(seven)).toBe(true);
    await engine.pulls.close(seven);
    expect([await engine.pulls.find(seven), await engine.pulls.has(seven)]).toEqual([null, true]);
  });

  it("gives back what was last recorded", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [alice, bob]));
    const record = pullRecord(seven, [bob], {
      head: "moved",
      verdict: "signed",
      comment: 5,
      agreement: null,
    });
    await engine.pulls.record(record);
    expect(await engine.pulls.find(seven)).toEqual(record);
    await engine.pulls.record(record);
    expect(await engine.pulls.find(seven)).toEqual(record);
  });

  it.each([
    ["its head", { head: "moved" }],
    ["its verdict", { verdict: "unknown" }],
    ["its comment", { comment: 6 }],
    ["its agreement", { agreement: null }],
  ] as const)("keeps a record of which only %s is another", async (_name, change) => {
    const { engine } = scene();
    const before = { head: "one", verdict: "unsigned", comment: 5, agreement: "icla" } as const;
    await engine.pulls.record(pullRecord(seven, [alice], before));
    const record = pullRecord(seven, [alice], { ...before, ...change });
    await engine.pulls.record(record);
    expect(await engine.pulls.find(seven)).toEqual(record);
  });

  it("keeps each bucket once", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [accountOf("github", 5), accountOf("github", 261)]));
    expect(await engine.pulls.find(seven)).toMatchObject({ buckets: [5] });
  });

  it("tells the same number in two repositories and on two hosts apart", async () => {
    const { engine } = scene();
    const refs = [seven, pullRef(7, 11), pullRef(7, 10, "gitee")];
    for (const [at, ref] of refs.entries())
      await engine.pulls.record(pullRecord(ref, [], { head: `head-${at}` }));
    for (const [at, ref] of refs.entries())
      expect(await engine.pulls.find(ref)).toMatchObject({ ref, head: `head-${at}` });
  });

  it("tells the verdicts of the repository's other open pull requests with the same head", async () => {
    const { engine } = scene();
    const head = "shared";
    await engine.pulls.record(pullRecord(pullRef(1), [], { head, verdict: "signed" }));
    await engine.pulls.record(pullRecord(pullRef(2), [], { head, verdict: "unknown" }));
    await engine.pulls.record(pullRecord(pullRef(3), [], { head: "other" }));
    await engine.pulls.record(pullRecord(pullRef(4), [], { head }));
    await engine.pulls.close(pullRef(4));
    await engine.pulls.record(pullRecord(pullRef(1, 11), [], { head }));
    expect(await engine.pulls.sharing(pullRef(1), head)).toEqual(["unknown"]);
    expect(await engine.pulls.sharing(pullRef(9), head)).toEqual(["signed", "unknown"]);
  });

  it("marks those that share its head when it closes, and no other", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), [], { head: "shared" }));
    await engine.pulls.record(pullRecord(pullRef(2), [], { head: "shared" }));
    await engine.pulls.record(pullRecord(pullRef(3), [], { head: "other" }));
    await engine.pulls.record(pullRecord(pullRef(2, 11), [], { head: "shared" }));
    await drain(engine);
    await engine.pulls.close(pullRef(1));
    expect(await drain(engine)).toEqual([pullTask(pullRef(2))]);
    await engine.pulls.close(pullRef(1));
    expect(await drain(engine)).toEqual([]);
  });

  it("marks those that share the head it left", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), [], { head: "shared" }));
    await engine.pulls.record(pullRecord(pullRef(2), [], { head: "shared" }));
    await drain(engine);
    await engine.pulls.record(pullRecord(pullRef(1), [], { head: "moved" }));
    expect(await drain(engine)).toEqual([pullTask(pullRef(2))]);
  });

  it("marks those that share its head when it comes into their way, and when it goes out of it", async () => {
    const { engine } = scene();
    const record = async (number: number, verdict: VerdictKind, head = "shared") => {
      await engine.pulls.record(pullRecord(pullRef(number), [], { head, verdict }));
      const marked = await drain(engine);
      return marked.flatMap((task) => (task.kind === "pull" ? [task.number] : []));
    };
    expect(await record(1, "signed")).toEqual([]);
    expect(await record(2, "signed")).toEqual([]);
    expect(await record(2, "unsigned")).toEqual([1]);
    expect(await record(2, "unknown")).toEqual([]);
    expect(await record(2, "signed")).toEqual([1]);
    expect(await record(3, "unsigned")).toEqual([1, 2]);
    expect(await record(3, "unsigned", "moved")).toEqual([1, 2]);
    expect(await record(3, "unsigned")).toEqual([1, 2]);
    await engine.pulls.close(pullRef(3));
    expect(await drain(engine)).toHaveLength(2);
    expect(await record(3, "unsigned")).toEqual([1, 2]);
  });

  it("are listed with their heads, those that are open", async () => {
    const { engine } = scene();
    const repository = { host: "github", id: 10 } as const;
    expect(await engine.pulls.open(repository)).toEqual(new Map());
    await engine.pulls.record(pullRecord(pullRef(1), []));
    await engine.pulls.record(pullRecord(pullRef(2), []));
    await engine.pulls.record(pullRecord(pullRef(3, 11), []));
    await engine.pulls.record(pullRecord(pullRef(4, 10, "gitee"), []));
    await engine.pulls.close(pullRef(2));
    expect(await engine.pulls.open(repository)).toEqual(new Map([[1, { head: "head-of-1", checks: 0 }]]));
  });

  it("is no longer found, counted or woken once it is closed", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.pulls.close(seven);
    expect(await engine.pulls.find(seven)).toBeNull();
    expect(await engine.pulls.count()).toEqual([]);
    await engine.signatures.sign(
      [[{ account: alice, agreement: "icla", version: "1", signedAt: 1, entity: null }]],
      {
        evidence: "page",
      },
    );
    expect(await drain(engine)).toEqual([]);
  });

  it("is open again when it is recorded again", async () => {
    const { engine } = scene();
    const record = pullRecord(seven, [alice]);
    await engine.pulls.record(record);
    await engine.pulls.close(seven);
    await engine.pulls.record(record);
    expect(await engine.pulls.find(seven)).toEqual(record);
  });

  it("can be closed before it was ever recorded", async () => {
    const { engine } = scene();
    await engine.queue.mark([mark(seven)]);
    await expect(engine.pulls.close(seven)).resolves.toBeUndefined();
  });

  it("are counted by host, agreement and verdict", async () => {
    const { engine } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), []));
    await engine.pulls.record(pullRecord(pullRef(2), []));
    await engine.pulls.record(pullRecord(pullRef(3), [], { verdict: "signed" }));
    await engine.pulls.record(pullRecord(pullRef(4), [], { agreement: null, verdict: "unknown" }));
    await engine.pulls.record(pullRecord(pullRef(1, 10, "gitee"), []));
    const counts = await engine.pulls.count();
    expect(counts).toHaveLength(4);
    expect(counts).toEqual(
      expect.arrayContaining([
        { host: "github", agreement: "icla", verdict: "unsigned", pulls: 2 },
        { host: "github", agreement: "icla", verdict: "signed", pulls: 1 },
        { host: "github", agreement: null, verdict: "unknown", pulls: 1 },
        { host: "gitee", agreement: "icla", verdict: "unsigned", pulls: 1 },
      ]),
    );
  });

  it("are forgotten with their failed work when their repository is, and their waivers after the retention", async () => {
    const { engine, clock } = scene();
    const repository = { host: "github", id: 10 } as const;
    await engine.queue.mark([mark(seven)]);
    await engine.queue.park(await takeOne(engine), "not-found");
    await engine.queue.mark([mark(pullRef(8)), mark(pullRef(7, 11))]);
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.waivers.add({ repository, commit: "c1", by: alice, at: 1 });
    expect(await engine.pulls.repositories("github")).toEqual([
      { id: 10, route: { installation: 1, handle: null } },
      { id: 11, route: { installation: 1, handle: null } },
    ]);
    await engine.pulls.noteMissing(repository);
    expect(await engine.pulls.forgetRepository(repository)).toBe(true);
    expect(await engine.pulls.find(seven)).toBeNull();
    expect(await engine.pulls.route(repository)).toBeNull();
    expect(await engine.waivers.of(repository, ["c1"])).toHaveLength(1);
    // What was marked meanwhile is not lost: the repository may be there again.
    expect(await drain(engine)).toEqual([pullTask(pullRef(8)), pullTask(pullRef(7, 11))]);
    expect(await engine.queue.depth()).toMatchObject({ parked: 0 });
    expect(await engine.pulls.repositories("github")).toHaveLength(1);
    expect(await engine.pulls.repositories("gitee")).toEqual([]);
    clock.now += RETENTION.closedPull + DAY;
    expect(await engine.due()).toContainEqual({ what: "waivers", count: 1 });
    await engine.tidy();
    expect(await engine.waivers.of(repository, ["c1"])).toEqual([]);
  });

  it("are of a repository that is missing since now at the latest, if the clock was ahead", async () => {
    const { engine, clock } = scene();
    const repository = { host: "github", id: 10 } as const;
    clock.now += 365 * DAY;
    await engine.pulls.noteMissing(repository);
    clock.now -= 365 * DAY;
    expect(await engine.pulls.noteMissing(repository)).toBe(clock.now);
    const since = clock.now;
    clock.now += DAY;
    expect(await engine.pulls.noteMissing(repository)).toBe(since);
  });

  it("are not forgotten with a repository that was seen meanwhile, nor by who lost the task", async () => {
    const { engine } = scene();
    const repository = { host: "github", id: 10 } as const;
    await engine.queue.mark([mark(seven)]);
    const taken = await takeOne(engine);
    await engine.pulls.record(pullRecord(seven, [alice]), taken);
    await engine.pulls.noteMissing(repository);
    await engine.pulls.noteSeen(repository);
    expect(await engine.pulls.forgetRepository(repository, taken)).toBe(false);
    await engine.pulls.noteMissing(repository);
    await engine.queue.mark([mark(seven)]);
    await engine.pulls.noteMissing(repository);
    await expect(engine.pulls.forgetRepository(repository, taken)).rejects.toMatchObject({
      code: "superseded",
    });
    expect(await engine.pulls.find(seven)).not.toBeNull();
    expect(await engine.pulls.route(repository)).not.toBeNull();
  });

  it("that are being checked when their repository is forgotten are left to their check", async () => {
    const { engine } = scene();
    const repository = { host: "github", id: 10 } as const;
    await engine.queue.mark([mark(seven)]);
    const own = await takeOne(engine);
    await engine.queue.mark([mark(pullRef(8))]);
    const others = await takeOne(engine);
    for (const taken of [own, others])
      if (taken.task.kind === "pull")
        await engine.pulls.record(pullRecord(pullRef(taken.task.number), [alice]), taken);
    await engine.pulls.noteMissing(repository);
    expect(await engine.pulls.forgetRepository(repository, own)).toBe(true);
    expect(await engine.pulls.find(seven)).toBeNull();
    expect(await engine.pulls.find(pullRef(8))).toMatchObject({ buckets: [bucketOf(alice)] });
  });

  it("of a forgotten repository that is back are checked again, with the waivers as they were", async () => {
    const { engine, clock } = scene();
    const repository = { host: "github", id: 10 } as const;
    await engine.queue.mark([mark(seven)]);
    await drain(engine);
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.waivers.add({ repository, commit: "c1", by: alice, at: 1 });
    await engine.pulls.noteMissing(repository);
    await engine.pulls.forgetRepository(repository);
    await engine.queue.mark([mark(pullRef(8))]);
    expect(await drain(engine)).toEqual(
      expect.arrayContaining([pullTask(pullRef(8)), { kind: "repository", host: "github", repository: 10 }]),
    );
    expect(await engine.pulls.route(repository)).toEqual({ installation: 1, handle: null });
    clock.now += RETENTION.closedPull + DAY;
    await engine.tidy();
    expect(await engine.waivers.of(repository, ["c1"])).toHaveLength(1);
  });

  it("know since when the host says that their repository is not there, until it is seen", async () => {
    const { engine, clock } = scene();
    const repository = { host: "github", id: 10 } as const;
    await engine.queue.mark([mark(seven)]);
    const first = clock.now;
    expect(await engine.pulls.noteMissing(repository)).toBe(first);
    clock.now += 5;
    expect(await engine.pulls.noteMissing(repository)).toBe(first);
    await engine.pulls.noteSeen(repository);
    expect(await engine.pulls.noteMissing(repository)).toBe(first + 5);
    clock.now += 5;
    await engine.queue.mark([mark(seven)]);
    expect(await engine.pulls.noteMissing(repository)).toBe(first + 10);
  });

  it("wake the merge groups of their repository when their verdict changes", async () => {
    const { engine, clock } = scene();
    const group = { kind: "group", host: "github", repository: 10, head: "a", base: "b" } as const;
    await engine.pulls.record(pullRecord(seven, [alice]));
    await engine.queue.mark([{ task: group, route: null }]);
    await engine.queue.done(await takeOne(engine), clock.now + DAY);
    await engine.pulls.record(pullRecord(seven, [alice]));
    expect(await drain(engine)).toEqual([]);
    await engine.pulls.record({ ...pullRecord(seven, [alice]), verdict: "signed" });
    expect(await drain(engine)).toEqual([group]);
  });

  it("that are open outlive every tidying", async () => {
    const { engine, clock } = scene();
    await engine.pulls.record(pullRecord(seven, [alice]));
    clock.now += 1000 * DAY;
    await engine.tidy();
    expect(await engine.pulls.find(seven)).not.toBeNull();
  });

  it("have their waivers listed, oldest first, and lose the one that is removed", async () => {
    const { engine } = scene();
    const repository = { host: "gitee", id: 10 } as const;
    const by = accountOf("gitee", 5);
    await engine.waivers.add({ repository, commit: "c2", by, at: 2 });
    await engine.waivers.add({ repository, commit: "c1", by, at: 1 });
    await engine.waivers.add({ repository: { host: "gitee", id: 11 }, commit: "c2", by, at: 1 });
    expect((await engine.waivers.all(repository)).map(({ commit }) => commit)).toEqual(["c1", "c2"]);
    expect(await engine.waivers.remove(repository, "c2", "cli", 3)).toBe(true);
    expect(await drain(engine)).toEqual([{ kind: "repository", host: "gitee", repository: 10 }]);
    expect(await engine.waivers.remove(repository, "c2", "cli", 4)).toBe(false);
    expect(await drain(engine)).toEqual([]);
    expect(await engine.waivers.all(repository)).toEqual([{ repository, commit: "c1", by, at: 1 }]);
    expect(await engine.waivers.all({ host: "gitee", id: 11 })).toHaveLength(1);
  });

  it("have the waivers of the commits that are asked for, the first word for each", async () => {
    const { engine } = scene();
    const repository = { host: "gitee", id: 10 } as const;
    const by = accountOf("gitee", 5);
    await engine.waivers.add({ repository, commit: "c1", by, at: 1 });
    await engine.waivers.add({ repository, commit: "c1", by: accountOf("gitee", 6), at: 2 });
    await engine.waivers.add({ repository, commit: "c2", by, at: 2 });
    await engine.waivers.add({ repository: { host: "github", id: 10 }, commit: "c3", by: alice, at: 3 });
    expect(await engine.waivers.of(repository, ["c1", "c3"])).toEqual([
      { repository, commit: "c1", by, at: 1 },
    ]);
  });
}
