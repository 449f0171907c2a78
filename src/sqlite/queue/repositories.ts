import type { Pulls } from "../../ports/engine.ts";
import type { Route } from "../../ports/queue.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

const TABLES = ["pull_bucket", "pull", "waiver"] as const;

export function openRepositories(
  connection: Connection,
  writer: Writer,
): Pick<Pulls, "route" | "repositories" | "forgetRepository"> {
  const route = connection.prepare<[string, number], Route>(
    "SELECT installation, handle FROM repository WHERE host = ? AND id = ?",
  );
  const all = connection.prepare<[string], Route & { id: number }>(
    "SELECT id, installation, handle FROM repository WHERE host = ? ORDER BY id",
  );
  const forget = [
    "DELETE FROM task WHERE host = ? AND repository = ? AND failure IS NOT NULL",
    ...TABLES.map((table) => `DELETE FROM ${table} WHERE host = ? AND repository = ?`),
    "DELETE FROM repository WHERE host = ? AND id = ?",
  ].map((sql) => connection.prepare<[string, number]>(sql));

  return {
    route: ({ host, id }) => writer.read(() => route.get(host, id) ?? null),
    repositories: (host) =>
      writer.read(() =>
        all.all(host).map(({ id, installation, handle }) => ({ id, route: { installation, handle } })),
      ),
    forgetRepository: ({ host, id }) =>
      writer.write(() => {
        for (const statement of forget) statement.run(host, id);
      }),
  };
}
