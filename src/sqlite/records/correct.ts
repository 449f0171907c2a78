import type { Account } from "../../account.ts";
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
import type { AppendAudit } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { OWN, SIGNED_AGREEMENTS } from "./held.ts";
import { keyOf, type SubjectKey } from "../erasure/subject-key.ts";
import { prepareIsErased } from "../erasure/tombstone.ts";
import { prepareMarkAccount } from "../queue/wake.ts";

type Correct = (account: Account, correction: Correction, by: Actor, now: number) => Corrected;

/** Prepares the correction of wrong imports; runs in the caller's transaction. */
export function prepareCorrect(connection: Connection, append: AppendAudit): Correct {
  const move = prepareMove(connection);
  const amend = prepareAmend(connection);
  const isErased = prepareIsErased(connection);
  const mark = prepareMarkAccount(connection);

  return (account, correction, by, now) => {
    if (correction.kind === "signature") {
      const details = amendDetails(correction, amend(account, correction));
      append({ by, act: "correct", details }, account, now);
      return { signatures: 1, places: 0, kept: 0, marked: mark(account, now) };
    }
    const { to, agreement } = correction;
    requireMovable(account, to, isErased(to));
    const moved = move(account, to, agreement);
    requireMoved(account, moved);
    const details = { agreement, signatures: moved.signatures, places: moved.places };
    append({ by, act: "correct", details: { ...details, number: "was wrong" } }, account, now);
    append({ by, act: "correct", details: { ...details, number: "is right" } }, to, now);
    return { ...moved, marked: mark(account, now) + mark(to, now) };
  };
}

type Move = {
  readonly from: SubjectKey["account"];
  readonly fromHost: SubjectKey["host"];
  readonly agreement: string | null;
} & SubjectKey;

/** Moves imported signatures and places; if the right account already has the same one, that one stays. */
function prepareMove(
  connection: Connection,
): (from: Account, to: Account, agreement: string | null) => Omit<Corrected, "marked"> {
  const MINE = `${OWN.replaceAll("@host", "@fromHost").replaceAll("@account", "@from")}
  AND (@agreement IS NULL OR agreement = @agreement)`;
  const copySignatures = connection.prepare<[Move]>(`${SIGNED_AGREEMENTS}
INSERT INTO signature (agreement, host, account, version, signed_at, evidence, revoked_at, ended_by)
SELECT agreement, @host, @account, version, signed_at, evidence, revoked_at, ended_by FROM signature
WHERE ${MINE} AND evidence = 'import' ON CONFLICT DO NOTHING`);
  const dropSignatures = connection.prepare<[Move]>(
    `${SIGNED_AGREEMENTS} DELETE FROM signature WHERE ${MINE} AND evidence = 'import'`,
  );
  const kept = connection
    .prepare<[Move], number>(`${SIGNED_AGREEMENTS} SELECT count(*) FROM signature WHERE ${MINE}`)
    .pluck();
  const THEIRS = `host = @fromHost AND account = @from AND (@agreement IS NULL
  OR entity IN (SELECT id FROM entity WHERE agreement = @agreement))`;
  const copyPlaces = connection.prepare<[Move]>(
    `INSERT INTO entity_member (entity, host, account, from_at, until_at, evidence, ended_by, until_before)
SELECT entity, @host, @account, from_at, until_at, evidence, ended_by, until_before
FROM entity_member WHERE ${THEIRS} ON CONFLICT DO NOTHING`,
  );
  // Recorded like a revocation by a file: it blocks older files, and does not touch the right person's own signatures.
  const copyRevocations = connection.prepare<
    [Move]
  >(`INSERT INTO revocation (host, account, agreement, kind, at, told_at)
SELECT @host, @account, agreement, 'file', max(at), max(coalesce(told_at, at)) FROM revocation WHERE host = @fromHost AND account = @from
  AND (@agreement IS NULL OR agreement = @agreement) GROUP BY agreement
ON CONFLICT DO UPDATE SET at = max(at, excluded.at), told_at = max(coalesce(told_at, at), excluded.told_at)`);
  const dropPlaces = connection.prepare<[Move]>(`DELETE FROM entity_member WHERE ${THEIRS}`);

  return (from, to, agreement) => {
    const source = keyOf(from);
    const key: Move = { ...keyOf(to), fromHost: source.host, from: source.account, agreement };
    copySignatures.run(key);
    const signatures = dropSignatures.run(key).changes;
    copyPlaces.run(key);
    const places = dropPlaces.run(key).changes;
    if (signatures > 0) copyRevocations.run(key);
    return { signatures, places, kept: kept.get(key) ?? 0 };
  };
}

/** Changes an imported signature's date or version. Returns its earlier date. */
function prepareAmend(
  connection: Connection,
): (account: Account, correction: Correction & { kind: "signature" }) => number {
  type Row = { readonly signedAt: number; readonly evidence: Evidence };
  type Key = SubjectKey & { agreement: string; version: string };
  const find = connection.prepare<[Key], Row>(`SELECT signed_at AS signedAt, evidence FROM signature
WHERE agreement = @agreement AND host = @host AND account = @account AND version = @version`);
  const update = connection.prepare<[Key & { signedAt: number; newVersion: string }]>(
    `UPDATE signature SET signed_at = @signedAt, version = @newVersion
WHERE agreement = @agreement AND host = @host AND account = @account AND version = @version`,
  );

  return (account, correction) => {
    const { agreement, version, signedAt, newVersion } = correction;
    const key = { ...keyOf(account), agreement, version };
    const known = requireImported(account, correction, find.get(key));
    if (
      newVersion !== null &&
      newVersion !== version &&
      find.get({ ...key, version: newVersion }) !== undefined
    )
      throw versionTaken(account, correction, newVersion);
    update.run({ ...key, signedAt: signedAt ?? known.signedAt, newVersion: newVersion ?? version });
    return known.signedAt;
  };
}
