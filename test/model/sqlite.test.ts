import { describe, expect, it } from "vitest";
import { holdTo } from "./hold-to.ts";
import { playInProcess } from "./stage-actor.ts";

describe.each(["github", "gitee"] as const)("with SQLite, random stories on %s", (host) => {
  it("never show a green that the model does not allow, and end as the model says", async () => {
    const steps = await holdTo((story) => playInProcess(story, { host }), {
      seed: 1,
      stories: 8,
      steps: 60,
    });
    expect(steps).toBeGreaterThan(300);
  }, 240_000);
});
