import type { Pulls } from "../../ports/engine.ts";
import type { Route } from "../../ports/queue.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareRequireHeld } from "./held.ts";
import { FREE } from "./take.ts";
import type { Writer } from "../connection/writer.ts";

interface Place {
  readonly host: string;
  readonly id: number;
}

/** SQL for: no other check of the pull request is running. */
const NOT_CHECKED = `number NOT IN (SELECT CAST(substr(key, 6) AS INTEGER) FROM task
  WHERE host = @host AND repository = @id AND key LIKE 'pull/%' AND lease <> coalesce(@lease, '') AND NOT ${FREE})`;

export function openRepositories(
  connection: Connection,
  writer: Writer,
  now: () => number,
): Pick<Pulls, "route" | "repositories" | "noteMissing" | "noteSeen" | "forgetRepository"> {
  const route = connection.prepare<[Place], Route>(
    "SELECT installation, handle FROM repository WHERE host = @host AND id = @id AND forgotten_at IS NULL",
  );
  const all = connection.prepare<[string], Route & { id: number }>(
    "SELECT id, installation, handle FROM repository WHERE host = ? AND forgotten_at IS NULL ORDER BY id",
  );
  const missing = connection
    .prepare<[Place & { now: number }], number>(
      `INSERT INTO repository (host, id, missing_since) VALUES (@host, @id, @now)
ON CONFLICT DO UPDATE SET missing_since = min(coalesce(missing_since, @now), @now) RETURNING missing_since`,
    )
    .pluck();
  const isMissing = connection.prepare<[Place]>(
    "SELECT 1 FROM repository WHERE host = @host AND id = @id AND missing_since IS NOT NULL",
  );
  const seen = connection.prepare<[Place]>(
    "UPDATE repository SET missing_since = NULL WHERE host = @host AND id = @id",
  );
  const forget = [
    "DELETE FROM task WHERE host = @host AND repository = @id AND failure IS NOT NULL AND lease IS NULL",
    `DELETE FROM pull_bucket WHERE host = @host AND repository = @id AND ${NOT_CHECKED}`,
    `DELETE FROM notice WHERE host = @host AND repository = @id AND ${NOT_CHECKED}`,
    `UPDATE pull SET closed_at = @now WHERE host = @host AND repository = @id AND closed_at IS NULL AND ${NOT_CHECKED}`,
    "UPDATE repository SET forgotten_at = @now WHERE host = @host AND id = @id",
  ].map((sql) => connection.prepare<[Place & { now: number; lease: string | null }]>(sql));
  const requireHeld = prepareRequireHeld(connection);

  return {
    route: ({ host, id }) => writer.read(() => route.get({ host, id }) ?? null),
    repositories: (host) =>
      writer.read(() =>
        all.all(host).map(({ id, installation, handle }) => ({ id, route: { installation, handle } })),
      ),
    noteMissing: ({ host, id }) => {
      const at = now();
      return writer.write(() => missing.get({ host, id, now: at }) ?? at);
    },
    noteSeen: async ({ host, id }) => {
      // Checked first without the exclusive lock: usually nothing was missing.
      if (await writer.read(() => isMissing.get({ host, id }) === undefined)) return;
      await writer.write(() => void seen.run({ host, id }));
    },
    forgetRepository: ({ host, id }, held) =>
      writer.write(() => {
        requireHeld(held);
        if (isMissing.get({ host, id }) === undefined) return false;
        for (const statement of forget) statement.run({ host, id, now: now(), lease: held?.lease ?? null });
        return true;
      }),
  };
}
