import { DAY, EARLIER, LATER, type Evidence } from "../../records/signature.ts";
import type { RowCounts } from "../../records/import-counts.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** SQL for the result of a staged row that must have been signed after `end` to count. */
function notAfter(end: Statement): Statement {
  return sql`WHEN line.signed_at - CASE line.doubt WHEN 0 THEN 0 ELSE ${EARLIER}::bigint END <= ${end} THEN
    CASE WHEN line.doubt > 0 AND line.signed_at + CASE line.doubt WHEN 1 THEN ${LATER}::bigint ELSE ${LATER + DAY - 1}::bigint END > ${end}
      THEN 'unclear' ELSE 'revoked' END`;
}

/** SQL for each person's last revocation. One from a file does not stop people from signing here. */
function bars(evidence: Evidence): Statement {
  return sql`(SELECT host, account, agreement, max(at) AS at FROM revocation
  WHERE kind <> 'file' OR ${evidence} = 'import' GROUP BY host, account, agreement)`;
}

/**
 * SQL for the staged rows, the existing record of each, and the result.
 * @param few whether there are few of them, so that each is looked up alone; the planner would read the whole table
 */
export function own(evidence: Evidence, few: boolean): Statement {
  return sql`SELECT k.kind, k.agreement, k.host, k.version, line.account, line.signed_at, known.signed_at AS known,
  bar.at AS barred, CASE ${notAfter(sql`bar.at`)}
    WHEN known.signed_at IS NULL THEN 'added'
    WHEN known.revoked_at IS NOT NULL THEN CASE WHEN known.ended_by = 'replace' THEN 'restored' ELSE 'added' END
    WHEN known.signed_at = line.signed_at THEN 'unchanged'
    WHEN ${evidence} = 'import' AND known.evidence <> 'import' THEN 'kept'
    ELSE 'changed' END AS outcome
FROM staged_kind AS k JOIN staged_line AS line ON line.kind = k.kind
${few ? eachKnown(evidence) : allKnown(evidence)}
WHERE k.entity IS NULL`;
}

function allKnown(evidence: Evidence): Statement {
  return sql`LEFT JOIN ${bars(evidence)} AS bar
  ON bar.host = k.host AND bar.account = line.account AND bar.agreement = k.agreement
LEFT JOIN signature AS known
  ON known.agreement = k.agreement AND known.host = k.host AND known.account = line.account AND known.version = k.version`;
}

// OFFSET 0 stops the planner from making joins of these.
function eachKnown(evidence: Evidence): Statement {
  return sql`LEFT JOIN LATERAL (SELECT max(r.at) AS at FROM revocation AS r
  WHERE r.host = k.host AND r.account = line.account AND r.agreement = k.agreement
    AND (r.kind <> 'file' OR ${evidence} = 'import') OFFSET 0) AS bar ON true
LEFT JOIN LATERAL (SELECT s.signed_at, s.revoked_at, s.ended_by, s.evidence FROM signature AS s
  WHERE s.agreement = k.agreement AND s.host = k.host AND s.account = line.account AND s.version = k.version
  OFFSET 0) AS known ON true`;
}

/** The same for roster places. A row can't restart a roster that ended. */
function places(evidence: Evidence, now: number): Statement {
  return sql`SELECT k.agreement, k.host, k.entity, line.account, line.signed_at,
  CASE WHEN e.ended_at <= ${now} THEN 'revoked' ${notAfter(sql`bar.at`)}
    WHEN known.from_at IS NULL THEN 'added'
    WHEN known.until_at <= ${now} THEN
      CASE WHEN known.ended_by = 'replace' THEN 'restored' ${notAfter(sql`known.until_at`)} ELSE 'added' END
    WHEN known.from_at = line.signed_at THEN 'unchanged'
    WHEN ${evidence} = 'import' AND known.evidence <> 'import' THEN 'kept'
    ELSE 'changed' END AS outcome
FROM staged_kind AS k JOIN staged_line AS line ON line.kind = k.kind
JOIN entity AS e ON e.id = k.entity
LEFT JOIN ${bars(evidence)} AS bar
  ON bar.host = k.host AND bar.account = line.account AND bar.agreement = k.agreement
LEFT JOIN entity_member AS known
  ON known.entity = k.entity AND known.host = k.host AND known.account = line.account
WHERE k.entity IS NOT NULL`;
}

const CHANGES = sql`outcome IN ('added', 'restored', 'changed')`;

