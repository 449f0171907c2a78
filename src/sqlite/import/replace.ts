import type { Connection } from "../connection/connect.ts";

interface Parameters {
  readonly agreement: string;
  readonly now: number;
}

/** Restricted accounts are not changed. */
const UNRESTRICTED = `NOT EXISTS (SELECT 1 FROM subject AS s
  WHERE s.host = held.host AND s.account = held.account AND s.restricted_since IS NOT NULL)`;

// CROSS JOIN, because the few kinds must come first: the planner knows no sizes here, and would scan all lines for each
// signature.
const OWN = `held.agreement = @agreement AND held.revoked_at IS NULL AND NOT EXISTS (
  SELECT 1 FROM staging.kind AS kind CROSS JOIN staging.line AS line ON line.kind = kind.kind
  WHERE kind.agreement = held.agreement AND kind.host = held.host AND kind.version = held.version
    AND kind.entity IS NULL AND line.account = held.account)`;

const PLACE = `held.entity IN (SELECT id FROM entity WHERE agreement = @agreement)
  AND (held.until_at IS NULL OR held.until_at > @now) AND ${UNRESTRICTED} AND NOT EXISTS (
  SELECT 1 FROM staging.kind AS kind CROSS JOIN staging.line AS line ON line.kind = kind.kind
  WHERE kind.host = held.host AND kind.entity = held.entity AND line.account = held.account)`;

/** How many signatures and places of the agreement count. */
export function countHeld(connection: Connection, agreement: string, now: number): number {
  const held = connection
    .prepare<[Parameters], number>(
      `SELECT coalesce((SELECT sum(signatures) FROM signature_count WHERE agreement = @agreement), 0)
  + (SELECT count(*) FROM entity_member AS held WHERE held.entity IN (SELECT id FROM entity WHERE agreement = @agreement)
    AND (held.until_at IS NULL OR held.until_at > @now))`,
    )
    .pluck()
    .get({ agreement, now });
  return held ?? 0;
}

/** Stores in `staging.missing` the signatures of an agreement that no staged row names. It reads the whole agreement. */
export function noteMissing(connection: Connection, agreement: string): void {
  connection
    .prepare<[{ agreement: string }]>(
      `INSERT INTO staging.missing SELECT held.host, held.account, held.version, held.signed_at
FROM signature AS held WHERE ${OWN}`,
    )
    .run({ agreement });
}

/** SQL for a noted signature that was not changed since. */
const NOTED = `held.agreement = @agreement AND held.host = missing.host AND held.account = missing.account
  AND held.version = missing.version AND held.signed_at = missing.signed_at AND held.revoked_at IS NULL
  AND ${UNRESTRICTED}`;

/**
 * Ends the signatures of {@link noteMissing}, and the roster places of an agreement that no staged row names, and stores
 * their buckets in `staging.touched`.
 * @returns how many
 */
export function endWhatIsMissing(connection: Connection, agreement: string, now: number): number {
  const parameters = { agreement, now };
  let ended = 0;
  for (const [from, update] of [
    [
      `staging.missing AS missing CROSS JOIN signature AS held ON ${NOTED}`,
      `signature AS held SET revoked_at = @now, ended_by = 'replace' FROM staging.missing AS missing WHERE ${NOTED}`,
    ],
    [
      `entity_member AS held WHERE ${PLACE}`,
      `entity_member AS held SET until_before = until_at, until_at = @now, ended_by = 'replace' WHERE ${PLACE}`,
    ],
  ] as const) {
    connection
      .prepare<[Parameters]>(
        `INSERT OR IGNORE INTO staging.touched SELECT DISTINCT @agreement, held.host, held.account % 256, 1 FROM ${from}`,
      )
      .run(parameters);
    ended += connection.prepare<[Parameters]>(`UPDATE ${update}`).run(parameters).changes;
  }
  return ended;
}
