import { accountOf, numberOf } from "../../account.ts";
import type { Waivers } from "../../ports/engine.ts";
import { append } from "./audit.ts";
import { sql } from "../connection/sql.ts";
import { requireHeld } from "../queue/held.ts";
import { markAll } from "../queue/mark.ts";
import type { Writer } from "../connection/writer.ts";

export function openWaivers(writer: Writer): Waivers {
  return {
    add: ({ repository, commit, by, at }, held) =>
      writer.change(async (connection) => {
        await requireHeld(connection, held);
        // The first waiver stays; a second one for the same commit changes nothing.
        const added = await connection.run(sql`INSERT INTO waiver (host, repository, sha, maintainer, at)
VALUES (${repository.host}, ${repository.id}, ${commit}, ${numberOf(by)}, ${at}) ON CONFLICT DO NOTHING`);
        const details = { repository: repository.id, commit };
        if (added > 0) await append(connection, { by: "comment", act: "waive", details }, by, at);
      }),
    remove: (repository, commit, by, at) =>
      writer.change(async (connection) => {
        const removed = await connection.run(sql`DELETE FROM waiver
WHERE host = ${repository.host} AND repository = ${repository.id} AND sha = ${commit}`);
        if (removed === 0) return false;
        const details = { repository: repository.id, commit };
        await append(connection, { by, act: "unwaive", details }, null, at);
        const task = { kind: "repository", host: repository.host, repository: repository.id } as const;
        await markAll(connection, [{ task, route: null, bulk: true }], at);
        return true;
      }),
    all: async (repository) => {
      const rows = await writer.all<{ sha: string; maintainer: number | null; at: number }>(
        sql`SELECT sha, maintainer, at FROM waiver
WHERE host = ${repository.host} AND repository = ${repository.id} ORDER BY at, sha`,
      );
      return rows.map(({ sha, maintainer, at }) => ({
        repository,
        commit: sha,
        by: maintainer === null ? null : accountOf(repository.host, maintainer),
        at,
      }));
    },
    of: async (repository, commits) => {
      const rows = await writer.all<{ sha: string; maintainer: number | null; at: number }>(
        sql`SELECT sha, maintainer, at FROM waiver
WHERE host = ${repository.host} AND repository = ${repository.id} AND sha = ANY (${commits}::text[]) ORDER BY at, sha`,
      );
      return rows.map(({ sha, maintainer, at }) => ({
        repository,
        commit: sha,
        by: maintainer === null ? null : accountOf(repository.host, maintainer),
        at,
      }));
    },
  };
}
