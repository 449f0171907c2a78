import type { HostName } from "../../account.ts";
import type { FoundPull, PullCount, Pulls } from "../../ports/engine.ts";
import type { PullRef } from "../../pull.ts";
import { isInTheWay, type VerdictKind } from "../../verdict/verdict.ts";
import type { Bell } from "./bell.ts";
import type { Connection } from "../connection/connect.ts";
import { openRepositories } from "./repositories.ts";
import { prepareRequireHeld } from "./held.ts";
import { prepareMarkGroups, prepareMarkSharing } from "./wake.ts";
import type { Writer } from "../connection/writer.ts";

interface Row {
  readonly head: string;
  readonly agreement: string | null;
  readonly verdict: VerdictKind;
  readonly comment: number | null;
  readonly closed_at: number | null;
}

const THIS = "WHERE host = @host AND repository = @repository AND number = @number";

export function openPulls(connection: Connection, writer: Writer, bell: Bell, now: () => number): Pulls {
  const select = connection.prepare<[PullRef], Row>(
    `SELECT head, agreement, verdict, comment, closed_at FROM pull ${THIS}`,
  );
  const buckets = connection.prepare<[PullRef], { bucket: number; missing: number }>(
    `SELECT bucket, missing FROM pull_bucket ${THIS} ORDER BY bucket`,
  );
  const put = connection.prepare<[PullRef & Omit<Row, "closed_at">]>(
    `INSERT INTO pull (host, repository, number, head, agreement, verdict, comment)
VALUES (@host, @repository, @number, @head, @agreement, @verdict, @comment)
ON CONFLICT DO UPDATE SET head = excluded.head, agreement = excluded.agreement, verdict = excluded.verdict,
  comment = excluded.comment, closed_at = NULL`,
  );
  const empty = connection.prepare<[PullRef]>(`DELETE FROM pull_bucket ${THIS}`);
  const fill = connection.prepare<[PullRef & { bucket: number; missing: number }]>(
    `INSERT INTO pull_bucket (host, repository, number, bucket, missing)
VALUES (@host, @repository, @number, @bucket, @missing)`,
  );
  const silence = connection.prepare<[PullRef]>(`DELETE FROM notice ${THIS}`);
  const close = connection.prepare<[PullRef & { now: number }]>(
    `UPDATE pull SET closed_at = @now ${THIS} AND closed_at IS NULL`,
  );
  const sharing = connection
    .prepare<[PullRef & { head: string }], VerdictKind>(
      `SELECT verdict FROM pull WHERE host = @host AND repository = @repository AND head = @head
  AND number <> @number AND closed_at IS NULL ORDER BY number`,
    )
    .pluck();
  const open = connection
    .prepare<[{ host: HostName; id: number }], [number, string, number]>(
      "SELECT number, head, checks FROM pull WHERE host = @host AND repository = @id AND closed_at IS NULL",
    )
    .raw();
  const count = connection.prepare<[], PullCount>(
    `SELECT host, agreement, verdict, count(*) AS pulls FROM pull WHERE closed_at IS NULL
GROUP BY host, agreement, verdict ORDER BY host, agreement, verdict`,
  );
  const markSharing = prepareMarkSharing(connection);
  const markGroups = prepareMarkGroups(connection);
  const requireHeld = prepareRequireHeld(connection);

  /**
   * Marks the other pull requests with a head if this one starts or stops blocking them. Returns whether any were
   * marked.
   */
  function change(ref: PullRef, head: string, from: VerdictKind | null, to: VerdictKind | null): boolean {
    if (isInTheWay(from) === isInTheWay(to)) return false;
    return markSharing({ ...refOf(ref), head, now: now() }) > 0;
  }

  function record({ ref, head, agreement, verdict, comment, ...found }: FoundPull): boolean {
    const key = refOf(ref);
    const before = select.get(key);
    const same =
      before !== undefined &&
      before.closed_at === null &&
      before.head === head &&
      before.agreement === agreement &&
      before.verdict === verdict &&
      before.comment === comment;
    if (!same) put.run({ ...key, head, agreement, verdict, comment });
    const wanted = bucketsOf(found);
    if (JSON.stringify(wanted) !== JSON.stringify(buckets.all(key))) {
      empty.run(key);
      for (const row of wanted) fill.run({ ...key, ...row });
    }
    const open = before !== undefined && before.closed_at === null ? before : null;
    // A merge group with the pull request may get another verdict now.
    const { host, repository } = key;
    const woken =
      open !== null && open.verdict !== verdict && markGroups({ host, repository, now: now() }) > 0;
    const left = open !== null && open.head !== head && change(key, open.head, open.verdict, null);
    return change(key, head, open?.head === head ? open.verdict : null, verdict) || left || woken;
  }

  return {
    record: async (found, held) => {
      const marked = await writer.write(() => {
        requireHeld(held);
        return record(found);
      });
      if (marked) bell.ring();
    },
    find: (ref) =>
      writer.read(() => {
        const row = select.get(refOf(ref));
        if (row === undefined || row.closed_at !== null) return null;
        const { head, agreement, verdict, comment } = row;
        return {
          ref: refOf(ref),
          head,
          agreement,
          verdict,
          comment,
          buckets: buckets.all(refOf(ref)).map(({ bucket }) => bucket),
        };
      }),
    has: (ref) => writer.read(() => select.get(refOf(ref)) !== undefined),
    open: ({ host, id }) =>
      writer.read(
        () => new Map(open.all({ host, id }).map(([number, head, checks]) => [number, { head, checks }])),
      ),
    sharing: (ref, head) => writer.read(() => sharing.all({ ...refOf(ref), head })),
    close: async (ref, held) => {
      const marked = await writer.write(() => {
        requireHeld(held);
        const key = refOf(ref);
        const before = select.get(key);
        if (before === undefined || close.run({ ...key, now: now() }).changes === 0) return false;
        empty.run(key);
        silence.run(key);
        return change(key, before.head, before.verdict, null);
      });
      if (marked) bell.ring();
    },
    count: () => writer.read(() => count.all()),
    ...openRepositories(connection, writer, now),
  };
}

/** The buckets in the stored format, in order. */
function bucketsOf({ buckets, missing = buckets }: Pick<FoundPull, "buckets" | "missing">) {
  return [...new Set(buckets)]
    .toSorted((a, b) => a - b)
    .map((bucket) => ({ bucket, missing: missing.includes(bucket) ? 1 : 0 }));
}

/** Only the parameters for SQLite. */
function refOf({ host, repository, number }: PullRef): {
  host: HostName;
  repository: number;
  number: number;
} {
  return { host, repository, number };
}
