import { expect, it } from "vitest";
import { pullTask } from "../../src/ports/queue.ts";
import {
  alice,
  bob,
  DAY,
  drain,
  geeAlice,
  load,
  pullRecord,
  pullRef,
  row,
  type Scene,
} from "./engine-scene.ts";

const acme = { id: "acme", agreement: "ccla", version: "2.0", signedAt: 5 };
const always = (account: typeof alice) => ({ account, from: 5, until: null });

export function entitiesContract(scene: () => Scene): void {
  it("is added once, and not under another agreement", async () => {
    const { engine } = scene();
    expect(await engine.entities.add(acme, "cli")).toBe(true);
    expect(await engine.entities.add(acme, "cli")).toBe(false);
    await expect(engine.entities.add({ ...acme, version: "3.0" }, "cli")).rejects.toMatchObject({
      code: "refused",
      message: "acme is known with ccla 2.0: choose another id for ccla 3.0",
    });
    expect(await engine.entities.list()).toEqual([{ ...acme, endedAt: null, members: 0, managers: 0 }]);
    expect(await engine.entities.find("bolt")).toBeNull();
  });

  it("covers who joins its roster, from their day to their day, and has their pull requests checked", async () => {
    const { engine, clock } = scene();
    await engine.entities.add(acme, "cli");
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { agreement: "ccla" }));
    await engine.pulls.record(pullRecord(pullRef(2), [alice]));
    const place = { account: alice, from: clock.now, until: clock.now + DAY };
    expect(await engine.entities.join("acme", [place], "cli")).toEqual({
      changed: [alice],
      erased: [],
      marked: 1,
    });
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect((await engine.signatures.covered([alice], "ccla")).get(alice)).toEqual([
      { version: "2.0", entity: "acme", from: clock.now, until: clock.now + DAY },
    ]);
    expect(await engine.entities.join("acme", [place], "cli")).toMatchObject({ changed: [], marked: 0 });
    clock.now += DAY;
    expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    expect(await engine.entities.list()).toMatchObject([{ members: 0 }]);
  });

  it("no longer covers who leaves, and has their open pull requests say so", async () => {
    const { engine, clock } = scene();
    await engine.entities.add(acme, "cli");
    await engine.entities.join("acme", [always(alice), always(bob)], "cli");
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { agreement: "ccla" }));
    expect(await engine.entities.leave("acme", [alice, geeAlice], clock.now, "page")).toEqual({
      changed: [alice],
      erased: [],
      marked: 1,
    });
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect([...(await engine.signatures.covered([alice, bob], "ccla")).keys()]).toEqual([bob]);
    expect((await engine.entities.find("acme"))?.members).toEqual([
      { account: alice, from: 5, until: clock.now, evidence: "import", restricted: false },
      { account: bob, from: 5, until: null, evidence: "import", restricted: false },
    ]);
  });

  it("that ends no longer covers anybody, and begins again with nobody on its roster", async () => {
    const { engine, clock } = scene();
    await engine.entities.add(acme, "cli");
    await engine.entities.join("acme", [always(alice)], "cli");
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { agreement: "ccla" }));
    expect(await engine.entities.end("acme", "cli")).toEqual({ marked: 1 });
    expect(await engine.entities.end("acme", "cli")).toBeNull();
    expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    await expect(engine.entities.join("acme", [always(bob)], "cli")).rejects.toMatchObject({
      code: "refused",
    });
    clock.now += 1;
    expect(await engine.entities.add(acme, "cli")).toBe(true);
    expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    expect(await engine.entities.join("acme", [always(alice)], "cli")).toMatchObject({ changed: [alice] });
    expect((await engine.signatures.covered([alice], "ccla")).size).toBe(1);
  });

  it("has managers, who are not covered by that", async () => {
    const { engine } = scene();
    await engine.entities.add(acme, "cli");
    expect(await engine.entities.appoint("acme", [alice, geeAlice], "cli")).toMatchObject({
      changed: [alice, geeAlice],
    });
    expect(await engine.entities.appoint("acme", [alice], "cli")).toMatchObject({ changed: [] });
    expect(await engine.signatures.covered([alice], "ccla")).toEqual(new Map());
    expect(await engine.entities.dismiss("acme", [geeAlice], "cli")).toMatchObject({ changed: [geeAlice] });
    expect((await engine.entities.find("acme"))?.managers).toEqual([alice]);
    await expect(engine.entities.appoint("bolt", [alice], "cli")).rejects.toMatchObject({ code: "refused" });
  });

  it("shows whose processing is restricted", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 5, { agreement: "ccla", version: "2.0", entity: "acme" })]);
    await engine.subjects.restrict(alice, "page");
    expect((await engine.entities.find("acme"))?.members).toMatchObject([{ restricted: true }]);
  });

  it("stores nobody who was erased", async () => {
    const { engine } = scene();
    await engine.entities.add(acme, "cli");
    await engine.subjects.erase(alice, "page");
    const nobody = { changed: [], erased: [alice], marked: 0 };
    expect(await engine.entities.join("acme", [always(alice)], "cli")).toEqual(nobody);
    expect(await engine.entities.appoint("acme", [alice], "cli")).toEqual(nobody);
  });
}
