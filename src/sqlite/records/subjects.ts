import type { Account } from "../../account.ts";
import type { Act, Actor, Details } from "../../records/audit.ts";
import type { RevocationKind } from "../../records/signature.ts";
import type { Subjects } from "../../records/subject.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareCorrect } from "./correct.ts";
import { clean, cleanLater, prepareDirty, prepareRemove } from "../erasure/erase.ts";
import { KEEP_REVOCATION } from "./revocation.ts";
import { prepareHeld, prepareRequests } from "./held.ts";
import { keyOf, type SubjectKey } from "../erasure/subject-key.ts";
import { tombstoneFile } from "../erasure/tombstone-file.ts";
import { prepareBury } from "../erasure/tombstone.ts";
import { prepareMarkAccount } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

export function openSubjects(
  file: string,
  connection: Connection,
  writer: Writer,
  bell: Bell,
  now: () => number,
): Subjects {
  const sql = prepareRights(connection);
  const append = prepareAppend(connection);
  const mark = prepareMarkAccount(connection);
  const held = prepareHeld(connection);
  const requests = prepareRequests(connection);
  const correct = prepareCorrect(connection, append);
  const remove = prepareRemove(connection);
  const bury = prepareBury(connection);
  const tombstones = tombstoneFile(file);
  const dirty = prepareDirty(connection);

  /** Runs `work`. If it changed something, marks the account's pull requests and records who did it. */
  async function change(
    account: Account,
    by: Actor,
    { act, details }: { act: Act; details: Details },
    work: (key: SubjectKey, at: number) => number,
  ): Promise<number> {
    const changes = await writer.write(() => {
      const at = now();
      const changed = work(keyOf(account), at);
      if (changed === 0) return 0;
      append({ by, act, details }, account, at);
      mark(account, at);
      return changed;
    });
    if (changes > 0) bell.ring();
    return changes;
  }

  return {
    held: (account) => writer.read(() => held(account)),
    withdraw: (account, agreement, by) =>
      change(account, by, { act: "withdraw", details: { agreement } }, (key, at) => {
        sql.settle.run({ ...key, agreement, kind: "withdrawal" });
        const { changes } = sql.withdraw.run({ ...key, agreement, at });
        if (changes > 0) sql.keep.run({ ...key, agreement, kind: "withdraw", at });
        return changes;
      }),
    request: async (account, { kind, agreement }) => {
      await writer.write(() => {
        const at = now();
        if (sql.request.run({ ...keyOf(account), kind, agreement, at }).changes > 0)
          append({ by: "page", act: "request", details: { kind, agreement } }, account, at);
      });
    },
    requests: () => writer.read(requests),
    settle: (account, agreement, by) =>
      writer.write(() => {
        const settled = sql.settle.run({ ...keyOf(account), agreement, kind: null }).changes;
        if (settled > 0) append({ by, act: "request settle", details: { agreement } }, account, now());
        return settled;
      }),
    correct: async (account, correction, by) => {
      const corrected = await writer.write(() => correct(account, correction, by, now()));
      if (corrected.marked > 0) bell.ring();
      return corrected;
    },
    restrict: async (account, by) =>
      (await change(
        account,
        by,
        { act: "restrict", details: {} },
        (key, at) => sql.restrict.run({ ...key, at }).changes,
      )) > 0,
    unrestrict: async (account, by) =>
      (await change(
        account,
        by,
        { act: "unrestrict", details: {} },
        (key) => sql.unrestrict.run(key).changes,
      )) > 0,
    erase: async (account, by) => {
      const { traces, ...erased } = await writer.write(() => {
        const at = now();
        // The audit line comes first: its tag needs the salt, which is removed right after.
        append({ by, act: "erase", details: {} }, account, at);
        const { signatures, places, managed, waivers, traces } = remove(account);
        // Before the commit: if that fails, the person's request is still known.
        tombstones.erased(bury(account, at), at);
        dirty.set();
        return { signatures, places, managed, waivers, traces, marked: mark(account, at) };
      });
      if (erased.marked > 0) bell.ring();
      return { ...erased, trace: await clean(connection, file, traces) };
    },
    finishErasures: () => cleanLater(connection),
  };
}

function prepareRights(connection: Connection) {
  return {
    withdraw: connection.prepare<[SubjectKey & { agreement: string; at: number }]>(
      `UPDATE signature SET revoked_at = @at, ended_by = 'withdraw'
WHERE agreement = @agreement AND host = @host AND account = @account
  AND (revoked_at IS NULL OR ended_by = 'replace')`,
    ),
    keep: connection.prepare<[SubjectKey & { agreement: string; kind: RevocationKind; at: number }]>(
      KEEP_REVOCATION,
    ),
    request: connection.prepare<[SubjectKey & { kind: string; agreement: string; at: number }]>(
      `INSERT INTO request (host, account, kind, agreement, at) VALUES (@host, @account, @kind, @agreement, @at)
ON CONFLICT DO NOTHING`,
    ),
    settle: connection.prepare<[SubjectKey & { agreement: string; kind: string | null }]>(
      `DELETE FROM request WHERE host = @host AND account = @account AND agreement = @agreement
  AND (@kind IS NULL OR kind = @kind)`,
    ),
    restrict: connection.prepare<[SubjectKey & { at: number }]>(
      `INSERT INTO subject (host, account, restricted_since) VALUES (@host, @account, @at)
ON CONFLICT DO UPDATE SET restricted_since = excluded.restricted_since WHERE restricted_since IS NULL`,
    ),
    unrestrict: connection.prepare<[SubjectKey]>(
      `UPDATE subject SET restricted_since = NULL
WHERE host = @host AND account = @account AND restricted_since IS NOT NULL`,
    ),
  };
}
