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

/**
 * Stores the revocations from files, and ends the imported signatures and places that they cover. A file can't revoke
 * what is signed after it was read, so an end that it announces counts from now on. For people without anything stored
 * or staged under the agreement, nothing is stored.
 * @param now milliseconds since the epoch
 * @param few whether there are few staged rows against the stored signatures
 * @returns how many signatures and places ended
 */
export async function applyRevocations(connection: Connection, now: number, few: boolean): Promise<number> {
  if ((await connection.get(sql`SELECT 1 FROM staged_revoked LIMIT 1`)) === undefined) return 0;
  await connection.run(sql`UPDATE staged_revoked SET at = ${now} WHERE at > ${now}`);
  // OFFSET 0 stops the planner from reading the whole table for this.
  await connection.run(sql`INSERT INTO revocation (host, account, agreement, kind, at)
SELECT r.host, r.account, r.agreement, 'file', r.at FROM staged_revoked AS r WHERE EXISTS (
    SELECT 1 FROM signature AS held WHERE held.agreement = r.agreement AND held.host = r.host
      AND held.account = r.account ${few ? sql`OFFSET 0` : sql``})
  OR EXISTS (SELECT 1 FROM entity_member AS held JOIN entity AS e ON e.id = held.entity
    WHERE e.agreement = r.agreement AND held.host = r.host AND held.account = r.account)
  OR EXISTS (SELECT 1 FROM staged_kind AS kind JOIN staged_line AS line ON line.kind = kind.kind
    WHERE kind.agreement = r.agreement AND kind.host = r.host AND line.account = r.account)
ON CONFLICT (host, account, agreement, kind) DO UPDATE SET at = excluded.at WHERE excluded.at > revocation.at`);
  await touch(connection, sql`entity_member`, places(now));
  const own = await oneByOne(connection, few, async () => {
    await touch(connection, sql`signature`, OWN);
    return connection.run(
      sql`UPDATE signature AS held SET revoked_at = r.at, ended_by = 'file' FROM staged_revoked AS r WHERE ${OWN}`,
    );
  });
  return (
    own +
    (await connection.run(sql`UPDATE entity_member AS held SET until_before = until_at, until_at = r.at, ended_by = 'revoke'
FROM staged_revoked AS r WHERE ${places(now)}`))
  );
}

async function touch(connection: Connection, table: Statement, isEnded: Statement): Promise<void> {
  await connection.run(sql`INSERT INTO staged_touched SELECT DISTINCT r.agreement, r.host, r.account % 256
FROM staged_revoked AS r JOIN ${table} AS held ON ${isEnded} ON CONFLICT DO NOTHING`);
}
