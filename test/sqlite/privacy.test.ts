import { readFileSync } from "node:fs";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { RETENTION } from "../../src/records/retention.ts";
import { openStore } from "./store.ts";

const PAGE = readFileSync(new URL("../../docs/privacy.md", import.meta.url), "utf8");

/** The tables that the page describes, each with its columns. */
function described(): ReadonlyMap<string, readonly string[]> {
  return new Map(
    PAGE.split(/^### /m)
      .slice(1)
      .map((section) => {
        const [, table = ""] = /^`(\w+)`/.exec(section) ?? [];
        const own = section.split(/^## /m)[0] ?? "";
        return [table, [...own.matchAll(/^\| `(\w+)` +\|/gm)].map(([, column = ""]) => column)] as const;
      }),
  );
}

describe("docs/privacy.md", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => {
    store = await openStore(() => 0);
    await store.open();
  });
  afterEach(() => store.remove());

  it("describes every table and column of the database, and no other", () => {
    const connection = new Database(store.file, { readonly: true });
    const tables = connection
      .prepare<[], string>(
        "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite_%' ORDER BY name",
      )
      .pluck()
      .all();
    const columns = (table: string): string[] =>
      connection.prepare<[string], string>("SELECT name FROM pragma_table_info(?)").pluck().all(table);
    const real = Object.fromEntries(tables.map((table) => [table, columns(table).toSorted()]));
    connection.close();
    const page = Object.fromEntries([...described()].map(([table, names]) => [table, names.toSorted()]));
    expect(page).toEqual(real);
  });

  it("says the periods that the program keeps to", () => {
    const year = 365 * 86_400_000;
    expect(RETENTION.ended).toBe(3 * year);
    expect(PAGE).toMatch(/^\| a revoked signature, an ended place or employer +\| 3 years/m);
    expect(RETENTION.tombstone).toBe(3 * year);
    expect(PAGE).toMatch(/^\| a tombstone +\| 3 years/m);
    expect(RETENTION.audit).toBe(3 * year);
    expect(PAGE).toMatch(/^\| a line of the audit +\| 3 years/m);
    expect(RETENTION.closedPull).toBe(30 * 86_400_000);
    expect(PAGE).toMatch(/^\| a closed pull request +\| 30 days/m);
  });
});
