import { describe, expect, it } from "vitest";
import { NO_SERVER, useServer } from "../postgres/server.ts";
import { holdTo, STEPS } from "../../playground/model/hold-to.ts";
import { playInProcess } from "../../playground/model/stage-actor.ts";

const SEEDS = Array.from({ length: 3 }, (_, at) => at + 1_001);

describe.skipIf(NO_SERVER !== null)("with PostgreSQL, random stories", () => {
  const server = useServer();

  it.each(["github", "gitee"] as const)(
    "on %s never show a green status that the model forbids, and end in the model's state",
    async (host) => {
      const play = async (story: Parameters<typeof playInProcess>[0]): Promise<void> => {
        const databaseUrl = await server.borrowDatabase();
        await playInProcess(story, { host, databaseUrl });
        await server.giveBackDatabase(databaseUrl);
      };
      const options = `--host ${host} --engine postgres`;
      const steps = await holdTo(play, { seeds: SEEDS, steps: STEPS, options });
      expect(steps).toBeGreaterThan(100);
    },
    1_800_000,
  );
});
