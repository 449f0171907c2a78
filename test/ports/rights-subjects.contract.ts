import { expect, it } from "vitest";
import { pullTask } from "../../src/ports/queue.ts";
import {
  alice,
  bob,
  drain,
  geeAlice,
  list,
  load,
  NOTHING_HELD,
  pullRecord,
  pullRef,
  row,
  type Scene,
} from "./engine-scene.ts";

export function subjectsContract(scene: () => Scene): void {
  it("of whom nothing is held is told so", async () => {
    const { engine } = scene();
    await load(engine, [row(bob, 1), row(geeAlice, 1)]);
    expect(await engine.subjects.held(alice)).toEqual({ account: alice, ...NOTHING_HELD });
  });

  it("sees everything that is held, under every agreement, and what was done with it", async () => {
    const { engine, clock } = scene();
    await load(engine, [
      row(alice, 1),
      row(alice, 2, { agreement: "dco", version: "7" }),
      row(alice, 3, { agreement: "ccla", version: "2.0", entity: "acme" }),
      row(bob, 4),
    ]);
    await engine.signatures.revoke([alice], "dco");
    await engine.entities.appoint("acme", [alice], "cli");
    const repository = { host: "github", id: 10 } as const;
    await engine.waivers.add({ repository, commit: "abc", by: alice, at: clock.now });
    await engine.subjects.request(alice, { kind: "correction", agreement: "icla" });
    const held = await engine.subjects.held(alice);
    expect(held).toMatchObject({
      account: alice,
      signatures: [
        { agreement: "dco", version: "7", signedAt: 2, revokedAt: clock.now, evidence: "import" },
        { agreement: "icla", version: "1.0", signedAt: 1, revokedAt: null, evidence: "import" },
      ],
      places: [{ entity: "acme", agreement: "ccla", version: "2.0", from: 3, until: null }],
      manages: ["acme"],
      waivers: [{ repository, commit: "abc", at: clock.now }],
      requests: [{ kind: "correction", agreement: "icla", at: clock.now }],
      restrictedSince: null,
    });
    expect(held.acts.map(({ act }) => act)).toEqual(["revoke", "entity add", "waive", "request"]);
  });

  it("who is restricted looks unsigned at once, is exported to nobody, and is kept for when that is lifted", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(alice, 2, { entity: "acme" })]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    expect(await engine.subjects.restrict(alice, "page")).toBe(true);
    expect(await engine.subjects.restrict(alice, "page")).toBe(false);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect(await engine.signatures.covered([alice], "icla")).toEqual(new Map());
    expect(await list(engine)).toEqual([]);
    expect(await engine.subjects.held(alice)).toMatchObject({
      signatures: [{ signedAt: 1 }],
      places: [{ entity: "acme" }],
      restrictedSince: clock.now,
    });
    expect(await engine.subjects.unrestrict(alice, "page")).toBe(true);
    expect(await engine.subjects.unrestrict(alice, "page")).toBe(false);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect((await engine.signatures.covered([alice], "icla")).get(alice)).toHaveLength(2);
  });

  it("who is restricted has what is loaded of them kept, and uncounted until that is lifted", async () => {
    const { engine } = scene();
    await engine.subjects.restrict(alice, "cli");
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ added: 1 });
    expect(await engine.signatures.covered([alice], "icla")).toEqual(new Map());
    await engine.subjects.unrestrict(alice, "cli");
    expect((await engine.signatures.covered([alice], "icla")).size).toBe(1);
  });

  it("withdraws their own signatures, and not their employer's word for them", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(alice, 2, { entity: "acme" })]);
    await engine.subjects.request(alice, { kind: "withdrawal", agreement: "icla" });
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    expect(await engine.subjects.withdraw(alice, "icla", "page")).toBe(1);
    expect(await engine.subjects.withdraw(alice, "icla", "page")).toBe(0);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect((await engine.signatures.covered([alice], "icla")).get(alice)).toMatchObject([{ entity: "acme" }]);
    expect(await engine.subjects.held(alice)).toMatchObject({
      signatures: [{ revokedAt: clock.now }],
      requests: [],
    });
  });

  it("leaves one request however often they ask, until the operator settles it", async () => {
    const { engine, clock } = scene();
    await engine.subjects.request(alice, { kind: "withdrawal", agreement: "icla" });
    clock.now += 5;
    await engine.subjects.request(alice, { kind: "withdrawal", agreement: "icla" });
    await engine.subjects.request(bob, { kind: "correction", agreement: "icla" });
    expect(await engine.subjects.requests()).toEqual([
      { account: alice, kind: "withdrawal", agreement: "icla", at: clock.now - 5 },
      { account: bob, kind: "correction", agreement: "icla", at: clock.now },
    ]);
    expect(await engine.subjects.settle(alice, "icla", "cli")).toBe(1);
    expect(await engine.subjects.settle(alice, "icla", "cli")).toBe(0);
    expect(await engine.subjects.requests()).toHaveLength(1);
  });

  it("with a wrong number is corrected, and both accounts' pull requests are checked", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(alice, 2, { entity: "acme" }), row(bob, 9, { version: "0.9" })]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    await engine.pulls.record(pullRecord(pullRef(2), [bob]));
    const correction = { kind: "number", to: bob, agreement: null } as const;
    expect(await engine.subjects.correct(alice, correction, "cli")).toEqual({
      signatures: 1,
      places: 1,
      kept: 0,
      marked: 2,
    });
    expect(await drain(engine)).toEqual([pullTask(pullRef(1)), pullTask(pullRef(2))]);
    expect(await engine.subjects.held(alice)).toMatchObject({ signatures: [], places: [] });
    const held = await engine.subjects.held(bob);
    expect(held.signatures.map(({ version, signedAt }) => [version, signedAt])).toEqual([
      ["1.0", 1],
      ["0.9", 9],
    ]);
    expect(held.acts).toMatchObject([
      { act: "correct", by: "cli", details: { number: "is right", signatures: 1, places: 1 } },
    ]);
  });

  it("keeps under their number what they signed by themself", async () => {
    const { engine } = scene();
    await engine.signatures.sign([[row(alice, 1)]], { evidence: "page" });
    await load(engine, [row(alice, 2, { version: "2.0" })]);
    const number = { kind: "number", to: bob, agreement: "icla" } as const;
    expect(await engine.subjects.correct(alice, number, "cli")).toMatchObject({ signatures: 1, kept: 1 });
    await expect(engine.subjects.correct(alice, number, "cli")).rejects.toMatchObject({ code: "refused" });
    const date = { agreement: "icla", version: "1.0", signedAt: 7, newVersion: null } as const;
    await expect(engine.subjects.correct(alice, { kind: "signature", ...date }, "cli")).rejects.toMatchObject(
      { code: "refused" },
    );
    expect(await list(engine)).toMatchObject([
      { account: alice, signedAt: 1 },
      { account: bob, signedAt: 2 },
    ]);
  });

  it("with a wrong date or version is corrected, and the audit keeps what it was", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(alice, 2, { version: "2.0" })]);
    const at = { kind: "signature", agreement: "icla", version: "1.0" } as const;
    await engine.subjects.correct(alice, { ...at, signedAt: 7, newVersion: "1.1" }, "cli:ab");
    expect(await list(engine)).toMatchObject([
      { version: "1.1", signedAt: 7 },
      { version: "2.0", signedAt: 2 },
    ]);
    expect((await engine.subjects.held(alice)).acts).toMatchObject([
      {
        act: "correct",
        by: "cli:ab",
        details: { version: "1.0", "new version": "1.1", "signed at": 1, "new signed at": 7 },
      },
    ]);
    await expect(
      engine.subjects.correct(alice, { ...at, version: "2.0", signedAt: null, newVersion: "1.1" }, "cli"),
    ).rejects.toMatchObject({ code: "refused" });
    await expect(
      engine.subjects.correct(alice, { ...at, version: "9", signedAt: 7, newVersion: null }, "cli"),
    ).rejects.toMatchObject({ code: "refused" });
  });

  it("is not given the signatures of another where nothing is held or the account was erased", async () => {
    const { engine } = scene();
    const correction = { kind: "number", to: bob, agreement: null } as const;
    await expect(engine.subjects.correct(alice, correction, "cli")).rejects.toMatchObject({
      message: "nothing stored about github:1001 can be corrected",
    });
    await load(engine, [row(alice, 1)]);
    await engine.subjects.erase(bob, "page");
    await expect(engine.subjects.correct(alice, correction, "cli")).rejects.toMatchObject({
      message: "github:2002 was erased at its person's request",
    });
    expect(await list(engine)).toHaveLength(1);
  });
}
