import { sql, type Statement } from "../connection/sql.ts";
import { every, unrestricted } from "./list.ts";
import { notRevoked } from "./revocation.ts";

/** People whose signatures may not count although no row is revoked. They are few, compared with all signers. */
const ODD = sql`SELECT agreement, host, account FROM revocation
UNION
SELECT kept.agreement, s.host, s.account FROM subject AS s JOIN signature_count AS kept ON kept.host = s.host
WHERE s.restricted_since IS NOT NULL`;

/** SQL that counts what {@link every} lists, by host and agreement. Triggers count the rows of `signature`. */
export function countOf(now: number): Statement {
  return sql`SELECT host, agreement, sum(signatures)::bigint AS signatures FROM (
  SELECT host, agreement, signatures FROM signature_count
  UNION ALL
  SELECT signature.host, signature.agreement, -count(*) FROM (${ODD}) AS odd JOIN signature
    ON signature.agreement = odd.agreement AND signature.host = odd.host AND signature.account = odd.account
  WHERE signature.revoked_at IS NULL AND NOT (${notRevoked("signature")} AND ${unrestricted("signature")})
  GROUP BY signature.host, signature.agreement
  UNION ALL
  SELECT host, agreement, count(*) FROM (${every({}, now, "places")}) AS places GROUP BY host, agreement
) AS counted GROUP BY host, agreement HAVING sum(signatures) > 0 ORDER BY agreement, host`;
}
