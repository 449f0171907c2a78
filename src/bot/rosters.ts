/**
 * Rosters, for their managers. An account that was erased is never stored again, and its manager must not learn that it
 * was erased. So this process remembers whom a manager added without effect, and shows them like the others.
 */
import { hostOf, numberOf, type Account, type HostName } from "../account.ts";
import type { Engine } from "../ports/engine.ts";
import type { Host } from "../ports/host.ts";
import type { Rosters } from "../ports/pages.ts";
import { shortMemory } from "../ports/short-memory.ts";
import type { RosterMember } from "../records/entity.ts";

/** How long an account is shown that is not stored, in milliseconds. */
const SHOWN_MS = 30 * 24 * 3_600_000;
/** How many rosters with such accounts are remembered, and how many accounts of each. */
const MOST_ROSTERS = 1_000;
const MOST_SHOWN = 1_000;

export interface RostersWorld {
  readonly engine: Pick<Engine, "entities">;
  readonly hosts: ReadonlyMap<HostName, Pick<Host, "accountsOf">>;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
}

export function pageRosters({ engine, hosts, now }: RostersWorld): Rosters {
  const { entities } = engine;
  const unstored = shortMemory<readonly RosterMember[]>({ lifeMs: SHOWN_MS, most: MOST_ROSTERS, now });
  const shownOf = (id: string): readonly RosterMember[] => unstored.find(id) ?? [];
  const show = (id: string, members: readonly RosterMember[]): void => {
    const others = shownOf(id).filter(({ account }) => !members.some((one) => one.account === account));
    if (members.length > 0) unstored.keep(id, [...others, ...members].slice(-MOST_SHOWN));
  };
  const withUnstored = (id: string, members: readonly RosterMember[]): readonly RosterMember[] => {
    const stored = new Set(members.map(({ account }) => account));
    const others = shownOf(id).filter(({ account }) => !stored.has(account));
    return others.length === 0 ? members : [...members, ...others].toSorted(byAccount);
  };

  return {
    async managedBy(manager, id) {
      const found = await entities.find(id);
      if (found === null || !found.managers.includes(manager)) return null;
      if (found.endedAt !== null && found.endedAt <= now()) return null;
      return { ...found, members: withUnstored(id, found.members) };
    },
    lookUp: async (name, logins) => (await hosts.get(name)?.accountsOf(logins)) ?? new Map(),
    async add(id, accounts) {
      const roster = await entities.find(id);
      const from = now();
      const covered = new Set(
        withUnstored(id, roster?.members ?? [])
          .filter(({ until }) => until === null || until > from)
          .map((member) => member.account),
      );
      const places = accounts
        .filter((account) => !covered.has(account))
        .map((account) => ({ account, from, until: null }));
      const { erased } = await entities.join(id, places, "page");
      show(
        id,
        erased.map((account) => ({ account, from, until: null, evidence: "page", restricted: false })),
      );
    },
    request: (request) => entities.request(request),
    async remove(id, account) {
      const until = now();
      const shown = shownOf(id).filter((one) => one.account === account);
      show(
        id,
        shown.map((one) => ({ ...one, until })),
      );
      await entities.leave(id, [account], until, "page");
    },
  };
}

/** The stored order of a roster. */
function byAccount({ account: one }: { account: Account }, { account: other }: { account: Account }): number {
  const [a, b] = [hostOf(one), hostOf(other)];
  return a === b ? numberOf(one) - numberOf(other) : a < b ? -1 : 1;
}
