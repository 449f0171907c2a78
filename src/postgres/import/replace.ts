import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** Restricted accounts are not changed. */
const UNRESTRICTED = sql`NOT EXISTS (SELECT 1 FROM subject AS s
  WHERE s.host = held.host AND s.account = held.account AND s.restricted_since IS NOT NULL)`;

function ownMissing(agreement: string): Statement {
  return sql`held.agreement = ${agreement} AND held.revoked_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM staged_kind AS kind JOIN staged_line AS line ON line.kind = kind.kind
  WHERE kind.agreement = held.agreement AND kind.host = held.host AND kind.version = held.version
    AND kind.entity IS NULL AND line.account = held.account)`;
}

function placesMissing(agreement: string, now: number): Statement {
  return sql`held.entity IN (SELECT id FROM entity WHERE agreement = ${agreement})
  AND (held.until_at IS NULL OR held.until_at > ${now}) AND ${UNRESTRICTED} AND NOT EXISTS (
  SELECT 1 FROM staged_kind AS kind JOIN staged_line AS line ON line.kind = kind.kind
  WHERE kind.host = held.host AND kind.entity = held.entity AND line.account = held.account)`;
}

/** How many signatures and places of the agreement count. */
export async function countHeld(connection: Connection, agreement: string, now: number): Promise<number> {
  const row = await connection.get<{ held: number }>(sql`SELECT coalesce((
  SELECT sum(signatures) FROM signature_count WHERE agreement = ${agreement}), 0)::bigint + (
  SELECT count(*) FROM entity_member AS held WHERE held.entity IN (SELECT id FROM entity WHERE agreement = ${agreement})
    AND (held.until_at IS NULL OR held.until_at > ${now})) AS held`);
  return row?.held ?? 0;
}

/** Stores in `staged_missing` the signatures of an agreement that no staged row names. It reads the whole agreement. */
export async function noteMissing(connection: Connection, agreement: string): Promise<void> {
  await connection.run(sql`INSERT INTO staged_missing SELECT held.host, held.account, held.version, held.signed_at
FROM signature AS held WHERE ${ownMissing(agreement)}`);
  await connection.exec("ANALYZE staged_missing");
}

/**
 * Ends the signatures of {@link noteMissing} that were not changed since, and the roster places of an agreement that no
 * staged row names, and stores their buckets in `staged_touched`.
 * @returns how many
 */
export async function endWhatIsMissing(
  connection: Connection,
  agreement: string,
  now: number,
): Promise<number> {
  const signatures = await endAndTouch(
    connection,
    agreement,
    sql`UPDATE signature AS held SET revoked_at = ${now}, ended_by = 'replace' FROM staged_missing AS missing
WHERE held.agreement = ${agreement} AND held.host = missing.host AND held.account = missing.account
  AND held.version = missing.version AND held.signed_at = missing.signed_at AND held.revoked_at IS NULL
  AND ${UNRESTRICTED}`,
  );
  const places = await endAndTouch(
    connection,
    agreement,
    sql`UPDATE entity_member AS held SET until_before = until_at, until_at = ${now}, ended_by = 'replace'
WHERE ${placesMissing(agreement, now)}`,
  );
  return signatures + places;
}

async function endAndTouch(connection: Connection, agreement: string, update: Statement): Promise<number> {
  const row = await connection.get<{ ended: number }>(sql`WITH ended AS (
  ${update} RETURNING held.host, held.account
), touched AS (
  INSERT INTO staged_touched SELECT DISTINCT ${agreement}, host, account % 256, true FROM ended ON CONFLICT DO NOTHING
)
SELECT count(*) AS ended FROM ended`);
  return row?.ended ?? 0;
}
