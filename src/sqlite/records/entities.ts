import { accountOf, hostOf, numberOf, type Account, type HostName } from "../../account.ts";
import type { Actor } from "../../records/audit.ts";
import {
  APPOINT,
  DISMISS,
  employerOf,
  isNewEmployer,
  JOIN,
  leaveAt,
  memberOf,
  requireCurrent,
  unknownEmployer,
  type EmployerCounts,
  type Entities,
  type EntityRequest,
  type KeptEmployer,
  type KeptMember,
  type RosterChange,
  type RosterMember,
  type RosterOutcome,
} from "../../records/entity.ts";
import type { Evidence } from "../../records/signature.ts";
import { prepareAppend } from "./audit.ts";
import type { Bell } from "../queue/bell.ts";
import type { Connection } from "../connection/connect.ts";
import { prepareIsErased } from "../erasure/tombstone.ts";
import { prepareMarkTouched, touchedBy } from "../queue/wake.ts";
import type { Writer } from "../connection/writer.ts";

const EMPLOYER = `SELECT e.id, e.name, e.agreement, e.version, e.signed_at AS signedAt, e.ended_at AS endedAt`;

interface Key {
  readonly id: string;
  readonly host: HostName;
  readonly account: number;
}

function keyOf(id: string, account: Account): Key {
  return { id, host: hostOf(account), account: numberOf(account) };
}

export function openEntities(
  connection: Connection,
  writer: Writer,
  bell: Bell,
  now: () => number,
): Entities {
  const sql = prepareRosters(connection);
  const isErased = prepareIsErased(connection);
  const wake = prepareMarkTouched(connection);
  const append = prepareAppend(connection);

  function holding(id: string): KeptEmployer {
    const employer = sql.find.get(id);
    if (employer === undefined) throw unknownEmployer(id);
    return employer;
  }

  /** Changes each account, marks the affected pull requests, and records who did it. */
  async function change(
    id: string,
    accounts: readonly Account[],
    by: Actor,
    kind: RosterChange,
    each: (key: Key, employer: KeptEmployer) => Change,
  ): Promise<RosterOutcome> {
    const outcome = await writer.write(() => {
      const employer = holding(id);
      const at = now();
      const wanted = [...new Set(accounts)];
      const erased = kind.leaveErasedOut ? wanted.filter(isErased) : [];
      const done = wanted
        .filter((account) => !erased.includes(account))
        .map((account) => ({ account, change: each(keyOf(id, account), employer) }))
        .filter(({ change }) => change !== "none");
      const changed = done.map(({ account }) => account);
      const touched = kind.covers
        ? done.map(({ account, change }) => touchedBy(account, employer.agreement, change === "more" ? 0 : 1))
        : [];
      for (const account of changed)
        append({ by, act: kind.act, details: { entity: id, ...kind.details } }, account, at);
      return { changed, erased, marked: wake(touched, at) };
    });
    if (outcome.marked > 0) bell.ring();
    return outcome;
  }

  return {
    list: () => writer.read(() => sql.list.all({ now: now() }).map(employerOf)),
    find: (id) =>
      writer.read(() => {
        const employer = sql.find.get(id);
        if (employer === undefined) return null;
        return {
          ...employerOf(employer),
          members: sql.members.all(id).map(placeOf),
          managers: sql.managers.all(id).map(({ host, account }) => accountOf(host, account)),
        };
      }),
    add: ({ id, name = null, agreement, version, signedAt }, by) =>
      writer.write(() => {
        const known = sql.find.get(id);
        if (!isNewEmployer(known, { agreement, version })) return false;
        sql.add.run({ id, name, agreement, version, signedAt });
        append({ by, act: "entity add", details: { entity: id, agreement, version } }, null, now());
        return true;
      }),
    end: async (id, by) => {
      const ended = await writer.write(() => {
        const employer = sql.find.get(id);
        if (employer === undefined || employer.endedAt !== null) return null;
        const at = now();
        const members = sql.members.all(id).map(placeOf);
        sql.end.run(at, id);
        // An employer that is added again later starts with an empty roster.
        sql.leaveAll.run({ id, at });
        append({ by, act: "entity remove", details: { entity: id, places: members.length } }, null, at);
        return {
          marked: wake(
            members.map(({ account }) => touchedBy(account, employer.agreement, 1)),
            at,
          ),
        };
      });
      if (ended !== null && ended.marked > 0) bell.ring();
      return ended;
    },
    join: (id, places, by) => {
      const dates = new Map(places.map((place) => [keyText(keyOf(id, place.account)), place]));
      return change(
        id,
        places.map(({ account }) => account),
        by,
        JOIN,
        (key, employer) => {
          requireCurrent(employer);
          const place = dates.get(keyText(key));
          if (place === undefined) return "none";
          const { from, until } = place;
          const evidence: Evidence = by === "page" ? "page" : "import";
          const isNew = sql.place.get(key) === undefined;
          const isChanged = sql.join.run({ ...key, from, until, evidence }).changes > 0;
          return isChanged ? (isNew ? "more" : "any") : "none";
        },
      );
    },
    leave: (id, accounts, at, by) =>
      change(id, accounts, by, leaveAt(at), (key) => any(sql.leave.run({ ...key, at }).changes)),
    appoint: (id, accounts, by) =>
      change(id, accounts, by, APPOINT, (key) => any(sql.appoint.run(key).changes)),
    request: async ({ account, agreement, name }) => {
      await writer.write(() => {
        const at = now();
        sql.ask.run({ ...keyOf("", account), agreement, name, at });
        append({ by: "page", act: "request", details: { kind: "roster", agreement } }, account, at);
      });
    },
    requests: () =>
      writer.read(() =>
        sql.asked.all().map(({ host, number, ...asked }) => ({ account: accountOf(host, number), ...asked })),
      ),
    settle: (account, agreement, by) =>
      writer.write(() => {
        if (sql.settle.run({ ...keyOf("", account), agreement }).changes === 0) return false;
        append({ by, act: "request settle", details: { kind: "roster", agreement } }, account, now());
        return true;
      }),
    dismiss: (id, accounts, by) =>
      change(id, accounts, by, DISMISS, (key) => any(sql.dismiss.run(key).changes)),
  };
}

