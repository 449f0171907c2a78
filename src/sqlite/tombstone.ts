import { createHmac, randomBytes } from "node:crypto";
import type { Account } from "../account.ts";
import type { Connection } from "./connect.ts";

/** The key of this instance's tombstones; made when the database is, and never shown. */
export function tombstoneKey(connection: Connection): Buffer {
  connection
    .prepare("INSERT INTO instance (key, value) VALUES ('tombstone', ?) ON CONFLICT DO NOTHING")
    .run(randomBytes(32));
  const key = connection
    .prepare<[], Buffer>("SELECT value FROM instance WHERE key = 'tombstone'")
    .pluck()
    .get();
  if (key === undefined) throw new Error("the instance has no key for tombstones");
  return key;
}

/** What stands for an erased account: without the key it can't be told whose it is. */
export function tombstoneTag(key: Buffer, account: Account): Buffer {
  return createHmac("sha256", key).update(account).digest();
}