/**
 * Applies the staged rows and stores in `staged_touched` who gained or lost what open pull requests need.
 * @param now milliseconds since the epoch
 * @param few whether there are few of them against the stored signatures
 */
export async function applyStaged(
  connection: Connection,
  evidence: Evidence,
  now: number,
  few: boolean,
): Promise<RowCounts> {
  const met = sql`(SELECT agreement, host, account, outcome, false AS place FROM (${own(evidence, few)}) AS own
  UNION ALL SELECT agreement, host, account, outcome, true FROM (${places(evidence, now)}) AS places) AS met`;
  const counts = await connection.get<RowCounts>(sql`SELECT
  count(*) FILTER (WHERE outcome = 'added') AS added,
  count(*) FILTER (WHERE outcome = 'restored') AS restored,
  count(*) FILTER (WHERE outcome = 'changed') AS changed,
  count(*) FILTER (WHERE outcome = 'unchanged') AS unchanged,
  count(*) FILTER (WHERE outcome = 'kept') AS kept,
  count(*) FILTER (WHERE outcome = 'revoked') AS revoked,
  count(*) FILTER (WHERE outcome = 'unclear') AS unclear
FROM ${met}`);
  if (counts === undefined) throw new Error("a count without GROUP BY has one row");
  if (counts.added + counts.restored + counts.changed === 0) return counts;
  // A place with a later date covers less than before.
  await connection.run(sql`INSERT INTO staged_touched
SELECT DISTINCT agreement, host, account % 256, place AND outcome = 'changed' FROM ${met} WHERE ${CHANGES} ON CONFLICT DO NOTHING`);
  // A person's own signature keeps its date and evidence, unless they withdrew it since.
  const keep = sql`signature.ended_by = 'replace' AND signature.evidence <> 'import' AND ${evidence} = 'import'
    AND NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = signature.host AND r.account = signature.account
      AND r.agreement = signature.agreement AND r.at >= signature.signed_at AND r.kind <> 'file')`;
  await connection.run(sql`INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT agreement, host, account, version, signed_at, ${evidence} FROM (${own(evidence, few)}) AS met WHERE ${CHANGES}
ON CONFLICT (agreement, host, account, version) DO UPDATE SET
  signed_at = CASE WHEN ${keep} THEN signature.signed_at ELSE excluded.signed_at END,
  evidence = CASE WHEN ${keep} THEN signature.evidence ELSE excluded.evidence END,
  digest = CASE WHEN ${keep} OR signature.signed_at = excluded.signed_at THEN signature.digest END,
  revoked_at = NULL, ended_by = NULL`);
  const keepPlace = sql`entity_member.ended_by = 'replace' AND entity_member.evidence <> 'import'
    AND ${evidence} = 'import' AND NOT EXISTS (SELECT 1 FROM revocation AS r JOIN entity AS e ON e.id = entity_member.entity
      WHERE r.host = entity_member.host AND r.account = entity_member.account AND r.agreement = e.agreement
        AND r.at >= entity_member.from_at AND r.kind = 'revoke')`;
  await connection.run(sql`INSERT INTO entity_member (entity, host, account, from_at, evidence)
SELECT entity, host, account, signed_at, ${evidence} FROM (${places(evidence, now)}) AS met WHERE ${CHANGES}
ON CONFLICT (entity, host, account) DO UPDATE SET
  from_at = CASE WHEN ${keepPlace} THEN entity_member.from_at ELSE excluded.from_at END,
  evidence = CASE WHEN ${keepPlace} THEN entity_member.evidence ELSE excluded.evidence END,
  until_at = CASE WHEN entity_member.until_at <= ${now}
    THEN CASE entity_member.ended_by WHEN 'replace' THEN entity_member.until_before END
    ELSE entity_member.until_at END,
  ended_by = NULL, until_before = NULL`);
  return counts;
}

/** Stores which text was signed, for the staged rows that tell it and are now stored. A file does not change a person's own. */
export async function keepDigests(connection: Connection, evidence: Evidence): Promise<void> {
  await connection.run(sql`UPDATE signature SET digest = d.digest
FROM staged_digest AS d JOIN staged_kind AS k ON k.kind = d.kind
WHERE k.entity IS NULL AND signature.agreement = k.agreement AND signature.host = k.host
  AND signature.account = d.account AND signature.version = k.version AND signature.signed_at = d.signed_at
  AND (signature.evidence = 'import' OR ${evidence} <> 'import')`);
}
