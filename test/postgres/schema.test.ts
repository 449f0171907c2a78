import { readdirSync, readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { dumpSchema } from "./dump.ts";
import { NO_SERVER, useServer } from "./server.ts";

/** As `table.column`, of what SQLite's migrations make. */
function sqliteColumns(): readonly string[] {
  const connection = new Database(":memory:");
  connection.exec(readFileSync(new URL("../../db/sqlite/schema.sql", import.meta.url), "utf8"));
  const columns = connection
    .prepare<[], string>(
      "SELECT t.name || '.' || c.name FROM pragma_table_list AS t JOIN pragma_table_info(t.name) AS c WHERE t.name NOT LIKE 'sqlite_%'",
    )
    .pluck()
    .all();
  connection.close();
  return columns.toSorted();
}

describe("the migrations", () => {
  it("of the two engines are twins by name", () => {
    const [sqlite, postgres] = ["sqlite", "postgres"].map((engine) =>
      readdirSync(new URL(`../../db/${engine}/`, import.meta.url))
        .filter((name) => name !== "schema.sql")
        .toSorted(),
    );
    expect(postgres).toEqual(sqlite);
    expect(postgres?.length).toBeGreaterThan(3);
  });
});

describe.skipIf(NO_SERVER !== null)("the PostgreSQL schema", () => {
  const server = useServer();
  const engines: Engine[] = [];
  let url = "";
  beforeEach(async () => {
    url = await server.createDatabase();
  });
  afterEach(async () => {
    for (const engine of engines.splice(0)) await engine.close();
  });

  async function open(): Promise<Engine> {
    const engine = await openPostgres(url, { now: () => 0 });
    engines.push(engine);
    return engine;
  }

  it("is the one in db/postgres/schema.sql", async () => {
    await open();
    const dump = await dumpSchema(url);
    await expect(`-- Generated from the migrations by npm run schema.\n${dump}`).toMatchFileSnapshot(
      "../../db/postgres/schema.sql",
    );
  });

  it("is not usable without any one of its tables", async () => {
    const engine = await open();
    const tables = await server.query<{ tablename: string }>(
      url,
      "SELECT tablename FROM pg_tables WHERE schemaname = 'public'",
    );
    const unnoticed: string[] = [];
    for (const { tablename } of tables) {
      await server.query(url, `ALTER TABLE ${tablename} RENAME TO gone`);
      await engine.ready().then(
        () => unnoticed.push(tablename),
        () => {},
      );
      await server.query(url, `ALTER TABLE gone RENAME TO ${tablename}`);
    }
    expect(tables.length).toBeGreaterThan(20);
    expect(unnoticed).toEqual([]);
  });

  it("has the tables and columns that SQLite's has", async () => {
    await open();
    const columns = await server.query<{ column: string }>(
      url,
      `SELECT table_name || '.' || column_name AS column FROM information_schema.columns WHERE table_schema = 'public'`,
    );
    expect(columns.map(({ column }) => column).toSorted()).toEqual(sqliteColumns());
  });

  it("of a newer program is refused in one line that says what to do, and left alone", async () => {
    await open();
    await server.query(url, "INSERT INTO migration (version, name, applied_at) VALUES (99, '0099_x.sql', 0)");
    await expect(openPostgres(url)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(
        /^the database was written by a newer Countersign \(schema 99, this one knows \d+\): run that version$/,
      ),
    });
  });

  it("is made once when several start at once", async () => {
    const started = await Promise.all([open(), open(), open(), open()]);
    for (const engine of started) await expect(engine.ready()).resolves.toBeUndefined();
    const rows = await server.query<{ version: number }>(
      url,
      "SELECT version::integer FROM migration ORDER BY 1",
    );
    expect(rows.map(({ version }) => version)).toEqual(rows.map((_, at) => at + 1));
  });

  it("is made in the schema that search_path names", async () => {
    await server.query(url, "CREATE SCHEMA bot");
    url = `${url}?options=-c%20search_path%3Dbot`;
    await open();
    const rows = await server.query<{ schemaname: string }>(
      url,
      "SELECT DISTINCT schemaname FROM pg_tables WHERE schemaname IN ('bot', 'public')",
    );
    expect(rows).toEqual([{ schemaname: "bot" }]);
  });

  it("that could not be made whole is not there at all", async () => {
    // A table of the same name, in the way of the third migration.
    await server.query(url, "CREATE TABLE audit (mine text)");
    await expect(open()).rejects.toThrow(/already exists/);
    const rows = await server.query<{ version: number }>(
      url,
      "SELECT version::integer FROM migration ORDER BY 1",
    );
    expect(rows).toEqual([{ version: 1 }, { version: 2 }]);
    const tables = await server.query(url, "SELECT 1 FROM pg_tables WHERE tablename = 'agreement'");
    expect(tables).toEqual([]);
  });
});
