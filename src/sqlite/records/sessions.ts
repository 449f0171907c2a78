import { hostOf, numberOf } from "../../account.ts";
import { sessionOf, type KeptSession, type Sessions } from "../../records/session.ts";
import type { Connection } from "../connection/connect.ts";
import type { Writer } from "../connection/writer.ts";

export function openSessions(connection: Connection, writer: Writer): Sessions {
  const create = connection.prepare<[string, string | null, number | null, string | null, number]>(
    "INSERT INTO session (hash, host, account, pending, expires_at) VALUES (?, ?, ?, ?, ?)",
  );
  const find = connection.prepare<[string, number], KeptSession>(
    "SELECT host, account, pending, expires_at AS expiresAt FROM session WHERE hash = ? AND expires_at > ?",
  );
  const end = connection.prepare<[string]>("DELETE FROM session WHERE hash = ?");
  const endAll = connection.prepare<[string, number]>("DELETE FROM session WHERE host = ? AND account = ?");
  const tidy = connection.prepare<[number]>("DELETE FROM session WHERE expires_at <= ?");
  return {
    create: (hash, { account, pending, expiresAt }) =>
      writer.write(() => {
        const host = account === null ? null : hostOf(account);
        const number = account === null ? null : numberOf(account);
        create.run(hash, host, number, pending === null ? null : JSON.stringify(pending), expiresAt);
      }),
    find: (hash, now) =>
      writer.read(() => {
        const row = find.get(hash, now);
        return row === undefined ? null : sessionOf(row);
      }),
    end: (hash) => writer.write(() => end.run(hash).changes === 1),
    endAll: (account) => writer.write(() => void endAll.run(hostOf(account), numberOf(account))),
    tidy: (now) => writer.write(() => void tidy.run(now)),
  };
}
