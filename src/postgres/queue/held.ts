import { Failure } from "../../error.ts";
import { taskKey, taskRepository, type Taken } from "../../ports/queue.ts";
import type { Connection } from "../connection/connect.ts";
import { sql } from "../connection/sql.ts";

/**
 * Checks, in the transaction that stores a result, that the lease holds until the commit.
 * @throws Failure `superseded` if the lease was lost or the task was marked again; does nothing without a lease
 */
export async function requireHeld(connection: Connection, held: Taken | undefined): Promise<void> {
  if (held === undefined) return;
  const { task, lease, generation } = held;
  const row = await connection.get(sql`SELECT 1 FROM task
WHERE host = ${task.host} AND repository = ${taskRepository(task)} AND key = ${taskKey(task)}
  AND lease = ${lease} AND generation = ${generation} FOR SHARE`);
  if (row === undefined) throw new Failure("superseded");
}
