import type { Pulls } from "../../ports/engine.ts";
import type { Route } from "../../ports/queue.ts";
import { sql } from "../connection/sql.ts";
import { lockPulls } from "../connection/lock.ts";
import { requireHeld } from "./held.ts";
import type { Clock } from "./clock.ts";
import { free } from "./take.ts";
import type { Writer } from "../connection/writer.ts";

const TASK = sql`task`;

export function openRepositories(
  writer: Writer,
  { now, lease }: Clock,
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
ON CONFLICT (host, id) DO UPDATE SET missing_since = least(repository.missing_since, excluded.missing_since)
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
    forgetRepository: ({ host, id }, held) =>
      writer.write(async (connection) => {
        const at = now();
        await lockPulls(connection);
        await requireHeld(connection, held);
        const missing = await connection.get(
          sql`SELECT 1 FROM repository WHERE host = ${host} AND id = ${id} AND missing_since IS NOT NULL FOR UPDATE`,
        );
        if (missing === undefined) return false;
        await connection.run(
          sql`DELETE FROM task WHERE host = ${host} AND repository = ${id} AND failure IS NOT NULL AND lease IS NULL`,
        );
        // No other check of them is running.
        const unchecked = sql`WHERE host = ${host} AND repository = ${id} AND number <> ALL (
  SELECT substr(task.key, 6)::bigint FROM task WHERE task.host = ${host} AND task.repository = ${id}
    AND task.key LIKE 'pull/%' AND task.lease <> ${held?.lease ?? ""} AND NOT ${free(TASK, lease())})`;
        await connection.run(sql`DELETE FROM pull_bucket ${unchecked}`);
        await connection.run(sql`DELETE FROM notice ${unchecked}`);
        await connection.run(sql`UPDATE pull SET closed_at = ${at} ${unchecked} AND closed_at IS NULL`);
        await connection.run(
          sql`UPDATE repository SET forgotten_at = ${at} WHERE host = ${host} AND id = ${id}`,
        );
        return true;
      }),
  };
}
