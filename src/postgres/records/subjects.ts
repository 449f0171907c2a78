import type { Pool } from "pg";
import { hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Act, Actor, Details } from "../../records/audit.ts";
import type { PersonRequest, Subjects } from "../../records/subject.ts";
import { append } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { correct } from "./correct.ts";
import { clean, remove } from "../erasure/erase.ts";
import { LATER_REVOCATION } from "./revocation.ts";
import { held, REQUESTS, requestOf, theirs } from "./held.ts";
import { sql } from "../connection/sql.ts";
import { bury } from "../erasure/tombstone.ts";
import { markAccount } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

export function openSubjects(long: Pool, writer: Writer, bell: Bell, now: () => number): Subjects {
  /** Runs `work`. If it changed something, marks the account's pull requests and records who did it. */
  async function change(
    account: Account,
    by: Actor,
    { act, details }: { act: Act; details: Details },
    work: (connection: Connection, at: number) => Promise<number>,
  ): Promise<number> {
    const changes = await writer.change(async (connection) => {
      const at = now();
      const changed = await work(connection, at);
      if (changed === 0) return 0;
      await append(connection, { by, act, details }, account, at);
      await markAccount(connection, account, at);
      return changed;
    });
    if (changes > 0) bell.ring();
    return changes;
  }

  return {
    held: (account) => writer.read((connection) => held(connection, account)),
    withdraw: (account, agreement, by) =>
      change(account, by, { act: "withdraw", details: { agreement } }, async (connection, at) => {
        await connection.run(
          sql`DELETE FROM request WHERE ${theirs(account)} AND agreement = ${agreement} AND kind = 'withdrawal'`,
        );
        const withdrawn =
          await connection.run(sql`UPDATE signature SET revoked_at = ${at}, ended_by = 'withdraw'
WHERE agreement = ${agreement} AND ${theirs(account)} AND (revoked_at IS NULL OR ended_by = 'replace')`);
        if (withdrawn > 0)
          await connection.run(sql`INSERT INTO revocation (host, account, agreement, kind, at)
VALUES (${hostOf(account)}, ${numberOf(account)}, ${agreement}, 'withdraw', ${at}) ${LATER_REVOCATION}`);
        return withdrawn;
      }),
    request: (account, { kind, agreement }) =>
      writer.change(async (connection) => {
        const at = now();
        const left = await connection.run(sql`INSERT INTO request (host, account, kind, agreement, at)
VALUES (${hostOf(account)}, ${numberOf(account)}, ${kind}, ${agreement}, ${at}) ON CONFLICT DO NOTHING`);
        const details = { kind, agreement };
        if (left > 0) await append(connection, { by: "page", act: "request", details }, account, at);
      }),
    requests: async () => {
      const rows = await writer.all<PersonRequest & { host: HostName; number: number }>(REQUESTS);
      return rows.map(requestOf);
    },
    settle: (account, agreement, by) =>
      writer.change(async (connection) => {
        const settled = await connection.run(
          sql`DELETE FROM request WHERE ${theirs(account)} AND agreement = ${agreement}`,
        );
        const details = { agreement };
        if (settled > 0) await append(connection, { by, act: "request settle", details }, account, now());
        return settled;
      }),
    correct: async (account, correction, by) => {
      const corrected = await writer.change((connection) =>
        correct(connection, account, correction, by, now()),
      );
      if (corrected.marked > 0) bell.ring();
      return corrected;
    },
    restrict: async (account, by) =>
      (await change(account, by, { act: "restrict", details: {} }, (connection, at) =>
        connection.run(sql`INSERT INTO subject (host, account, restricted_since)
VALUES (${hostOf(account)}, ${numberOf(account)}, ${at})
ON CONFLICT (host, account) DO UPDATE SET restricted_since = excluded.restricted_since
WHERE subject.restricted_since IS NULL`),
      )) > 0,
    unrestrict: async (account, by) =>
      (await change(account, by, { act: "unrestrict", details: {} }, (connection) =>
        connection.run(
          sql`UPDATE subject SET restricted_since = NULL WHERE ${theirs(account)} AND restricted_since IS NOT NULL`,
        ),
      )) > 0,
    erase: async (account, by) => {
      const erased = await writer.change(async (connection) => {
        const at = now();
        // The audit line comes first: its tag needs the salt, which is removed right after.
        await append(connection, { by, act: "erase", details: {} }, account, at);
        const removed = await remove(connection, account);
        await bury(connection, account, at);
        return { ...removed, marked: await markAccount(connection, account, at) };
      });
      if (erased.marked > 0) bell.ring();
      return { ...erased, trace: await clean(long) };
    },
    // The server's own vacuum clears old rows.
    finishErasures: () => Promise.resolve(true),
  };
}
