import type { Evidence } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly revoked: number;
}

/** Later than every date. */
const NEVER_AGAIN = sql`9007199254740991`;

/**
 * SQL for the staged rows and what each meets: the date that is `known`, and when that `ended`; both null where
 * nothing is known.
 */
const OWN = sql`SELECT k.agreement, k.host, k.version, k.entity, line.account, line.signed_at,
  known.signed_at AS known, known.revoked_at AS ended
FROM staged_kind AS k JOIN staged_line AS line ON line.kind = k.kind
LEFT JOIN signature AS known
  ON known.agreement = k.agreement AND known.host = k.host AND known.account = line.account AND known.version = k.version
WHERE k.entity IS NULL`;

/** A row can't bring a whole roster back: where the employer's agreement ended, so did every place. */
function placesMet(now: number): Statement {
  return sql`SELECT k.agreement, k.host, k.version, k.entity, line.account, line.signed_at,
  CASE WHEN e.ended_at <= ${now} THEN coalesce(known.from_at, 0) ELSE known.from_at END AS known,
  CASE WHEN e.ended_at <= ${now} THEN ${NEVER_AGAIN} WHEN known.until_at <= ${now} THEN known.until_at END AS ended
FROM staged_kind AS k JOIN staged_line AS line ON line.kind = k.kind
JOIN entity AS e ON e.id = k.entity
LEFT JOIN entity_member AS known
  ON known.entity = k.entity AND known.host = k.host AND known.account = line.account
WHERE k.entity IS NOT NULL`;
}

const CHANGES = sql`known IS NULL OR (ended IS NULL AND known <> signed_at) OR signed_at > ended`;

/**
 * Applies the staged rows and keeps in `staged_touched` in which buckets something changed.
 * @param now milliseconds since the epoch
 */
export async function applyStaged(connection: Connection, evidence: Evidence, now: number): Promise<Counts> {
  const met = sql`(${OWN} UNION ALL ${placesMet(now)}) AS met`;
  const counts = await connection.get<Counts>(sql`SELECT
  count(*) FILTER (WHERE known IS NULL OR signed_at > ended) AS added,
  count(*) FILTER (WHERE ended IS NULL AND known <> signed_at) AS changed,
  count(*) FILTER (WHERE ended IS NULL AND known = signed_at) AS unchanged,
  count(*) FILTER (WHERE signed_at <= ended) AS revoked
FROM ${met}`);
  if (counts === undefined) throw new Error("a count without GROUP BY has one row");
  if (counts.added + counts.changed === 0) return counts;
  await connection.run(sql`INSERT INTO staged_touched
SELECT DISTINCT agreement, host, account % 256 FROM ${met} WHERE ${CHANGES}`);
  await connection.run(sql`INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT agreement, host, account, version, signed_at, ${evidence} FROM (${OWN}) AS met WHERE ${CHANGES}
ON CONFLICT (agreement, host, account, version) DO UPDATE SET
  signed_at = excluded.signed_at, evidence = excluded.evidence, revoked_at = NULL`);
  await connection.run(sql`INSERT INTO entity_member (entity, host, account, from_at, evidence)
SELECT entity, host, account, signed_at, ${evidence} FROM (${placesMet(now)}) AS met WHERE ${CHANGES}
ON CONFLICT (entity, host, account) DO UPDATE SET from_at = excluded.from_at, evidence = excluded.evidence,
  until_at = CASE WHEN entity_member.until_at <= ${now} THEN NULL ELSE entity_member.until_at END`);
  return counts;
}