/** What a change did for a person: a new place can only add to what they have. */
type Change = "none" | "more" | "any";

function any(changes: number): Change {
  return changes > 0 ? "any" : "none";
}

function keyText({ host, account }: Key): string {
  return `${host}:${account}`;
}

/** SQLite has no booleans. */
type MemberRow = Omit<KeptMember, "restricted"> & { readonly restricted: number };

function placeOf(row: MemberRow): RosterMember {
  return memberOf({ ...row, restricted: row.restricted === 1 });
}

/** Neither undoing a revocation nor a later file restores a member who left. */
const LEAVE = `UPDATE entity_member SET until_at = CASE WHEN until_at <= @at THEN until_at ELSE @at END,
  ended_by = NULL, until_before = NULL`;

/** A place added after a revocation covers only the time after it. */
const FROM = `max(@from, coalesce((SELECT max(r.at) + 1 FROM revocation AS r JOIN entity AS e ON e.id = @id
  WHERE r.host = @host AND r.account = @account AND r.agreement = e.agreement AND r.kind <> 'withdraw'), @from))`;

function prepareRosters(connection: Connection) {
  const THIS = "WHERE entity = @id AND host = @host AND account = @account";
  return {
    find: connection.prepare<[string], KeptEmployer>(`${EMPLOYER} FROM entity AS e WHERE e.id = ?`),
    list: connection.prepare<[{ now: number }], KeptEmployer<EmployerCounts>>(`${EMPLOYER},
  (SELECT count(*) FROM entity_member AS m WHERE m.entity = e.id AND (e.ended_at IS NULL OR e.ended_at > @now)
    AND m.from_at <= @now AND (m.until_at IS NULL OR m.until_at > @now)) AS members,
  (SELECT count(*) FROM entity_manager AS m WHERE m.entity = e.id) AS managers
FROM entity AS e ORDER BY e.id`),
    members: connection.prepare<[string], MemberRow>(`SELECT m.host, m.account, m.from_at AS "from",
  m.until_at AS until, m.evidence, s.restricted_since IS NOT NULL AS restricted
FROM entity_member AS m LEFT JOIN subject AS s ON s.host = m.host AND s.account = m.account
WHERE m.entity = ? ORDER BY m.host, m.account`),
    managers: connection.prepare<[string], { host: HostName; account: number }>(
      "SELECT host, account FROM entity_manager WHERE entity = ? ORDER BY host, account",
    ),
    add: connection.prepare<[Omit<KeptEmployer, "endedAt">]>(
      `INSERT INTO entity (id, name, agreement, version, signed_at)
VALUES (@id, @name, @agreement, @version, @signedAt)
ON CONFLICT DO UPDATE SET signed_at = excluded.signed_at, ended_at = NULL, name = coalesce(excluded.name, name)`,
    ),
    end: connection.prepare<[number, string]>("UPDATE entity SET ended_at = ? WHERE id = ?"),
    join: connection.prepare<[Key & { from: number; until: number | null; evidence: Evidence }]>(
      `INSERT INTO entity_member (entity, host, account, from_at, until_at, evidence)
VALUES (@id, @host, @account, ${FROM}, @until, @evidence)
ON CONFLICT DO UPDATE SET from_at = excluded.from_at, until_at = excluded.until_at, evidence = excluded.evidence,
  ended_by = NULL, until_before = NULL
WHERE from_at <> excluded.from_at OR until_at IS NOT excluded.until_at`,
    ),
    place: connection.prepare<[Key]>(`SELECT 1 FROM entity_member ${THIS}`),
    leave: connection.prepare<[Key & { at: number }]>(
      `${LEAVE} ${THIS} AND (until_at IS NULL OR until_at > @at OR ended_by IS NOT NULL)`,
    ),
    leaveAll: connection.prepare<[{ id: string; at: number }]>(`${LEAVE} WHERE entity = @id`),
    appoint: connection.prepare<[Key]>(
      "INSERT INTO entity_manager (entity, host, account) VALUES (@id, @host, @account) ON CONFLICT DO NOTHING",
    ),
    ask: connection.prepare<[Key & Omit<EntityRequest, "account">]>(
      `INSERT INTO entity_request (host, account, agreement, name, at)
VALUES (@host, @account, @agreement, @name, @at)
ON CONFLICT DO UPDATE SET name = excluded.name, at = excluded.at`,
    ),
    asked: connection.prepare<[], Omit<EntityRequest, "account"> & { host: HostName; number: number }>(
      "SELECT host, account AS number, agreement, name, at FROM entity_request ORDER BY at, host, account",
    ),
    settle: connection.prepare<[Key & { agreement: string }]>(
      "DELETE FROM entity_request WHERE host = @host AND account = @account AND agreement = @agreement",
    ),
    dismiss: connection.prepare<[Key]>(`DELETE FROM entity_manager ${THIS}`),
  };
}
