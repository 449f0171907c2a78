import type { HostName } from "../../account.ts";
import { AFTER_A_LAPSE, CLOCKS_DIFFER, LONGEST_LEASE, type Taken } from "../../ports/queue.ts";
import { takenOf, type KeptTask } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";
import { sql, type Statement } from "../connection/sql.ts";

/** Several processes take tasks at once; each skips tasks that another is taking, and needs others to choose from. */
const REACH = 4;
/** How many repositories one take reads; the next take starts where the last one ended. */
const LANES = 64;

/** The walk over repositories with due tasks starts after this one. */
export interface Place {
  readonly host: HostName | "";
  readonly installation: number;
  readonly repository: number;
}

export const FROM_THE_FIRST: Place = { host: "", installation: -1, repository: -1 };

/**
 * SQL for: nobody holds the task. A lease that ends too late comes from a wrong clock.
 * @param moment of {@link Clock.lease}
 */
export function free(table: Statement, moment: Statement): Statement {
  return sql`(${table}.lease_until IS NULL OR ${table}.lease_until <= ${moment}
    OR ${table}.lease_until > ${moment} + ${LONGEST_LEASE}::bigint)`;
}

/** SQL for when a task that is leased now is checked once more because an earlier lease ran out; null: never. */
export function recheckAt(now: number): Statement {
  return sql`CASE
  WHEN task.lease IS NOT NULL AND (task.key LIKE 'pull/%' OR task.key LIKE 'group/%') THEN ${now + AFTER_A_LAPSE}::bigint
  WHEN task.recheck_at > ${now} THEN least(task.recheck_at, ${now + AFTER_A_LAPSE}) END`;
}

/** SQL for: its wait is over. A wait that began much later than now comes from a wrong clock. */
function ripe(now: number): Statement {
  return sql`task.waits_since IS NOT NULL AND (task.due_at <= ${now} OR task.waits_since > ${now + CLOCKS_DIFFER})`;
}

/** SQL for: it is due now. A marked task is always due, independent of the clock. */
export function dueNow(now: number): Statement {
  return sql`(task.due_at IS NOT NULL AND (task.waits_since IS NULL OR ${ripe(now)}))`;
}

const TASK = sql`task`;
const DUE = sql`d`;

/** Ends the waiting of tasks whose time has come. */
export async function ripen(connection: Pick<Connection, "run">, now: number): Promise<void> {
  await connection.run(sql`WITH over AS (
  SELECT id FROM task WHERE ${ripe(now)} ORDER BY host COLLATE "C", repository, key COLLATE "C" FOR UPDATE SKIP LOCKED
)
UPDATE task SET waits_since = NULL FROM over WHERE task.id = over.id`);
}

export interface Wanted {
  readonly limit: number;
  readonly bulk: boolean;
  readonly skip: readonly number[];
  readonly now: number;
  /** Of {@link Clock.lease}. */
  readonly moment: Statement;
}

/**
 * Leases due tasks of one class. The index is walked repository by repository, so that a take costs the same with a
 * hundred thousand due tasks as with a hundred. An installation's running tasks of the class count as turns.
 * @returns the tasks, and where the next take begins
 */
export async function take(
  connection: Pick<Connection, "all">,
  { limit, bulk, skip, now, moment }: Wanted,
  after: Place,
  { lease, until }: { lease: string; until: Statement },
): Promise<{ readonly taken: readonly Taken[]; readonly after: Place }> {
  if (limit <= 0) return { taken: [], after };
  const rows = await connection.all<KeptTask & { last: Place }>(sql`WITH RECURSIVE lane AS (
  SELECT ${after.host}::text COLLATE "C" AS host, ${after.installation}::bigint AS installation,
    ${after.repository}::bigint AS repository, 1 AS turn
  UNION ALL
  SELECT next.host, next.installation, next.repository, lane.turn + 1 FROM lane CROSS JOIN LATERAL (
    (SELECT 1 AS choice, t.host, t.installation, t.repository FROM task AS t
      WHERE t.due_at IS NOT NULL AND t.waits_since IS NULL AND t.bulk = ${bulk}
        AND (t.host, t.installation, t.repository) > (lane.host, lane.installation, lane.repository)
      ORDER BY t.host, t.installation, t.repository LIMIT 1)
    UNION ALL
    (SELECT 2, t.host, t.installation, t.repository FROM task AS t
      WHERE t.due_at IS NOT NULL AND t.waits_since IS NULL AND t.bulk = ${bulk}
      ORDER BY t.host, t.installation, t.repository LIMIT 1)
    ORDER BY 1 LIMIT 1) AS next
  WHERE lane.turn <= ${LANES}
),
lanes AS MATERIALIZED (
  SELECT host, installation, repository, min(turn) AS seen FROM lane WHERE turn > 1
  GROUP BY host, installation, repository
),
under_way AS MATERIALIZED (
  SELECT host, installation, count(*) AS tasks FROM task
  WHERE lease_until > ${moment} AND lease_until <= ${moment} + ${LONGEST_LEASE}::bigint AND bulk = ${bulk}
  GROUP BY host, installation
),
found AS MATERIALIZED (
  SELECT d.id, lanes.host, lanes.installation, d.due_at, row_number() OVER (
    PARTITION BY lanes.host, lanes.installation, lanes.repository ORDER BY d.due_at, d.id) AS place
  FROM lanes
  CROSS JOIN LATERAL (
    SELECT d.id, d.due_at FROM task AS d
    WHERE d.bulk = ${bulk} AND d.host = lanes.host AND d.installation = lanes.installation
      AND d.repository = lanes.repository AND d.due_at IS NOT NULL AND d.waits_since IS NULL AND ${free(DUE, moment)}
    ORDER BY d.due_at, d.id LIMIT ${limit * REACH}) AS d
  WHERE lanes.installation <> ALL (${skip}::bigint[])
),
due AS MATERIALIZED (
  SELECT found.id, found.due_at, coalesce(under_way.tasks, 0) + row_number() OVER (
    PARTITION BY found.host, found.installation ORDER BY found.place, found.due_at, found.id) AS turn
  FROM found
  LEFT JOIN under_way ON under_way.host = found.host AND under_way.installation = found.installation
),
chosen AS MATERIALIZED (
  SELECT task.id, due.turn, due.due_at FROM due JOIN task ON task.id = due.id
  WHERE task.due_at IS NOT NULL AND task.waits_since IS NULL AND ${free(TASK, moment)}
  ORDER BY due.turn, due.due_at, task.id LIMIT ${limit} FOR UPDATE OF task SKIP LOCKED
),
taken AS (
  UPDATE task SET lease = ${lease}, lease_until = ${until}, recheck_at = ${recheckAt(now)}
  FROM chosen WHERE task.id = chosen.id
  RETURNING task.*, chosen.turn, chosen.due_at AS due_since
)
SELECT taken.host, taken.repository, taken.key, taken.generation, taken.attempts,
  taken.failing_since AS "failingSince", taken.told, taken.deliveries,
  taken.bulk, r.handle,
  coalesce(r.installation, nullif(taken.installation, 0)) AS installation,
  (SELECT json_build_object('host', host, 'installation', installation, 'repository', repository)
    FROM lanes ORDER BY seen DESC LIMIT 1) AS last
FROM taken LEFT JOIN repository AS r ON r.host = taken.host AND r.id = taken.repository
ORDER BY taken.turn, taken.due_since, taken.id`);
  return {
    taken: rows.map((row) => takenOf(row, lease)),
    after: rows[0]?.last ?? FROM_THE_FIRST,
  };
}
