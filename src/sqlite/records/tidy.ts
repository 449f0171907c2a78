import type { Due } from "../../ports/engine.ts";
import { EXPIRIES, momentsOf, type Moments } from "../../ports/expiry.ts";
import { RETENTION, type Retention } from "../../records/retention.ts";
import { prepareAppend } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";

export function prepareTidy(connection: Connection): {
  /** Drops expired records. */
  drop(now: number, retention?: Retention): void;
  /** What {@link drop} would drop. */
  due(now: number, retention?: Retention): readonly Due[];
  /** Moves the write-ahead log into the database and empties it, unless somebody reads from it now. */
  shrink(): void;
} {
  const append = prepareAppend(connection);
  const statements = EXPIRIES.map(({ what, rows, audited }) => ({
    what,
    audited,
    count: connection.prepare<[Moments], number>(`SELECT count(*) FROM ${rows}`).pluck(),
    remove: connection.prepare<[Moments]>(`DELETE FROM ${rows}`),
  }));
  // The subject of failed work that was not marked for this long is gone.
  const abandon = connection.prepare<[Moments]>(
    "DELETE FROM task WHERE due_at IS NULL AND lease IS NULL AND failing_since < @closed",
  );
  // Two hours old: no limit counts it anymore.
  const settle = connection.prepare<[number]>("DELETE FROM spending WHERE at < ?");
  const leave = connection.prepare<[Moments]>("DELETE FROM repository WHERE forgotten_at < @closed");
  const lastOver = connection.prepare<[Moments], { line: number; hash: string }>(
    "SELECT line, hash FROM audit WHERE at < @written ORDER BY line DESC LIMIT 1",
  );
  const begin = connection.prepare<[number, string]>("UPDATE audit_chain SET first = ?, before = ?");
  const expire = connection.prepare<[number]>("DELETE FROM audit WHERE line <= ?");
  const lines = connection.prepare<[number], number>("SELECT count(*) FROM audit WHERE line <= ?").pluck();

  /** Moves the beginning of the chain, and confirms this with a line at its end. */
  function expireAudit(now: number, retention: Retention): void {
    const over = lastOver.get(momentsOf(now, retention));
    if (over === undefined) return;
    expire.run(over.line);
    begin.run(over.line + 1, over.hash);
    append({ by: "bot", act: "audit expire", details: { through: over.line, hash: over.hash } }, null, now);
  }

  return {
    drop: (now, retention = RETENTION) => {
      expireAudit(now, retention);
      const moments = momentsOf(now, retention);
      const dropped: Record<string, number> = {};
      abandon.run(moments);
      settle.run(now - 7_200_000);
      for (const { what, audited, remove } of statements) {
        const { changes } = remove.run(moments);
        if (changes > 0 && audited) dropped[what] = changes;
      }
      leave.run(moments);
      if (Object.keys(dropped).length > 0) append({ by: "bot", act: "tidy", details: dropped }, null, now);
    },
    due: (now, retention = RETENTION): readonly Due[] => {
      const moments = momentsOf(now, retention);
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
