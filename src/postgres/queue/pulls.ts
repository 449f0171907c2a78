import type { FoundPull, PullCount, Pulls } from "../../ports/engine.ts";
import type { Taken } from "../../ports/queue.ts";
import type { PullRef } from "../../pull.ts";
import { isInTheWay, type VerdictKind } from "../../verdict/verdict.ts";
import type { Bell } from "./bell.ts";
import type { Connection } from "../connection/connect.ts";
import { lockPullsOf } from "../connection/lock.ts";
import type { Clock } from "./clock.ts";
import { openRepositories } from "./repositories.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { requireHeld } from "./held.ts";
import { markGroups, markSharing } from "./wake.ts";
import type { Writer } from "../connection/writer.ts";

interface Row {
  readonly head: string;
  readonly agreement: string | null;
  readonly verdict: VerdictKind;
  readonly comment: number | null;
  readonly closedAt: number | null;
  readonly buckets: readonly number[];
  readonly missing: readonly number[];
}

export function openPulls(writer: Writer, bell: Bell, clock: Clock): Pulls {
  const { now } = clock;
  /**
   * Marks the other pull requests with a head if this one starts or stops blocking them. Returns whether any were
   * marked.
   */
  async function change(
    connection: Connection,
    ref: PullRef,
    head: string,
    from: VerdictKind | null,
    to: VerdictKind | null,
  ): Promise<boolean> {
    if (isInTheWay(from) === isInTheWay(to)) return false;
    return (await markSharing(connection, ref, head, now())) > 0;
  }

  /** Returns whether other pull requests were marked. */
  async function record(
    connection: Connection,
    found: FoundPull,
    taken: Taken | undefined,
  ): Promise<boolean> {
    const { ref, head, agreement, verdict, comment } = found;
    await lockPullsOf(connection, ref);
    await requireHeld(connection, taken);
    const before = await connection.get<Row>(selectPull(ref));
    const same =
      before !== undefined &&
      before.closedAt === null &&
      before.head === head &&
      before.agreement === agreement &&
      before.verdict === verdict &&
      before.comment === comment;
    if (!same)
      await connection.run(sql`INSERT INTO pull (host, repository, number, head, agreement, verdict, comment)
VALUES (${ref.host}, ${ref.repository}, ${ref.number}, ${head}, ${agreement}, ${verdict}, ${comment})
ON CONFLICT (host, repository, number) DO UPDATE SET head = excluded.head, agreement = excluded.agreement,
  verdict = excluded.verdict, comment = excluded.comment, closed_at = NULL`);
    const buckets = [...new Set(found.buckets)].toSorted((a, b) => a - b);
    const missing = buckets.filter((bucket) => (found.missing ?? buckets).includes(bucket));
    if (
      buckets.join() !== (before?.buckets ?? []).join() ||
      missing.join() !== (before?.missing ?? []).join()
    ) {
      await connection.run(emptyBuckets(ref));
      await connection.run(sql`INSERT INTO pull_bucket (host, repository, number, bucket, missing)
SELECT ${ref.host}, ${ref.repository}::bigint, ${ref.number}::bigint, bucket, bucket = ANY (${missing}::bigint[]) FROM unnest(${buckets}::bigint[]) AS t (bucket)`);
    }
    const open = before !== undefined && before.closedAt === null ? before : null;
    // A merge group with the pull request may get another verdict now.
    const woken = open !== null && open.verdict !== verdict && (await markGroups(connection, ref, now())) > 0;
    const left =
      open !== null && open.head !== head && (await change(connection, ref, open.head, open.verdict, null));
    const here = open?.head === head ? open.verdict : null;
    return (await change(connection, ref, head, here, verdict)) || left || woken;
  }

  /** Returns whether other pull requests were marked. */
  async function close(connection: Connection, ref: PullRef, taken: Taken | undefined): Promise<boolean> {
    await lockPullsOf(connection, ref);
    await requireHeld(connection, taken);
    const before = await connection.get<Row>(selectPull(ref));
    if (before === undefined || before.closedAt !== null) return false;
    await connection.run(sql`UPDATE pull SET closed_at = ${now()} ${only(ref)}`);
    await connection.run(emptyBuckets(ref));
    await connection.run(sql`DELETE FROM notice ${only(ref)}`);
    return change(connection, ref, before.head, before.verdict, null);
  }

  return {
    record: async (found, taken) => {
      if (await writer.write((connection) => record(connection, found, taken))) bell.ring();
    },
    find: async (ref) => {
      const row = await writer.get<Row>(selectPull(ref));
      if (row === undefined || row.closedAt !== null) return null;
      const { host, repository, number } = ref;
      const { head, agreement, verdict, comment, buckets } = row;
      return { ref: { host, repository, number }, head, agreement, verdict, comment, buckets };
    },
    has: async (ref) => (await writer.get<Row>(selectPull(ref))) !== undefined,
    open: async ({ host, id }) => {
      const rows = await writer.all<{
        number: number;
        head: string;
        checks: number;
      }>(sql`SELECT number, head, checks FROM pull
WHERE host = ${host} AND repository = ${id} AND closed_at IS NULL`);
      return new Map(rows.map(({ number, ...known }) => [number, known]));
    },
    sharing: async ({ host, repository, number }, head) => {
      const rows = await writer.all<{ verdict: VerdictKind }>(sql`SELECT verdict FROM pull
WHERE host = ${host} AND repository = ${repository} AND head = ${head} AND number <> ${number} AND closed_at IS NULL
ORDER BY number`);
      return rows.map(({ verdict }) => verdict);
    },
    close: async (ref, taken) => {
      if (await writer.write((connection) => close(connection, ref, taken))) bell.ring();
    },
    count: () =>
      writer.all<PullCount>(sql`SELECT host, agreement, verdict, count(*) AS pulls FROM pull WHERE closed_at IS NULL
GROUP BY host, agreement, verdict ORDER BY host, agreement, verdict`),
    ...openRepositories(writer, clock),
  };
}

function selectPull(ref: PullRef): Statement {
  return sql`SELECT head, agreement, verdict, comment, closed_at AS "closedAt",
  ARRAY(SELECT bucket FROM pull_bucket AS b
    WHERE b.host = pull.host AND b.repository = pull.repository AND b.number = pull.number ORDER BY bucket)::integer[] AS buckets,
  ARRAY(SELECT bucket FROM pull_bucket AS b WHERE b.host = pull.host AND b.repository = pull.repository
    AND b.number = pull.number AND b.missing ORDER BY bucket)::integer[] AS missing
FROM pull ${only(ref)}`;
}

function emptyBuckets(ref: PullRef): Statement {
  return sql`DELETE FROM pull_bucket ${only(ref)}`;
}

function only({ host, repository, number }: PullRef): Statement {
  return sql`WHERE host = ${host} AND repository = ${repository} AND number = ${number}`;
}
