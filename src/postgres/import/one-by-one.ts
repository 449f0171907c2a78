import type { Connection } from "../connection/connect.ts";

const METHODS = ["enable_seqscan", "enable_hashjoin", "enable_mergejoin"];

/**
 * Runs a statement that joins few staged rows with the stored ones, so that each is looked up by its key. By its
 * estimates alone, the planner would read the whole table.
 * https://www.postgresql.org/docs/current/runtime-config-query.html#RUNTIME-CONFIG-QUERY-ENABLE
 * @param few whether there are few of them; otherwise the planner decides
 */
export async function oneByOne<Result>(
  connection: Connection,
  few: boolean,
  run: () => Promise<Result>,
): Promise<Result> {
  if (!few) return run();
  await connection.exec(METHODS.map((method) => `SET LOCAL ${method} = off`).join("; "));
  const result = await run();
  await connection.exec(METHODS.map((method) => `SET LOCAL ${method} = DEFAULT`).join("; "));
  return result;
}
