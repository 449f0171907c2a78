import { describe, expect, it } from "vitest";
import { holdTo, STEPS } from "../../playground/model/hold-to.ts";
import { playInProcess } from "../../playground/model/stage-actor.ts";

/** With those on PostgreSQL, the stories have more than two thousand steps. */
const AMOUNT = [
  ["github", 24, 850],
  ["gitee", 29, 1_000],
] as const;

describe.each(AMOUNT)("with SQLite, random stories on %s", (host, stories, least) => {
  it("never show a green status that the model forbids, and end in the model's state", async () => {
    let kills = 0;
    const play = async (story: Parameters<typeof playInProcess>[0]): Promise<void> => {
      kills += await playInProcess(story, { host });
    };
    const seeds = Array.from({ length: stories }, (_, at) => at + 1);
    const options = `--host ${host} --engine sqlite`;
    const steps = await holdTo(play, { seeds, steps: STEPS, options });
    expect(steps).toBeGreaterThan(least);
    expect(kills).toBeGreaterThan(10);
  }, 1_800_000);
});
