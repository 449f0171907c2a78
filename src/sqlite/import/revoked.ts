import type { Connection } from "../connection/connect.ts";

/** An imported signature that was revoked later, according to a file. */
const OWN = `signature.revoked_at IS NULL AND signature.evidence = 'import'
  AND r.agreement = signature.agreement AND r.host = signature.host AND r.account = signature.account
  AND r.at >= signature.signed_at`;

/** The same for an imported place with an employer. */
const PLACE = `(entity_member.until_at IS NULL OR entity_member.until_at > @now) AND entity_member.evidence = 'import'
  AND r.agreement = (SELECT agreement FROM entity WHERE id = entity_member.entity)
  AND r.host = entity_member.host AND r.account = entity_member.account AND r.at >= entity_member.from_at`;

/** An imported place with the employer that a file says it ended with. */
const LEFT = `entity_member.entity = r.entity AND entity_member.host = r.host AND entity_member.account = r.account
  AND (entity_member.until_at IS NULL OR entity_member.until_at > @now) AND entity_member.evidence = 'import'
  AND r.at >= entity_member.from_at`;

/**
 * Stores the revocations from files, also of people of whom nothing is held, because an older file may be loaded later.
 * Ends the imported signatures and places that they cover. A file can't revoke what is signed after it was read, so an
 * end that it announces counts from now on.
 * @param now milliseconds since the epoch
 * @returns how many signatures and places ended
 */
export function applyRevocations(connection: Connection, now: number): number {
  const run = (sql: string): number => connection.prepare<[{ now: number }]>(sql).run({ now }).changes;
  const any = (table: string): boolean =>
    connection.prepare(`SELECT 1 FROM staging.${table} LIMIT 1`).get() !== undefined;
  const left = any("left_place") ? endPlaces(run) : 0;
  if (!any("revoked")) return left;
  run("UPDATE staging.revoked SET at = @now WHERE at > @now");
  run(`INSERT INTO revocation (host, account, agreement, kind, at, told_at)
SELECT r.host, r.account, r.agreement, 'file', r.at, @now FROM staging.revoked AS r WHERE true
ON CONFLICT DO UPDATE SET at = excluded.at, told_at = excluded.told_at WHERE excluded.at > at`);
  let ended = left;
  for (const [table, isEnded, end] of [
    ["signature", OWN, "revoked_at = r.at, ended_by = 'file'"],
    ["entity_member", PLACE, "until_before = until_at, until_at = r.at, ended_by = 'revoke', told_at = @now"],
  ] as const) {
    run(`INSERT OR IGNORE INTO staging.touched SELECT r.agreement, r.host, r.account % 256, 1
FROM staging.revoked AS r CROSS JOIN ${table} ON ${isEnded}`);
    ended += run(`UPDATE ${table} SET ${end} FROM staging.revoked AS r WHERE ${isEnded}`);
  }
  return ended;
}

/** Stages the end of all imported places with these employers. */
export function leaveAll(connection: Connection, now: number, employers: readonly string[]): void {
  if (employers.length === 0) return;
  connection
    .prepare<[{ now: number; employers: string }]>(
      `INSERT INTO staging.left_place SELECT m.entity, m.host, m.account, @now
FROM json_each(@employers) AS ended CROSS JOIN entity_member AS m ON m.entity = ended.value
WHERE m.evidence = 'import' AND (m.until_at IS NULL OR m.until_at > @now)
ON CONFLICT DO UPDATE SET at = excluded.at`,
    )
    .run({ now, employers: JSON.stringify(employers) });
}

/**
 * Ends places with one employer each. The end stays known as an ended place, so that an older file does not give it
 * again.
 */
function endPlaces(run: (sql: string) => number): number {
  run("UPDATE staging.left_place SET at = @now WHERE at > @now");
  run(`INSERT OR IGNORE INTO staging.touched SELECT e.agreement, r.host, r.account % 256, 1
FROM staging.left_place AS r CROSS JOIN entity AS e ON e.id = r.entity CROSS JOIN entity_member ON ${LEFT}`);
  const ended =
    run(`UPDATE entity_member SET until_at = r.at, ended_by = NULL, until_before = NULL, told_at = @now
FROM staging.left_place AS r WHERE ${LEFT}`);
  run(`INSERT INTO entity_member (entity, host, account, from_at, until_at, evidence, told_at)
SELECT r.entity, r.host, r.account, r.at, r.at, 'import', @now FROM staging.left_place AS r CROSS JOIN entity AS e ON e.id = r.entity
WHERE true ON CONFLICT DO NOTHING`);
  return ended;
}
