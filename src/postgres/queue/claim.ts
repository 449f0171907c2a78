import type { HostName } from "../../account.ts";
import { pullTask, taskKey, type Claim, type Taken } from "../../ports/queue.ts";
import { takenOf, type KeptTask } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { learnRoutes } from "./mark.ts";
import { free, recheckAt } from "./take.ts";

const TASK = sql`task`;

interface Lease {
  readonly lease: string;
  /** Of `Clock.lease`. */
  readonly moment: Statement;
  readonly until: Statement;
}

/** Claims pull requests, in the caller's transaction. */
export async function claim(
  connection: Connection,
  wanted: readonly Claim[],
  now: number,
  lease: Lease,
): Promise<readonly Taken[]> {
  await learnRoutes(
    connection,
    wanted.map(({ ref, route }) => ({ task: pullTask(ref), route })),
  );
  const late = wanted.filter(({ checks }) => checks !== undefined);
  const rest = wanted.filter(({ checks }) => checks === undefined);
  const rows = [
    ...(await take(connection, late, true, now, lease)),
    ...(await take(connection, rest, false, now, lease)),
  ];
  // Compared only now, when nobody else can end a check of them. A pull request that was read before its last check
  // stays due.
  const stale = new Set(await checkedSince(connection, late));
  const isStale = ({ host, repository, key }: KeptTask) => stale.has(`${host} ${repository} ${key}`);
  const given = rows.filter(isStale);
  if (given.length > 0)
    await connection.run(sql`UPDATE task SET lease = NULL, lease_until = NULL
WHERE lease = ${lease.lease} AND (host, repository, key) IN (SELECT * FROM unnest(${given.map(({ host }) => host)}::text[],
  ${given.map(({ repository }) => repository)}::bigint[], ${given.map(({ key }) => key)}::text[]))`);
  return rows.filter((row) => !isStale(row)).map((row) => takenOf(row, lease.lease));
}

async function take(
  connection: Connection,
  wanted: readonly Claim[],
  late: boolean,
  now: number,
  { lease, moment, until }: Lease,
): Promise<readonly KeptTask[]> {
  if (wanted.length === 0) return [];
  const refs = wanted.map(({ ref }) => ref);
  // A row that waits for its time, or for a mark, had no mark since the last check.
  return connection.all<KeptTask>(sql`WITH claimed AS (
  INSERT INTO task (host, repository, key, installation, bulk, generation, due_at, lease, lease_until)
  SELECT w.host, w.repository, w.key, coalesce(r.installation, 0), ${late}, 1, ${now}::bigint, ${lease}, ${until}
  FROM unnest(${refs.map(({ host }) => host)}::text[], ${refs.map(({ repository }) => repository)}::bigint[],
    ${refs.map((ref) => taskKey(pullTask(ref)))}::text[]) AS w (host, repository, key)
  LEFT JOIN repository AS r ON r.host = w.host AND r.id = w.repository
  ORDER BY w.host COLLATE "C", w.repository, w.key COLLATE "C"
  ON CONFLICT (host, repository, key) DO UPDATE SET
    lease = excluded.lease, lease_until = excluded.lease_until, recheck_at = ${recheckAt(now)}, waits_since = NULL,
    due_at = least(task.due_at, excluded.due_at)
  WHERE ${free(TASK, moment)} AND (NOT ${late}::boolean
    OR task.due_at IS NULL OR (task.waits_since IS NOT NULL AND task.due_at > ${now}))
  RETURNING task.*
)
SELECT claimed.host, claimed.repository, claimed.key, claimed.generation, claimed.attempts,
  claimed.failing_since AS "failingSince", claimed.told, claimed.deliveries,
  claimed.bulk, r.handle, r.installation
FROM claimed LEFT JOIN repository AS r ON r.host = claimed.host AND r.id = claimed.repository`);
}

/** The tasks whose pull request had another check end since the read, e.g. `github 10 pull/7`. */
async function checkedSince(connection: Connection, late: readonly Claim[]): Promise<readonly string[]> {
  if (late.length === 0) return [];
  const refs = late.map(({ ref }) => ref);
  const rows = await connection.all<{ host: HostName; repository: number; number: number }>(
    sql`SELECT w.host, w.repository, w.number
FROM unnest(${refs.map(({ host }) => host)}::text[], ${refs.map(({ repository }) => repository)}::bigint[],
  ${refs.map(({ number }) => number)}::bigint[], ${late.map(({ checks }) => checks ?? null)}::bigint[])
  AS w (host, repository, number, checks)
LEFT JOIN pull AS p ON p.host = w.host AND p.repository = w.repository AND p.number = w.number
WHERE p.checks IS DISTINCT FROM w.checks`,
  );
  return rows.map((ref) => `${ref.host} ${ref.repository} ${taskKey(pullTask(ref))}`);
}
