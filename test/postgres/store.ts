import { hostOf, numberOf, type Account } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { tombstoneTag } from "../../src/postgres/erasure/tombstone.ts";
import type { Store } from "../ports/engine-scene.ts";
import type { Server } from "./server.ts";

/** A database of the server's own, which can't be given back while an engine has left a connection open. */
export async function openStore(
  server: Server,
  now: () => number,
): Promise<Store & { readonly url: string }> {
  const url = await server.borrowDatabase();
  const engines: Engine[] = [];
  return {
    url,
    open: async () => {
      const engine = await openPostgres(url, { now });
      engines.push(engine);
      return engine;
    },
    restrict: async (account: Account) => {
      await server.query(url, "INSERT INTO subject (host, account, restricted_since) VALUES ($1, $2, $3)", [
        hostOf(account),
        numberOf(account),
        now(),
      ]);
    },
    bury: async (account: Account) => {
      const [row] = await server.query<{ value: Buffer }>(
        url,
        "SELECT value FROM instance WHERE key = 'tombstone'",
      );
      if (row === undefined) throw new Error("the instance has no key for tombstones");
      const tag = tombstoneTag(row.value, account);
      await server.query(url, "INSERT INTO tombstone (tag, at) VALUES ($1, $2)", [tag, now()]);
    },
    remove: async () => {
      for (const engine of engines) await engine.close();
      await server.giveBackDatabase(url);
    },
  };
}
