import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { EntityRequest } from "../../records/entity.ts";
import type { Evidence, Revocation, Signature } from "../../records/signature.ts";
import type { Held, PersonRequest, RosterPlace } from "../../records/subject.ts";
import { linesAbout } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { PLACE_END } from "./list.ts";
import { sql, type Statement } from "../connection/sql.ts";

/**
 * SQL for every agreement with signatures, without reading each signature. A person is then looked up under each
 * agreement in the table's order.
 */
export const SIGNED_AGREEMENTS = sql`WITH RECURSIVE signed (id) AS (
  SELECT min(agreement) FROM signature
  UNION ALL
  SELECT (SELECT min(agreement) FROM signature WHERE agreement > signed.id) FROM signed WHERE signed.id IS NOT NULL
)`;

/** SQL for: the row is the account's. */
export function theirs(account: Account): Statement {
  return sql`host = ${hostOf(account)} AND account = ${numberOf(account)}`;
}

/** SQL for the account's own rows of `signature`. */
export function ownSignatures(account: Account): Statement {
  return sql`agreement IN (SELECT id FROM signed) AND ${theirs(account)}`;
}

/** Reads everything that is stored about an account. */
export async function held(connection: Connection, account: Account): Promise<Held> {
  const host = hostOf(account);
  const signatures = await connection.all<{
    agreement: string;
    version: string;
    signedAt: number;
    evidence: Evidence;
    revokedAt: number | null;
    digest: string | null;
  }>(sql`${SIGNED_AGREEMENTS}
SELECT agreement, version, signed_at AS "signedAt", evidence, revoked_at AS "revokedAt", digest FROM signature
WHERE ${ownSignatures(account)} ORDER BY agreement, signed_at, version`);
  const places = await connection.all<RosterPlace>(sql`SELECT m.entity, e.agreement, e.version,
  m.from_at AS "from", ${PLACE_END} AS until, m.evidence
FROM entity_member AS m JOIN entity AS e ON e.id = m.entity
WHERE m.host = ${host} AND m.account = ${numberOf(account)} ORDER BY m.entity`);
  const revocations = await connection.all<Revocation>(
    sql`SELECT agreement, kind, at FROM revocation WHERE ${theirs(account)} ORDER BY agreement, at, kind`,
  );
  const manages = await connection.all<{ entity: string }>(
    sql`SELECT entity FROM entity_manager WHERE ${theirs(account)} ORDER BY entity`,
  );
  const waivers = await connection.all<{ repository: number; commit: string; at: number }>(
    sql`SELECT repository, sha AS commit, at FROM waiver
WHERE host = ${host} AND maintainer = ${numberOf(account)} ORDER BY at, sha`,
  );
  const requests = await connection.all<PersonRequest>(
    sql`SELECT kind, agreement, at FROM request WHERE ${theirs(account)} ORDER BY at, agreement`,
  );
  const asked = await connection.all<Omit<EntityRequest, "account">>(
    sql`SELECT name, agreement, at FROM entity_request WHERE ${theirs(account)} ORDER BY at`,
  );
  const subject = await connection.get<{ since: number | null }>(
    sql`SELECT restricted_since AS since FROM subject WHERE ${theirs(account)}`,
  );
  const sessions = await connection.all<{ end: number }>(
    sql`SELECT expires_at AS "end" FROM session WHERE ${theirs(account)} ORDER BY expires_at`,
  );
  return {
    account,
    signatures: signatures.map(({ digest, ...own }): Signature => ({
      account,
      entity: null,
      ...own,
      ...(digest === null ? {} : { digest }),
    })),
    places,
    revocations,
    manages: manages.map(({ entity }) => entity),
    waivers: waivers.map(({ repository, commit, at }) => ({
      repository: { host, id: repository },
      commit,
      at,
    })),
    requests,
    ...(asked.length === 0 ? {} : { entityRequests: asked }),
    restrictedSince: subject?.since ?? null,
    sessions: sessions.map(({ end }) => end),
    acts: await linesAbout(connection, account),
  };
}

/** SQL for people's requests to the operator, the oldest first. */
export const REQUESTS = sql`SELECT host, account AS number, kind, agreement, at FROM request ORDER BY at, host, account`;

export function requestOf({
  host,
  number,
  ...request
}: PersonRequest & { readonly host: HostName; readonly number: number }): PersonRequest & {
  readonly account: Account;
} {
  return { account: accountOf(host, number), ...request };
}
