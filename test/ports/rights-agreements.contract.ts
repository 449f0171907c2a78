import { expect, it } from "vitest";
import { pullTask } from "../../src/ports/queue.ts";
import { alice, drain, pullRecord, pullRef, type Scene } from "./engine-scene.ts";
import { agreement } from "../verdict/facts.ts";

const text = { agreement: "icla", version: "1.0", digest: "aa", effective: null };

export function agreementsContract(scene: () => Scene): void {
  it("keeps a version with the digest of its text, once", async () => {
    const { engine, clock } = scene();
    const record = { ...text, revision: 0, recordedAt: clock.now };
    expect(await engine.agreements.record(text, "bot")).toEqual(record);
    clock.now += 1;
    expect(await engine.agreements.record(text, "bot")).toEqual(record);
    expect(await engine.agreements.list()).toEqual([record]);
    expect(await engine.agreements.find("icla", "2.0")).toBeNull();
  });

  it("keeps both digests of an editorial revision, the latest being the text that is shown", async () => {
    const { engine } = scene();
    await engine.agreements.record(text, "bot");
    await engine.agreements.record({ ...text, digest: "bb" }, "cli");
    await engine.agreements.record({ ...text, agreement: "ccla" }, "cli");
    expect(await engine.agreements.find("icla", "1.0")).toMatchObject({ digest: "bb", revision: 1 });
    expect((await engine.agreements.list("icla")).map(({ digest }) => digest)).toEqual(["aa", "bb"]);
  });

  it("marks the agreement's open pull requests when what it asks for changed, and only then", async () => {
    const { engine } = scene();
    await engine.agreements.enforce(agreement);
    await engine.pulls.record(pullRecord(pullRef(1), [alice]));
    await engine.pulls.record(pullRecord(pullRef(2), [alice], { agreement: "ccla" }));
    await engine.pulls.record(pullRecord(pullRef(3), [alice]));
    await engine.pulls.close(pullRef(3));
    expect(await engine.agreements.enforce({ ...agreement, title: "Another title" })).toBe(0);
    const raised = { ...agreement, version: "2.0", accepts: [] };
    expect(await engine.agreements.enforce(raised)).toBe(1);
    expect(await drain(engine)).toEqual([pullTask(pullRef(1))]);
    expect(await engine.agreements.enforce(raised)).toBe(0);
    expect(await engine.agreements.enforce({ ...raised, graceDays: 30 })).toBe(1);
    expect(await engine.agreements.enforce({ ...raised, graceDays: 30, accepts: ["1.0"] })).toBe(1);
    expect(await engine.agreements.enforce({ ...raised, graceDays: 30, effective: 1 })).toBe(1);
  });
}
