import { expect, it } from "vitest";
import { alice, bob, load, row, type Scene } from "./engine-scene.ts";

export function auditContract(scene: () => Scene): void {
  it("has a line for each change, and none where nothing changed or was only tried", async () => {
    const { engine, clock } = scene();
    await load(engine, [row(alice, 1)], { dryRun: true });
    await load(engine, [row(alice, 1), row(bob, 1, { entity: "acme" })]);
    await load(engine, [row(alice, 1)]);
    await engine.signatures.sign([[row(alice, 2, { version: "2.0" })]], { evidence: "page" });
    await engine.signatures.sign([[row(bob, 2)]], { evidence: "comment:7" });
    await engine.signatures.revoke([alice], "icla", "cli:0123");
    await engine.signatures.revoke([alice], "icla");
    const lines = await Array.fromAsync(engine.audit.list());
    expect(lines.map(({ line, at, by, act, details }) => ({ line, at, by, act, details }))).toEqual([
      {
        line: 1,
        at: clock.now,
        by: "cli",
        act: "import",
        details: { added: 2, changed: 0, removed: 0, entities: 1 },
      },
      { line: 2, at: clock.now, by: "page", act: "sign", details: { agreement: "icla", version: "2.0" } },
      { line: 3, at: clock.now, by: "comment", act: "sign", details: { agreement: "icla", version: "1.0" } },
      { line: 4, at: clock.now, by: "cli:0123", act: "revoke", details: { agreement: "icla" } },
    ]);
  });

  it("has a person's lines under one tag that is not another's, and no number in clear", async () => {
    const { engine } = scene();
    await engine.subjects.restrict(alice, "page");
    await engine.subjects.restrict(bob, "page");
    await engine.subjects.unrestrict(alice, "page");
    const lines = await Array.fromAsync(engine.audit.list());
    const [first, second, third] = lines;
    expect(first?.subject).toMatch(/^[0-9a-f]{64}$/);
    expect(third?.subject).toBe(first?.subject);
    expect(second?.subject).not.toBe(first?.subject);
    expect(await Array.fromAsync(engine.audit.list({ account: alice }))).toEqual([first, third]);
    expect(JSON.stringify(lines)).not.toMatch(/1001|2002/);
  });

  it("holds while nothing touches it, and knows what was noted of it before", async () => {
    const { engine } = scene();
    const empty = await engine.audit.verify(null);
    expect(empty).toMatchObject({ fault: null, lines: 0, last: 0 });
    await engine.subjects.restrict(alice, "page");
    const noted = await engine.audit.verify(null);
    await engine.subjects.unrestrict(alice, "page");
    const expected = { line: noted.last, hash: noted.head };
    expect(await engine.audit.verify(expected)).toMatchObject({ fault: null, lines: 2, last: 2 });
    expect(await engine.audit.verify({ ...expected, hash: "0".repeat(64) })).toMatchObject({
      fault: { line: 1, kind: "changed" },
    });
    expect(await engine.audit.verify({ ...expected, line: 9 })).toMatchObject({
      fault: { line: 3, kind: "removed" },
    });
  });
}
