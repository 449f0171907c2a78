import { createHmac, randomBytes } from "node:crypto";
import { accountOf, type Account, type HostName } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, verbatim, type Statement } from "../connection/sql.ts";

type Asker = Pick<Connection, "get" | "run" | "all">;

/** The key of this instance's tombstones; created with the database, never shown. */
export async function tombstoneKey(connection: Asker): Promise<Buffer> {
  const find = () =>
    connection.get<{ value: Buffer }>(sql`SELECT value FROM instance WHERE key = 'tombstone'`);
  let row = await find();
  if (row === undefined) {
    await connection.run(
      sql`INSERT INTO instance (key, value) VALUES ('tombstone', ${randomBytes(32)}) ON CONFLICT DO NOTHING`,
    );
    row = await find();
  }
  if (row === undefined) throw new Error("the instance has no key for tombstones");
  return row.value;
}

/** The tag of an erased account. Without the key, it does not identify the account. */
export function tombstoneTag(key: Buffer, account: Account): Buffer {
  return createHmac("sha256", key).update(account).digest();
}

/** The given accounts that were erased. */
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

/** Stores a tombstone for an account; the latest erasure counts. */
export async function bury(connection: Asker, account: Account, now: number): Promise<void> {
  const tag = tombstoneTag(await tombstoneKey(connection), account);
  await connection.run(
    sql`INSERT INTO tombstone (tag, at) VALUES (${tag}, ${now}) ON CONFLICT (tag) DO UPDATE SET at = excluded.at`,
  );
}

/** Removes the tombstone of a person who signed at `signedAt`, after the erasure. */
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

/** SQL for the tag of an account. PostgreSQL computes the HMAC (RFC 2104), so that rows are not transferred. */
async function tagIn(connection: Connection, account: Statement): Promise<Statement> {
  const key = Buffer.concat([await tombstoneKey(connection)], BLOCK);
  const inner = Buffer.from(key.map((byte) => byte ^ 0x36));
  const outer = Buffer.from(key.map((byte) => byte ^ 0x5c));
  return sql`sha256(${outer}::bytea || sha256(${inner}::bytea || convert_to(${account}, 'UTF8')))`;
}

async function anyBuried(connection: Connection): Promise<boolean> {
  return (await connection.get(sql`SELECT 1 FROM tombstone LIMIT 1`)) !== undefined;
}

/** Removes the staged rows of erased accounts and returns their number. */
export async function leaveErasedOut(connection: Connection): Promise<number> {
  if (!(await anyBuried(connection))) return 0;
  const tag = await tagIn(connection, sql`k.host || ':' || line.account`);
  const revoked = await tagIn(connection, sql`r.host || ':' || r.account`);
  for (const table of ["staged_revoked", "staged_left"])
    await connection.run(
      sql`DELETE FROM ${verbatim(table)} AS r USING tombstone AS t WHERE t.tag = ${revoked}`,
    );
  return connection.run(sql`DELETE FROM staged_line AS line USING staged_kind AS k, tombstone AS t
WHERE k.kind = line.kind AND t.tag = ${tag}`);
}

/**
 * Erased accounts with data, which an older copy of the database restored, or which signed again this moment: a person's
 * own action after an erasure removes the tombstone. It reads every row, so nothing may wait for it.
 */
export async function broughtBack(connection: Connection): Promise<readonly Account[]> {
  if (!(await anyBuried(connection))) return [];
  const tag = await tagIn(connection, sql`held.host || ':' || held.account`);
  const rows = await connection.all<{
    host: HostName;
    account: number;
  }>(sql`SELECT DISTINCT held.host, held.account FROM (
  SELECT host, account FROM signature UNION ALL SELECT host, account FROM entity_member
  UNION ALL SELECT host, account FROM entity_manager UNION ALL SELECT host, account FROM revocation) AS held
JOIN tombstone AS t ON t.tag = ${tag}
ORDER BY held.host, held.account`);
  return rows.map(({ host, account }) => accountOf(host, account));
}
