import type { HostName } from "../../account.ts";
import { AFTER_A_LAPSE, CLOCKS_DIFFER, LONGEST_LEASE, type Taken } from "../../ports/queue.ts";
import { takenOf, type KeptTask } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";

interface Wanted {
  readonly limit: number;
  readonly bulk: 0 | 1;
  /** The installations to skip, as a JSON array. */
  readonly skip: string;
  readonly now: number;
}

/** The walk over repositories with due tasks starts after this one. */
interface Place {
  readonly host: HostName | "";
  readonly installation: number;
  readonly repository: number;
}

type Row = KeptTask & Place & { readonly id: number };

/** SQL for: nobody holds the task. A lease that ends too late comes from a wrong clock. */
export const FREE = `(lease_until IS NULL OR lease_until <= @now OR lease_until > @now + ${LONGEST_LEASE})`;
const HELD = `lease_until > @now AND lease_until <= @now + ${LONGEST_LEASE}`;

/** SQL for when a task that is leased now is checked once more because an earlier lease ran out; null: never. */
export const RECHECK_AT = `CASE
  WHEN lease IS NOT NULL AND (key LIKE 'pull/%' OR key LIKE 'group/%') THEN @now + ${AFTER_A_LAPSE}
  WHEN recheck_at > @now THEN min(recheck_at, @now + ${AFTER_A_LAPSE}) END`;

/** SQL for: its wait is over. A wait that began much later than now comes from a wrong clock. */
const RIPE = `waits_since IS NOT NULL AND (due_at <= @now OR waits_since > @now + ${CLOCKS_DIFFER})`;

/** SQL for: it is due now. A marked task is always due, independent of the clock. */
export const DUE_NOW = `(due_at IS NOT NULL AND (waits_since IS NULL OR ${RIPE}))`;

/**
 * How many waits one take ends: after a host was down, a hundred thousand may be over, and to end them takes half a second
 * in which nothing else runs.
 */
const RIPEN = 1_000;

/** How many repositories one take reads; the next take starts where the last one ended. */
const LANES = 64;

const LANE =
  "SELECT host, installation, repository FROM task WHERE due_at IS NOT NULL AND waits_since IS NULL AND bulk = @bulk";
const IN_ORDER = "ORDER BY host, installation, repository LIMIT 1";

// The index is walked repository by repository, so that a take costs the same with a hundred thousand due tasks as with
// a hundred. An installation's running tasks of the class count as turns.
const DUE = `WITH RECURSIVE lane (host, installation, repository, turn) AS (
  SELECT *, 1 FROM (SELECT @host, @installation, @repository)
  UNION ALL
  SELECT next.host, next.installation, next.repository, lane.turn + 1 FROM lane JOIN task AS next ON next.id = coalesce(
    (SELECT id FROM task WHERE due_at IS NOT NULL AND waits_since IS NULL AND bulk = @bulk AND host = lane.host
      AND installation = lane.installation AND repository > lane.repository ORDER BY repository LIMIT 1),
    (SELECT id FROM task WHERE due_at IS NOT NULL AND waits_since IS NULL AND bulk = @bulk AND host = lane.host
      AND installation > lane.installation ORDER BY installation, repository LIMIT 1),
    (SELECT id FROM task WHERE due_at IS NOT NULL AND waits_since IS NULL AND bulk = @bulk AND host > lane.host ${IN_ORDER}),
    (SELECT id FROM task WHERE due_at IS NOT NULL AND waits_since IS NULL AND bulk = @bulk ${IN_ORDER}))
  WHERE lane.turn <= ${LANES}
),
lanes AS MATERIALIZED (
  SELECT host, installation, repository, min(turn) AS seen FROM lane WHERE turn > 1
  GROUP BY host, installation, repository
),
under_way AS MATERIALIZED (
  SELECT host, installation, count(*) AS tasks FROM task WHERE ${HELD} AND bulk = @bulk GROUP BY host, installation
),
found AS MATERIALIZED (
  SELECT task.id, task.host, task.installation, task.due_at,
    row_number() OVER (PARTITION BY task.host, task.installation, task.repository ORDER BY task.due_at, task.id) AS place
  FROM lanes
  JOIN task ON task.id IN (
    SELECT id FROM task WHERE bulk = @bulk AND host = lanes.host AND installation = lanes.installation
      AND repository = lanes.repository AND due_at IS NOT NULL AND waits_since IS NULL AND ${FREE}
    ORDER BY due_at, id LIMIT @limit)
  WHERE lanes.installation NOT IN (SELECT value FROM json_each(@skip))
),
due AS (
  SELECT found.id, found.due_at, coalesce(under_way.tasks, 0)
    + row_number() OVER (PARTITION BY found.host, found.installation ORDER BY found.place, found.due_at, found.id) AS turn
  FROM found
  LEFT JOIN under_way ON under_way.host = found.host AND under_way.installation = found.installation
)`;

/** The check whether anything can be taken, and the take, which must run in a transaction. */
export function prepareTake(connection: Connection): {
  anyDue(wanted: Wanted): boolean;
  take(wanted: Wanted, lease: { lease: string; until: number }): readonly Taken[];
} {
  const any = connection.prepare<[Wanted], number>(`SELECT EXISTS (SELECT 1 FROM task
WHERE bulk = @bulk AND ${DUE_NOW} AND ${FREE} AND installation NOT IN (SELECT value FROM json_each(@skip))
  AND @limit > 0)`);
  const select = connection.prepare<[Wanted & Place], Row>(`${DUE}
SELECT task.id, task.host, task.repository, key, generation, attempts, failing_since AS failingSince, told, deliveries,
  bulk, r.handle, coalesce(r.installation, nullif(task.installation, 0)) AS installation
FROM due CROSS JOIN task USING (id) LEFT JOIN repository AS r ON r.host = task.host AND r.id = task.repository
ORDER BY turn, due.due_at, task.id LIMIT @limit`);
  const first = connection.prepare<[Wanted], Place>(`${LANE} ${IN_ORDER}`);
  const lanes = connection.prepare<[Wanted & Place], Place>(
    `${DUE.slice(0, DUE.indexOf("under_way AS")).trimEnd().replace(/,$/, "")}
SELECT host, installation, repository FROM lanes ORDER BY seen DESC LIMIT 1`,
  );
  const ripen = connection.prepare<[Wanted]>(`UPDATE task SET waits_since = NULL WHERE id IN (
  SELECT id FROM task WHERE bulk = @bulk AND ${RIPE} AND installation NOT IN (SELECT value FROM json_each(@skip))
  LIMIT ${RIPEN})`);
  const lease = connection.prepare<[{ id: number; lease: string; until: number; now: number }]>(
    `UPDATE task SET lease = @lease, lease_until = @until, recheck_at = ${RECHECK_AT} WHERE id = @id`,
  );
  const begins: Place = { host: "", installation: -1, repository: -1 };
  let after: Place = begins;

  return {
    anyDue: (wanted) => any.pluck().get(wanted) === 1,
    take: (wanted, { lease: token, until }) => {
      ripen.run(wanted);
      if (first.get(wanted) === undefined) return [];
      const rows = select.all({ ...wanted, ...after });
      // If few repositories have due tasks, every take reads them all.
      after = lanes.get({ ...wanted, ...after }) ?? begins;
      return rows.map((row) => {
        lease.run({ id: row.id, lease: token, until, now: wanted.now });
        return takenOf(row, token);
      });
    },
  };
}
