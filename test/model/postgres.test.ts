import { describe, expect, it } from "vitest";
import { NO_SERVER, useServer } from "../postgres/server.ts";
import { holdTo } from "./hold-to.ts";
import { playInProcess } from "./stage-actor.ts";

describe.skipIf(NO_SERVER !== null)("with PostgreSQL, random stories", () => {
  const server = useServer();

  it.each(["github", "gitee"] as const)(
    "on %s never show a green status that the model forbids, and end in the model's state",
    async (host) => {
      const steps = await holdTo(
        async (story) => {
          const databaseUrl = await server.createDatabase();
          await playInProcess(story, { host, databaseUrl });
        },
        { seed: 1_001, stories: 3, steps: 60 },
      );
      expect(steps).toBeGreaterThan(60);
    },
    240_000,
  );
});
