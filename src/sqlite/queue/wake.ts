import { bucketOf, hostOf, type Account, type HostName } from "../../account.ts";
import { MANY_PEOPLE, MANY_PULLS } from "../../ports/queue.ts";
import { LONGEST_ARRIVALS, TOLD_AT } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";

/** The effect of a mark on an existing row: parked and failing tasks start again. */
export const MARK_AGAIN = `ON CONFLICT (host, repository, key) DO UPDATE SET
  generation = generation + 1,
  due_at = min(coalesce(due_at, excluded.due_at), excluded.due_at),
  attempts = 0,
  failing_since = NULL,
  failure = NULL,
  bulk = min(bulk, excluded.bulk),
  waits_since = NULL,
  installation = excluded.installation,
  told = CASE WHEN substr(excluded.told, 1, ${TOLD_AT}) < substr(told, 1, ${TOLD_AT}) THEN told
    ELSE coalesce(excluded.told, told) END,
  deliveries = CASE WHEN excluded.deliveries IS NULL OR length(deliveries) > ${LONGEST_ARRIVALS} THEN deliveries
    ELSE coalesce(deliveries || ' ', '') || excluded.deliveries END`;

/** From this many pull requests of a repository on, one sweep checks them instead of single checks. */
const CROWD = 20;
/** A sweep reads all open pull requests, so it pays only if at least one in this many is marked. */
const ONE_IN = 20;

/** Marks the pull requests that it was prepared for, and returns their number. */
type Mark<Parameters extends object> = (parameters: Parameters & { readonly now: number }) => number;

/**
 * Prepares marking pull requests that somebody waits for. Of very many, somebody waits for the newest.
 * @param pulls SQL that selects them as rows (host, repository, number)
 */
export function prepareMarkPulls<Parameters extends object>(
  connection: Connection,
  pulls: string,
): Mark<Parameters> {
  const newest = `(SELECT * FROM (${pulls}) ORDER BY number DESC LIMIT ${MANY_PULLS})`;
  const mark = connection.prepare<[Parameters & { now: number }]>(
    `${INSERT} ${eachOf(newest, 0)} WHERE true ORDER BY p.number ${MARK_AGAIN}`,
  );
  const more = connection.prepare<[Parameters & { now: number }]>(
    `SELECT 1 FROM (${pulls}) WHERE @now IS NOT NULL LIMIT 1 OFFSET ${MANY_PULLS}`,
  );
  const markRest = prepareMarkBulk<Parameters>(connection, pulls);
  return (parameters) => {
    const marked = mark.run(parameters).changes;
    return more.get(parameters) === undefined ? marked : markRest(parameters);
  };
}

/** Prepares marking pull requests that nobody waits for; many of one repository get a sweep instead. */
export function prepareMarkBulk<Parameters extends object>(
  connection: Connection,
  pulls: string,
): Mark<Parameters> {
  const count = connection.prepare<[Parameters & { now: number }], number>(
    `SELECT count(*) FROM (${pulls}) WHERE @now IS NOT NULL`,
  );
  const mark = connection.prepare<[Parameters & { now: number }]>(`WITH wanted AS MATERIALIZED (${pulls}),
crowd AS MATERIALIZED (
  SELECT host, repository FROM wanted GROUP BY host, repository HAVING count(*) >= ${CROWD}
    AND count(*) * ${ONE_IN} >= (SELECT count(*) FROM pull WHERE pull.host = wanted.host
      AND pull.repository = wanted.repository AND pull.closed_at IS NULL)
)
${INSERT} ${eachOf("wanted", 1)}
WHERE NOT EXISTS (SELECT 1 FROM crowd WHERE crowd.host = p.host AND crowd.repository = p.repository)
UNION ALL
SELECT crowd.host, crowd.repository, 'repository', coalesce(r.installation, 0), 1, 1, @now
FROM crowd LEFT JOIN repository AS r ON r.host = crowd.host AND r.id = crowd.repository
WHERE true ${MARK_AGAIN}`);
  return (parameters) => {
    const counted = count.pluck().get(parameters) ?? 0;
    if (counted > 0) mark.run(parameters);
    return counted;
  };
}

const INSERT = "INSERT INTO task (host, repository, key, installation, bulk, generation, due_at)";

