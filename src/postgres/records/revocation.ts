/** Revocations. Each belongs to a person under an agreement, not to a row. */
import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, verbatim, type Statement } from "../connection/sql.ts";
import { erasedAmong } from "../erasure/tombstone.ts";

/**
 * SQL for: no revocation of the person covers this row of `signature`. A revocation by a file ends only imported
 * signatures.
 */
export function notRevoked(table: string): Statement {
  const row = verbatim(table);
  return sql`NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = ${row}.host AND r.account = ${row}.account
  AND r.agreement = ${row}.agreement AND r.at >= ${row}.signed_at
  AND (r.kind <> 'file' OR ${row}.evidence = 'import'))`;
}

/** SQL for: no revocation of the person covers the place `m` with the employer `e`. */
export const PLACE_NOT_REVOKED = sql`NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = m.host
  AND r.account = m.account AND r.agreement = e.agreement AND r.kind = 'revoke' AND r.at >= m.from_at)`;

/** SQL with which a later revocation replaces an earlier one. */
export const LATER_REVOCATION = sql`ON CONFLICT (host, account, agreement, kind) DO UPDATE SET
  at = greatest(revocation.at, excluded.at), told_at = greatest(revocation.told_at, excluded.told_at)`;

interface AccountRow {
  readonly host: HostName;
  readonly account: number;
}

function listOf(accounts: readonly Account[]): Statement {
  return sql`(SELECT * FROM unnest(${accounts.map(hostOf)}::text[], ${accounts.map(numberOf)}::bigint[]))`;
}

function among(accounts: readonly Account[], rows: readonly AccountRow[]): readonly Account[] {
  const found = new Set(rows.map(({ host, account }) => accountOf(host, account)));
  return accounts.filter((account) => found.has(account));
}

/**
 * A revocation is also kept of somebody of whom nothing is held: an older file may be loaded later.
 * @returns the accounts that had something to revoke, and those of which a revocation is kept
 */
export async function revoke(
  connection: Connection,
  accounts: readonly Account[],
  agreement: string,
  at: number,
): Promise<{ readonly changed: readonly Account[]; readonly kept: readonly Account[] }> {
  const theirs = listOf(accounts);
  const employers = sql`(SELECT id FROM entity WHERE agreement = ${agreement})`;
  const own =
    await connection.all<AccountRow>(sql`UPDATE signature SET revoked_at = ${at}, ended_by = 'revoke'
WHERE agreement = ${agreement} AND (host, account) IN ${theirs} AND revoked_at IS NULL RETURNING host, account`);
  const places = await connection.all<AccountRow>(sql`UPDATE entity_member
SET until_before = until_at, until_at = ${at}, ended_by = 'revoke'
WHERE (host, account) IN ${theirs} AND (until_at IS NULL OR until_at > ${at}) AND entity IN ${employers}
RETURNING host, account`);
  // A signature that a replace ended would come back with a later file.
  const replaced = await connection.all<AccountRow>(sql`SELECT host, account FROM signature
WHERE agreement = ${agreement} AND (host, account) IN ${theirs} AND ended_by = 'replace'
UNION SELECT host, account FROM entity_member
WHERE (host, account) IN ${theirs} AND ended_by = 'replace' AND entity IN ${employers}`);
  const changed = among(accounts, [...own, ...places, ...replaced]);
  // No file can load an erased account.
  const erased = await erasedAmong(connection, accounts);
  const revoked = accounts.filter((account) => changed.includes(account) || !erased.has(account));
  const kept =
    await connection.all<AccountRow>(sql`INSERT INTO revocation (host, account, agreement, kind, at)
SELECT t.host, t.account, ${agreement}, 'revoke', ${at}::bigint FROM unnest(${revoked.map(hostOf)}::text[],
  ${revoked.map(numberOf)}::bigint[]) AS t (host, account) ${LATER_REVOCATION} WHERE excluded.at > revocation.at RETURNING host, account`);
  return { changed, kept: among(accounts, [...kept, ...own, ...places, ...replaced]) };
}

/**
 * An operator's revocation is lifted; where there is none, that of a file.
 * @returns the accounts that had a revocation to undo
 */
export async function undo(
  connection: Connection,
  accounts: readonly Account[],
  agreement: string,
): Promise<readonly Account[]> {
  const lifted = await connection.all<AccountRow>(sql`DELETE FROM revocation
WHERE agreement = ${agreement} AND (host, account) IN ${listOf(accounts)} AND kind = CASE WHEN EXISTS (
    SELECT 1 FROM revocation AS own WHERE own.host = revocation.host AND own.account = revocation.account
      AND own.agreement = revocation.agreement AND own.kind = 'revoke') THEN 'revoke' ELSE 'file' END
RETURNING host, account`);
  const undone = among(accounts, lifted);
  const theirs = listOf(undone);
  await connection.run(sql`UPDATE signature AS s SET revoked_at = NULL, ended_by = NULL
WHERE s.agreement = ${agreement} AND (s.host, s.account) IN ${theirs} AND s.ended_by IN ('revoke', 'file')
  AND ${notRevoked("s")}`);
  await connection.run(sql`UPDATE entity_member AS m SET until_at = until_before, until_before = NULL, ended_by = NULL
WHERE (m.host, m.account) IN ${theirs} AND m.ended_by = 'revoke'
  AND m.entity IN (SELECT id FROM entity WHERE agreement = ${agreement})
  AND NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = m.host AND r.account = m.account
    AND r.agreement = ${agreement} AND r.kind = 'file' AND m.evidence = 'import' AND r.at >= m.from_at)`);
  return undone;
}
