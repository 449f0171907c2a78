import { hostOf, numberOf, type Account } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import {
  amendDetails,
  requireImported,
  requireMovable,
  requireMoved,
  versionTaken,
} from "../../records/correction.ts";
import type { Evidence } from "../../records/signature.ts";
import type { Corrected, Correction } from "../../records/subject.ts";
import { appendAll } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { ownSignatures, SIGNED_AGREEMENTS, theirs } from "./held.ts";
import { LATER_REVOCATION } from "./revocation.ts";
import { sql } from "../connection/sql.ts";
import { erasedAmong } from "../erasure/tombstone.ts";
import { markAccount } from "../queue/wake.ts";

/** Corrects wrong imports; runs in the caller's transaction. */
export async function correct(
  connection: Connection,
  account: Account,
  correction: Correction,
  by: Actor,
  now: number,
): Promise<Corrected> {
  if (correction.kind === "signature") {
    const details = amendDetails(correction, await amend(connection, account, correction));
    await appendAll(connection, [{ entry: { by, act: "correct", details }, account }], now);
    return { signatures: 1, places: 0, kept: 0, marked: await markAccount(connection, account, now) };
  }
  const { to, agreement } = correction;
  requireMovable(account, to, (await erasedAmong(connection, [to])).has(to));
  const moved = await move(connection, account, to, agreement);
  requireMoved(account, moved);
  const details = { agreement, signatures: moved.signatures, places: moved.places };
  await appendAll(
    connection,
    [
      { entry: { by, act: "correct", details: { ...details, number: "was wrong" } }, account },
      { entry: { by, act: "correct", details: { ...details, number: "is right" } }, account: to },
    ],
    now,
  );
  const marked = await markAccount(connection, account, now);
  return { ...moved, marked: marked + (await markAccount(connection, to, now)) };
}

/** Moves imported signatures and places; if the right account already has the same one, that one stays. */
async function move(
  connection: Connection,
  from: Account,
  to: Account,
  agreement: string | null,
): Promise<Omit<Corrected, "marked">> {
  const mine = sql`${ownSignatures(from)} AND (${agreement}::text IS NULL OR agreement = ${agreement})`;
  const key = sql`${hostOf(to)}, ${numberOf(to)}::bigint`;
  await connection.run(sql`${SIGNED_AGREEMENTS}
INSERT INTO signature (agreement, host, account, version, signed_at, evidence, revoked_at, ended_by)
SELECT agreement, ${key}, version, signed_at, evidence, revoked_at, ended_by FROM signature
WHERE ${mine} AND evidence = 'import' ON CONFLICT DO NOTHING`);
  const signatures = await connection.run(
    sql`${SIGNED_AGREEMENTS} DELETE FROM signature WHERE ${mine} AND evidence = 'import'`,
  );
  const their = sql`${theirs(from)} AND (${agreement}::text IS NULL
  OR entity IN (SELECT id FROM entity WHERE agreement = ${agreement}))`;
  await connection.run(sql`INSERT INTO entity_member (entity, host, account, from_at, until_at, evidence, ended_by, until_before)
SELECT entity, ${key}, from_at, until_at, evidence, ended_by, until_before
FROM entity_member WHERE ${their} ON CONFLICT DO NOTHING`);
  const places = await connection.run(sql`DELETE FROM entity_member WHERE ${their}`);
  // Recorded like a revocation by a file: it blocks older files, and does not touch the right person's own signatures.
  if (signatures > 0)
    await connection.run(sql`INSERT INTO revocation (host, account, agreement, kind, at, told_at)
SELECT ${key}, agreement, 'file', max(at), max(coalesce(told_at, at)) FROM revocation
WHERE ${theirs(from)} AND (${agreement}::text IS NULL OR agreement = ${agreement}) GROUP BY agreement
${LATER_REVOCATION}`);
  const kept = await connection.get<{ kept: number }>(
    sql`${SIGNED_AGREEMENTS} SELECT count(*) AS kept FROM signature WHERE ${mine}`,
  );
  return { signatures, places, kept: kept?.kept ?? 0 };
}

/** Changes an imported signature's date or version. Returns its earlier date. */
async function amend(
  connection: Connection,
  account: Account,
  correction: Correction & { kind: "signature" },
): Promise<number> {
  const { agreement, version, signedAt, newVersion } = correction;
  const find = (version: string) =>
    connection.get<{ signedAt: number; evidence: Evidence }>(
      sql`SELECT signed_at AS "signedAt", evidence FROM signature
WHERE agreement = ${agreement} AND ${theirs(account)} AND version = ${version}`,
    );
  const known = requireImported(account, correction, await find(version));
  if (newVersion !== null && newVersion !== version && (await find(newVersion)) !== undefined)
    throw versionTaken(account, correction, newVersion);
  await connection.run(sql`UPDATE signature
SET signed_at = ${signedAt ?? known.signedAt}, version = ${newVersion ?? version}
WHERE agreement = ${agreement} AND ${theirs(account)} AND version = ${version}`);
  return known.signedAt;
}
