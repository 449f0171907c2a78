import { setImmediate } from "node:timers/promises";
import type { Signatures } from "../../ports/engine.ts";
import { signatureOf, type KeptSignature, type Signature } from "../../records/signature.ts";
import { connectToRead } from "../connection/connect.ts";
import { explain } from "../connection/failure.ts";
import { notRevoked, PLACE_NOT_REVOKED } from "./revocation.ts";

/** How many rows are read in one turn of the event loop. */
const TOGETHER = 1_000;

type Filter = Parameters<Signatures["all"]>[0];

/** SQL for when a roster place `m` of an employer `e` ends: its own end or the whole roster's. */
export const PLACE_END = "min(coalesce(m.until_at, e.ended_at), coalesce(e.ended_at, m.until_at))";

/** SQL for: the processing of this account is not restricted. */
export function unrestricted(table: string): string {
  return `NOT EXISTS (SELECT 1 FROM subject WHERE subject.host = ${table}.host
  AND subject.account = ${table}.account AND restricted_since IS NOT NULL)`;
}

/** SQL that selects signatures and roster places, or places alone; `@agreement`, `@host` and `@now` are bound. */
export function every({ agreement, host, revoked }: Filter, what: "all" | "places" = "all"): string {
  const own = [unrestricted("signature")];
  const place = [unrestricted("m")];
  if (agreement !== undefined) {
    own.push("agreement = @agreement");
    place.push("e.agreement = @agreement");
  }
  if (host !== undefined) {
    own.push("host = @host");
    place.push("m.host = @host");
  }
  if (revoked !== true) {
    own.push("revoked_at IS NULL", notRevoked("signature"));
    place.push(PLACE_NOT_REVOKED, `(${PLACE_END} IS NULL OR ${PLACE_END} > @now)`);
  }
  const signatures = `SELECT agreement, host, account AS number, version, signed_at AS "signedAt", evidence,
  NULL AS entity, revoked_at AS "revokedAt", digest
FROM signature WHERE ${own.join(" AND ")}`;
  const places = `SELECT e.agreement, m.host, m.account, e.version, m.from_at, m.evidence, e.id,
  CASE WHEN ${PLACE_END} <= @now THEN ${PLACE_END} END, NULL
FROM entity_member AS m JOIN entity AS e ON e.id = m.entity WHERE ${place.join(" AND ")}`;
  return what === "places" ? places : `${signatures}\nUNION ALL\n${places}`;
}

/**
 * Lists signatures and roster places in the stored order, so that nothing is sorted in memory. Reads on a separate
 * connection, from one state of the database, while others write.
 */
export async function* list(file: string, filter: Filter, now: number): AsyncGenerator<Signature> {
  const connection = connectToRead(file);
  try {
    const rows = connection
      .prepare<[object], KeptSignature>(`${every(filter)} ORDER BY agreement, host, number, version, entity`)
      .iterate({ agreement: filter.agreement, host: filter.host, now });
    let read = 0;
    for (const row of rows) {
      yield signatureOf(row);
      // SQLite answers at once, so nothing else of the process would have a turn until the last row.
      if (++read % TOGETHER === 0) await setImmediate();
    }
  } catch (error) {
    throw explain(error);
  } finally {
    connection.close();
  }
}
