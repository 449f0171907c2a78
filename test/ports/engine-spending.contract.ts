import { expect, it } from "vitest";
import type { Cost } from "../../src/ports/spending.ts";
import type { Scene } from "./engine-scene.ts";

const MINUTE = 60_000;
const HOUR = 3_600_000;

function comment(perMinute = 3, perHour = 100): readonly Cost[] {
  const limits = [
    { ms: MINUTE, most: perMinute },
    { ms: HOUR, most: perHour },
  ];
  return [{ what: "content", amount: 1, limits }, points(5)];
}

function points(amount: number, most = 100): Cost {
  return { what: "rest", amount, limits: [{ ms: MINUTE, most }] };
}

/** Of what all processes on a database spent of the hosts' limits. */
export function spendingContract(scene: () => Scene): void {
  it("books no more than a limit allows of all processes together, and says when the next request fits", async () => {
    const { engine, store, clock } = scene();
    const other = await store.open();
    const books = [engine, other, engine, other].map(({ spending }) =>
      spending.book("github/1", [comment()]),
    );
    const bookings = await Promise.all(books);
    const answers = bookings.flatMap((one) => one.answers);
    expect(answers.filter((answer) => answer === null)).toHaveLength(3);
    const [free] = answers.filter((answer) => answer !== null);
    expect(free).toBeGreaterThan(clock.now + MINUTE);
    expect(free).toBeLessThanOrEqual(clock.now + MINUTE + 2_000);
    clock.now = free ?? 0;
    expect((await other.spending.book("github/1", [comment()])).answers).toEqual([null]);
    expect((await engine.spending.book("github/2", [comment()])).answers).toEqual([null]);
  });

  it("books requests in their order, each in whole or not at all", async () => {
    const { spending } = scene().engine;
    const requests = [[points(60)], [points(60)], comment(), [points(30)], [points(5)]];
    const { answers, spent } = await spending.book("github/1", requests);
    expect(answers.map((answer) => answer === null)).toEqual([true, false, true, true, true]);
    const sums = Object.fromEntries(spent.map(({ what, amount }) => [what, amount]));
    expect(sums).toEqual({ rest: 100, content: 1 });
  });

  it("counts a process that restarted by what it spent before, to the end of the hour", async () => {
    const { store, clock } = scene();
    for (let restart = 0; restart < 3; restart += 1) {
      const process = await store.open();
      const { answers } = await process.spending.book("github/1", [comment(50, 2)]);
      expect(answers.map((answer) => answer === null)).toEqual([restart < 2]);
      await process.close();
      clock.now += MINUTE * 2;
    }
  });

  it("counts a request that took long from when it ended", async () => {
    const { engine, clock } = scene();
    const costs = comment(1);
    const { at } = await engine.spending.book("github/1", [costs]);
    clock.now += 20_000;
    await engine.spending.postpone("github/1", costs, at);
    clock.now += MINUTE - 10_000;
    expect((await engine.spending.book("github/1", [costs])).answers).not.toEqual([null]);
    clock.now += 13_000;
    const { answers, spent } = await engine.spending.book("github/1", [costs]);
    expect(answers).toEqual([null]);
    expect(spent.filter(({ what }) => what === "content")).toHaveLength(2);
  });

  it.each([-3 * HOUR, -HOUR / 2, 3 * HOUR])(
    "does not stop for longer than a limit's span, and forgets nothing, after the clock moved by %d ms",
    async (jump) => {
      const { engine, clock } = scene();
      await engine.spending.book("github/1", [comment(1)]);
      clock.now += jump;
      const next = await engine.spending.book("github/1", [comment(1)]);
      expect(next.answers[0] ?? 0).toBeLessThanOrEqual(clock.now + MINUTE + 2_000);
      clock.now += MINUTE + 2_000;
      expect((await engine.spending.book("github/1", [comment(2)])).answers).toEqual([null]);
    },
  );

  it("books nothing while the host asked one of the processes to wait", async () => {
    const { engine, store, clock } = scene();
    const other = await store.open();
    await engine.spending.wait("github/1", 30_000);
    await engine.spending.wait("github/1", 10_000);
    const until = clock.now + 30_000;
    const refused = await other.spending.book("github/1", [[points(1)]]);
    expect(refused).toMatchObject({ waitUntil: until, answers: [until] });
    expect(await other.spending.book("github/2", [])).toMatchObject({ waitUntil: null });
    clock.now = until;
    expect(await other.spending.book("github/1", [[points(1)]])).toMatchObject({
      waitUntil: null,
      answers: [null],
    });
    await engine.spending.wait("github/1", 30_000);
    // The clock was an hour ahead.
    clock.now -= HOUR;
    expect(await other.spending.book("github/1", [])).toMatchObject({ waitUntil: null });
  });

  it("is forgotten at night when no limit counts it anymore", async () => {
    const { engine, clock } = scene();
    await engine.spending.book("github/1", [comment()]);
    clock.now += 3 * HOUR;
    await engine.tidy();
    clock.now -= 3 * HOUR;
    expect(await engine.spending.book("github/1", [])).toMatchObject({ spent: [] });
  });
}
