import { MOST_NOTICES, type Notice, type Notices } from "../../ports/notices.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareRequireHeld } from "../queue/held.ts";
import type { Writer } from "../connection/writer.ts";

type Key = [host: string, repository: number, number: number];

export function openNotices(connection: Connection, writer: Writer): Notices {
  const add = connection.prepare<[...Key, number, string, string, number]>(
    `INSERT INTO notice (host, repository, number, comment, about, sha, at) VALUES (?, ?, ?, ?, ?, ?, ?)
ON CONFLICT DO NOTHING`,
  );
  const trim = connection.prepare<[...Key, ...Key, number]>(
    `DELETE FROM notice WHERE host = ? AND repository = ? AND number = ? AND comment IN
  (SELECT comment FROM
    (SELECT comment, ROW_NUMBER() OVER (PARTITION BY MIN(about = 'waive-not-maintainer') ORDER BY MAX(at) DESC,
      comment DESC) AS place
    FROM notice WHERE host = ? AND repository = ? AND number = ? GROUP BY comment)
  WHERE place > ?)`,
  );
  const drop = connection.prepare<[...Key, number]>(
    "DELETE FROM notice WHERE host = ? AND repository = ? AND number = ? AND comment = ?",
  );
  const of = connection.prepare<Key, { comment: number; about: Notice["about"]; sha: string; at: number }>(
    `SELECT comment, about, sha, at FROM notice WHERE host = ? AND repository = ? AND number = ?
ORDER BY at DESC, comment DESC, about, sha`,
  );
  const requireHeld = prepareRequireHeld(connection);
  return {
    replace: ({ host, repository, number }, comment, notices, held) =>
      writer.write(() => {
        requireHeld(held);
        drop.run(host, repository, number, comment);
        for (const { about, commit, at } of notices)
          add.run(host, repository, number, comment, about, commit ?? "", at);
        trim.run(host, repository, number, host, repository, number, MOST_NOTICES);
      }),
    of: ({ host, repository, number }) =>
      writer.read(() =>
        of
          .all(host, repository, number)
          .map(({ comment, about, sha, at }) => ({ comment, about, commit: sha === "" ? null : sha, at })),
      ),
  };
}
