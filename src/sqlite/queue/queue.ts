import { randomUUID } from "node:crypto";
import type { HostName } from "../../account.ts";
import type { FailureCode } from "../../error.ts";
import {
  taskKey,
  taskRepository,
  troubleOf,
  type KeptTrouble,
  type Mark,
  type Queue,
  type QueueDepth,
  type Taken,
} from "../../ports/queue.ts";
import type { Bell } from "./bell.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareTake } from "./take.ts";
import { MARK_AGAIN } from "./wake.ts";
import type { Writer } from "../connection/writer.ts";

export function openQueue(connection: Connection, writer: Writer, bell: Bell, now: () => number): Queue {
  const markAll = prepareMark(connection);
  const takes = prepareTake(connection);
  const end = prepareEnds(connection);
  const keep = connection.prepare<[{ lease: string; until: number } & Key]>(
    `UPDATE task SET lease_until = @until ${HELD}`,
  );
  const depth = connection.prepare<[{ now: number }], QueueDepth>(`SELECT
  count(*) FILTER (WHERE due_at <= @now AND (lease_until IS NULL OR lease_until <= @now)) AS due,
  count(*) FILTER (WHERE lease_until > @now) AS leased,
  count(*) FILTER (WHERE due_at > @now AND (lease_until IS NULL OR lease_until <= @now)) AS waiting,
  count(*) FILTER (WHERE due_at IS NULL AND (lease_until IS NULL OR lease_until <= @now)) AS parked
FROM task`);
  const troubled = connection.prepare<[number], KeptTrouble>(`SELECT host, repository, key, failure, attempts,
  due_at AS dueAt
FROM task WHERE failure IS NOT NULL ORDER BY due_at IS NOT NULL, failing_since, id LIMIT ?`);

  return {
    mark: async (marks) => {
      if (marks.length === 0) return;
      await writer.write(() => markAll(marks, now()));
      bell.ring();
    },
    watch: (listener) => bell.listen(listener),
    take: async ({ limit, leaseMs, skip }) => {
      const wanted = { limit, skip: JSON.stringify(skip) };
      // Asked first without the lock that only one process can have: most often nothing is due.
      if (!(await writer.read(() => takes.anyDue({ ...wanted, now: now() })))) return [];
      return writer.write(() => {
        const at = now();
        return takes.take({ ...wanted, now: at }, { lease: randomUUID(), until: at + leaseMs });
      });
    },
    keep: (taken, leaseMs) =>
      writer.write(() => {
        const until = now() + leaseMs;
        for (const one of taken) keep.run({ ...keyOf(one), lease: one.lease, until });
      }),
    done: async (taken, again) => {
      if (await writer.write(() => end(taken, again === null ? "delete" : { dueAt: again }))) bell.ring();
    },
    retry: async (taken, at, code) => {
      if (await writer.write(() => end(taken, { dueAt: at, code, now: now() }))) bell.ring();
    },
    park: async (taken, code) => {
      if (await writer.write(() => end(taken, { dueAt: null, code, now: now() }))) bell.ring();
    },
    release: async (taken) => {
      await writer.write(() => {
        for (const one of taken) end(one, "release");
      });
      bell.ring();
    },
    depth: () => writer.read(() => depth.get({ now: now() }) ?? { due: 0, leased: 0, waiting: 0, parked: 0 }),
    troubled: (limit) => writer.read(() => troubled.all(limit).map(troubleOf)),
  };
}

interface Key {
  readonly host: HostName;
  readonly repository: number;
  readonly key: string;
}

const HELD = "WHERE host = @host AND repository = @repository AND key = @key AND lease = @lease";

function keyOf({ task }: { task: Taken["task"] }): Key {
  return { host: task.host, repository: taskRepository(task), key: taskKey(task) };
}

/** Marks are written in one go; a route only where it tells something new. */
function prepareMark(connection: Connection): (marks: readonly Mark[], now: number) => void {
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
  const insert = connection.prepare<[string, number, string, number, number, string | null]>(
    `INSERT INTO task (host, repository, key, installation, generation, due_at, told) VALUES (?, ?, ?, ?, 1, ?, ?)
${MARK_AGAIN}`,
  );

  /** Keeps the route and returns the installation under which the task takes its turn. */
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
    // What was closed when it was forgotten is looked at anew.
    if (before?.forgotten === 1)
      insert.run(task.host, task.repository, "repository", installation ?? 0, now, null);
    if (before !== undefined && before.installation !== installation)
      move.run(installation ?? 0, task.host, task.repository);
    return installation ?? 0;
  }

  return (marks, now) => {
    for (const mark of marks) {
      const { host, repository, key } = keyOf(mark);
      insert.run(host, repository, key, turnOf(mark, now), now, mark.told ?? null);
    }
  };
}

/** How a taking may end. */
type End =
  | "delete"
  | "release"
  | { readonly dueAt: number }
  | { readonly dueAt: number | null; readonly code: FailureCode; readonly now: number };

/** Ends a taking, if its lease still stands. Returns whether the task was marked meanwhile and so is due. */
function prepareEnds(connection: Connection): (taken: Taken, end: End) => boolean {
  const held = connection.prepare<[Key & { lease: string }], number>(`SELECT generation FROM task ${HELD}`);
  const remove = connection.prepare<[Key & { lease: string }]>(`DELETE FROM task ${HELD}`);
  const release = connection.prepare<[Key & { lease: string }]>(
    `UPDATE task SET lease = NULL, lease_until = NULL ${HELD}`,
  );
  const wait = connection.prepare<[Key & { lease: string; dueAt: number }]>(
    `UPDATE task SET lease = NULL, lease_until = NULL, due_at = @dueAt, attempts = 0, failing_since = NULL,
  failure = NULL ${HELD}`,
  );
  const fail = connection.prepare<
    [Key & { lease: string; dueAt: number | null; code: FailureCode; now: number }]
  >(
    `UPDATE task SET lease = NULL, lease_until = NULL, due_at = @dueAt, attempts = attempts + 1,
  failing_since = coalesce(failing_since, @now), failure = @code ${HELD}`,
  );

  return (taken, end) => {
    const key = { ...keyOf(taken), lease: taken.lease };
    const generation = held.pluck().get(key);
    if (generation === undefined) return false;
    const marked = generation !== taken.generation;
    if (marked || end === "release") release.run(key);
    else if (end === "delete") remove.run(key);
    else if ("code" in end) fail.run({ ...key, ...end });
    else wait.run({ ...key, ...end });
    return marked;
  };
}
