import type { HostName } from "../../account.ts";
import { isBulk, taskKey, taskRepository, type Arrival, type Mark } from "../../ports/queue.ts";
import { keptArrivals, keptTold, TOLD_AT } from "../../ports/queue-rows.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";
import { MARK_AGAIN } from "./wake.ts";

/** How many simultaneous deliveries are stored with one task. */
const TOGETHER = 10;

/** Writes marks together: a route only if it is new, a task once even if it has several marks. */
export async function markAll(connection: Connection, marks: readonly Mark[], now: number): Promise<void> {
  const back = await learnRoutes(connection, marks);
  const heard = new Map<string, string>();
  for (const mark of marks) {
    const [key, told] = [keyOf(mark.task), keptTold(mark)];
    if (told !== null && told.slice(0, TOLD_AT) >= (heard.get(key)?.slice(0, TOLD_AT) ?? ""))
      heard.set(key, told);
  }
  const arrived = new Map<string, Arrival[]>();
  for (const { task, deliveries = [] } of marks)
    arrived.set(keyOf(task), [...(arrived.get(keyOf(task)) ?? []), ...deliveries]);
  const urgent = new Set(marks.flatMap((mark) => (isBulk(mark) ? [] : [keyOf(mark.task)])));
  const wanted = [...marks.map(({ task }) => task), ...back];
  const tasks = [...new Map(wanted.map((task) => [keyOf(task), task])).values()];
  const installations = tasks.map((task) => (task.kind === "installation" ? task.installation : null));
  await connection.run(sql`INSERT INTO task (host, repository, key, installation, bulk, generation, due_at, told, deliveries)
SELECT m.host, m.repository, m.key, coalesce(m.installation, r.installation, 0), m.bulk, 1, ${now}::bigint, m.told,
  m.deliveries
FROM unnest(${tasks.map(({ host }) => host)}::text[], ${tasks.map(taskRepository)}::bigint[],
  ${tasks.map(taskKey)}::text[], ${installations}::bigint[],
  ${tasks.map((task) => !urgent.has(keyOf(task)))}::boolean[],
  ${tasks.map((task) => heard.get(keyOf(task)) ?? null)}::text[],
  ${tasks.map((task) => keptArrivals(arrived.get(keyOf(task))?.slice(0, TOGETHER)))}::text[])
  AS m (host, repository, key, installation, bulk, told, deliveries)
LEFT JOIN repository AS r ON r.host = m.host AND r.id = m.repository
ORDER BY m.host COLLATE "C", m.repository, m.key COLLATE "C"
${MARK_AGAIN}`);
}

function keyOf(task: Mark["task"]): string {
  return `${task.host} ${taskRepository(task)} ${taskKey(task)}`;
}

interface Told {
  readonly host: HostName;
  readonly id: number;
  handle: string | null;
  installation: number | null;
}

/**
 * Stores the routes. If a repository's installation changed, its tasks use the new installation's turn.
 * @returns the sweeps of forgotten repositories that are back
 */
export async function learnRoutes(
  connection: Connection,
  marks: readonly Pick<Mark, "task" | "route">[],
): Promise<readonly Mark["task"][]> {
  const told = new Map<string, Told>();
  for (const { task, route } of marks) {
    if (task.kind === "installation" || route === null) continue;
    const key = `${task.host} ${task.repository}`;
    const known = told.get(key) ?? { host: task.host, id: task.repository, handle: null, installation: null };
    known.handle = route.handle ?? known.handle;
    known.installation = route.installation ?? known.installation;
    told.set(key, known);
  }
  if (told.size === 0) return [];
  const rows = [...told.values()];
  const learned = await connection.all<{ host: HostName; id: number; back: boolean }>(sql`WITH told AS (
  SELECT t.host, t.id, coalesce(t.handle, r.handle) AS handle, coalesce(t.installation, r.installation) AS installation,
    r.id IS NULL OR coalesce(t.handle, r.handle) IS DISTINCT FROM r.handle
      OR coalesce(t.installation, r.installation) IS DISTINCT FROM r.installation
      OR r.missing_since IS NOT NULL OR r.forgotten_at IS NOT NULL AS news,
    r.forgotten_at IS NOT NULL AS back
  FROM unnest(${rows.map(({ host }) => host)}::text[], ${rows.map(({ id }) => id)}::bigint[],
    ${rows.map(({ handle }) => handle)}::text[], ${rows.map(({ installation }) => installation)}::bigint[])
    AS t (host, id, handle, installation)
  LEFT JOIN repository AS r ON r.host = t.host AND r.id = t.id
)
INSERT INTO repository (host, id, handle, installation)
SELECT host, id, handle, installation FROM told WHERE news ORDER BY host COLLATE "C", id
ON CONFLICT (host, id) DO UPDATE SET
  handle = coalesce(excluded.handle, repository.handle),
  installation = coalesce(excluded.installation, repository.installation),
  missing_since = NULL, forgotten_at = NULL
RETURNING host, id, (SELECT back FROM told WHERE (told.host, told.id) = (repository.host, repository.id)) AS back`);
  if (learned.length > 0)
    await connection.run(sql`WITH moved AS (
  SELECT task.id, r.installation FROM repository AS r JOIN task ON task.host = r.host AND task.repository = r.id
  WHERE (r.host, r.id) IN (SELECT * FROM unnest(${learned.map(({ host }) => host)}::text[],
    ${learned.map(({ id }) => id)}::bigint[])) AND task.installation <> coalesce(r.installation, 0)
  ORDER BY task.host, task.repository, task.key FOR UPDATE OF task
)
UPDATE task SET installation = coalesce(moved.installation, 0) FROM moved WHERE task.id = moved.id`);
  return learned
    .filter(({ back }) => back)
    .map(({ host, id }) => ({ kind: "repository", host, repository: id }));
}
