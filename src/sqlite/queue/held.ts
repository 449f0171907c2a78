import { Failure } from "../../error.ts";
import { taskKey, taskRepository, type Taken } from "../../ports/queue.ts";
import type { Connection } from "../connection/connect.ts";

/**
 * Prepares the check whether a lease still holds; must run in the transaction that stores the result.
 * @returns throws Failure `superseded` if the lease was lost or the task was marked again; does nothing without a lease
 */
export function prepareRequireHeld(connection: Connection): (held: Taken | undefined) => void {
  const stands = connection.prepare<[string, number, string, string, number]>(
    "SELECT 1 FROM task WHERE host = ? AND repository = ? AND key = ? AND lease = ? AND generation = ?",
  );
  return (held) => {
    if (held === undefined) return;
    const { task, lease, generation } = held;
    if (stands.get(task.host, taskRepository(task), taskKey(task), lease, generation) === undefined)
      throw new Failure("superseded");
  };
}
