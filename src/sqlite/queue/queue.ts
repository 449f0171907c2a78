import { randomUUID } from "node:crypto";
import type { HostName } from "../../account.ts";
import { Failure, type FailureCode } from "../../error.ts";
import type { PullRef } from "../../pull.ts";
import {
  AFTER_A_LAPSE,
  isBulk,
  MANY_TRIES,
  taskKey,
  taskRepository,
  type BulkLeft,
  type Mark,
  type Queue,
  type QueueDepth,
  type Taken,
} from "../../ports/queue.ts";
import { keptArrivals, keptTold, surveyOf, troubleOf, type KeptTrouble } from "../../ports/queue-rows.ts";
import type { Bell } from "./bell.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareClaim } from "./claim.ts";
import { DUE_NOW, FREE, prepareTake } from "./take.ts";
import { MARK_AGAIN } from "./wake.ts";
import type { Writer } from "../connection/writer.ts";

/**
 * @param serving whether this process is the one that serves, of which the lease tokens tell: its leases end with it
 */
export function openQueue(
  connection: Connection,
  writer: Writer,
  bell: Bell,
  now: () => number,
  serving = false,
): Queue {
  const newLease = (): string => `${serving ? SERVING : ""}${randomUUID()}`;
  const marks = prepareMark(connection);
  const claim = prepareClaim(connection, (mark, at) => marks.turnOf(mark, at));
  const takes = prepareTake(connection);
  const end = prepareEnds(connection);
  const keep = connection.prepare<[{ lease: string; until: number } & Key]>(
    `UPDATE task SET lease_until = @until ${HELD}`,
  );
  const recheck = connection.prepare<[{ now: number } & Key]>(
    `UPDATE task SET recheck_at = @now + ${AFTER_A_LAPSE} WHERE host = @host AND repository = @repository AND key = @key`,
  );
  const depth = connection.prepare<[{ now: number }], QueueDepth>(`SELECT
  count(*) FILTER (WHERE ${DUE_NOW} AND ${FREE}) AS due,
  count(*) FILTER (WHERE NOT ${FREE}) AS leased,
  count(*) FILTER (WHERE NOT ${DUE_NOW} AND due_at IS NOT NULL AND ${FREE}) AS waiting,
  count(*) FILTER (WHERE due_at IS NULL AND ${FREE}) AS parked
FROM task`);
  const classes = connection.prepare<[{ now: number }], { bulk: number; due: number; oldest: number | null }>(
    `SELECT bulk, count(*) AS due, min(due_at) AS oldest FROM task WHERE ${DUE_NOW} AND ${FREE} GROUP BY bulk`,
  );
  const troubles = connection.prepare<[], { code: FailureCode; parked: number; tasks: number }>(
    `SELECT failure AS code, due_at IS NULL AS parked, count(*) AS tasks FROM task
WHERE failure IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2`,
  );
  const troubled = connection.prepare<[number], KeptTrouble>(`SELECT host, repository, key, failure, attempts,
  due_at AS dueAt
FROM task WHERE failure IS NOT NULL ORDER BY due_at IS NOT NULL, failing_since, id LIMIT ?`);

  const left = connection.prepare<[{ places: string; before: number }], BulkLeft>(`SELECT
  count(*) FILTER (WHERE NOT ${HOPELESS} AND task.key = 'repository') AS repositories,
  count(*) FILTER (WHERE NOT ${HOPELESS} AND task.key <> 'repository') AS pulls,
  count(*) FILTER (WHERE ${HOPELESS}) AS failing
FROM json_each(@places) AS place CROSS JOIN task
  ON task.host = place.value ->> 'host' AND task.repository = place.value ->> 'id'
WHERE bulk = 1 AND (task.key = 'repository' OR task.key LIKE 'pull/%')
  AND (failure IS NOT NULL OR lease IS NOT NULL OR waits_since IS NULL
    OR (due_at <= @before AND due_at IS NOT recheck_at))`);

  const held = connection.prepare<[Key & { lease: string }], { generation: number; leaseUntil: number }>(
    `SELECT generation, lease_until AS leaseUntil FROM task ${HELD}`,
  );

  /** Ends a lease. Returns whether it still held. */
  async function ended(taken: Taken, how: End): Promise<boolean> {
    const { stood, marked } = await writer.write(() => end(taken, how));
    if (marked) bell.ring();
    return stood;
  }

  return {
    mark: async (wanted) => {
      if (wanted.length === 0) return;
      for (let at = 0; at < wanted.length; at += TOGETHER)
        await writer.write(() => marks.markAll(wanted.slice(at, at + TOGETHER), now()));
      bell.ring();
    },
    watch: (listener) => bell.listen(listener),
    take: async ({ limit, leaseMs, skip, bulk = limit, skipBulk = skip }) => {
      const person = { limit, skip: JSON.stringify(skip), bulk: 0 } as const;
      const rest = { limit: Math.min(bulk, limit), skip: JSON.stringify(skipBulk), bulk: 1 } as const;
      // Checked first without the exclusive lock: usually nothing is due.
      const anyDue = () => [person, rest].some((wanted) => takes.anyDue({ ...wanted, now: now() }));
      if (!(await writer.read(anyDue))) return [];
      return writer.write(() => {
        const at = now();
        const lease = { lease: newLease(), until: at + leaseMs };
        const first = takes.take({ ...person, now: at }, lease);
        const left = Math.min(rest.limit, limit - first.length);
        return [...first, ...(left > 0 ? takes.take({ ...rest, limit: left, now: at }, lease) : [])];
      });
    },
    claim: (wanted, leaseMs) =>
      writer.write(() => {
        const at = now();
        return claim(wanted, at, { lease: newLease(), until: at + leaseMs });
      }),
    confirm: async (taken, leaseMs) => {
      const key = { ...keyOf(taken), lease: taken.lease };
      const row = await writer.read(() => held.get(key));
      if (row?.generation !== taken.generation) throw new Failure("superseded");
      const until = now() + leaseMs;
      // A lease that is about to run out would not last for a write to the host.
      if (until - row.leaseUntil > leaseMs / 2 || row.leaseUntil > until)
        if ((await writer.write(() => keep.run({ ...key, until }).changes)) === 0)
          throw new Failure("superseded");
    },
    recheck: ({ task }) =>
      writer.write(() => {
        if (task.kind === "pull" || task.kind === "group") recheck.run({ ...keyOf({ task }), now: now() });
      }),
    keep: (taken, leaseMs) =>
      writer.write(() => {
        const until = now() + leaseMs;
        for (const one of taken) keep.run({ ...keyOf(one), lease: one.lease, until });
      }),
    done: (taken, again, owed = false) => ended(taken, { again, owed, now: now() }),
    wait: (taken, at) => ended(taken, { dueAt: at, now: now() }),
    retry: (taken, at, code) => ended(taken, { dueAt: at, code, now: now() }),
    park: (taken, code) => ended(taken, { dueAt: null, code, now: now() }),
    release: async (taken) => {
      await writer.write(() => {
        for (const one of taken) end(one, "release");
      });
      bell.ring();
    },
    depth: () => writer.read(() => depth.get({ now: now() }) ?? { due: 0, leased: 0, waiting: 0, parked: 0 }),
    survey: () => writer.read(() => surveyOf(classes.all({ now: now() }), troubles.all())),
    bulkLeft: (repositories, before) =>
      writer.read(() => {
        const places = JSON.stringify(repositories.map(({ host, id }) => ({ host, id })));
        return left.get({ places, before }) ?? { repositories: 0, pulls: 0, failing: 0 };
      }),
    troubled: (limit) => writer.read(() => troubled.all(limit).map(troubleOf)),
  };
}

