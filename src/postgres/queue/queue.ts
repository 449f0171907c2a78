import { randomUUID } from "node:crypto";
import { Failure, type FailureCode } from "../../error.ts";
import {
  MANY_TRIES,
  AFTER_A_LAPSE,
  taskKey,
  taskRepository,
  type BulkLeft,
  type Queue,
  type QueueDepth,
  type Taken,
} from "../../ports/queue.ts";
import { keptArrivals, surveyOf, troubleOf, type KeptTrouble } from "../../ports/queue-rows.ts";
import type { Bell } from "./bell.ts";
import { gatherMarks } from "./gather.ts";
import { markAll } from "./mark.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { claim } from "./claim.ts";
import type { Clock } from "./clock.ts";
import { dueNow, free, FROM_THE_FIRST, ripen, take } from "./take.ts";
import type { Writer } from "../connection/writer.ts";

const TASK = sql`task`;

export function openQueue(writer: Writer, bell: Bell, clock: Clock): Queue {
  const { now } = clock;
  const until = (leaseMs: number): Statement => sql`${clock.lease()} + ${leaseMs}::bigint`;
  const gathered = gatherMarks((marks) => writer.write((connection) => markAll(connection, marks, now())));

  let places = { person: FROM_THE_FIRST, bulk: FROM_THE_FIRST };

  /**
   * Ends a lease, if it still holds. A task that was marked since stays due. Its check is counted.
   * @returns whether the lease still held
   */
  async function settle(
    taken: Taken,
    changes: Statement,
    dueAt: Statement,
    answered = false,
  ): Promise<boolean> {
    const at = now();
    const row = await writer.get<{ marked: boolean }>(sql`WITH ended AS (
  UPDATE task SET lease = NULL, lease_until = NULL,
    due_at = CASE WHEN generation = ${taken.generation} THEN ${dueAt} ELSE due_at END,
    waits_since = CASE WHEN generation <> ${taken.generation} THEN waits_since
      WHEN ${dueAt} IS NOT NULL THEN ${at}::bigint END,
    deliveries = ${answered ? left(taken) : sql`deliveries`},
    ${changes}
  ${held(taken)} RETURNING generation <> ${taken.generation} AS marked
), ${counted(taken)}
SELECT marked FROM ended`);
    if (row?.marked === true) bell.ring();
    return row !== undefined;
  }

  return {
    mark: async (marks) => {
      if (marks.length === 0) return;
      await gathered(marks);
      bell.ring();
    },
    watch: (listener) => bell.listen(listener),
    take: async ({ limit, leaseMs, skip, bulk = limit, skipBulk = skip }) => {
      const at = now();
      const moment = clock.lease();
      const lease = { lease: randomUUID(), until: until(leaseMs) };
      await ripen(writer, at);
      const first = await take(writer, { limit, bulk: false, skip, now: at, moment }, places.person, lease);
      const left = Math.min(bulk, limit - first.taken.length);
      const wanted = { limit: left, bulk: true, skip: skipBulk, now: at, moment };
      const second = await take(writer, wanted, places.bulk, lease);
      places = { person: first.after, bulk: second.after };
      return [...first.taken, ...second.taken];
    },
    claim: (wanted, leaseMs) =>
      writer.write((connection) => {
        const lease = { lease: randomUUID(), moment: clock.lease(), until: until(leaseMs) };
        return claim(connection, wanted, now(), lease);
      }),
    confirm: async (taken, leaseMs) => {
      const row = await writer.get<{ generation: number; left: number }>(
        sql`SELECT generation, lease_until - ${clock.lease()} AS left FROM task ${held(taken)}`,
      );
      if (row?.generation !== taken.generation) throw new Failure("superseded");
      // A lease that is about to run out would not last for a write to the host.
      if (row.left >= leaseMs / 2 && row.left <= leaseMs) return;
      if ((await writer.run(sql`UPDATE task SET lease_until = ${until(leaseMs)} ${held(taken)}`)) === 0)
        throw new Failure("superseded");
    },
    keep: async (taken, leaseMs) => {
      if (taken.length > 0)
        await writer.run(sql`UPDATE task SET lease_until = ${until(leaseMs)} ${heldAmong(taken)}`);
    },
    done: async (taken, again, owed = false) => {
      if (again === null) {
        const row = await writer.get(sql`WITH ended AS (
  DELETE FROM task ${held(taken)} AND generation = ${taken.generation} AND recheck_at IS NULL RETURNING id
), ${counted(taken)}
SELECT id FROM ended`);
        if (row !== undefined) return true;
      }
      const done = sql`attempts = 0, failing_since = NULL, failure = NULL,
    bulk = bulk OR (generation = ${taken.generation} AND NOT ${owed}::boolean),
    told = CASE WHEN generation <> ${taken.generation} THEN told END`;
      return settle(taken, done, sql`least(${again}::bigint, recheck_at)`, true);
    },
    recheck: async ({ task }) => {
      if (task.kind !== "pull" && task.kind !== "group") return;
      await writer.run(sql`UPDATE task SET recheck_at = ${now() + AFTER_A_LAPSE}
WHERE host = ${task.host} AND repository = ${task.repository} AND key = ${taskKey(task)}`);
    },
    wait: (taken, at) => settle(taken, sql`failure = NULL`, sql`${at}::bigint`),
    retry: (taken, at, code) =>
      settle(taken, failed(taken, code, now()), sql`least(${at}::bigint, recheck_at)`),
    park: (taken, code) => settle(taken, failed(taken, code, now()), sql`recheck_at`),
    release: async (taken) => {
      if (taken.length === 0) return;
      for (const one of taken)
        await writer.run(sql`WITH ended AS (
  UPDATE task SET lease = NULL, lease_until = NULL ${held(one)} RETURNING id
), ${counted(one)}
SELECT id FROM ended`);
      bell.ring();
    },
    depth: async () => {
      const [at, moment] = [now(), clock.lease()];
      const depth = await writer.get<QueueDepth>(sql`SELECT
  count(*) FILTER (WHERE ${dueNow(at)} AND ${free(TASK, moment)}) AS due,
  count(*) FILTER (WHERE NOT ${free(TASK, moment)}) AS leased,
  count(*) FILTER (WHERE NOT ${dueNow(at)} AND due_at IS NOT NULL AND ${free(TASK, moment)}) AS waiting,
  count(*) FILTER (WHERE due_at IS NULL AND ${free(TASK, moment)}) AS parked
FROM task`);
      return depth ?? { due: 0, leased: 0, waiting: 0, parked: 0 };
    },
    survey: async () => {
      const [at, moment] = [now(), clock.lease()];
      const classes = await writer.all<{ bulk: boolean; due: number; oldest: number | null }>(sql`SELECT
  bulk, count(*) AS due, min(due_at) AS oldest FROM task WHERE ${dueNow(at)} AND ${free(TASK, moment)} GROUP BY bulk`);
      const troubled = await writer.all<{
        code: FailureCode;
        parked: boolean;
        tasks: number;
      }>(sql`SELECT failure AS code,
  due_at IS NULL AS parked, count(*) AS tasks FROM task WHERE failure IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`);
      return surveyOf(classes, troubled);
    },
    bulkLeft: async (repositories, before) => {
      const hopeless = sql`(failure IS NOT NULL
  AND (due_at IS NULL OR due_at > ${before} OR attempts >= ${MANY_TRIES}))`;
      const left = await writer.get<BulkLeft>(sql`SELECT
  count(*) FILTER (WHERE NOT ${hopeless} AND key = 'repository') AS repositories,
  count(*) FILTER (WHERE NOT ${hopeless} AND key <> 'repository') AS pulls,
  count(*) FILTER (WHERE ${hopeless}) AS failing
FROM task JOIN unnest(${repositories.map(({ host }) => host)}::text[],
  ${repositories.map(({ id }) => id)}::bigint[]) AS place (host, id)
  ON task.host = place.host AND task.repository = place.id
WHERE bulk AND (key = 'repository' OR key LIKE 'pull/%')
  AND (failure IS NOT NULL OR lease IS NOT NULL OR waits_since IS NULL
    OR (due_at <= ${before} AND due_at IS DISTINCT FROM recheck_at))`);
      return left ?? { repositories: 0, pulls: 0, failing: 0 };
    },
    troubled: async (limit) => {
      const rows = await writer.all<KeptTrouble>(sql`SELECT host, repository, key, failure, attempts,
  due_at AS "dueAt"
FROM task WHERE failure IS NOT NULL ORDER BY due_at IS NOT NULL, failing_since, id LIMIT ${limit}`);
      return rows.map(troubleOf);
    },
  };
}

