import { pullTask, taskKey, type Claim, type Mark, type Taken } from "../../ports/queue.ts";
import { takenOf, type KeptTask } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";
import { FREE, RECHECK_AT } from "./take.ts";

interface Key {
  readonly host: string;
  readonly repository: number;
  readonly key: string;
}

/**
 * Prepares claiming pull requests; must run in a transaction.
 * @param turnOf stores the route of a mark and returns the installation whose turn its task uses
 */
export function prepareClaim(
  connection: Connection,
  turnOf: (mark: Mark, now: number) => number,
): (wanted: readonly Claim[], now: number, lease: { lease: string; until: number }) => readonly Taken[] {
  const checks = connection
    .prepare<[string, number, number], number>(
      "SELECT checks FROM pull WHERE host = ? AND repository = ? AND number = ?",
    )
    .pluck();
  // A row that waits for its time, or for a mark, had no mark since the last check.
  const claim = connection.prepare<
    [Key & { installation: number; bulk: 0 | 1; late: 0 | 1; now: number; lease: string; until: number }],
    KeptTask
  >(`INSERT INTO task (host, repository, key, installation, bulk, generation, due_at, lease, lease_until)
VALUES (@host, @repository, @key, @installation, @bulk, 1, @now, @lease, @until)
ON CONFLICT (host, repository, key) DO UPDATE SET
  lease = excluded.lease, lease_until = excluded.lease_until, recheck_at = ${RECHECK_AT}, waits_since = NULL,
  due_at = min(coalesce(due_at, excluded.due_at), excluded.due_at)
WHERE ${FREE} AND (@late = 0 OR due_at IS NULL OR (waits_since IS NOT NULL AND due_at > @now))
RETURNING host, repository, key, generation, attempts, failing_since AS failingSince, told, deliveries, bulk`);
  const route = connection.prepare<[string, number], Pick<KeptTask, "handle" | "installation">>(
    "SELECT handle, installation FROM repository WHERE host = ? AND id = ?",
  );

  return (wanted, now, lease) =>
    wanted.flatMap((one): Taken[] => {
      const { host, repository, number } = one.ref;
      const late = one.checks !== undefined;
      if (late && (checks.get(host, repository, number) ?? null) !== one.checks) return [];
      const task = pullTask(one.ref);
      const installation = turnOf({ task, route: one.route }, now);
      const key = { host, repository, key: taskKey(task), installation };
      const row = claim.get({ ...key, bulk: late ? 1 : 0, late: late ? 1 : 0, now, ...lease });
      if (row === undefined) return [];
      const known = route.get(host, repository) ?? { handle: null, installation: null };
      return [takenOf({ ...row, ...known }, lease.lease)];
    });
}
