import { z } from "zod";
import { accountOf, hostOf, HOSTS, numberOf, type HostName } from "../../account.ts";
import type { PendingSignIn, Sessions } from "../../records/session.ts";
import { sql } from "../connection/sql.ts";
import type { Writer } from "../connection/writer.ts";

const Pending: z.ZodType<PendingSignIn> = z.object({
  host: z.enum(HOSTS),
  state: z.string(),
  verifier: z.string(),
  returnTo: z.string(),
});

interface Row {
  readonly host: HostName | null;
  readonly account: number | null;
  readonly pending: string | null;
  readonly expiresAt: number;
}

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
        await writer.get<Row>(sql`SELECT host, account, pending, expires_at AS "expiresAt" FROM session
WHERE hash = ${hash} AND expires_at > ${now}`);
      if (row === undefined) return null;
      const { host, account, pending, expiresAt } = row;
      return {
        account: host === null || account === null ? null : accountOf(host, account),
        pending: pending === null ? null : Pending.parse(JSON.parse(pending)),
        expiresAt,
      };
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
