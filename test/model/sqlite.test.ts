import { describe, expect, it } from "vitest";
import { holdTo, STEPS } from "../../playground/model/hold-to.ts";
import { playInProcess } from "../../playground/model/stage-actor.ts";

/** With those on PostgreSQL, the stories have more than two thousand steps: twice 850 here, and twice 160 there. */
const SEEDS = Array.from({ length: 24 }, (_, at) => at + 1);

describe.each(["github", "gitee"] as const)("with SQLite, random stories on %s", (host) => {
  it("never show a green status that the model forbids, and end in the model's state", async () => {
    let kills = 0;
    const play = async (story: Parameters<typeof playInProcess>[0]): Promise<void> => {
      kills += await playInProcess(story, { host });
    };
    const options = `--host ${host} --engine sqlite`;
    const steps = await holdTo(play, { seeds: SEEDS, steps: STEPS, options });
    expect(steps).toBeGreaterThan(850);
    expect(kills).toBeGreaterThan(10);
  }, 600_000);
});
