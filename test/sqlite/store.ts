import { copyFile, mkdir, mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { hostOf, numberOf, type Account } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { tombstoneKey, tombstoneTag } from "../../src/sqlite/erasure/tombstone.ts";
import type { Store } from "../ports/engine-scene.ts";

/** A database with all its tables, which stores are copied from. */
let template: Promise<string> | null = null;

async function makeTemplate(): Promise<string> {
  const file = join(await mkdtemp(join(tmpdir(), "countersign-template-")), "countersign.db");
  await (await openSqlite(file, { now: () => 0 })).close();
  return file;
}

/** Like {@link openStore}, with a file that has its tables already, which opens in half the time. */
export async function openReadyStore(now: () => number): ReturnType<typeof openStore> {
  const store = await openStore(now);
  await mkdir(dirname(store.file), { recursive: true });
  await copyFile(await (template ??= makeTemplate()), store.file);
  return store;
}

/** A database file in a folder of its own. */
export async function openStore(
  now: () => number,
): Promise<Store & { readonly file: string; readonly serve: () => Promise<Engine> }> {
  const folder = await mkdtemp(join(tmpdir(), "countersign-"));
  const file = join(folder, "data", "countersign.db");
  const engines: Engine[] = [];

  function change(work: (connection: Database.Database) => void): void {
    const connection = new Database(file);
    work(connection);
    connection.close();
  }

  async function open(serving: boolean): Promise<Engine> {
    const engine = await openSqlite(file, { now, serving });
    engines.push(engine);
    return engine;
  }

  return {
    file,
    open: () => open(false),
    serve: () => open(true),
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
