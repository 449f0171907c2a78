import type { Pulls } from "../../ports/engine.ts";
import type { Route } from "../../ports/queue.ts";
import { sql, verbatim } from "../connection/sql.ts";
import { lockPulls } from "../connection/lock.ts";
import type { Writer } from "../connection/writer.ts";

const TABLES = ["pull_bucket", "pull", "waiver"] as const;

export function openRepositories(writer: Writer): Pick<Pulls, "route" | "repositories" | "forgetRepository"> {
  return {
    route: async ({ host, id }) =>
      (await writer.get<Route>(
        sql`SELECT installation, handle FROM repository WHERE host = ${host} AND id = ${id}`,
      )) ?? null,
    repositories: async (host) => {
      const rows = await writer.all<Route & { id: number }>(
        sql`SELECT id, installation, handle FROM repository WHERE host = ${host} ORDER BY id`,
      );
      return rows.map(({ id, installation, handle }) => ({ id, route: { installation, handle } }));
    },
    forgetRepository: ({ host, id }) =>
      writer.write(async (connection) => {
        await lockPulls(connection);
        await connection.run(
          sql`DELETE FROM task WHERE host = ${host} AND repository = ${id} AND failure IS NOT NULL`,
        );
        for (const table of TABLES)
          await connection.run(
            sql`DELETE FROM ${verbatim(table)} WHERE host = ${host} AND repository = ${id}`,
          );
        await connection.run(sql`DELETE FROM repository WHERE host = ${host} AND id = ${id}`);
      }),
  };
}
