import { MOST_NOTICES, type Notice, type Notices } from "../../ports/notices.ts";
import { sql } from "../connection/sql.ts";
import { requireHeld } from "../queue/held.ts";
import type { Writer } from "../connection/writer.ts";

export function openNotices(writer: Writer): Notices {
  return {
    replace: ({ host, repository, number }, comment, notices, held) =>
      writer.write(async (connection) => {
        await requireHeld(connection, held);
        await connection.run(sql`DELETE FROM notice WHERE host = ${host} AND repository = ${repository}
  AND number = ${number} AND comment = ${comment}`);
        for (const { about, commit, at } of notices)
          await connection.run(sql`INSERT INTO notice (host, repository, number, comment, about, sha, at)
VALUES (${host}, ${repository}, ${number}, ${comment}, ${about}, ${commit ?? ""}, ${at}) ON CONFLICT DO NOTHING`);
        await connection.run(sql`DELETE FROM notice WHERE host = ${host} AND repository = ${repository}
  AND number = ${number} AND comment IN (SELECT comment FROM (SELECT comment, ROW_NUMBER() OVER (PARTITION BY
  BOOL_AND(about = 'waive-not-maintainer') ORDER BY MAX(at) DESC, comment DESC) AS place FROM notice WHERE host = ${host}
  AND repository = ${repository} AND number = ${number} GROUP BY comment) AS kept WHERE place > ${MOST_NOTICES})`);
      }),
    of: async ({ host, repository, number }) => {
      const rows = await writer.all<{ comment: number; about: Notice["about"]; sha: string; at: number }>(
        sql`SELECT comment, about, sha, at FROM notice WHERE host = ${host} AND repository = ${repository}
  AND number = ${number} ORDER BY at DESC, comment DESC, about, sha`,
      );
      return rows.map(({ comment, about, sha, at }) => ({
        comment,
        about,
        commit: sha === "" ? null : sha,
        at,
      }));
    },
  };
}
