import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Database from "better-sqlite3";
import { hostOf, numberOf, type Account } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { tombstoneKey, tombstoneTag } from "../../src/sqlite/erasure/tombstone.ts";
import type { Store } from "../ports/engine-scene.ts";

/** A database file in a folder of its own. */
export async function openStore(now: () => number): Promise<Store & { readonly file: string }> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-"));
  const file = join(folder, "data", "countersign.db");
  const engines: Engine[] = [];

  function change(work: (connection: Database.Database) => void): void {
    const connection = new Database(file);
    work(connection);
    connection.close();
  }

  return {
    file,
    open: async () => {
      const engine = await openSqlite(file, { now });
      engines.push(engine);
      return engine;
    },
    restrict: async (account: Account) =>
      change((connection) => {
        connection
          .prepare("INSERT INTO subject (host, account, restricted_since) VALUES (?, ?, ?)")
          .run(hostOf(account), numberOf(account), now());
      }),
    bury: async (account: Account) =>
      change((connection) => {
        const tag = tombstoneTag(tombstoneKey(connection), account);
        connection.prepare("INSERT INTO tombstone (tag, at) VALUES (?, ?)").run(tag, now());
      }),
    remove: async () => {
      for (const engine of engines) await engine.close();
      await rm(folder, { recursive: true });
    },
  };
}
