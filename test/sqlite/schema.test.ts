import { rm } from "node:fs/promises";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { openSqlite } from "../../src/sqlite/open.ts";
import { openStore } from "./store.ts";

describe("the SQLite schema", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => {
    store = await openStore(() => 0);
  });
  afterEach(() => store.remove());

  it("is the one in db/sqlite/schema.sql", async () => {
    await store.open();
    const connection = new Database(store.file, { readonly: true });
    const dump = connection
      .prepare<[], string>(
        "SELECT sql FROM sqlite_schema WHERE sql IS NOT NULL ORDER BY type = 'trigger', tbl_name, type DESC, name",
      )
      .pluck()
      .all();
    connection.close();
    await expect(
      `-- Generated from the migrations by npm run schema.\n${dump.join(";\n")};\n`,
    ).toMatchFileSnapshot("../../db/sqlite/schema.sql");
  });

  it("keeps every table strict", async () => {
    await store.open();
    const connection = new Database(store.file, { readonly: true });
    const tables = connection
      .prepare<[], { name: string; strict: number }>(
        "SELECT name, strict FROM pragma_table_list WHERE schema = 'main' AND name NOT LIKE 'sqlite_%'",
      )
      .all();
    connection.close();
    expect(tables.length).toBeGreaterThan(10);
    expect(tables.filter(({ strict }) => strict !== 1)).toEqual([]);
  });

  it("of a newer program is refused in one line that says what to do, and left alone", async () => {
    const engine = await store.open();
    await engine.close();
    const connection = new Database(store.file);
    connection
      .prepare("INSERT INTO migration (version, name, applied_at) VALUES (99, '0099_x.sql', 0)")
      .run();
    connection.close();
    await expect(openSqlite(store.file)).rejects.toMatchObject({
      code: "refused",
      message: expect.stringMatching(
        /^the database was written by a newer Countersign \(schema 99, this one knows \d+\): run that version$/,
      ),
    });
  });

  it("is made once when two start at once", async () => {
    await rm(store.file, { force: true });
    const engines = await Promise.all([store.open(), store.open(), store.open()]);
    for (const engine of engines) await expect(engine.ready()).resolves.toBeUndefined();
  });
});