/** SQL for the deliveries without an answer by a check: the leased ones are the first, a mark adds to the end. */
function left({ deliveries }: Taken): Statement {
  const answered = keptArrivals(deliveries)?.length ?? 0;
  return sql`nullif(ltrim(substr(coalesce(deliveries, ''), ${answered + 1}::int)), '')`;
}

/** SQL for the changes to a failed task, unless it was marked since. */
function failed({ generation }: Taken, code: FailureCode, now: number): Statement {
  return sql`attempts = CASE WHEN generation = ${generation} THEN attempts + 1 ELSE attempts END,
  failing_since = CASE WHEN generation = ${generation} THEN coalesce(failing_since, ${now}) ELSE failing_since END,
  failure = CASE WHEN generation = ${generation} THEN ${code} ELSE failure END`;
}

function held(taken: Taken): Statement {
  return heldAmong([taken]);
}

/** SQL for the tasks whose leases still hold. */
function heldAmong(taken: readonly Taken[]): Statement {
  const tasks = taken.map(({ task }) => task);
  return sql`WHERE (host, repository, key, lease) IN (SELECT * FROM unnest(${tasks.map(({ host }) => host)}::text[],
  ${tasks.map(taskRepository)}::bigint[], ${tasks.map(taskKey)}::text[], ${taken.map(({ lease }) => lease)}::text[]))`;
}

/** SQL that counts a check of a pull request as ended, if the lease was for one. */
function counted({ task }: Taken): Statement {
  if (task.kind !== "pull") return sql`counted AS (SELECT 1)`;
  return sql`counted AS (
  UPDATE pull SET checks = checks + 1
  WHERE host = ${task.host} AND repository = ${task.repository} AND number = ${task.number}
    AND EXISTS (SELECT 1 FROM ended)
)`;
}
