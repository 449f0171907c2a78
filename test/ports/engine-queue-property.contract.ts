import fc from "fast-check";
import { expect, it } from "vitest";
import { pullTask, type Taken } from "../../src/ports/queue.ts";
import { mark, pullRef, take, type Store } from "./engine-scene.ts";

type Step =
  | { readonly do: "mark"; readonly number: number }
  | { readonly do: "take"; readonly limit: number }
  | { readonly do: "done" | "retry" | "park" | "release"; readonly at: number }
  | { readonly do: "crash" }
  | { readonly do: "wait"; readonly ms: number };

const LEASE = 100;
const number = fc.integer({ min: 1, max: 4 });
const step: fc.Arbitrary<Step> = fc.oneof(
  { weight: 4, arbitrary: fc.record({ do: fc.constant("mark" as const), number }) },
  { weight: 4, arbitrary: fc.record({ do: fc.constant("take" as const), limit: number }) },
  {
    weight: 5,
    arbitrary: fc.record({
      do: fc.constantFrom("done" as const, "retry" as const, "park" as const, "release" as const),
      at: fc.nat(5),
    }),
  },
  { weight: 1, arbitrary: fc.record({ do: fc.constant("crash" as const) }) },
  {
    weight: 2,
    arbitrary: fc.record({ do: fc.constant("wait" as const), ms: fc.integer({ min: 1, max: 2 * LEASE }) }),
  },
);

/**
 * Plays workers that take, succeed, fail, die and come back late, in any order. A task counts as served when a
 * worker did it that took it after its last mark; one that is not must come again, unless it was parked since.
 */
export function queueProperties(openStore: (now: () => number) => Promise<Store>, runs: number): void {
  it("never loses a mark, whatever workers do and wherever they die", async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { maxLength: 40 }), async (steps) => {
        const clock = { now: 1_000_000 };
        const store = await openStore(() => clock.now);
        try {
          let engine = await store.open();
          const owed = new Set<number>();
          let held: { readonly taken: Taken; readonly marksSeen: number }[] = [];
          const marks = new Map<number, number>();
          for (const one of steps) {
            if (one.do === "mark") {
              await engine.queue.mark([mark(pullRef(one.number))]);
              owed.add(one.number);
              marks.set(one.number, (marks.get(one.number) ?? 0) + 1);
            } else if (one.do === "take") {
              for (const taken of await take(engine, { limit: one.limit, leaseMs: LEASE }))
                held.push({ taken, marksSeen: marks.get(numberOf(taken)) ?? 0 });
            } else if (one.do === "crash") {
              held = [];
              await engine.close();
              engine = await store.open();
            } else if (one.do === "wait") {
              clock.now += one.ms;
            } else if (held.length > 0) {
              const [{ taken, marksSeen } = unreachable()] = held.splice(one.at % held.length, 1);
              const ends = one.do === "done" || one.do === "park";
              if (ends && marks.get(numberOf(taken)) === marksSeen) owed.delete(numberOf(taken));
              if (one.do === "done") await engine.queue.done(taken, null);
              else if (one.do === "park") await engine.queue.park(taken, "not-found");
              else if (one.do === "retry")
                await engine.queue.retry(taken, clock.now + 50, "host-unreachable");
              else await engine.queue.release([taken]);
            }
          }
          clock.now += 10 * LEASE;
          const due = (await take(engine)).map((taken) => numberOf(taken));
          expect(new Set(due).size).toBe(due.length);
          for (const number of owed) expect(due).toContain(number);
        } finally {
          await store.remove();
        }
      }),
      { numRuns: runs },
    );
  });

  it("gives a task to one worker at a time", async () => {
    const store = await openStore(() => 0);
    try {
      const engines = await Promise.all([store.open(), store.open()]);
      await Promise.all(engines.map((engine) => engine.queue.mark([mark(pullRef(1))])));
      const taken = await Promise.all(engines.map((engine) => take(engine)));
      expect(taken.flat().map(({ task }) => task)).toEqual([pullTask(pullRef(1))]);
    } finally {
      await store.remove();
    }
  });
}

function numberOf({ task }: Taken): number {
  return task.kind === "pull" ? task.number : unreachable();
}

function unreachable(): never {
  throw new Error("only pull requests are marked here");
}
