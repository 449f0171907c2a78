import { expect, it } from "vitest";
import { accountOf, type Account } from "../../src/account.ts";
import { pullTask } from "../../src/ports/queue.ts";
import {
  alice,
  bob,
  drain,
  geeAlice,
  list,
  load,
  pullRecord,
  pullRef,
  row,
  type Scene,
} from "./engine-scene.ts";

const own = (version: string) => ({ version, entity: null, from: null, until: null });

export function signaturesContract(scene: () => Scene): void {
  it("cover the account that signed, under that agreement, on that host, and nobody else", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1)]);
    expect(await engine.signatures.covered([alice, bob, geeAlice], "icla")).toEqual(
      new Map([[alice, [own("1.0")]]]),
    );
    expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    expect(await engine.signatures.covered([], "icla")).toEqual(new Map());
  });

  it("of several versions stand side by side", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(alice, 2, { version: "2.0" })]);
    const covered = await engine.signatures.covered([alice], "icla");
    expect(covered.get(alice)?.toSorted((a, b) => (a.version < b.version ? -1 : 1))).toEqual([
      own("1.0"),
      own("2.0"),
    ]);
  });

  it("cover many accounts in one question", async () => {
    const { engine } = scene();
    const accounts = Array.from({ length: 3000 }, (_, at) => accountOf("github", at + 1));
    await load(
      engine,
      accounts.slice(0, 2000).map((account) => row(account, 1)),
    );
    const covered = await engine.signatures.covered(accounts, "icla");
    expect([...covered.keys()]).toEqual(accounts.slice(0, 2000));
  });

  it("are counted as they come and go, many at once and one by one", async () => {
    const { engine, store } = scene();
    const many = Array.from({ length: 1_500 }, (_, at) =>
      row(accountOf("github", 50_000 + at), 1, { version: `${at % 40}` }),
    );
    const counted = async (): Promise<readonly number[]> =>
      (await engine.signatures.count()).map(({ signatures }) => signatures);
    await load(engine, many.slice(0, 1_200));
    await load(engine, many, { dryRun: true });
    expect(await counted()).toEqual([1_200]);
    await load(engine, many);
    expect(await counted()).toEqual([1_500]);
    await load(engine, many.slice(0, 1_400), { replace: "icla" });
    expect(await counted()).toEqual([1_400]);
    await load(engine, [...many, row(alice, 1)]);
    expect(await counted()).toEqual([1_501]);
    await engine.signatures.revoke([alice], "icla");
    await engine.subjects.erase(accountOf("github", 50_000), "cli");
    await store.restrict(accountOf("github", 50_001));
    expect(await counted()).toEqual([1_498]);
  });

  it("of a restricted account cover nothing and are not listed", async () => {
    const { engine, store } = scene();
    await load(engine, [row(alice, 1), row(bob, 1), row(alice, 1, { entity: "acme", agreement: "ccla" })]);
    await store.restrict(alice);
    expect([...(await engine.signatures.covered([alice, bob], "icla")).keys()]).toEqual([bob]);
    expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    expect((await list(engine)).map(({ account }) => account)).toEqual([bob]);
    expect(await engine.signatures.count()).toEqual([{ host: "github", agreement: "icla", signatures: 1 }]);
  });

  it("that are revoked cover nothing, and their pull requests are marked", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(alice, 1, { version: "2.0" }), row(bob, 1)]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { verdict: "signed" }));
    await engine.pulls.record(pullRecord(pullRef(2), [bob], { verdict: "signed" }));
    clock.now += 5;
    expect(await engine.signatures.revoke([alice, geeAlice], "icla")).toEqual([alice]);
    expect([...(await engine.signatures.covered([alice, bob], "icla")).keys()]).toEqual([bob]);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect(await engine.signatures.revoke([alice], "icla")).toEqual([]);
    expect(await list(engine, { revoked: true })).toMatchObject([
      { account: alice, version: "1.0", revokedAt: clock.now },
      { account: alice, version: "2.0", revokedAt: clock.now },
      { account: bob, revokedAt: null },
    ]);
  });

  it("are revoked under one agreement only", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(alice, 1, { agreement: "other" })]);
    await engine.signatures.revoke([alice], "icla");
    expect((await engine.signatures.covered([alice], "other")).size).toBe(1);
  });

  it("come back when their revocation is undone, as they were, and a withdrawal stays", async () => {
    const { engine, clock } = scene();
    const until = clock.now + 100;
    await load(engine, [row(alice, 1), row(alice, 1, { version: "2.0", entity: "acme" }), row(bob, 1)]);
    await engine.entities.join("acme", [{ account: alice, from: 1, until }], "cli");
    const before = await engine.signatures.covered([alice], "icla");
    await engine.signatures.revoke([alice, bob], "icla");
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    clock.now += 5;
    expect(await engine.signatures.undoRevoke([alice, geeAlice], "icla", "cli")).toEqual([alice]);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect(await engine.signatures.covered([alice, bob], "icla")).toEqual(before);
    expect(await engine.signatures.undoRevoke([alice], "icla", "cli")).toEqual([]);
    const acts = (await engine.subjects.held(alice)).acts.map(({ act }) => act);
    expect(acts.slice(-2)).toEqual(["revoke", "revoke undo"]);
    await engine.subjects.withdraw(alice, "icla", "page");
    expect(await engine.signatures.undoRevoke([alice], "icla", "cli")).toEqual([]);
    expect((await engine.signatures.covered([alice], "icla")).get(alice)).toEqual([
      { version: "2.0", entity: "acme", from: 1, until },
    ]);
  });

  it("come back only as far as the undone revocation ended them, and a file's stays until it is undone itself", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1, { version: "0.9" }), row(alice, 1, { entity: "acme" })]);
    await load(engine, [
      { ...row(alice, 1), revokedAt: 7 },
      row(alice, 8),
      row(alice, 8, { entity: "bolt" }),
    ]);
    const held = async (): Promise<unknown> =>
      (await engine.signatures.covered([alice], "icla"))
        .get(alice)
        ?.map(({ version, entity }) => `${version} ${entity}`)
        .toSorted();
    expect(await held()).toEqual(["1.0 bolt", "1.0 null"]);
    await engine.signatures.revoke([alice], "icla");
    expect(await held()).toBeUndefined();
    const undo = () => engine.signatures.undoRevoke([alice], "icla", "cli");
    expect(await undo()).toEqual([alice]);
    expect(await held()).toEqual(["1.0 bolt", "1.0 null"]);
    expect(await undo()).toEqual([alice]);
    expect(await held()).toEqual(["0.9 null", "1.0 acme", "1.0 bolt", "1.0 null"]);
    expect(await undo()).toEqual([]);
  });

  it("are revoked before they are known: a file can't bring them, until that is undone", async () => {
    const { engine, clock } = scene();
    expect(await engine.signatures.revoke([alice], "icla")).toEqual([]);
    expect((await engine.subjects.held(alice)).revocations).toEqual([
      { agreement: "icla", kind: "revoke", at: clock.now },
    ]);
    expect(await load(engine, [row(alice, 1), row(alice, 1, { entity: "acme" })])).toMatchObject({
      revoked: 2,
    });
    expect(await engine.signatures.undoRevoke([alice], "icla", "cli")).toEqual([alice]);
    expect((await engine.subjects.held(alice)).acts.map(({ act }) => act)).toEqual(["revoke", "revoke undo"]);
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ added: 1 });
  });

  it("given after a revocation count, and a place given by hand covers from then on", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(bob, 1, { entity: "acme" })]);
    await engine.signatures.revoke([alice, bob], "icla");
    const revokedAt = clock.now;
    clock.now += 5;
    await engine.signatures.sign([[row(alice, clock.now)]], { evidence: "page" });
    await engine.entities.join("acme", [{ account: bob, from: 1, until: null }], "cli");
    const covered = await engine.signatures.covered([alice, bob], "icla");
    expect(covered.get(alice)).toEqual([own("1.0")]);
    expect(covered.get(bob)).toEqual([{ version: "1.0", entity: "acme", from: revokedAt + 1, until: null }]);
  });

  it("are listed by agreement, host and account number", async () => {
    const { engine } = scene();
    const rows = [
      row(accountOf("github", 10), 1),
      row(accountOf("github", 9), 2),
      row(geeAlice, 3),
      row(alice, 4, { agreement: "aaa", version: "2.0" }),
    ];
    await load(engine, rows);
    expect(await list(engine)).toEqual(
      [rows[3], rows[2], rows[1], rows[0]].map((one) => ({ ...one, evidence: "import", revokedAt: null })),
    );
    const accounts = async (filter: Parameters<typeof list>[1]): Promise<Account[]> =>
      (await list(engine, filter)).map(({ account }) => account);
    expect(await accounts({ agreement: "aaa" })).toEqual([alice]);
    expect(await accounts({ host: "gitee" })).toEqual([geeAlice]);
    expect(await accounts({ agreement: "icla", host: "github" })).toHaveLength(2);
    expect(await accounts({ agreement: "none" })).toEqual([]);
  });

  it("are listed as of one moment while others write, and a reader may stop early", async () => {
    const { engine } = scene();
    const accounts = Array.from({ length: 500 }, (_, at) => accountOf("github", at + 1));
    await load(
      engine,
      accounts.map((account) => row(account, 1)),
    );
    const listed: Account[] = [];
    for await (const { account } of engine.signatures.all({})) {
      if (listed.length === 0) await engine.signatures.revoke(accounts, "icla");
      listed.push(account);
    }
    expect(listed).toEqual(accounts);
    for await (const signature of engine.signatures.all({ revoked: true })) {
      expect(signature.revokedAt).not.toBeNull();
      break;
    }
    await expect(engine.ready()).resolves.toBeUndefined();
  });

  it("are listed without keeping everything else in the process from its turn", async () => {
    const { engine } = scene();
    await load(
      engine,
      Array.from({ length: 5_000 }, (_, at) => row(accountOf("github", at + 1), 1)),
    );
    let turns = 0;
    const count = (): void => {
      turns += 1;
      next = setImmediate(count);
    };
    let next = setImmediate(count);
    const listed = await list(engine);
    clearImmediate(next);
    expect(listed).toHaveLength(5_000);
    expect(turns).toBeGreaterThanOrEqual(4);
  });

  it("keep how they came to be known", async () => {
    const { engine } = scene();
    await engine.signatures.sign([[row(alice, 1)]], { evidence: "comment:77" });
    await engine.signatures.sign([[row(bob, 1)]], { evidence: "page" });
    expect((await list(engine)).map(({ evidence }) => evidence)).toEqual(["comment:77", "page"]);
  });

  it("keep the digest of the text that was signed, and none where it is not known", async () => {
    const { engine } = scene();
    const digest = "ab".repeat(32);
    await engine.signatures.sign([[{ ...row(alice, 1), digest }]], { evidence: "page" });
    // A file of the same moment does not say what the page showed.
    await load(engine, [{ ...row(alice, 1), digest: "cd".repeat(32) }]);
    await load(engine, [row(bob, 1)]);
    expect((await list(engine)).map((each) => [each.account, each.digest])).toEqual([
      [alice, digest],
      [bob, undefined],
    ]);
  });

  it("are counted by host and agreement", async () => {
    const { engine } = scene();
    await load(engine, [
      row(alice, 1),
      row(bob, 1),
      row(geeAlice, 1),
      row(alice, 1, { agreement: "ccla", entity: "a" }),
    ]);
    await engine.signatures.revoke([bob], "icla");
    const counts = await engine.signatures.count();
    expect(counts).toHaveLength(3);
    expect(counts).toEqual(
      expect.arrayContaining([
        { host: "github", agreement: "icla", signatures: 1 },
        { host: "gitee", agreement: "icla", signatures: 1 },
        { host: "github", agreement: "ccla", signatures: 1 },
      ]),
    );
  });
}
