import { bucketOf, hostOf, type Account, type HostName } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";
import { lockPulls } from "../connection/lock.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** What a mark does to the row of a task that is there already: parked and failing ones start afresh. */
export const MARK_AGAIN = sql`ON CONFLICT (host, repository, key) DO UPDATE SET
  generation = task.generation + 1,
  due_at = least(task.due_at, excluded.due_at),
  attempts = 0,
  failing_since = NULL,
  failure = NULL,
  installation = excluded.installation,
  told = coalesce(excluded.told, task.told)`;

/** Marks the pull requests that `pulls` selects as rows (host, repository, number); their keys are what `taskKey` prints. */
function markPulls(pulls: Statement, now: number): Statement {
  // Whoever writes several tasks does it in this order, so that no two wait for each other.
  return sql`INSERT INTO task (host, repository, key, installation, generation, due_at)
SELECT p.host, p.repository, 'pull/' || p.number, coalesce(r.installation, 0), 1, ${now}::bigint
FROM (${pulls}) AS p LEFT JOIN repository AS r ON r.host = p.host AND r.id = p.repository
ORDER BY p.host, p.repository, ('pull/' || p.number) COLLATE "C"
${MARK_AGAIN}`;
}

/**
 * Marks the pull requests that were recorded with something that a change touches. Belongs at the end of the change:
 * while it holds its lock, no pull request is recorded.
 * @returns how many were marked
 */
async function markRecorded(connection: Connection, pulls: Statement, now: number): Promise<number> {
  await lockPulls(connection);
  return connection.run(markPulls(pulls, now));
}

/** Marks the open pull requests touched by rows (agreement, host, bucket) of a table or of a query in brackets. */
export function markTouchedIn(connection: Connection, touched: Statement, now: number): Promise<number> {
  return markRecorded(
    connection,
    sql`SELECT DISTINCT pull.host, pull.repository, pull.number
FROM ${touched} AS touched
JOIN pull_bucket AS b ON b.host = touched.host AND b.bucket = touched.bucket
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE pull.agreement = touched.agreement AND pull.closed_at IS NULL`,
    now,
  );
}

/** Marks the open pull requests that may have one of the accounts behind them, under an agreement. */
export async function markTouched(
  connection: Connection,
  accounts: readonly Account[],
  agreement: string,
  now: number,
): Promise<number> {
  if (accounts.length === 0) return 0;
  const hosts = accounts.map(hostOf);
  const buckets = accounts.map(bucketOf);
  return markTouchedIn(
    connection,
    sql`(SELECT ${agreement}::text AS agreement, host, bucket
  FROM unnest(${hosts}::text[], ${buckets}::bigint[]) AS t (host, bucket))`,
    now,
  );
}

/** Marks every open pull request that an account may be behind, whatever its agreement. */
export function markAccount(connection: Connection, account: Account, now: number): Promise<number> {
  return markRecorded(
    connection,
    sql`SELECT pull.host, pull.repository, pull.number FROM pull_bucket AS b
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE b.host = ${hostOf(account)} AND b.bucket = ${bucketOf(account)} AND pull.closed_at IS NULL`,
    now,
  );
}

/** Marks the open pull requests of an agreement. */
export function markAgreement(connection: Connection, agreement: string, now: number): Promise<number> {
  return markRecorded(
    connection,
    sql`SELECT host, repository, number FROM pull WHERE agreement = ${agreement} AND closed_at IS NULL`,
    now,
  );
}

/** Marks the merge groups of a repository that may still be queued: they wait for another look. */
export function markGroups(
  connection: Connection,
  { host, repository }: { host: HostName; repository: number },
  now: number,
): Promise<number> {
  return connection.run(sql`WITH queued AS (
  SELECT id FROM task WHERE host = ${host} AND repository = ${repository} AND key LIKE 'group/%'
  ORDER BY key COLLATE "C" FOR UPDATE
)
UPDATE task SET generation = generation + 1, due_at = ${now}, attempts = 0 FROM queued WHERE task.id = queued.id`);
}

/** Marks the open pull requests that share a head with one that leaves it. */
export function markSharing(
  connection: Connection,
  { host, repository, number }: { host: HostName; repository: number; number: number },
  head: string,
  now: number,
): Promise<number> {
  return connection.run(
    markPulls(
      sql`SELECT host, repository, number FROM pull
WHERE host = ${host} AND repository = ${repository} AND head = ${head} AND number <> ${number} AND closed_at IS NULL`,
      now,
    ),
  );
}