/** How many marks are written in one transaction: ten thousand would stop everything else for too long. */
const TOGETHER = 500;

interface Key {
  readonly host: HostName;
  readonly repository: number;
  readonly key: string;
}

const SERVING = "serving ";

/**
 * Ends the leases of the process that served before: it is gone, because only one at a time serves from a file. Its
 * last writes to a host may still be on their way, so its tasks count as tasks whose lease ran out.
 */
export function endServedLeases(connection: Connection): void {
  connection.prepare(`UPDATE task SET lease_until = 0 WHERE lease LIKE '${SERVING}%'`).run();
}

/** SQL for: it was tried often, or is not tried again soon. */
const HOPELESS = `(failure IS NOT NULL AND (due_at IS NULL OR due_at > @before OR attempts >= ${MANY_TRIES}))`;

const HELD = "WHERE host = @host AND repository = @repository AND key = @key AND lease = @lease";

function keyOf({ task }: { task: Taken["task"] }): Key {
  return { host: task.host, repository: taskRepository(task), key: taskKey(task) };
}

/** Writes marks together; writes a route only if it is new. */
function prepareMark(connection: Connection): {
  markAll(marks: readonly Mark[], now: number): void;
  turnOf(mark: Mark, now: number): number;
} {
  const known = connection.prepare<
    [string, number],
    { handle: string | null; installation: number | null; missing: number; forgotten: number }
  >(`SELECT handle, installation, missing_since IS NOT NULL AS missing, forgotten_at IS NOT NULL AS forgotten
FROM repository WHERE host = ? AND id = ?`);
  const learn = connection.prepare<[string, number, string | null, number | null]>(
    `INSERT INTO repository (host, id, handle, installation) VALUES (?, ?, ?, ?)
ON CONFLICT DO UPDATE SET handle = excluded.handle, installation = excluded.installation,
  missing_since = NULL, forgotten_at = NULL`,
  );
  const move = connection.prepare<[number, string, number]>(
    "UPDATE task SET installation = ? WHERE host = ? AND repository = ?",
  );
  const insert = connection.prepare<
    [string, number, string, number, 0 | 1, number, string | null, string | null]
  >(
    `INSERT INTO task (host, repository, key, installation, bulk, generation, due_at, told, deliveries)
VALUES (?, ?, ?, ?, ?, 1, ?, ?, ?)
${MARK_AGAIN}`,
  );

  /** Stores the route and returns the installation whose turn the task uses. */
  function turnOf({ task, route }: Mark, now: number): number {
    if (task.kind === "installation") return task.installation;
    const before = known.get(task.host, task.repository);
    if (route === null) return before?.installation ?? 0;
    const handle = route.handle ?? before?.handle ?? null;
    const installation = route.installation ?? before?.installation ?? null;
    const news =
      before === undefined ||
      before.handle !== handle ||
      before.installation !== installation ||
      before.missing + before.forgotten > 0;
    if (news) learn.run(task.host, task.repository, handle, installation);
    // Pull requests that were closed when the repository was forgotten are checked again.
    if (before?.forgotten === 1)
      insert.run(task.host, task.repository, "repository", installation ?? 0, 1, now, null, null);
    if (before !== undefined && before.installation !== installation)
      move.run(installation ?? 0, task.host, task.repository);
    return installation ?? 0;
  }

  return {
    turnOf,
    markAll: (marks, now) => {
      for (const mark of marks) {
        const { host, repository, key } = keyOf(mark);
        const installation = turnOf(mark, now);
        const bulk = isBulk(mark) ? 1 : 0;
        const deliveries = keptArrivals(mark.deliveries);
        insert.run(host, repository, key, installation, bulk, now, keptTold(mark), deliveries);
      }
    },
  };
}

