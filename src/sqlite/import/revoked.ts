import type { Connection } from "../connection/connect.ts";

/** People with anything stored or staged under the agreement. For other people, nothing is stored. */
const KNOWN = `(EXISTS (SELECT 1 FROM signature AS held WHERE held.agreement = r.agreement AND held.host = r.host
    AND held.account = r.account)
  OR EXISTS (SELECT 1 FROM staging.kind AS kind CROSS JOIN staging.line AS line ON line.kind = kind.kind
    WHERE kind.agreement = r.agreement AND kind.host = r.host AND line.account = r.account))`;

/** An imported signature that was revoked later, according to a file. */
const ENDED = `signature.revoked_at IS NULL AND signature.evidence = 'import'
  AND r.agreement = signature.agreement AND r.host = signature.host AND r.account = signature.account
  AND r.at >= signature.signed_at`;

/**
 * Stores the revocations from files, and ends the imported signatures that they cover.
 * @returns how many signatures ended
 */
export function applyRevocations(connection: Connection): number {
  if (connection.prepare("SELECT 1 FROM staging.revoked LIMIT 1").get() === undefined) return 0;
  connection.exec(`INSERT INTO revocation (host, account, agreement, kind, at)
SELECT r.host, r.account, r.agreement, 'file', r.at FROM staging.revoked AS r WHERE ${KNOWN}
ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at;
INSERT OR IGNORE INTO staging.touched SELECT r.agreement, r.host, r.account % 256
FROM staging.revoked AS r CROSS JOIN signature ON ${ENDED}`);
  return connection
    .prepare(
      `UPDATE signature SET revoked_at = r.at, ended_by = 'file' FROM staging.revoked AS r WHERE ${ENDED}`,
    )
    .run().changes;
}
