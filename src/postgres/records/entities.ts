import { hostOf, numberOf, type Account } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import {
  APPOINT,
  DISMISS,
  employerOf,
  isNewEmployer,
  JOIN,
  leaveAt,
  requireCurrent,
  unknownEmployer,
  type EmployerCounts,
  type Entities,
  type KeptEmployer,
  type RosterChange,
  type RosterOutcome,
} from "../../records/entity.ts";
import type { Evidence } from "../../records/signature.ts";
import { append, appendAll } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import * as roster from "./roster.ts";
import { sql } from "../connection/sql.ts";
import { erasedAmong } from "../erasure/tombstone.ts";
import { markTouched } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

export function openEntities(writer: Writer, bell: Bell, now: () => number): Entities {
  /** Changes the accounts, marks the affected pull requests, and records who did it. */
  async function change(
    id: string,
    accounts: readonly Account[],
    by: Actor,
    kind: RosterChange,
    work: (
      connection: Connection,
      accounts: readonly Account[],
      employer: KeptEmployer,
    ) => Promise<readonly Account[]>,
  ): Promise<RosterOutcome> {
    const outcome = await writer.change(async (connection) => {
      const employer = await roster.find(connection, id);
      if (employer === undefined) throw unknownEmployer(id);
      const at = now();
      const wanted = [...new Set(accounts)];
      const buried = kind.leaveErasedOut ? await erasedAmong(connection, wanted) : new Set();
      const erased = wanted.filter((account) => buried.has(account));
      const left = wanted.filter((account) => !buried.has(account));
      const placed = kind === JOIN ? await roster.placed(connection, id, left) : null;
      const done = new Set(await work(connection, left, employer));
      const changed = left.filter((account) => done.has(account));
      await appendAll(
        connection,
        changed.map((account) => ({
          entry: { by, act: kind.act, details: { entity: id, ...kind.details } },
          account,
        })),
        at,
      );
      const touched = kind.covers ? changed : [];
      // A new place can only add to what a person has.
      const isLoss = (account: Account): boolean => placed === null || placed.has(account);
      const marked = await markTouched(connection, touched, employer.agreement, at, isLoss);
      return { changed, erased, marked };
    });
    if (outcome.marked > 0) bell.ring();
    return outcome;
  }

  return {
    list: async () => {
      const all = await writer.all<KeptEmployer<EmployerCounts>>(roster.counts(now()));
      return all.map(employerOf);
    },
    find: (id) =>
      writer.read(async (connection) => {
        const employer = await roster.find(connection, id);
        if (employer === undefined) return null;
        return {
          ...employerOf(employer),
          members: await roster.members(connection, id),
          managers: await roster.managers(connection, id),
        };
      }),
    add: ({ id, name = null, agreement, version, signedAt }, by) =>
      writer.change(async (connection) => {
        const known = await roster.find(connection, id);
        if (!isNewEmployer(known, { agreement, version })) return false;
        await connection.run(sql`INSERT INTO entity (id, name, agreement, version, signed_at)
VALUES (${id}, ${name}, ${agreement}, ${version}, ${signedAt})
ON CONFLICT (id) DO UPDATE SET signed_at = excluded.signed_at, ended_at = NULL,
  name = coalesce(excluded.name, entity.name)`);
        const details = { entity: id, agreement, version };
        await append(connection, { by, act: "entity add", details }, null, now());
        return true;
      }),
    end: async (id, by) => {
      const ended = await writer.change(async (connection) => {
        const employer = await roster.find(connection, id);
        if (employer === undefined || employer.endedAt !== null) return null;
        const at = now();
        const members = await roster.members(connection, id);
        await connection.run(sql`UPDATE entity SET ended_at = ${at} WHERE id = ${id}`);
        // An employer that is added again later starts with an empty roster.
        await connection.run(sql`${roster.leaving(at)} WHERE entity = ${id}`);
        const details = { entity: id, places: members.length };
        await append(connection, { by, act: "entity remove", details }, null, at);
        const accounts = members.map(({ account }) => account);
        return { marked: await markTouched(connection, accounts, employer.agreement, at) };
      });
      if (ended !== null && ended.marked > 0) bell.ring();
      return ended;
    },
    join: (id, places, by) => {
      const dates = new Map(places.map((place) => [place.account, place]));
      const evidence: Evidence = by === "page" ? "page" : "import";
      return change(
        id,
        places.map(({ account }) => account),
        by,
        JOIN,
        async (connection, accounts, employer) => {
          requireCurrent(employer);
          const joining = accounts.flatMap((account) => dates.get(account) ?? []);
          return roster.join(connection, id, joining, evidence);
        },
      );
    },
    leave: (id, accounts, at, by) =>
      change(id, accounts, by, leaveAt(at), (connection, leaving) =>
        roster.leave(connection, id, leaving, at),
      ),
    appoint: (id, accounts, by) =>
      change(id, accounts, by, APPOINT, (connection, appointed) => roster.appoint(connection, id, appointed)),
    request: async ({ account, agreement, name }) => {
      await writer.change(async (connection) => {
        const at = now();
        await connection.run(sql`INSERT INTO entity_request (host, account, agreement, name, at)
VALUES (${hostOf(account)}, ${numberOf(account)}, ${agreement}, ${name}, ${at})
ON CONFLICT (host, account, agreement) DO UPDATE SET name = excluded.name, at = excluded.at`);
        await append(
          connection,
          { by: "page", act: "request", details: { kind: "roster", agreement } },
          account,
          at,
        );
      });
    },
    requests: () => writer.read((connection) => roster.requests(connection)),
    settle: (account, agreement, by) =>
      writer.change(async (connection) => {
        const settled = await connection.run(sql`DELETE FROM entity_request
WHERE host = ${hostOf(account)} AND account = ${numberOf(account)} AND agreement = ${agreement}`);
        if (settled === 0) return false;
        await append(
          connection,
          { by, act: "request settle", details: { kind: "roster", agreement } },
          account,
          now(),
        );
        return true;
      }),
    dismiss: (id, accounts, by) =>
      change(id, accounts, by, DISMISS, (connection, dismissed) => roster.dismiss(connection, id, dismissed)),
  };
}
