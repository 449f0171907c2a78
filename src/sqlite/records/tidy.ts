import type { Due } from "../../ports/engine.ts";
import { RETENTION, type Retention } from "../../records/retention.ts";
import { prepareAppend } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";

interface Before {
  readonly now: number;
  readonly ended: number;
  readonly closed: number;
  readonly buried: number;
  readonly written: number;
}

/** What is dropped when, in the required order: `FROM` and `WHERE` of the expired records. */
const OVER: readonly (readonly [what: Due["what"], rows: string])[] = [
  ["closed pull requests", "pull WHERE closed_at < @closed"],
  [
    "waivers",
    `waiver WHERE EXISTS (SELECT 1 FROM repository AS r
WHERE r.host = waiver.host AND r.id = waiver.repository AND r.forgotten_at < @closed)`,
  ],
  ["signatures", "signature WHERE revoked_at < @ended"],
  ["roster places", "entity_member WHERE until_at < @ended"],
  ["employers", "entity WHERE ended_at < @ended"],
  ["revocations", "revocation WHERE at < @ended"],
  ["sessions", "session WHERE expires_at <= @now"],
  ["tombstones", "tombstone WHERE at < @buried"],
  ["subjects", "subject WHERE restricted_since IS NULL AND (acted_at IS NULL OR acted_at < @written)"],
];

/** The moments before which records are expired. */
function before(now: number, retention: Retention): Before {
  return {
    now,
    ended: now - retention.ended,
    closed: now - retention.closedPull,
    buried: now - retention.tombstone,
    written: now - retention.audit,
  };
}

export function prepareTidy(connection: Connection): {
  /** Drops expired records. */
  drop(now: number, retention?: Retention): void;
  /** What {@link drop} would drop. */
  due(now: number, retention?: Retention): readonly Due[];
  /** Moves the write-ahead log into the database and empties it, unless somebody reads from it now. */
  shrink(): void;
} {
  const append = prepareAppend(connection);
  const statements = OVER.map(([what, rows]) => ({
    what,
    count: connection.prepare<[Before], number>(`SELECT count(*) FROM ${rows}`).pluck(),
    remove: connection.prepare<[Before]>(`DELETE FROM ${rows}`),
  }));
  // The subject of failed work that was not marked for this long is gone.
  const abandon = connection.prepare<[Before]>(
    "DELETE FROM task WHERE due_at IS NULL AND lease IS NULL AND failing_since < @closed",
  );
  const leave = connection.prepare<[Before]>("DELETE FROM repository WHERE forgotten_at < @closed");
  const lastOver = connection.prepare<[Before], { line: number; hash: string }>(
    "SELECT line, hash FROM audit WHERE at < @written ORDER BY line DESC LIMIT 1",
  );
  const begin = connection.prepare<[number, string]>("UPDATE audit_chain SET first = ?, before = ?");
  const expire = connection.prepare<[number]>("DELETE FROM audit WHERE line <= ?");
  const lines = connection.prepare<[number], number>("SELECT count(*) FROM audit WHERE line <= ?").pluck();

  /** Moves the beginning of the chain, and confirms this with a line at its end. */
  function expireAudit(now: number, retention: Retention): void {
    const over = lastOver.get(before(now, retention));
    if (over === undefined) return;
    expire.run(over.line);
    begin.run(over.line + 1, over.hash);
    append({ by: "bot", act: "audit expire", details: { through: over.line, hash: over.hash } }, null, now);
  }

  return {
    drop: (now, retention = RETENTION) => {
      expireAudit(now, retention);
      const moments = before(now, retention);
      const dropped: Record<string, number> = {};
      abandon.run(moments);
      for (const { what, remove } of statements) {
        const { changes } = remove.run(moments);
        if (changes > 0 && RECORDS.has(what)) dropped[what] = changes;
      }
      leave.run(moments);
      if (Object.keys(dropped).length > 0) append({ by: "bot", act: "tidy", details: dropped }, null, now);
    },
    due: (now, retention = RETENTION): readonly Due[] => {
      const moments = before(now, retention);
      const due = statements.map(({ what, count }): Due => ({ what, count: count.get(moments) ?? 0 }));
      const over = lines.get(lastOver.get(moments)?.line ?? 0) ?? 0;
      return [...due, { what: "audit lines" as const, count: over }].filter(({ count }) => count > 0);
    },
    shrink: () => {
      connection.pragma("optimize");
      // The planner's samples hold account numbers, so an erasure would have to search them, too.
      if (connection.prepare("SELECT 1 FROM sqlite_schema WHERE name = 'sqlite_stat4'").get() !== undefined)
        connection.exec("DELETE FROM sqlite_stat4");
      connection.pragma("wal_checkpoint(TRUNCATE)");
    },
  };
}

/** The records whose deletion gets a line in the audit. */
const RECORDS: ReadonlySet<Due["what"]> = new Set(["signatures", "roster places", "employers", "tombstones"]);
