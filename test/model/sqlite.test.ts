import { describe, expect, it } from "vitest";
import { holdTo } from "./hold-to.ts";
import { playInProcess } from "./stage-actor.ts";

describe.each(["github", "gitee"] as const)("with SQLite, random stories on %s", (host) => {
  it("never show a green status that the model forbids, and end in the model's state", async () => {
    const steps = await holdTo((story) => playInProcess(story, { host }), {
      seed: 1,
      stories: 8,
      steps: 60,
    });
    expect(steps).toBeGreaterThan(300);
  }, 240_000);
});
