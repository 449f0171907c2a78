import { takenOf, type KeptTask, type Taken } from "../../ports/queue.ts";
import { sql, type Statement } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

/** Several processes look at once; each passes over what another is taking, and finds others here. */
const REACH = 4;

/** SQL for: nobody has the task, and it is due. */
function free(table: Statement, now: number): Statement {
  return sql`${table}.due_at <= ${now} AND (${table}.lease_until IS NULL OR ${table}.lease_until <= ${now})`;
}

const TASK = sql`task`;
const DUE = sql`d`;

/**
 * Takes due tasks under a lease. The index is walked installation by installation, so that a take costs as much with
 * a hundred thousand tasks due as with a hundred. What an installation has under way counts as turns it has had.
 */
export async function take(
  writer: Writer,
  { limit, skip, now }: { limit: number; skip: readonly number[]; now: number },
  { lease, until }: { lease: string; until: number },
): Promise<readonly Taken[]> {
  if (limit <= 0) return [];
  const rows = await writer.all<KeptTask>(sql`WITH RECURSIVE lane AS (
  (SELECT host, installation FROM task WHERE due_at IS NOT NULL ORDER BY host, installation LIMIT 1)
  UNION ALL
  SELECT next.host, next.installation FROM lane CROSS JOIN LATERAL (
    SELECT task.host, task.installation FROM task
    WHERE due_at IS NOT NULL AND (task.host, task.installation) > (lane.host, lane.installation)
    ORDER BY task.host, task.installation LIMIT 1) AS next
),
under_way AS MATERIALIZED (
  SELECT host, installation, count(*) AS tasks FROM task WHERE lease_until > ${now} GROUP BY host, installation
),
due AS MATERIALIZED (
  SELECT d.id, d.due_at, coalesce(under_way.tasks, 0)
    + row_number() OVER (PARTITION BY lane.host, lane.installation ORDER BY d.due_at, d.id) AS turn
  FROM lane
  CROSS JOIN LATERAL (
    SELECT d.id, d.due_at FROM task AS d
    WHERE d.host = lane.host AND d.installation = lane.installation AND ${free(DUE, now)}
    ORDER BY d.due_at, d.id LIMIT ${limit * REACH}) AS d
  LEFT JOIN under_way ON under_way.host = lane.host AND under_way.installation = lane.installation
  WHERE lane.installation <> ALL (${skip}::bigint[])
),
chosen AS MATERIALIZED (
  SELECT task.id, due.turn, due.due_at FROM due JOIN task ON task.id = due.id
  WHERE ${free(TASK, now)}
  ORDER BY due.turn, due.due_at, task.id LIMIT ${limit} FOR UPDATE OF task SKIP LOCKED
),
taken AS (
  UPDATE task SET lease = ${lease}, lease_until = ${until} FROM chosen WHERE task.id = chosen.id
  RETURNING task.*, chosen.turn, chosen.due_at AS due_since
)
SELECT taken.host, taken.repository, taken.key, taken.generation, taken.attempts,
  taken.failing_since AS "failingSince", taken.told, r.handle,
  coalesce(r.installation, nullif(taken.installation, 0)) AS installation
FROM taken LEFT JOIN repository AS r ON r.host = taken.host AND r.id = taken.repository
ORDER BY taken.turn, taken.due_since, taken.id`);
  return rows.map((row) => takenOf(row, lease));
}
