import { randomUUID } from "node:crypto";
import type { FailureCode } from "../../error.ts";
import {
  taskKey,
  taskRepository,
  troubleOf,
  type KeptTrouble,
  type Queue,
  type QueueDepth,
  type Taken,
} from "../../ports/queue.ts";
import type { Bell } from "./bell.ts";
import { gatherMarks } from "./gather.ts";
import { markAll } from "./mark.ts";
import { sql, type Statement } from "../connection/sql.ts";
import { take } from "./take.ts";
import type { Writer } from "../connection/writer.ts";

export function openQueue(writer: Writer, bell: Bell, now: () => number): Queue {
  const gathered = gatherMarks((marks) => writer.write((connection) => markAll(connection, marks, now())));

  /** Ends a taking, if its lease still stands; a task that was marked meanwhile stays due. */
  async function settle(taken: Taken, changes: Statement, dueAt: number | null): Promise<void> {
    const row = await writer.get<{ marked: boolean }>(sql`UPDATE task SET lease = NULL, lease_until = NULL,
  due_at = CASE WHEN generation = ${taken.generation} THEN ${dueAt}::bigint ELSE due_at END, ${changes}
${held(taken)} RETURNING generation <> ${taken.generation} AS marked`);
    if (row?.marked === true) bell.ring();
  }

  return {
    mark: async (marks) => {
      if (marks.length === 0) return;
      await gathered(marks);
      bell.ring();
    },
    watch: (listener) => bell.listen(listener),
    take: ({ limit, leaseMs, skip }) => {
      const at = now();
      return take(writer, { limit, skip, now: at }, { lease: randomUUID(), until: at + leaseMs });
    },
    keep: async (taken, leaseMs) => {
      if (taken.length > 0)
        await writer.run(sql`UPDATE task SET lease_until = ${now() + leaseMs} ${heldAmong(taken)}`);
    },
    done: async (taken, again) => {
      if (again === null) {
        const gone = await writer.run(
          sql`DELETE FROM task ${held(taken)} AND generation = ${taken.generation}`,
        );
        // Otherwise it was marked meanwhile, or the lease was lost.
        if (gone === 0 && (await writer.run(release(held(taken)))) > 0) bell.ring();
        return;
      }
      await settle(taken, sql`attempts = 0, failing_since = NULL, failure = NULL`, again);
    },
    retry: (taken, at, code) => settle(taken, failed(taken, code, now()), at),
    park: (taken, code) => settle(taken, failed(taken, code, now()), null),
    release: async (taken) => {
      if (taken.length === 0) return;
      await writer.run(release(heldAmong(taken)));
      bell.ring();
    },
    depth: async () => {
      const at = now();
      const depth = await writer.get<QueueDepth>(sql`SELECT
  count(*) FILTER (WHERE due_at <= ${at} AND (lease_until IS NULL OR lease_until <= ${at})) AS due,
  count(*) FILTER (WHERE lease_until > ${at}) AS leased,
  count(*) FILTER (WHERE due_at > ${at} AND (lease_until IS NULL OR lease_until <= ${at})) AS waiting,
  count(*) FILTER (WHERE due_at IS NULL AND (lease_until IS NULL OR lease_until <= ${at})) AS parked
FROM task`);
      return depth ?? { due: 0, leased: 0, waiting: 0, parked: 0 };
    },
    troubled: async (limit) => {
      const rows = await writer.all<KeptTrouble>(sql`SELECT host, repository, key, failure, attempts,
  due_at AS "dueAt"
FROM task WHERE failure IS NOT NULL ORDER BY due_at IS NOT NULL, failing_since, id LIMIT ${limit}`);
      return rows.map(troubleOf);
    },
  };
}

/** SQL for the changes to a task that failed, unless it was marked meanwhile. */
function failed({ generation }: Taken, code: FailureCode, now: number): Statement {
  return sql`attempts = CASE WHEN generation = ${generation} THEN attempts + 1 ELSE attempts END,
  failing_since = CASE WHEN generation = ${generation} THEN coalesce(failing_since, ${now}) ELSE failing_since END,
  failure = CASE WHEN generation = ${generation} THEN ${code} ELSE failure END`;
}

function held(taken: Taken): Statement {
  return heldAmong([taken]);
}

/** SQL for the tasks whose leases still stand. */
function heldAmong(taken: readonly Taken[]): Statement {
  const tasks = taken.map(({ task }) => task);
  return sql`WHERE (host, repository, key, lease) IN (SELECT * FROM unnest(${tasks.map(({ host }) => host)}::text[],
  ${tasks.map(taskRepository)}::bigint[], ${tasks.map(taskKey)}::text[], ${taken.map(({ lease }) => lease)}::text[]))`;
}

function release(tasks: Statement): Statement {
  return sql`UPDATE task SET lease = NULL, lease_until = NULL ${tasks}`;
}
