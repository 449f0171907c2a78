import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";

/** An imported signature that was revoked later, according to a file. */
const ENDED = sql`s.revoked_at IS NULL AND s.evidence = 'import' AND r.agreement = s.agreement AND r.host = s.host
  AND r.account = s.account AND r.at >= s.signed_at`;

/**
 * Stores the revocations from files, and ends the imported signatures that they cover. For people without anything
 * stored or staged under the agreement, nothing is stored.
 * @returns how many signatures ended
 */
export async function applyRevocations(connection: Connection): Promise<number> {
  if ((await connection.get(sql`SELECT 1 FROM staged_revoked LIMIT 1`)) === undefined) return 0;
  await connection.run(sql`INSERT INTO revocation (host, account, agreement, kind, at)
SELECT r.host, r.account, r.agreement, 'file', r.at FROM staged_revoked AS r WHERE EXISTS (
    SELECT 1 FROM signature AS held WHERE held.agreement = r.agreement AND held.host = r.host
      AND held.account = r.account)
  OR EXISTS (SELECT 1 FROM staged_kind AS kind JOIN staged_line AS line ON line.kind = kind.kind
    WHERE kind.agreement = r.agreement AND kind.host = r.host AND line.account = r.account)
ON CONFLICT (host, account, agreement, kind) DO UPDATE SET at = excluded.at WHERE excluded.at > revocation.at`);
  await connection.run(sql`INSERT INTO staged_touched SELECT DISTINCT r.agreement, r.host, r.account % 256
FROM staged_revoked AS r JOIN signature AS s ON ${ENDED} ON CONFLICT DO NOTHING`);
  return connection.run(
    sql`UPDATE signature AS s SET revoked_at = r.at, ended_by = 'file' FROM staged_revoked AS r WHERE ${ENDED}`,
  );
}
