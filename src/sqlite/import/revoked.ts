import type { Connection } from "../connection/connect.ts";

/** People with anything stored or staged under the agreement. For other people, nothing is stored. */
const KNOWN = `(EXISTS (SELECT 1 FROM signature AS held WHERE held.agreement = r.agreement AND held.host = r.host
    AND held.account = r.account)
  OR EXISTS (SELECT 1 FROM entity_member AS held JOIN entity AS e ON e.id = held.entity
    WHERE e.agreement = r.agreement AND held.host = r.host AND held.account = r.account)
  OR EXISTS (SELECT 1 FROM staging.kind AS kind CROSS JOIN staging.line AS line ON line.kind = kind.kind
    WHERE kind.agreement = r.agreement AND kind.host = r.host AND line.account = r.account))`;

/** An imported signature that was revoked later, according to a file. */
const OWN = `signature.revoked_at IS NULL AND signature.evidence = 'import'
  AND r.agreement = signature.agreement AND r.host = signature.host AND r.account = signature.account
  AND r.at >= signature.signed_at`;

/** The same for an imported place with an employer. */
const PLACE = `(entity_member.until_at IS NULL OR entity_member.until_at > @now) AND entity_member.evidence = 'import'
  AND r.agreement = (SELECT agreement FROM entity WHERE id = entity_member.entity)
  AND r.host = entity_member.host AND r.account = entity_member.account AND r.at >= entity_member.from_at`;

/**
 * Stores the revocations from files, and ends the imported signatures and places that they cover. A file can't revoke
 * what is signed after it was read, so an end that it announces counts from now on.
 * @param now milliseconds since the epoch
 * @returns how many signatures and places ended
 */
export function applyRevocations(connection: Connection, now: number): number {
  if (connection.prepare("SELECT 1 FROM staging.revoked LIMIT 1").get() === undefined) return 0;
  const run = (sql: string): number => connection.prepare<[{ now: number }]>(sql).run({ now }).changes;
  run("UPDATE staging.revoked SET at = @now WHERE at > @now");
  run(`INSERT INTO revocation (host, account, agreement, kind, at)
SELECT r.host, r.account, r.agreement, 'file', r.at FROM staging.revoked AS r WHERE ${KNOWN}
ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at`);
  let ended = 0;
  for (const [table, isEnded, end] of [
    ["signature", OWN, "revoked_at = r.at, ended_by = 'file'"],
    ["entity_member", PLACE, "until_before = until_at, until_at = r.at, ended_by = 'revoke'"],
  ] as const) {
    run(`INSERT OR IGNORE INTO staging.touched SELECT r.agreement, r.host, r.account % 256
FROM staging.revoked AS r CROSS JOIN ${table} ON ${isEnded}`);
    ended += run(`UPDATE ${table} SET ${end} FROM staging.revoked AS r WHERE ${isEnded}`);
  }
  return ended;
}
