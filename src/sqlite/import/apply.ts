import type { Evidence } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import type { Kind } from "../../records/row-kind.ts";

export interface Counts {
  readonly added: number;
  readonly changed: number;
  readonly unchanged: number;
  readonly revoked: number;
}

type Parameters = Omit<Kind, "entity"> & { readonly entity: string; evidence: Evidence; now: number };

/** What a staged row meets: the date that is `known`, and when that `ended`; both null where nothing is known. */
interface Target {
  readonly met: string;
  readonly write: string;
}

const OWN: Target = {
  met: `SELECT line.account, line.signed_at, known.signed_at AS known, known.revoked_at AS ended
FROM staging.line AS line LEFT JOIN signature AS known
  ON known.agreement = @agreement AND known.host = @host AND known.account = line.account AND known.version = @version
WHERE line.kind = @kind`,
  write: `INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT @agreement, @host, account, @version, signed_at, @evidence FROM staging.line WHERE kind = @kind
ON CONFLICT DO UPDATE SET signed_at = excluded.signed_at, evidence = excluded.evidence, revoked_at = NULL
WHERE CASE WHEN revoked_at IS NULL THEN signed_at <> excluded.signed_at ELSE excluded.signed_at > revoked_at END`,
};

// A row can't bring a whole roster back: where the employer's agreement ended, so did every place.
const PLACE: Target = {
  met: `SELECT line.account, line.signed_at, CASE WHEN entity.ended_at <= @now THEN coalesce(known.from_at, 0) ELSE known.from_at END AS known,
  CASE WHEN entity.ended_at <= @now THEN 9e15 WHEN known.until_at <= @now THEN known.until_at END AS ended
FROM staging.line AS line JOIN entity ON entity.id = @entity LEFT JOIN entity_member AS known
  ON known.entity = @entity AND known.host = @host AND known.account = line.account
WHERE line.kind = @kind`,
  write: `INSERT INTO entity_member (entity, host, account, from_at, evidence)
SELECT @entity, @host, account, line.signed_at, @evidence FROM staging.line AS line JOIN entity ON entity.id = @entity
WHERE kind = @kind AND (entity.ended_at IS NULL OR entity.ended_at > @now)
ON CONFLICT DO UPDATE SET from_at = excluded.from_at, evidence = excluded.evidence,
  until_at = CASE WHEN until_at <= @now THEN NULL ELSE until_at END
WHERE CASE WHEN until_at <= @now THEN excluded.from_at > until_at ELSE from_at <> excluded.from_at END`,
};

/**
 * Applies the staged rows of one kind and keeps in `staging.touched` in which buckets something changed for open
 * pull requests.
 */
export function applyKind(
  connection: Connection,
  { entity, ...kind }: Kind,
  evidence: Evidence,
  now: number,
): Counts {
  const target = entity === null ? OWN : PLACE;
  const parameters = { ...kind, entity: entity ?? "", evidence, now };
  const counts = connection
    .prepare<[Parameters], Counts>(
      `SELECT
  count(*) FILTER (WHERE known IS NULL OR signed_at > ended) AS added,
  count(*) FILTER (WHERE ended IS NULL AND known <> signed_at) AS changed,
  count(*) FILTER (WHERE ended IS NULL AND known = signed_at) AS unchanged,
  count(*) FILTER (WHERE signed_at <= ended) AS revoked
FROM (${target.met})`,
    )
    .get(parameters);
  if (counts === undefined) throw new Error("a count without GROUP BY has one row");
  if (counts.added + counts.changed === 0) return counts;
  if (anyOpen(connection, parameters))
    connection
      .prepare<[Parameters]>(
        `INSERT OR IGNORE INTO staging.touched SELECT DISTINCT @agreement, @host, account % 256
FROM (${target.met}) WHERE known IS NULL OR (ended IS NULL AND known <> signed_at) OR signed_at > ended`,
      )
      .run(parameters);
  connection.prepare<[Parameters]>(target.write).run(parameters);
  return counts;
}

/** Most often no pull request waits, and then it need not be known whom it could wait for. */
function anyOpen(connection: Connection, parameters: Parameters): boolean {
  return (
    connection
      .prepare<[Parameters]>(
        "SELECT 1 FROM pull WHERE agreement = @agreement AND host = @host AND closed_at IS NULL",
      )
      .get(parameters) !== undefined
  );
}