/** SQL for a row of a task for each pull request; the keys are what `taskKey` prints. */
function eachOf(pulls: string, bulk: 0 | 1): string {
  return `SELECT p.host, p.repository, 'pull/' || p.number, coalesce(r.installation, 0), ${bulk}, 1, @now
FROM ${pulls} AS p LEFT JOIN repository AS r ON r.host = p.host AND r.id = p.repository`;
}

/**
 * SQL that selects the open pull requests touched by rows (agreement, host, bucket, lost) of the table `touched`. Where
 * nothing was lost, more signatures change nothing for people who have signed.
 */
export function pullsTouched(touched: string): string {
  return `SELECT DISTINCT pull.host, pull.repository, pull.number
FROM ${touched} AS touched
JOIN pull_bucket AS b ON b.host = touched.host AND b.bucket = touched.bucket
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE pull.agreement = touched.agreement AND pull.closed_at IS NULL AND (touched.lost = 1 OR b.missing = 1)`;
}

/** What changed: the buckets of people under an agreement. */
export interface Touched {
  readonly agreement: string;
  readonly host: HostName;
  readonly bucket: number;
  /** 0: they only gained a signature or a place. */
  readonly lost: 0 | 1;
}

export function touchedBy(account: Account, agreement: string, lost: 0 | 1): Touched {
  return { agreement, host: hostOf(account), bucket: bucketOf(account), lost };
}

/** Prepares marking the touched open pull requests; returns their number. */
export function prepareMarkTouched(
  connection: Connection,
): (touched: readonly Touched[], now: number) => number {
  const pulls = pullsTouched(
    `(SELECT value ->> 'agreement' AS agreement, value ->> 'host' AS host, value ->> 'bucket' AS bucket,
  value ->> 'lost' AS lost FROM json_each(@touched))`,
  );
  const mark = prepareMarkPulls<{ touched: string }>(connection, pulls);
  const markBulk = prepareMarkBulk<{ touched: string }>(connection, pulls);
  return (touched, now) => {
    if (touched.length === 0) return 0;
    const parameters = { touched: JSON.stringify(touched), now };
    return touched.length > MANY_PEOPLE ? markBulk(parameters) : mark(parameters);
  };
}

/** Prepares marking every open pull request that an account may be part of, under any agreement. */
export function prepareMarkAccount(connection: Connection): (account: Account, now: number) => number {
  const mark = prepareMarkPulls<{ host: HostName; bucket: number }>(
    connection,
    `SELECT pull.host, pull.repository, pull.number FROM pull_bucket AS b
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE b.host = @host AND b.bucket = @bucket AND pull.closed_at IS NULL`,
  );
  return (account, now) => mark({ host: hostOf(account), bucket: bucketOf(account), now });
}

/** Prepares marking the merge groups of a repository that may still be queued and wait for another check. */
export function prepareMarkGroups(connection: Connection): Mark<{ host: string; repository: number }> {
  const mark = connection.prepare<[{ host: string; repository: number; now: number }]>(
    `UPDATE task SET generation = generation + 1, due_at = @now, waits_since = NULL, bulk = 0, attempts = 0
WHERE host = @host AND repository = @repository AND key LIKE 'group/%'`,
  );
  return (parameters) => mark.run(parameters).changes;
}

/** Prepares marking a repository for a sweep that nobody waits for. */
export function prepareMarkRepository(connection: Connection): Mark<{ host: string; repository: number }> {
  const mark = connection.prepare<[{ host: string; repository: number; now: number }]>(
    `${INSERT}
VALUES (@host, @repository, 'repository',
  coalesce((SELECT installation FROM repository WHERE host = @host AND id = @repository), 0), 1, 1, @now)
${MARK_AGAIN}`,
  );
  return (parameters) => mark.run(parameters).changes;
}

/** Prepares marking the open pull requests that share a head with one that leaves it. */
export function prepareMarkSharing(
  connection: Connection,
): Mark<{ host: string; repository: number; number: number; head: string }> {
  return prepareMarkPulls(
    connection,
    `SELECT host, repository, number FROM pull
WHERE host = @host AND repository = @repository AND head = @head AND number <> @number AND closed_at IS NULL`,
  );
}
