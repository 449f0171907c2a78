import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import {
  memberOf,
  type EntityRequest,
  type KeptEmployer,
  type KeptMember,
  type RosterMember,
} from "../../records/entity.ts";
import type { Evidence } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

const EMPLOYER = sql`SELECT e.id, e.name, e.agreement, e.version, e.signed_at AS "signedAt", e.ended_at AS "endedAt"`;

interface AccountRow {
  readonly host: HostName;
  readonly account: number;
}

export function find(connection: Connection, id: string): Promise<KeptEmployer | undefined> {
  return connection.get<KeptEmployer>(sql`${EMPLOYER} FROM entity AS e WHERE e.id = ${id}`);
}

/** SQL for every employer, with its numbers of current places and of managers. */
export function counts(now: number): Statement {
  return sql`${EMPLOYER},
  (SELECT count(*) FROM entity_member AS m WHERE m.entity = e.id AND (e.ended_at IS NULL OR e.ended_at > ${now})
    AND m.from_at <= ${now} AND (m.until_at IS NULL OR m.until_at > ${now})) AS members,
  (SELECT count(*) FROM entity_manager AS m WHERE m.entity = e.id) AS managers
FROM entity AS e ORDER BY e.id`;
}

export async function members(connection: Connection, id: string): Promise<readonly RosterMember[]> {
  const rows = await connection.all<KeptMember>(sql`SELECT m.host, m.account, m.from_at AS "from",
  m.until_at AS until, m.evidence, s.restricted_since IS NOT NULL AS restricted
FROM entity_member AS m LEFT JOIN subject AS s ON s.host = m.host AND s.account = m.account
WHERE m.entity = ${id} ORDER BY m.host, m.account`);
  return rows.map(memberOf);
}

export async function managers(connection: Connection, id: string): Promise<readonly Account[]> {
  return accountsOf(
    await connection.all<AccountRow>(
      sql`SELECT host, account FROM entity_manager WHERE entity = ${id} ORDER BY host, account`,
    ),
  );
}

/** The open requests to the operator, the oldest first. */
export async function requests(connection: Connection): Promise<readonly EntityRequest[]> {
  const rows = await connection.all<AccountRow & Omit<EntityRequest, "account">>(
    sql`SELECT host, account, agreement, name, at FROM entity_request ORDER BY at, host, account`,
  );
  return rows.map(({ host, account, ...asked }) => ({ account: accountOf(host, account), ...asked }));
}

/** Those of the accounts that have or had a place. */
export async function placed(
  connection: Connection,
  id: string,
  accounts: readonly Account[],
): Promise<ReadonlySet<Account>> {
  const rows = await connection.all<AccountRow>(
    sql`SELECT host, account FROM entity_member WHERE entity = ${id} AND (host, account) IN ${listOf(accounts)}`,
  );
  return new Set(accountsOf(rows));
}

/**
 * A place added after a revocation covers only the time after it.
 * @returns the changed accounts; so do the functions below
 */
export async function join(
  connection: Connection,
  id: string,
  places: readonly { readonly account: Account; readonly from: number; readonly until: number | null }[],
  evidence: Evidence,
): Promise<readonly Account[]> {
  const accounts = places.map(({ account }) => account);
  return accountsOf(
    await connection.all<AccountRow>(sql`INSERT INTO entity_member (entity, host, account, from_at, until_at, evidence)
SELECT ${id}, t.host, t.account, greatest(t.from_at, (
    SELECT max(r.at) + 1 FROM revocation AS r JOIN entity AS e ON e.id = ${id}
    WHERE r.host = t.host AND r.account = t.account AND r.agreement = e.agreement AND r.kind <> 'withdraw')),
  t.until_at, ${evidence} FROM unnest(${accounts.map(hostOf)}::text[], ${accounts.map(numberOf)}::bigint[],
  ${places.map(({ from }) => from)}::bigint[], ${places.map(({ until }) => until)}::bigint[])
  AS t (host, account, from_at, until_at)
ON CONFLICT (entity, host, account) DO UPDATE SET
  from_at = excluded.from_at, until_at = excluded.until_at, evidence = excluded.evidence,
  ended_by = NULL, until_before = NULL
WHERE entity_member.from_at <> excluded.from_at OR entity_member.until_at IS DISTINCT FROM excluded.until_at
RETURNING host, account`),
  );
}

/** Neither undoing a revocation nor a later file restores a member who left. */
export function leaving(at: number): Statement {
  return sql`UPDATE entity_member SET until_at = CASE WHEN until_at <= ${at} THEN until_at ELSE ${at}::bigint END,
  ended_by = NULL, until_before = NULL`;
}

export async function leave(
  connection: Connection,
  id: string,
  accounts: readonly Account[],
  at: number,
): Promise<readonly Account[]> {
  return accountsOf(
    await connection.all<AccountRow>(sql`${leaving(at)}
WHERE entity = ${id} AND (host, account) IN ${listOf(accounts)}
  AND (until_at IS NULL OR until_at > ${at} OR ended_by IS NOT NULL)
RETURNING host, account`),
  );
}

export async function appoint(
  connection: Connection,
  id: string,
  accounts: readonly Account[],
): Promise<readonly Account[]> {
  return accountsOf(
    await connection.all<AccountRow>(sql`INSERT INTO entity_manager (entity, host, account)
SELECT ${id}, t.* FROM ${listOf(accounts)} AS t ON CONFLICT DO NOTHING RETURNING host, account`),
  );
}

export async function dismiss(
  connection: Connection,
  id: string,
  accounts: readonly Account[],
): Promise<readonly Account[]> {
  return accountsOf(
    await connection.all<AccountRow>(sql`DELETE FROM entity_manager
WHERE entity = ${id} AND (host, account) IN ${listOf(accounts)} RETURNING host, account`),
  );
}

function listOf(accounts: readonly Account[]): Statement {
  return sql`(SELECT * FROM unnest(${accounts.map(hostOf)}::text[], ${accounts.map(numberOf)}::bigint[]))`;
}

function accountsOf(rows: readonly AccountRow[]): readonly Account[] {
  return rows.map(({ host, account }) => accountOf(host, account));
}
