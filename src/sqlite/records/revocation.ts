/** Revocations. Each belongs to a person under an agreement, not to a row. */
import { hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { RevocationKind } from "../../records/signature.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareIsErased } from "../erasure/tombstone.ts";

/**
 * SQL for: no revocation of the person covers this row of `signature`. A revocation by a file ends only imported
 * signatures.
 */
export function notRevoked(table: string): string {
  return `NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = ${table}.host AND r.account = ${table}.account
  AND r.agreement = ${table}.agreement AND r.at >= ${table}.signed_at
  AND (r.kind <> 'file' OR ${table}.evidence = 'import'))`;
}

/** SQL for: no revocation of the person covers the place `m` with the employer `e`. */
export const PLACE_NOT_REVOKED = `NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = m.host
  AND r.account = m.account AND r.agreement = e.agreement AND r.kind = 'revoke' AND r.at >= m.from_at)`;

/** SQL that stores a revocation; a later one replaces an earlier one. */
export const KEEP_REVOCATION = `INSERT INTO revocation (host, account, agreement, kind, at)
VALUES (@host, @account, @agreement, @kind, @at) ON CONFLICT DO UPDATE SET at = excluded.at WHERE excluded.at > at`;

interface Key {
  readonly agreement: string;
  readonly host: HostName;
  readonly account: number;
  readonly at: number;
}

const OWN = "WHERE agreement = @agreement AND host = @host AND account = @account";
const PLACES = `WHERE host = @host AND account = @account
  AND entity IN (SELECT id FROM entity WHERE agreement = @agreement)`;

/** An operator's revocation is lifted; where there is none, that of a file. */
const LIFT = `DELETE FROM revocation ${OWN} AND kind = CASE WHEN EXISTS (
  SELECT 1 FROM revocation ${OWN} AND kind = 'revoke') THEN 'revoke' ELSE 'file' END`;

/** Null: nothing was stored or removed. "kept": a revocation of somebody who had nothing to revoke. */
type Change = (account: Account, agreement: string, at: number) => "changed" | "kept" | null;

/**
 * Prepares revoking and undoing. A revocation is also kept of somebody of whom nothing is held: an older file may be
 * loaded later.
 */
export function prepareRevocations(connection: Connection): { revoke: Change; undo: Change } {
  const endOwn = connection.prepare<[Key]>(
    `UPDATE signature SET revoked_at = @at, ended_by = 'revoke' ${OWN} AND revoked_at IS NULL`,
  );
  const endPlaces = connection.prepare<[Key]>(
    `UPDATE entity_member SET until_before = until_at, until_at = @at, ended_by = 'revoke'
${PLACES} AND (until_at IS NULL OR until_at > @at)`,
  );
  // A signature that a replace ended would come back with a later file.
  const replaced = connection.prepare<[Key]>(`SELECT 1 FROM signature ${OWN} AND ended_by = 'replace'
UNION ALL SELECT 1 FROM entity_member ${PLACES} AND ended_by = 'replace'`);
  const keep = connection.prepare<[Key & { kind: RevocationKind }]>(KEEP_REVOCATION);
  const lift = connection.prepare<[Key]>(LIFT);
  const bringBackOwn = connection.prepare<[Key]>(
    `UPDATE signature SET revoked_at = NULL, ended_by = NULL ${OWN} AND ended_by IN ('revoke', 'file')
  AND ${notRevoked("signature")}`,
  );
  const bringBackPlaces = connection.prepare<[Key]>(
    `UPDATE entity_member SET until_at = until_before, until_before = NULL, ended_by = NULL
${PLACES} AND ended_by = 'revoke' AND NOT EXISTS (SELECT 1 FROM revocation AS r WHERE r.host = @host
  AND r.account = @account AND r.agreement = @agreement AND r.kind = 'file' AND entity_member.evidence = 'import'
  AND r.at >= entity_member.from_at)`,
  );
  const isErased = prepareIsErased(connection);
  const keyOf = (account: Account, agreement: string, at: number): Key => ({
    agreement,
    host: hostOf(account),
    account: numberOf(account),
    at,
  });

  return {
    revoke: (account, agreement, at) => {
      const key = keyOf(account, agreement, at);
      const ended = endOwn.run(key).changes + endPlaces.run(key).changes > 0;
      const had = ended || replaced.get(key) !== undefined;
      // No file can load an erased account.
      if (!had && isErased(account)) return null;
      const { changes } = keep.run({ ...key, kind: "revoke" });
      return had ? "changed" : changes > 0 ? "kept" : null;
    },
    undo: (account, agreement, at) => {
      const key = keyOf(account, agreement, at);
      if (lift.run(key).changes === 0) return null;
      bringBackOwn.run(key);
      bringBackPlaces.run(key);
      return "changed";
    },
  };
}
