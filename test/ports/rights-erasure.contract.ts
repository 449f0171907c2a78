import { expect, it } from "vitest";
import { pullTask } from "../../src/ports/queue.ts";
import {
  alice,
  bob,
  drain,
  list,
  load,
  NOTHING,
  NOTHING_HELD,
  pullRecord,
  pullRef,
  row,
  type Scene,
} from "./engine-scene.ts";

const acme = { agreement: "ccla", version: "2.0", entity: "acme" };

export function erasureContract(scene: () => Scene): void {
  it("leaves nothing of the account, and of its waivers that they were given", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1), row(alice, 3, acme), row(bob, 4)]);
    await engine.entities.appoint("acme", [alice], "cli");
    const repository = { host: "github", id: 10 } as const;
    await engine.waivers.add({ repository, commit: "abc", by: alice, at: clock.now });
    await engine.subjects.request(alice, { kind: "correction", agreement: "icla" });
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    expect(await engine.subjects.erase(alice, "page")).toEqual({
      signatures: 1,
      places: 1,
      managed: 1,
      waivers: 1,
      marked: 1,
      trace: expect.stringMatching(/^(none|server)$/),
    });
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect(await engine.subjects.held(alice)).toEqual({
      account: alice,
      ...NOTHING_HELD,
    });
    expect(await list(engine, { revoked: true })).toMatchObject([{ account: bob }]);
    expect(await engine.waivers.of(repository, ["abc"])).toEqual([
      { repository, commit: "abc", by: null, at: clock.now },
    ]);
  });

  it("is not undone by a file, which is told how many rows were left out", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1)]);
    await engine.subjects.erase(alice, "cli");
    clock.now += 10;
    expect(await load(engine, [row(alice, clock.now), row(bob, 2)])).toEqual({
      ...NOTHING,
      added: 1,
      erased: 1,
    });
    expect(await list(engine)).toMatchObject([{ account: bob }]);
  });

  it("is undone by the person who signs again, not by what they had written before", async () => {
    const { engine, clock } = scene();
    await engine.subjects.erase(alice, "page");
    const before = row(alice, clock.now - 1);
    expect(await engine.signatures.sign([[before]], { evidence: "comment:5" })).toMatchObject({ erased: 1 });
    clock.now += 10;
    const again = row(alice, clock.now);
    const trial = await engine.signatures.sign([[again]], { evidence: "page", dryRun: true });
    expect(trial).toMatchObject({ added: 1 });
    expect(await load(engine, [again])).toMatchObject({ erased: 1 });
    expect(await engine.signatures.sign([[again]], { evidence: "page" })).toMatchObject({ added: 1 });
    expect(await load(engine, [row(alice, 5, { version: "0.9" })])).toMatchObject({ added: 1 });
  });

  it("can be asked for again, and for somebody of whom nothing is held", async () => {
    const { engine } = scene();
    const none = {
      signatures: 0,
      places: 0,
      managed: 0,
      waivers: 0,
      marked: 0,
      trace: expect.stringMatching(/^(none|server)$/),
    };
    expect(await engine.subjects.erase(alice, "cli")).toEqual(none);
    expect(await engine.subjects.erase(alice, "cli")).toEqual(none);
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ erased: 1 });
  });

  it("leaves the audit log complete, and nobody can tell whose lines those were", async () => {
    const { engine } = scene();
    await load(engine, [row(alice, 1)]);
    await engine.signatures.revoke([alice], "icla");
    await engine.subjects.erase(alice, "page");
    const lines = await Array.fromAsync(engine.audit.list());
    expect(lines.map(({ act, by }) => [act, by])).toEqual([
      ["import", "cli"],
      ["revoke", "cli"],
      ["erase", "page"],
    ]);
    expect(await Array.fromAsync(engine.audit.list({ account: alice }))).toEqual([]);
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null, lines: 3 });
    await engine.subjects.restrict(alice, "page");
    const last = (await Array.fromAsync(engine.audit.list())).at(-1);
    expect(last?.subject).not.toBe(lines.at(-1)?.subject);
  });
}
