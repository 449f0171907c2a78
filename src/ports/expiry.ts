/** Which records expire, and when. Both engines read this table, so that neither keeps a record longer. */
import type { Retention } from "../records/retention.ts";
import type { Due } from "./engine.ts";

/** The moments before which records are expired, in milliseconds since the epoch. */
export interface Moments {
  readonly now: number;
  readonly ended: number;
  readonly closed: number;
  readonly buried: number;
  readonly written: number;
}

export function momentsOf(now: number, retention: Retention): Moments {
  return {
    now,
    ended: now - retention.ended,
    closed: now - retention.closedPull,
    buried: now - retention.tombstone,
    written: now - retention.audit,
  };
}

export interface Expiry {
  readonly what: Due["what"];
  /** `FROM` and `WHERE` of the expired records, the same SQL in both engines. `@ended` is {@link Moments.ended}. */
  readonly rows: string;
  /** Whether the deletion gets a line in the audit. */
  readonly audited: boolean;
}

/** In the order in which records are dropped. The lines of the audit expire before them. */
export const EXPIRIES: readonly Expiry[] = [
  { what: "closed pull requests", rows: "pull WHERE closed_at < @closed", audited: false },
  {
    what: "waivers",
    rows: `waiver WHERE EXISTS (SELECT 1 FROM repository AS r
WHERE r.host = waiver.host AND r.id = waiver.repository AND r.forgotten_at < @closed)`,
    audited: false,
  },
  // One that a file ended is kept as long as the file's revocation, which an operator can undo.
  {
    what: "signatures",
    rows: `signature WHERE revoked_at < @ended AND (ended_by IS DISTINCT FROM 'file' OR NOT EXISTS (
  SELECT 1 FROM revocation AS r WHERE r.host = signature.host AND r.account = signature.account
    AND r.agreement = signature.agreement AND r.kind = 'file' AND coalesce(r.told_at, r.at) >= @ended))`,
    audited: true,
  },
  {
    what: "roster places",
    rows: "entity_member WHERE until_at < @ended AND coalesce(told_at, until_at) < @ended",
    audited: true,
  },
  { what: "employers", rows: "entity WHERE ended_at < @ended", audited: true },
  { what: "revocations", rows: "revocation WHERE coalesce(told_at, at) < @ended", audited: false },
  { what: "sessions", rows: "session WHERE expires_at <= @now", audited: false },
  { what: "tombstones", rows: "tombstone WHERE at < @buried", audited: true },
  {
    what: "subjects",
    rows: "subject WHERE restricted_since IS NULL AND (acted_at IS NULL OR acted_at < @written)",
    audited: false,
  },
];
