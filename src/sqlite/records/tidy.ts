import type { Due } from "../../ports/engine.ts";
import { EXPIRIES, momentsOf, type Moments } from "../../ports/expiry.ts";
import { RETENTION, type Retention } from "../../records/retention.ts";
import { prepareAppend } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareExpired, STEP, turn, type Expired, type Search } from "./expired.ts";
import type { Writer } from "../connection/writer.ts";

export function prepareTidy(
  connection: Connection,
  writer: Pick<Writer, "read" | "write">,
): {
  /** Drops expired records, in steps, so that nothing waits long for one. */
  drop(now: number, retention?: Retention): Promise<void>;
  /** What {@link drop} would drop. */
  due(now: number, retention?: Retention): readonly Due[];
} {
  const append = prepareAppend(connection);
  const counts = EXPIRIES.map(({ what, rows }) => ({
    what,
    count: connection.prepare<[Moments], number>(`SELECT count(*) FROM ${rows}`).pluck(),
  }));
  const searches = prepareExpired(connection, writer.read);
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
  // Some of its oldest lines.
  const someOver = connection.prepare<[Moments], { line: number; hash: string }>(
    `SELECT line, hash FROM audit WHERE line < (SELECT min(line) FROM audit) + ${STEP} AND +at < @written
ORDER BY line DESC LIMIT 1`,
  );
  const begin = connection.prepare<[number, string]>("UPDATE audit_chain SET first = ?, before = ?");
  const expire = connection.prepare<[number]>("DELETE FROM audit WHERE line <= ?");
  const lines = connection.prepare<[number], number>("SELECT count(*) FROM audit WHERE line <= ?").pluck();

  /**
   * Moves the beginning of the chain, and confirms this with a line at its end.
   * @returns whether more lines may be over
   */
  function expireAudit(now: number, moments: Moments): boolean {
    const over = someOver.get(moments);
    if (over === undefined) return false;
    expire.run(over.line);
    begin.run(over.line + 1, over.hash);
    append({ by: "bot", act: "audit expire", details: { through: over.line, hash: over.hash } }, null, now);
    return true;
  }

  return {
    drop: async (now, retention = RETENTION) => {
      const moments = momentsOf(now, retention);
      while (await writer.write(() => expireAudit(now, moments))) await turn();
      await writer.write(() => {
        abandon.run(moments);
        settle.run(now - 7_200_000);
      });
      let left = searches.map((begin) => begin());
      for (;;) {
        const found: { search: Search; expired: Expired | null }[] = [];
        for (const search of left) found.push({ search, expired: await search(moments) });
        left = found.filter(({ expired }) => expired !== null).map(({ search }) => search);
        if (left.length === 0) break;
        await writer.write(() => {
          const dropped: Record<string, number> = {};
          for (const { expired } of found) {
            const changes = expired?.drop() ?? 0;
            if (expired !== null && changes > 0 && expired.audited) dropped[expired.what] = changes;
          }
          if (Object.keys(dropped).length > 0)
            append({ by: "bot", act: "tidy", details: dropped }, null, now);
        });
        await turn();
      }
      await writer.write(() => void leave.run(moments));
    },
    due: (now, retention = RETENTION): readonly Due[] => {
      const moments = momentsOf(now, retention);
      const due = counts.map(({ what, count }): Due => ({ what, count: count.get(moments) ?? 0 }));
      const over = lines.get(lastOver.get(moments)?.line ?? 0) ?? 0;
      return [...due, { what: "audit lines" as const, count: over }].filter(({ count }) => count > 0);
    },
  };
}