/** The earlier of two moments; null: never. */
function earlier(one: number | null, other: number | null): number | null {
  return one === null || other === null ? (one ?? other) : Math.min(one, other);
}

/** How a lease may end. */
type End =
  | "release"
  | { readonly again: number | null; readonly owed: boolean; readonly now: number }
  | { readonly dueAt: number; readonly now: number }
  | { readonly dueAt: number | null; readonly code: FailureCode; readonly now: number };

/** SQL for the deliveries without an answer by a check. */
const LEFT = "nullif(ltrim(substr(coalesce(deliveries, ''), length(@answered) + 1)), '')";

/** Ends a lease, if it still holds. A task that was marked since is due, and its check is counted. */
function prepareEnds(
  connection: Connection,
): (taken: Taken, end: End) => { readonly stood: boolean; readonly marked: boolean } {
  const held = connection.prepare<
    [Key & { lease: string }],
    { generation: number; recheckAt: number | null }
  >(`SELECT generation, recheck_at AS recheckAt FROM task ${HELD}`);
  const remove = connection.prepare<[Key & { lease: string }]>(`DELETE FROM task ${HELD}`);
  // The leased deliveries are the first ones; a mark adds to the end.
  const release = connection.prepare<[Key & { lease: string; answered: string }]>(
    `UPDATE task SET lease = NULL, lease_until = NULL, deliveries = ${LEFT} ${HELD}`,
  );
  const again = connection.prepare<
    [Key & { lease: string; dueAt: number; owed: 0 | 1; now: number; answered: string }]
  >(
    `UPDATE task SET lease = NULL, lease_until = NULL, due_at = @dueAt, attempts = 0, failing_since = NULL,
  failure = NULL, told = NULL, bulk = max(bulk, NOT @owed), waits_since = @now, deliveries = ${LEFT} ${HELD}`,
  );
  const wait = connection.prepare<[Key & { lease: string; dueAt: number; now: number }]>(
    `UPDATE task SET lease = NULL, lease_until = NULL, due_at = @dueAt, failure = NULL, waits_since = @now ${HELD}`,
  );
  const fail = connection.prepare<
    [Key & { lease: string; dueAt: number | null; code: FailureCode; now: number }]
  >(
    `UPDATE task SET lease = NULL, lease_until = NULL, due_at = @dueAt, attempts = attempts + 1,
  waits_since = iif(@dueAt IS NULL, NULL, @now), failing_since = coalesce(failing_since, @now), failure = @code ${HELD}`,
  );

  const count = connection.prepare<[PullRef]>(
    "UPDATE pull SET checks = checks + 1 WHERE host = @host AND repository = @repository AND number = @number",
  );

  return (taken, end) => {
    const key = { ...keyOf(taken), lease: taken.lease };
    const row = held.get(key);
    if (row === undefined) return { stood: false, marked: false };
    const marked = row.generation !== taken.generation;
    const isAnswered = end !== "release" && "again" in end;
    const answered = (isAnswered ? keptArrivals(taken.deliveries) : null) ?? "";
    if (marked || end === "release") release.run({ ...key, answered });
    else if ("code" in end) fail.run({ ...key, ...end, dueAt: earlier(end.dueAt, row.recheckAt) });
    else if ("dueAt" in end) wait.run({ ...key, ...end });
    else {
      const dueAt = earlier(end.again, row.recheckAt);
      if (dueAt === null) remove.run(key);
      else again.run({ ...key, dueAt, owed: end.owed ? 1 : 0, now: end.now, answered });
    }
    if (taken.task.kind === "pull") count.run(taken.task);
    return { stood: true, marked };
  };
}
