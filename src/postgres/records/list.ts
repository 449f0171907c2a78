import type { Pool } from "pg";
import type { Signatures } from "../../ports/engine.ts";
import { signatureOf, type KeptSignature, type Signature } from "../../records/signature.ts";
import { readRows } from "../connection/rows.ts";
import { notRevoked, PLACE_NOT_REVOKED } from "./revocation.ts";
import { allOf, sql, verbatim, type Statement } from "../connection/sql.ts";

type Filter = Parameters<Signatures["all"]>[0];

/** SQL for when a roster place `m` of an employer `e` ends: its own end or the whole roster's. */
export const PLACE_END = sql`least(m.until_at, e.ended_at)`;

/** SQL for: the processing of this account is not restricted. */
export function unrestricted(table: string): Statement {
  return sql`NOT EXISTS (SELECT 1 FROM subject WHERE subject.host = ${verbatim(table)}.host
  AND subject.account = ${verbatim(table)}.account AND restricted_since IS NOT NULL)`;
}

/** SQL that selects signatures and roster places, or places alone. */
export function every(
  { agreement, host, revoked }: Filter,
  now: number,
  what: "all" | "places" = "all",
): Statement {
  const own = [unrestricted("signature")];
  const place = [unrestricted("m")];
  if (agreement !== undefined) {
    own.push(sql`agreement = ${agreement}`);
    place.push(sql`e.agreement = ${agreement}`);
  }
  if (host !== undefined) {
    own.push(sql`host = ${host}`);
    place.push(sql`m.host = ${host}`);
  }
  if (revoked !== true) {
    own.push(sql`revoked_at IS NULL`, notRevoked("signature"));
    place.push(PLACE_NOT_REVOKED, sql`(${PLACE_END} IS NULL OR ${PLACE_END} > ${now})`);
  }
  const places = sql`SELECT e.agreement, m.host, m.account, e.version, m.from_at, m.evidence, e.id,
  CASE WHEN ${PLACE_END} <= ${now} THEN ${PLACE_END} END, NULL
FROM entity_member AS m JOIN entity AS e ON e.id = m.entity WHERE ${allOf(place)}`;
  if (what === "places") return places;
  return sql`SELECT agreement, host, account AS number, version, signed_at AS "signedAt", evidence, NULL AS entity,
  revoked_at AS "revokedAt", digest
FROM signature WHERE ${allOf(own)}
UNION ALL
${places}`;
}

/** Lists signatures and roster places from one state of the database, while others write. */
export async function* list(long: Pool, filter: Filter, now: number): AsyncGenerator<Signature> {
  const rows = readRows<KeptSignature>(
    long,
    sql`${every(filter, now)} ORDER BY agreement, host, number, version, entity NULLS FIRST`,
  );
  for await (const row of rows) yield signatureOf(row);
}
