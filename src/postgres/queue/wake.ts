import { bucketOf, hostOf, type Account, type HostName } from "../../account.ts";
import { MANY_PEOPLE, MANY_PULLS } from "../../ports/queue.ts";
import { LONGEST_ARRIVALS, TOLD_AT } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";
import { lockPulls } from "../connection/lock.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** The effect of a mark on an existing row: parked and failing tasks start again. */
export const MARK_AGAIN = sql`ON CONFLICT (host, repository, key) DO UPDATE SET
  generation = task.generation + 1,
  due_at = least(task.due_at, excluded.due_at),
  attempts = 0,
  failing_since = NULL,
  failure = NULL,
  bulk = task.bulk AND excluded.bulk,
  waits_since = NULL,
  installation = excluded.installation,
  told = CASE WHEN left(excluded.told, ${TOLD_AT}) COLLATE "C" < left(task.told, ${TOLD_AT}) THEN task.told
    ELSE coalesce(excluded.told, task.told) END,
  deliveries = CASE WHEN excluded.deliveries IS NULL OR length(task.deliveries) > ${LONGEST_ARRIVALS}
    THEN task.deliveries ELSE coalesce(task.deliveries || ' ', '') || excluded.deliveries END`;

/** From this many pull requests of a repository on, one sweep checks them instead of single checks. */
const CROWD = 20;
/** A sweep reads all open pull requests, so it pays only if at least one in this many is marked. */
const ONE_IN = 20;

/** Marks the pull requests that `pulls` selects as rows (host, repository, number); their keys are what `taskKey` prints. */
function markPulls(pulls: Statement, now: number): Statement {
  // All writers of several tasks use this order, so that they do not deadlock.
  return sql`INSERT INTO task (host, repository, key, installation, bulk, generation, due_at)
SELECT p.host, p.repository, 'pull/' || p.number, coalesce(r.installation, 0), false, 1, ${now}::bigint
FROM (${pulls}) AS p LEFT JOIN repository AS r ON r.host = p.host AND r.id = p.repository
ORDER BY p.host, p.repository, ('pull/' || p.number) COLLATE "C"
${MARK_AGAIN}`;
}

/** The same for pull requests that nobody waits for; many of one repository get a sweep instead. */
function markBulk(pulls: Statement, now: number): Statement {
  return sql`WITH wanted AS MATERIALIZED (${pulls}),
crowd AS MATERIALIZED (
  SELECT host, repository FROM wanted GROUP BY host, repository HAVING count(*) >= ${CROWD}
    AND count(*) * ${ONE_IN} >= (SELECT count(*) FROM pull WHERE pull.host = wanted.host
      AND pull.repository = wanted.repository AND pull.closed_at IS NULL)
),
meant AS (
  SELECT host, repository, 'pull/' || number AS key FROM wanted
  WHERE (host, repository) NOT IN (SELECT host, repository FROM crowd)
  UNION ALL
  SELECT host, repository, 'repository' FROM crowd
),
marked AS (
  INSERT INTO task (host, repository, key, installation, bulk, generation, due_at)
  SELECT meant.host, meant.repository, meant.key, coalesce(r.installation, 0), true, 1, ${now}::bigint
  FROM meant LEFT JOIN repository AS r ON r.host = meant.host AND r.id = meant.repository
  ORDER BY meant.host, meant.repository, meant.key COLLATE "C"
  ${MARK_AGAIN}
)
SELECT count(*) AS marked FROM wanted`;
}

/**
 * Marks the pull requests that a change affects. Must be the end of the change: while it holds its lock, no pull
 * request is recorded.
 * @returns how many were marked
 */
async function markRecorded(connection: Connection, pulls: Statement, now: number): Promise<number> {
  await lockPulls(connection);
  // Of very many, somebody waits for the newest.
  const newest = sql`SELECT * FROM (${pulls}) AS touched ORDER BY number DESC LIMIT ${MANY_PULLS}::bigint`;
  const marked = await connection.run(markPulls(newest, now));
  const more = await connection.get(
    sql`SELECT 1 FROM (${pulls}) AS touched OFFSET ${MANY_PULLS}::bigint LIMIT 1`,
  );
  return more === undefined ? marked : runBulk(connection, pulls, now);
}

async function markRecordedBulk(connection: Connection, pulls: Statement, now: number): Promise<number> {
  await lockPulls(connection);
  return runBulk(connection, pulls, now);
}

async function runBulk(connection: Connection, pulls: Statement, now: number): Promise<number> {
  return (await connection.get<{ marked: number }>(markBulk(pulls, now)))?.marked ?? 0;
}

/**
 * Marks the open pull requests touched by rows (agreement, host, bucket, lost) of a table or of a query in brackets.
 * Where nothing was lost, more signatures change nothing for people who have signed.
 */
export function markTouchedIn(
  connection: Connection,
  touched: Statement,
  now: number,
  { bulk }: { readonly bulk: boolean },
): Promise<number> {
  const pulls = sql`SELECT DISTINCT pull.host, pull.repository, pull.number
FROM ${touched} AS touched
JOIN pull_bucket AS b ON b.host = touched.host AND b.bucket = touched.bucket
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE pull.agreement = touched.agreement AND pull.closed_at IS NULL AND (touched.lost OR b.missing)`;
  return bulk ? markRecordedBulk(connection, pulls, now) : markRecorded(connection, pulls, now);
}

/**
 * Marks the open pull requests under an agreement that one of the accounts may be part of.
 * @param isLoss for which accounts more than a new signature or place changed
 */
export async function markTouched(
  connection: Connection,
  accounts: readonly Account[],
  agreement: string,
  now: number,
  isLoss: (account: Account) => boolean = () => true,
): Promise<number> {
  if (accounts.length === 0) return 0;
  const hosts = accounts.map(hostOf);
  const buckets = accounts.map(bucketOf);
  return markTouchedIn(
    connection,
    sql`(SELECT ${agreement}::text AS agreement, host, bucket, lost
  FROM unnest(${hosts}::text[], ${buckets}::bigint[], ${accounts.map(isLoss)}::boolean[]) AS t (host, bucket, lost))`,
    now,
    { bulk: accounts.length > MANY_PEOPLE },
  );
}

/** Marks every open pull request that an account may be part of, under any agreement. */
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
  return markRecordedBulk(
    connection,
    sql`SELECT host, repository, number FROM pull WHERE agreement = ${agreement} AND closed_at IS NULL`,
    now,
  );
}

/** Marks the merge groups of a repository that may still be queued and wait for another check. */
export function markGroups(
  connection: Connection,
  { host, repository }: { host: HostName; repository: number },
  now: number,
): Promise<number> {
  return connection.run(sql`WITH queued AS (
  SELECT id FROM task WHERE host = ${host} AND repository = ${repository} AND key LIKE 'group/%'
  ORDER BY key COLLATE "C" FOR UPDATE
)
UPDATE task SET generation = generation + 1, due_at = ${now}, waits_since = NULL, bulk = false, attempts = 0
FROM queued WHERE task.id = queued.id`);
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
