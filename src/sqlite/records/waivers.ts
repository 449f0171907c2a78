import { accountOf, numberOf } from "../../account.ts";
import type { Waivers } from "../../ports/engine.ts";
import { prepareAppend } from "./audit.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareRequireHeld } from "../queue/held.ts";
import { prepareMarkRepository } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

export function openWaivers(connection: Connection, writer: Writer): Waivers {
  // The first waiver stays; a second one for the same commit changes nothing.
  const add = connection.prepare<[string, number, string, number, number]>(
    "INSERT INTO waiver (host, repository, sha, maintainer, at) VALUES (?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
  );
  const of = connection.prepare<
    [string, number, string],
    { sha: string; maintainer: number | null; at: number }
  >(
    `SELECT sha, maintainer, at FROM waiver
WHERE host = ? AND repository = ? AND sha IN (SELECT value FROM json_each(?)) ORDER BY at, sha`,
  );
  const all = connection.prepare<[string, number], { sha: string; maintainer: number | null; at: number }>(
    "SELECT sha, maintainer, at FROM waiver WHERE host = ? AND repository = ? ORDER BY at, sha",
  );
  const remove = connection.prepare<[string, number, string]>(
    "DELETE FROM waiver WHERE host = ? AND repository = ? AND sha = ?",
  );
  const append = prepareAppend(connection);
  const requireHeld = prepareRequireHeld(connection);
  const markRepository = prepareMarkRepository(connection);
  return {
    add: ({ repository, commit, by, at }, held) =>
      writer.write(() => {
        requireHeld(held);
        if (add.run(repository.host, repository.id, commit, numberOf(by), at).changes > 0)
          append({ by: "comment", act: "waive", details: { repository: repository.id, commit } }, by, at);
      }),
    remove: (repository, commit, by, at) =>
      writer.write(() => {
        if (remove.run(repository.host, repository.id, commit).changes === 0) return false;
        append({ by, act: "unwaive", details: { repository: repository.id, commit } }, null, at);
        markRepository({ host: repository.host, repository: repository.id, now: at });
        return true;
      }),
    all: (repository) =>
      writer.read(() =>
        all.all(repository.host, repository.id).map(({ sha, maintainer, at }) => ({
          repository,
          commit: sha,
          by: maintainer === null ? null : accountOf(repository.host, maintainer),
          at,
        })),
      ),
    of: (repository, commits) =>
      writer.read(() =>
        of.all(repository.host, repository.id, JSON.stringify(commits)).map(({ sha, maintainer, at }) => ({
          repository,
          commit: sha,
          by: maintainer === null ? null : accountOf(repository.host, maintainer),
          at,
        })),
      ),
  };
}
