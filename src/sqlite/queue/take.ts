import { takenOf, type KeptTask, type Taken } from "../../ports/queue.ts";
import type { Connection } from "../connection/connect.ts";

interface Wanted {
  readonly limit: number;
  /** The installations to leave alone, as a JSON array. */
  readonly skip: string;
  readonly now: number;
}

const FREE = "due_at <= @now AND (lease_until IS NULL OR lease_until <= @now)";

// The index is walked installation by installation, so that a take costs as much with a hundred thousand tasks
// due as with a hundred. What an installation has under way counts as turns it has had.
const DUE = `WITH RECURSIVE lane (host, installation) AS (
  SELECT * FROM (
    SELECT host, installation FROM task WHERE due_at IS NOT NULL ORDER BY host, installation LIMIT 1)
  UNION ALL
  SELECT next.host, next.installation FROM lane JOIN task AS next ON next.id = coalesce(
    (SELECT id FROM task WHERE due_at IS NOT NULL AND host = lane.host AND installation > lane.installation
      ORDER BY installation LIMIT 1),
    (SELECT id FROM task WHERE due_at IS NOT NULL AND host > lane.host ORDER BY host, installation LIMIT 1))
),
under_way AS MATERIALIZED (
  SELECT host, installation, count(*) AS tasks FROM task WHERE lease_until > @now GROUP BY host, installation
),
due AS (
  SELECT task.id, task.due_at, coalesce(under_way.tasks, 0)
    + row_number() OVER (PARTITION BY task.host, task.installation ORDER BY task.due_at, task.id) AS turn
  FROM lane
  JOIN task ON task.id IN (
    SELECT id FROM task WHERE host = lane.host AND installation = lane.installation AND ${FREE}
    ORDER BY due_at, id LIMIT @limit)
  LEFT JOIN under_way ON under_way.host = lane.host AND under_way.installation = lane.installation
  WHERE lane.installation NOT IN (SELECT value FROM json_each(@skip))
)`;

/** The look whether anything can be taken, and the taking itself, which belongs into a transaction. */
export function prepareTake(connection: Connection): {
  anyDue(wanted: Wanted): boolean;
  take(wanted: Wanted, lease: { lease: string; until: number }): readonly Taken[];
} {
  const any = connection.prepare<[Wanted], number>(`SELECT EXISTS (SELECT 1 FROM task
WHERE ${FREE} AND installation NOT IN (SELECT value FROM json_each(@skip)) AND @limit > 0)`);
  const select = connection.prepare<[Wanted], KeptTask & { readonly id: number }>(`${DUE}
SELECT task.id, task.host, task.repository, key, generation, attempts, failing_since AS failingSince, told,
  r.handle, coalesce(r.installation, nullif(task.installation, 0)) AS installation
FROM due CROSS JOIN task USING (id) LEFT JOIN repository AS r ON r.host = task.host AND r.id = task.repository
ORDER BY turn, due.due_at, task.id LIMIT @limit`);
  const lease = connection.prepare<[string, number, number]>(
    "UPDATE task SET lease = ?, lease_until = ? WHERE id = ?",
  );

  return {
    anyDue: (wanted) => any.pluck().get(wanted) === 1,
    take: (wanted, { lease: token, until }) =>
      select.all(wanted).map((row) => {
        lease.run(token, until, row.id);
        return takenOf(row, token);
      }),
  };
}
