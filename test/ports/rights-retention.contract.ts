import { expect, it } from "vitest";
import { RETENTION } from "../../src/records/retention.ts";
import { alice, bob, list, load, mark, pullRecord, pullRef, row, take, type Scene } from "./engine-scene.ts";

export function retentionContract(scene: () => Scene): void {
  it("keeps what was revoked until its time is over, then says that it is due, and drops it", async () => {
    const { engine, clock } = scene();
    await load(engine, [
      row(alice, 1),
      row(alice, 1, { entity: "acme" }),
      row(bob, 1),
      row(bob, 1, { entity: "bolt" }),
    ]);
    await engine.signatures.revoke([alice], "icla");
    await engine.entities.end("bolt", "cli");
    clock.now += RETENTION.ended;
    expect(await engine.due()).toEqual([]);
    await engine.tidy();
    expect(await list(engine, { revoked: true })).toHaveLength(4);
    clock.now += 1;
    expect(await engine.due()).toEqual(
      expect.arrayContaining([
        { what: "signatures", count: 1 },
        { what: "roster places", count: 2 },
        { what: "employers", count: 1 },
      ]),
    );
    await engine.tidy();
    expect(await engine.due()).toEqual([]);
    expect(await list(engine, { revoked: true })).toMatchObject([{ account: bob, entity: null }]);
    expect((await engine.entities.list()).map(({ id }) => id)).toEqual(["acme"]);
  });

  it("lets a tombstone go with the oldest backup that may be loaded", async () => {
    const { engine, clock } = scene();
    await engine.subjects.erase(alice, "page");
    clock.now += RETENTION.tombstone + 1;
    await engine.tidy();
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ added: 1 });
  });

  it("takes old lines of the audit, which the chain signs off", async () => {
    const { engine, clock } = scene();
    await engine.subjects.restrict(alice, "page");
    await engine.subjects.restrict(bob, "page");
    await engine.subjects.unrestrict(bob, "page");
    clock.now += RETENTION.audit + 1;
    await engine.subjects.unrestrict(alice, "page");
    await engine.tidy();
    const lines = await Array.fromAsync(engine.audit.list());
    expect(lines.map(({ line, act, details }) => [line, act, details["through"]])).toEqual([
      [4, "unrestrict", undefined],
      [5, "audit expire", 3],
    ]);
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null, lines: 2, last: 5 });
    clock.now += RETENTION.audit + 1;
    await engine.tidy();
    expect(await engine.audit.verify(null)).toMatchObject({ fault: null, lines: 1, last: 6 });
  });

  it("forgets a closed pull request after thirty days", async () => {
    const { engine, clock } = scene();
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    await engine.pulls.close(pullRef(1));
    clock.now += RETENTION.closedPull + 1;
    expect(await engine.due()).toEqual([{ what: "closed pull requests", count: 1 }]);
    await engine.tidy();
    expect(await engine.due()).toEqual([]);
  });

  it("drops work that was parked and that nothing woke for as long, and no other", async () => {
    const { engine, clock } = scene();
    await engine.queue.mark([mark(pullRef(1)), mark(pullRef(2)), mark(pullRef(3))]);
    for (const taken of await take(engine)) {
      const { number } = taken.task as { number: number };
      if (number === 1) await engine.queue.park(taken, "not-found");
      else if (number === 2) await engine.queue.retry(taken, clock.now + 1, "host-limit");
      else await engine.queue.done(taken, clock.now + RETENTION.ended);
    }
    clock.now += RETENTION.closedPull;
    await engine.tidy();
    expect(await engine.queue.depth()).toMatchObject({ parked: 1 });
    clock.now += 1;
    await engine.tidy();
    expect(await engine.queue.depth()).toMatchObject({ parked: 0, due: 1, waiting: 1 });
  });
}
