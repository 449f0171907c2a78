import { accountOf, type Account, type HostName } from "../../account.ts";
import type { EntityRequest } from "../../records/entity.ts";
import type { Evidence, Revocation, Signature } from "../../records/signature.ts";
import type { Held, PersonRequest, RosterPlace } from "../../records/subject.ts";
import { linesAbout } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { PLACE_END } from "./list.ts";
import { keyOf, type SubjectKey } from "../erasure/subject-key.ts";

/**
 * SQL for every agreement with signatures, without reading each signature. A person is then looked up under each
 * agreement in the table's order.
 */
export const SIGNED_AGREEMENTS = `WITH RECURSIVE signed (id) AS (
  SELECT min(agreement) FROM signature
  UNION ALL
  SELECT (SELECT min(agreement) FROM signature WHERE agreement > signed.id) FROM signed WHERE signed.id IS NOT NULL
)`;

/** SQL for the account's own rows of `signature`. */
export const OWN = "agreement IN (SELECT id FROM signed) AND host = @host AND account = @account";

/** Prepares reading everything that is stored about an account. */
export function prepareHeld(connection: Connection): (account: Account) => Held {
  const signatures = connection.prepare<
    [SubjectKey],
    {
      agreement: string;
      version: string;
      signedAt: number;
      evidence: Evidence;
      revokedAt: number | null;
      digest: string | null;
    }
  >(`${SIGNED_AGREEMENTS}
SELECT agreement, version, signed_at AS signedAt, evidence, revoked_at AS revokedAt, digest FROM signature
WHERE ${OWN} ORDER BY agreement, signed_at, version`);
  const places = connection.prepare<[SubjectKey], RosterPlace>(`SELECT m.entity, e.agreement, e.version,
  m.from_at AS "from", ${PLACE_END} AS until, m.evidence
FROM entity_member AS m JOIN entity AS e ON e.id = m.entity
WHERE m.host = @host AND m.account = @account ORDER BY m.entity`);
  const revocations = connection.prepare<[SubjectKey], Revocation>(
    "SELECT agreement, kind, at FROM revocation WHERE host = @host AND account = @account ORDER BY agreement, at, kind",
  );
  const manages = connection
    .prepare<[SubjectKey], string>(
      "SELECT entity FROM entity_manager WHERE host = @host AND account = @account ORDER BY entity",
    )
    .pluck();
  const waivers = connection.prepare<[SubjectKey], { repository: number; sha: string; at: number }>(
    "SELECT repository, sha, at FROM waiver WHERE host = @host AND maintainer = @account ORDER BY at, sha",
  );
  const requests = connection.prepare<[SubjectKey], PersonRequest>(
    "SELECT kind, agreement, at FROM request WHERE host = @host AND account = @account ORDER BY at, agreement",
  );
  const rosters = connection.prepare<[SubjectKey], Omit<EntityRequest, "account">>(
    "SELECT name, agreement, at FROM entity_request WHERE host = @host AND account = @account ORDER BY at",
  );
  const restricted = connection
    .prepare<[SubjectKey], number | null>(
      "SELECT restricted_since FROM subject WHERE host = @host AND account = @account",
    )
    .pluck();
  const sessions = connection
    .prepare<[SubjectKey], number>(
      "SELECT expires_at FROM session WHERE host = @host AND account = @account ORDER BY expires_at",
    )
    .pluck();

  return (account) => {
    const key = keyOf(account);
    const asked = rosters.all(key);
    return {
      account,
      signatures: signatures.all(key).map(({ digest, ...own }): Signature => ({
        account,
        entity: null,
        ...own,
        ...(digest === null ? {} : { digest }),
      })),
      places: places.all(key),
      revocations: revocations.all(key),
      manages: manages.all(key),
      waivers: waivers.all(key).map(({ repository, sha, at }) => ({
        repository: { host: key.host, id: repository },
        commit: sha,
        at,
      })),
      requests: requests.all(key),
      ...(asked.length === 0 ? {} : { entityRequests: asked }),
      restrictedSince: restricted.get(key) ?? null,
      sessions: sessions.all(key),
      acts: linesAbout(connection, account),
    };
  };
}

/** Prepares the list of people's requests to the operator. */
export function prepareRequests(
  connection: Connection,
): () => readonly (PersonRequest & { account: Account })[] {
  const all = connection.prepare<[], PersonRequest & { host: HostName; number: number }>(
    "SELECT host, account AS number, kind, agreement, at FROM request ORDER BY at, host, account",
  );
  return () =>
    all.all().map(({ host, number, ...request }) => ({ account: accountOf(host, number), ...request }));
}
