import { createHmac, randomBytes } from "node:crypto";
import type { Account } from "../account.ts";
import type { Connection } from "./connect.ts";
import { sql } from "./sql.ts";

type Asker = Pick<Connection, "get" | "run" | "all">;

/** The key of this instance's tombstones; made when the database is, and never shown. */
export async function tombstoneKey(connection: Asker): Promise<Buffer> {
  await connection.run(
    sql`INSERT INTO instance (key, value) VALUES ('tombstone', ${randomBytes(32)}) ON CONFLICT DO NOTHING`,
  );
  const row = await connection.get<{ value: Buffer }>(
    sql`SELECT value FROM instance WHERE key = 'tombstone'`,
  );
  if (row === undefined) throw new Error("the instance has no key for tombstones");
  return row.value;
}

/** What stands for an erased account: without the key it can't be told whose it is. */
export function tombstoneTag(key: Buffer, account: Account): Buffer {
  return createHmac("sha256", key).update(account).digest();
}

/** Those of the accounts that were erased. */
export async function erasedAmong(
  connection: Connection,
  accounts: readonly Account[],
): Promise<ReadonlySet<Account>> {
  const key = await tombstoneKey(connection);
  const tags = new Map(
    accounts.map((account) => [tombstoneTag(key, account).toString("hex"), account] as const),
  );
  const found = await connection.all<{ tag: string }>(sql`SELECT encode(tag, 'hex') AS tag FROM tombstone
WHERE tag IN (SELECT decode(tag, 'hex') FROM unnest(${[...tags.keys()]}::text[]) AS t (tag))`);
  return new Set(found.flatMap(({ tag }) => tags.get(tag) ?? []));
}

/** Keeps a tombstone for an account; a later erasure is the one that counts. */
export async function bury(connection: Asker, account: Account, now: number): Promise<void> {
  const tag = tombstoneTag(await tombstoneKey(connection), account);
  await connection.run(
    sql`INSERT INTO tombstone (tag, at) VALUES (${tag}, ${now}) ON CONFLICT (tag) DO UPDATE SET at = excluded.at`,
  );
}

/** Lifts the tombstone of somebody who signed by themself at `signedAt`, after they were erased. */
export async function liftTombstone(
  connection: Connection,
  account: Account,
  signedAt: number,
): Promise<void> {
  const tag = tombstoneTag(await tombstoneKey(connection), account);
  await connection.run(sql`DELETE FROM tombstone WHERE tag = ${tag} AND at < ${signedAt}`);
}

/** The block of SHA-256, in bytes. */
const BLOCK = 64;

/**
 * Takes the rows of erased accounts out of the staging and says how many there were. PostgreSQL itself makes their
 * tags, by HMAC's definition (RFC 2104), so that the rows need not come back here.
 */
export async function leaveErasedOut(connection: Connection): Promise<number> {
  const any = await connection.get(sql`SELECT 1 FROM tombstone LIMIT 1`);
  if (any === undefined) return 0;
  const key = Buffer.concat([await tombstoneKey(connection)], BLOCK);
  const inner = key.map((byte) => byte ^ 0x36);
  const outer = key.map((byte) => byte ^ 0x5c);
  return connection.run(sql`DELETE FROM staged_line AS line USING staged_kind AS k, tombstone AS t
WHERE k.kind = line.kind AND t.tag = sha256(${Buffer.from(outer)}::bytea
  || sha256(${Buffer.from(inner)}::bytea || convert_to(k.host || ':' || line.account, 'UTF8')))`);
}
