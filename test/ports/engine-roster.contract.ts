import { expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { Problems } from "../../src/error.ts";
import { pullTask } from "../../src/ports/queue.ts";
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

const acme = { agreement: "ccla", version: "2.0", entity: "acme" };

export function rosterContract(scene: () => Scene): void {
  it("covers its accounts from their day on, through the employer", async () => {
    const { engine, clock } = scene();
    const rows = [row(alice, 5, acme), row(geeAlice, clock.now + 9, acme)];
    expect(await load(engine, rows)).toEqual({ ...NOTHING, added: 2, entities: 1 });
    expect(await engine.signatures.covered([alice, geeAlice, bob], "ccla")).toEqual(
      new Map([
        [alice, [{ version: "2.0", entity: "acme", from: 5, until: null }]],
        [geeAlice, [{ version: "2.0", entity: "acme", from: clock.now + 9, until: null }]],
      ]),
    );
    expect(await load(engine, rows)).toEqual({ ...NOTHING, unchanged: 2 });
    expect(await load(engine, [row(bob, 1, acme)])).toEqual({ ...NOTHING, added: 1 });
  });

  it("stands beside an account's own signature", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1), row(alice, 2, { entity: "acme" }), row(alice, 3, { entity: "bolt" })]);
    const covered = await engine.signatures.covered([alice], "icla");
    expect(new Set(covered.get(alice)?.map(({ entity }) => entity))).toEqual(new Set([null, "acme", "bolt"]));
    expect(await list(engine)).toHaveLength(3);
  });

  it("is listed as what an import reads", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 5, acme)]);
    expect(await list(engine)).toEqual([{ ...row(alice, 5, acme), evidence: "import", revokedAt: null }]);
  });

  it("ends for an account that is revoked, and begins again only with a later date", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 5, acme), row(bob, 5, acme)]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { agreement: "ccla" }));
    expect(await engine.signatures.revoke([alice], "ccla")).toEqual([alice]);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect([...(await engine.signatures.covered([alice, bob], "ccla")).keys()]).toEqual([bob]);
    expect(await list(engine)).toHaveLength(1);
    expect(await list(engine, { revoked: true })).toMatchObject([
      { revokedAt: clock.now },
      { revokedAt: null },
    ]);
    expect(await load(engine, [row(alice, 5, acme)])).toEqual({ ...NOTHING, revoked: 1 });
    clock.now += 10;
    expect(await load(engine, [row(alice, clock.now, acme)])).toEqual({ ...NOTHING, added: 1, marked: 1 });
    expect((await engine.signatures.covered([alice], "ccla")).get(alice)).toEqual([
      { version: "2.0", entity: "acme", from: clock.now, until: null },
    ]);
  });

  it("is replaced with the agreement, place by place", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 5, acme), row(bob, 5, acme), row(bob, 1)]);
    await engine.pulls.record(pullRecord(pullRef(1), [bob], { agreement: "ccla" }));
    expect(await load(engine, [row(alice, 5, acme)], { replace: "ccla" })).toEqual({
      ...NOTHING,
      unchanged: 1,
      removed: 1,
      held: 2,
      marked: 1,
    });
    expect((await list(engine)).map(({ account }) => account)).toEqual([alice, bob]);
  });

  it("takes no row that gives its employer another agreement or version, and says so of all at once", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 5, acme)]);
    const rows = [
      row(bob, 5, { ...acme, agreement: "icla" }),
      row(bob, 5, { entity: "bolt" }),
      row(accountOf("github", 3), 5, { entity: "bolt", version: "9" }),
    ];
    const refusal = await load(engine, rows).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Problems);
    expect(refusal).toMatchObject({ code: "input", problems: [{ field: "entity" }, { field: "entity" }] });
    expect(await list(engine)).toHaveLength(1);
    expect(await load(engine, [row(bob, 5, { entity: "bolt" })])).toMatchObject({ entities: 1 });
  });
}
