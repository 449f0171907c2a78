import type { Statement } from "better-sqlite3";
import { bucketOf, hostOf, type Account, type HostName } from "../../account.ts";
import type { Connection } from "../connection/connect.ts";

/** What a mark does to the row of a task that is there already: parked and failing ones start afresh. */
export const MARK_AGAIN = `ON CONFLICT (host, repository, key) DO UPDATE SET
  generation = generation + 1,
  due_at = min(coalesce(due_at, excluded.due_at), excluded.due_at),
  attempts = 0,
  failing_since = NULL,
  failure = NULL,
  installation = excluded.installation,
  told = coalesce(excluded.told, told)`;

/**
 * SQL that marks the pull requests that `pulls` selects as rows (host, repository, number); `@now` is bound.
 * Their keys are what `taskKey` prints.
 */
export function markPulls(pulls: string): string {
  return `INSERT INTO task (host, repository, key, installation, generation, due_at)
SELECT p.host, p.repository, 'pull/' || p.number, coalesce(r.installation, 0), 1, @now
FROM (${pulls}) AS p LEFT JOIN repository AS r ON r.host = p.host AND r.id = p.repository
WHERE true ${MARK_AGAIN}`;
}

/** SQL that selects the open pull requests touched by rows (agreement, host, bucket) of the table `touched`. */
export function pullsTouched(touched: string): string {
  return `SELECT DISTINCT pull.host, pull.repository, pull.number
FROM ${touched} AS touched
JOIN pull_bucket AS b ON b.host = touched.host AND b.bucket = touched.bucket
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE pull.agreement = touched.agreement AND pull.closed_at IS NULL`;
}

/** Where something changed: for whom under an agreement, as far as open pull requests remember it. */
export interface Touched {
  readonly agreement: string;
  readonly host: HostName;
  readonly bucket: number;
}

export function touchedBy(account: Account, agreement: string): Touched {
  return { agreement, host: hostOf(account), bucket: bucketOf(account) };
}

/** Prepares the marking of the open pull requests that were touched; it returns how many those are. */
export function prepareMarkTouched(
  connection: Connection,
): (touched: readonly Touched[], now: number) => number {
  const mark = connection.prepare<[{ touched: string; now: number }]>(
    markPulls(
      pullsTouched(
        `(SELECT value ->> 'agreement' AS agreement, value ->> 'host' AS host, value ->> 'bucket' AS bucket
  FROM json_each(@touched))`,
      ),
    ),
  );
  return (touched, now) =>
    touched.length === 0 ? 0 : mark.run({ touched: JSON.stringify(touched), now }).changes;
}

/** Prepares the marking of every open pull request that an account may be behind, whatever its agreement. */
export function prepareMarkAccount(connection: Connection): (account: Account, now: number) => number {
  const mark = connection.prepare<[{ host: HostName; bucket: number; now: number }]>(
    markPulls(`SELECT pull.host, pull.repository, pull.number FROM pull_bucket AS b
JOIN pull ON pull.host = b.host AND pull.repository = b.repository AND pull.number = b.number
WHERE b.host = @host AND b.bucket = @bucket AND pull.closed_at IS NULL`),
  );
  return (account, now) => mark.run({ host: hostOf(account), bucket: bucketOf(account), now }).changes;
}

/** Prepares the marking of the merge groups of a repository that may still be queued: they wait for another look. */
export function prepareMarkGroups(
  connection: Connection,
): Statement<[{ host: string; repository: number; now: number }]> {
  return connection.prepare(
    `UPDATE task SET generation = generation + 1, due_at = @now, attempts = 0
WHERE host = @host AND repository = @repository AND key LIKE 'group/%'`,
  );
}

/** Prepares the marking of the open pull requests that share a head with one that leaves it. */
export function prepareMarkSharing(
  connection: Connection,
): Statement<[{ host: string; repository: number; number: number; head: string; now: number }]> {
  return connection.prepare(
    markPulls(`SELECT host, repository, number FROM pull
WHERE host = @host AND repository = @repository AND head = @head AND number <> @number AND closed_at IS NULL`),
  );
}
