import { hostOf, numberOf } from "../../account.ts";
import { sessionOf, type KeptSession, type Sessions } from "../../records/session.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

export function openSessions(writer: Writer): Sessions {
  return {
    create: async (hash, { account, pending, expiresAt }) => {
      const host = account === null ? null : hostOf(account);
      const number = account === null ? null : numberOf(account);
      const text = pending === null ? null : JSON.stringify(pending);
      await writer.run(sql`INSERT INTO session (hash, host, account, pending, expires_at)
VALUES (${hash}, ${host}, ${number}, ${text}, ${expiresAt})`);
    },
    find: async (hash, now) => {
      const row =
        await writer.get<KeptSession>(sql`SELECT host, account, pending, expires_at AS "expiresAt" FROM session
WHERE hash = ${hash} AND expires_at > ${now}`);
      return row === undefined ? null : sessionOf(row);
    },
    end: async (hash) => (await writer.run(sql`DELETE FROM session WHERE hash = ${hash}`)) === 1,
    endAll: async (account) => {
      await writer.run(
        sql`DELETE FROM session WHERE host = ${hostOf(account)} AND account = ${numberOf(account)}`,
      );
    },
    tidy: async (now) => {
      await writer.run(sql`DELETE FROM session WHERE expires_at <= ${now}`);
    },
  };
}
