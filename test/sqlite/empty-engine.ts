/** One engine for many tests, emptied for each of them: opening one takes ten times as long as most of them. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import type { Engine } from "../../src/ports/engine.ts";
import { openSqlite } from "../../src/sqlite/open.ts";

interface Shared {
  readonly engine: Engine;
  readonly clock: { now: number };
  readonly clear: () => void;
}

/** What the files that run in this process share. */
let shared: Promise<Shared> | null = null;

/**
 * An engine without any data. The one that an earlier call returned is emptied, too.
 * @param now what its clock shows, in milliseconds since the epoch
 */
export async function emptyEngine(now: number): Promise<Pick<Shared, "engine" | "clock">> {
  const { engine, clock, clear } = await (shared ??= open());
  clock.now = now;
  clear();
  return { engine, clock };
}

async function open(): Promise<Shared> {
  const clock = { now: 0 };
  // The folder is removed with all others at the end of the run; see test/temporary-folder.ts.
  const file = join(mkdtempSync(join(tmpdir(), "countersign-shared-")), "countersign.db");
  const engine = await openSqlite(file, { now: () => clock.now });
  const connection = new Database(file);
  connection.pragma("foreign_keys = OFF");
  const tables = connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'migration'",
    )
    .pluck()
    .all();
  const kept = tables.flatMap((table) =>
    connection
      .prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`)
      .all()
      .map((row) => ({ table, row })),
  );
  const clear = connection.transaction(() => {
    for (const table of tables) connection.exec(`DELETE FROM ${table}`);
    for (const { table, row } of kept) {
      const columns = Object.keys(row);
      const values = columns.map((column) => `@${column}`).join(", ");
      connection.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values})`).run(row);
    }
  });
  return { engine, clock, clear };
}
