import type { Pulls } from "../../ports/engine.ts";
import type { Route } from "../../ports/queue.ts";
import { sql } from "../connection/sql.ts";
import { lockPulls } from "../connection/lock.ts";
import type { Writer } from "../connection/writer.ts";

export function openRepositories(
  writer: Writer,
  now: () => number,
): Pick<Pulls, "route" | "repositories" | "noteMissing" | "noteSeen" | "forgetRepository"> {
  return {
    route: async ({ host, id }) =>
      (await writer.get<Route>(
        sql`SELECT installation, handle FROM repository WHERE host = ${host} AND id = ${id} AND forgotten_at IS NULL`,
      )) ?? null,
    repositories: async (host) => {
      const rows = await writer.all<Route & { id: number }>(
        sql`SELECT id, installation, handle FROM repository WHERE host = ${host} AND forgotten_at IS NULL ORDER BY id`,
      );
      return rows.map(({ id, installation, handle }) => ({ id, route: { installation, handle } }));
    },
    noteMissing: async ({ host, id }) => {
      const at = now();
      const row = await writer.get<{ since: number }>(
        sql`INSERT INTO repository (host, id, missing_since) VALUES (${host}, ${id}, ${at})
ON CONFLICT (host, id) DO UPDATE SET missing_since = coalesce(repository.missing_since, excluded.missing_since)
RETURNING missing_since AS since`,
      );
      return row?.since ?? at;
    },
    noteSeen: async ({ host, id }) => {
      await writer.run(
        sql`UPDATE repository SET missing_since = NULL
WHERE host = ${host} AND id = ${id} AND missing_since IS NOT NULL`,
      );
    },
    forgetRepository: ({ host, id }) =>
      writer.write(async (connection) => {
        const at = now();
        await lockPulls(connection);
        await connection.run(
          sql`DELETE FROM task WHERE host = ${host} AND repository = ${id} AND failure IS NOT NULL AND lease IS NULL`,
        );
        await connection.run(sql`DELETE FROM pull_bucket WHERE host = ${host} AND repository = ${id}`);
        await connection.run(sql`DELETE FROM notice WHERE host = ${host} AND repository = ${id}`);
        await connection.run(
          sql`UPDATE pull SET closed_at = ${at} WHERE host = ${host} AND repository = ${id} AND closed_at IS NULL`,
        );
        await connection.run(
          sql`INSERT INTO repository (host, id, forgotten_at) VALUES (${host}, ${id}, ${at})
ON CONFLICT (host, id) DO UPDATE SET forgotten_at = excluded.forgotten_at`,
        );
      }),
  };
}
