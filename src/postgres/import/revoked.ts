import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { oneByOne } from "./one-by-one.ts";

/** An imported signature that was revoked later, according to a file. */
const OWN = sql`held.revoked_at IS NULL AND held.evidence = 'import' AND r.agreement = held.agreement
  AND r.host = held.host AND r.account = held.account AND r.at >= held.signed_at`;

/** The same for an imported place with an employer. */
function places(now: number): Statement {
  return sql`(held.until_at IS NULL OR held.until_at > ${now}) AND held.evidence = 'import'
  AND r.agreement = (SELECT agreement FROM entity WHERE id = held.entity)
  AND r.host = held.host AND r.account = held.account AND r.at >= held.from_at`;
}

/** An imported place with the employer that a file says it ended with. */
function left(now: number): Statement {
  return sql`held.entity = r.entity AND held.host = r.host AND held.account = r.account
  AND (held.until_at IS NULL OR held.until_at > ${now}) AND held.evidence = 'import' AND r.at >= held.from_at`;
}

/**
 * Stores the revocations from files, also of people of whom nothing is held, because an older file may be loaded later.
 * Ends the imported signatures and places that they cover. A file can't revoke what is signed after it was read, so an
 * end that it announces counts from now on.
 * @param now milliseconds since the epoch
 * @param few whether there are few staged rows against the stored signatures
 * @returns how many signatures and places ended
 */
export async function applyRevocations(connection: Connection, now: number, few: boolean): Promise<number> {
  const any = await connection.get<{ revoked: boolean; left: boolean }>(
    sql`SELECT EXISTS (SELECT 1 FROM staged_revoked) AS revoked, EXISTS (SELECT 1 FROM staged_left) AS "left"`,
  );
  const places = any?.left === true ? await endPlaces(connection, now) : 0;
  return any?.revoked === true ? places + (await revokePeople(connection, now, few)) : places;
}

async function revokePeople(connection: Connection, now: number, few: boolean): Promise<number> {
  await connection.run(sql`UPDATE staged_revoked SET at = ${now} WHERE at > ${now}`);
  await connection.run(sql`INSERT INTO revocation (host, account, agreement, kind, at, told_at)
SELECT r.host, r.account, r.agreement, 'file', r.at, ${now}::bigint FROM staged_revoked AS r
ON CONFLICT (host, account, agreement, kind) DO UPDATE SET at = excluded.at, told_at = excluded.told_at
WHERE excluded.at > revocation.at`);
  await touch(connection, sql`entity_member`, places(now));
  const own = await oneByOne(connection, few, async () => {
    await touch(connection, sql`signature`, OWN);
    return connection.run(
      sql`UPDATE signature AS held SET revoked_at = r.at, ended_by = 'file' FROM staged_revoked AS r WHERE ${OWN}`,
    );
  });
  return (
    own +
    (await connection.run(sql`UPDATE entity_member AS held
SET until_before = until_at, until_at = r.at, ended_by = 'revoke', told_at = ${now}
FROM staged_revoked AS r WHERE ${places(now)}`))
  );
}

/** Stages the end of all imported places with these employers. */
export async function leaveAll(
  connection: Connection,
  now: number,
  employers: readonly string[],
): Promise<void> {
  if (employers.length === 0) return;
  await connection.run(sql`INSERT INTO staged_left SELECT m.entity, m.host, m.account, ${now}::bigint
FROM entity_member AS m WHERE m.entity = ANY(${employers}::text[]) AND m.evidence = 'import'
  AND (m.until_at IS NULL OR m.until_at > ${now})
ON CONFLICT (entity, host, account) DO UPDATE SET at = excluded.at`);
}

/**
 * Ends places with one employer each. The end stays known as an ended place, so that an older file does not give it
 * again.
 */
async function endPlaces(connection: Connection, now: number): Promise<number> {
  await connection.run(sql`UPDATE staged_left SET at = ${now} WHERE at > ${now}`);
  await connection.run(sql`INSERT INTO staged_touched SELECT DISTINCT e.agreement, r.host, r.account % 256, true
FROM staged_left AS r JOIN entity AS e ON e.id = r.entity JOIN entity_member AS held ON ${left(now)} ON CONFLICT DO NOTHING`);
  const ended = await connection.run(sql`UPDATE entity_member AS held
SET until_at = r.at, ended_by = NULL, until_before = NULL, told_at = ${now} FROM staged_left AS r WHERE ${left(now)}`);
  await connection.run(sql`INSERT INTO entity_member (entity, host, account, from_at, until_at, evidence, told_at)
SELECT r.entity, r.host, r.account, r.at, r.at, 'import', ${now}::bigint FROM staged_left AS r JOIN entity AS e ON e.id = r.entity
ON CONFLICT DO NOTHING`);
  return ended;
}

async function touch(connection: Connection, table: Statement, isEnded: Statement): Promise<void> {
  await connection.run(sql`INSERT INTO staged_touched SELECT DISTINCT r.agreement, r.host, r.account % 256, true
FROM staged_revoked AS r JOIN ${table} AS held ON ${isEnded} ON CONFLICT DO NOTHING`);
}
