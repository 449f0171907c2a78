import { expect, it } from "vitest";
import { holdOf, inDoubt } from "../../src/check/hold.ts";
import { Failure, type FailureCode } from "../../src/error.ts";
import { plainScene } from "./plain-scene.ts";

it("a hold confirms with a lease of fifteen seconds, has a write without an answer looked at, and tells of bulk work", async () => {
  const { engine, take } = await plainScene();
  const { taken } = await take(undefined, { bulk: true });
  const asked: unknown[] = [];
  const hold = holdOf(
    {
      confirm: async (...question) => void asked.push(question),
      recheck: async (...question) => void asked.push(question),
    },
    taken,
  );
  await hold.confirm();
  await hold.confirm.unanswered?.();
  expect(asked).toEqual([[taken, 15_000], [taken]]);
  expect([
    hold.taken,
    hold.confirm.bulk,
    holdOf(engine.queue, { ...taken, bulk: false }).confirm.bulk,
  ]).toEqual([taken, true, false]);
});

it("an answer in doubt waits for no database, but for whoever has the task", async () => {
  const { take } = await plainScene();
  const hold = await take();
  const confirm = (code: FailureCode | null) =>
    inDoubt({
      ...hold,
      confirm: () => (code === null ? Promise.resolve() : Promise.reject(new Failure(code))),
    })();
  await expect(confirm(null)).resolves.toBeUndefined();
  await expect(confirm("database-unreachable")).resolves.toBeUndefined();
  await expect(confirm("superseded")).rejects.toMatchObject({ code: "superseded" });
  const bug = { ...hold, confirm: () => Promise.reject(new TypeError("a bug")) };
  await expect(inDoubt(bug)()).rejects.toThrow("a bug");
});
