import { afterAll, beforeAll, describe, expect, it } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { alice, bob, DAY, geeAlice, list, load, NOTHING, row, START } from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";

describe.skipIf(NO_SERVER !== null)("a dry run on PostgreSQL", () => {
  const server = useServer();
  let url = "";
  let engine: Engine;

  beforeAll(async () => {
    url = await server.borrowDatabase();
    engine = await openPostgres(url, { now: () => START });
    await engine.serverOf("github", "github.com");
    await load(engine, [row(alice, 1), row(bob, 1), row(geeAlice, 1, { entity: "acme", agreement: "ccla" })]);
    await engine.signatures.revoke([bob], "icla", "cli");
  });
  afterAll(async () => {
    await engine.close();
  });

  const named = (user: string): string => {
    const other = new URL(url);
    other.username = user;
    return other.href;
  };

  it.each([
    [
      "by a user that may only read it",
      `CREATE ROLE reader LOGIN PASSWORD 'not-a-secret';
GRANT SELECT ON ALL TABLES IN SCHEMA public TO reader`,
      "reader",
    ],
    [
      "in which transactions only read unless they say otherwise",
      `CREATE ROLE careful LOGIN PASSWORD 'not-a-secret' IN ROLE countersign;
ALTER ROLE careful SET default_transaction_read_only = on`,
      "careful",
    ],
  ])("says what would change in a database opened %s, and changes nothing", async (_how, setup, user) => {
    await server.query(url, setup);
    const before = await list(engine, {});
    const trial = await openPostgres(named(user), { now: () => START, trial: true });
    try {
      expect(await trial.serverOf("github", "github.com")).toBe("github.com");
      const rows = [row(alice, 1), row(bob, START - DAY), row(geeAlice, 5)];
      const added = { ...NOTHING, added: 1, unchanged: 1, revoked: 1 };
      for (let run = 1; run <= 2; run += 1) expect(await load(trial, rows, { dryRun: true })).toEqual(added);
      expect(await load(trial, [row(geeAlice, 1)], { dryRun: true, replace: "icla" })).toMatchObject({
        added: 1,
        removed: 1,
        held: 1,
      });
      await expect(load(trial, rows)).rejects.toMatchObject({ code: "database-unreachable" });
    } finally {
      await trial.close();
    }
    expect(await list(engine, {})).toEqual(before);
  });
});
