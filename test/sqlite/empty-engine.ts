/** Engines that many tests share, emptied for each of them: opening one takes ten times as long as most of them. */
import { mkdtempSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { hostOf, numberOf } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { tombstoneKey, tombstoneTag } from "../../src/sqlite/erasure/tombstone.ts";
import type { Store } from "../ports/engine-scene.ts";

/** What the files that run in this process share. */
interface Shared {
  readonly file: string;
  readonly connection: Database.Database;
  /** As many as a test has opened at once. */
  readonly engines: (Engine | null)[];
  readonly clear: () => void;
  now: () => number;
}

let shared: Promise<Shared> | null = null;

/**
 * An engine without any data. The one that an earlier call returned is emptied, too.
 * @param now what its clock shows, in milliseconds since the epoch
 */
export async function emptyEngine(now: number): Promise<{ engine: Engine; clock: { now: number } }> {
  const clock = { now };
  const store = await sharedStore(() => clock.now);
  return { engine: await store.open(), clock };
}

/** A store without any data, on the file of all others. */
export async function sharedStore(now: () => number): Promise<Store> {
  const all = await (shared ??= prepare());
  const { connection, engines } = all;
  all.now = now;
  all.clear();
  let opened = 0;
  return {
    open: async () => {
      const place = opened;
      opened += 1;
      const engine = engines[place] ?? (await openSqlite(all.file, { now: () => all.now() }));
      engines[place] = engine;
      const close = async (): Promise<void> => {
        engines[place] = null;
        await engine.close();
      };
      return { ...engine, close };
    },
    restrict: async (account) => {
      const row = "INSERT INTO subject (host, account, restricted_since) VALUES (?, ?, ?)";
      connection.prepare(row).run(hostOf(account), numberOf(account), now());
    },
    bury: async (account) => {
      const tag = tombstoneTag(tombstoneKey(connection), account);
      connection.prepare("INSERT INTO tombstone (tag, at) VALUES (?, ?)").run(tag, now());
    },
    remove: async () => {},
  };
}

async function prepare(): Promise<Shared> {
  // The folder is removed with all others at the end of the run; see test/temporary-folder.ts.
  const file = join(mkdtempSync(join(tmpdir(), "countersign-shared-")), "countersign.db");
  await (await openSqlite(file, { now: () => 0 })).close();
  const connection = new Database(file);
  connection.pragma("foreign_keys = OFF");
  const tables = connection
    .prepare<[], string>(
      "SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' AND name <> 'migration'",
    )
    .pluck()
    .all();
  const empty = tables.map((table) => connection.prepare(`DELETE FROM ${table}`));
  const fill = tables.flatMap((table) =>
    connection
      .prepare<[], Record<string, unknown>>(`SELECT * FROM ${table}`)
      .all()
      .map((row) => {
        const columns = Object.keys(row);
        const values = columns.map((column) => `@${column}`).join(", ");
        const insert = connection.prepare(`INSERT INTO ${table} (${columns.join(", ")}) VALUES (${values})`);
        return () => insert.run(row);
      }),
  );
  const clear = connection.transaction(() => {
    for (const statement of empty) statement.run();
    for (const insert of fill) insert();
  });
  return { file, connection, engines: [], clear, now: () => 0 };
}
