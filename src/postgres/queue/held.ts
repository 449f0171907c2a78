import { Failure } from "../../error.ts";
import { taskKey, taskRepository, type Taken } from "../../ports/queue.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";

/**
 * Makes sure, in the transaction that keeps what a taking found, that it still stands until the commit.
 * @throws Failure `superseded` when the task was lost or marked again; does nothing without a taking
 */
export async function requireHeld(connection: Connection, held: Taken | undefined): Promise<void> {
  if (held === undefined) return;
  const { task, lease, generation } = held;
  const row = await connection.get(sql`SELECT 1 FROM task
WHERE host = ${task.host} AND repository = ${taskRepository(task)} AND key = ${taskKey(task)}
  AND lease = ${lease} AND generation = ${generation} FOR SHARE`);
  if (row === undefined) throw new Failure("superseded");
}
