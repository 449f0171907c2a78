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

/** Prepares what asks whether an account was erased. */
export function prepareIsErased(connection: Connection): (account: Account) => boolean {
  const find = connection.prepare<[Buffer]>("SELECT 1 FROM tombstone WHERE tag = ?");
  return (account) => find.get(tombstoneTag(tombstoneKey(connection), account)) !== undefined;
}

/** Prepares what keeps a tombstone for an account; a later erasure is the one that counts. */
export function prepareBury(connection: Connection): (account: Account, now: number) => void {
  const insert = connection.prepare<[Buffer, number]>(
    "INSERT INTO tombstone (tag, at) VALUES (?, ?) ON CONFLICT DO UPDATE SET at = excluded.at",
  );
  return (account, now) => void insert.run(tombstoneTag(tombstoneKey(connection), account), now);
}

/** Lifts the tombstone of somebody who signed by themself at `signedAt`, after they were erased. */
export function liftTombstone(connection: Connection, account: Account, signedAt: number): void {
  connection
    .prepare<[Buffer, number]>("DELETE FROM tombstone WHERE tag = ? AND at < ?")
    .run(tombstoneTag(tombstoneKey(connection), account), signedAt);
}
