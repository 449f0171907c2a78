/**
 * Members of exempt organizations. A check makes a limited number of calls and remembers the answers, so that the next
 * check of the same pull request continues there.
 */
import { z } from "zod";
import { accountOf, numberOf, type Account } from "../../account.ts";
import { Failure, unlessFailed } from "../../error.ts";
import type { Memberships } from "../../ports/host.ts";
import { shortMemory, type ShortMemory } from "../../ports/short-memory.ts";
import type { GitHubClient } from "../traffic/client.ts";
import * as schema from "./schema.ts";

/** Calls of one check; a ninth of what an installation has in a minute. */
const MOST_CALLS = 100;
/** Up to this many accounts are looked up one by one, again at each check. */
const FEW = 10;
/** Pages of an organization's members, 100 each, to read before accounts are looked up one by one. */
const MOST_PAGES = 10;
const PAGE = 100;
/** How long an answer about one of many accounts stays in memory, in milliseconds. */
const LIFE_MS = 10 * 60_000;
const MOST_REMEMBERED = 10_000;

const User = z.object({ id: z.number().int().positive(), login: z.string() });
const Users = z.array(z.object({ id: z.number().int().positive() }));

/** Answers of the last minutes, by installation, organization and account. */
export type MembershipMemory = ShortMemory<boolean>;

/** @param now milliseconds since the epoch */
export function membershipMemory(now: () => number): MembershipMemory {
  return shortMemory({ lifeMs: LIFE_MS, most: MOST_REMEMBERED, now });
}

/**
 * The accounts that belong to one of the organizations; if the app is not installed there, only public members count.
 * Accounts beyond the limit of calls are unknown.
 */
export async function members(
  client: GitHubClient,
  organizations: readonly number[],
  accounts: readonly Account[],
  installation: number,
  memory: MembershipMemory,
): Promise<Memberships> {
  let calls = MOST_CALLS;
  const rest = async (route: string, parameters: Record<string, string | number>): Promise<unknown> => {
    if (calls === 0) throw new Failure("host-limit", "one check asked about too many accounts");
    calls -= 1;
    return schema.unlessGone(client.rest(installation, route, parameters));
  };
  const isMany = accounts.length > FEW;
  const found = new Set<Account>();
  const unknown = new Set<Account>();
  const loginOf = createLoginLookup(rest);
  for (const organization of organizations) {
    const keyOf = (account: Account): string => `${installation} ${organization} ${account}`;
    const note = (account: Account, isMember: boolean): void => {
      if (isMember) found.add(account);
      if (isMany) memory.keep(keyOf(account), isMember);
    };
    let rests = accounts.filter((account) => !found.has(account));
    if (isMany) {
      for (const account of rests) if (memory.find(keyOf(account)) === true) found.add(account);
      rests = rests.filter((account) => memory.find(keyOf(account)) === undefined);
      const tooLong = `${installation} ${organization} too long`;
      const listed =
        rests.length > FEW && memory.find(tooLong) === undefined
          ? await unlessFailed(membersOf(rest, loginOf, organization))
          : null;
      if (listed === "too long") memory.keep(tooLong, true);
      else if (listed !== null) {
        for (const account of rests) note(account, listed.has(account));
        rests = [];
      }
    }
    for (const account of rests) {
      const answer = await unlessFailed(isMemberOf(rest, loginOf, organization, account));
      if (answer === null) unknown.add(account);
      else note(account, answer);
    }
  }
  return { members: found, unknown: new Set([...unknown].filter((account) => !found.has(account))) };
}

type Rest = (route: string, parameters: Record<string, string | number>) => Promise<unknown>;
type LoginLookup = (number: number, again?: boolean) => Promise<string | null>;

/** Every member of an organization: a list that covers many accounts with few calls. */
async function membersOf(
  rest: Rest,
  loginOf: LoginLookup,
  organization: number,
): Promise<ReadonlySet<Account> | "too long"> {
  const listed = new Set<Account>();
  const org = await loginOf(organization);
  if (org === null) return listed;
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const body = await rest("GET /orgs/{org}/members", { org, per_page: PAGE, page });
    if (body === null) return listed;
    const users = schema.readBody(Users, body);
    for (const { id } of users) listed.add(accountOf("github", id));
    if (users.length < PAGE) return listed;
  }
  return "too long";
}

async function isMemberOf(
  rest: Rest,
  loginOf: LoginLookup,
  organization: number,
  account: Account,
): Promise<boolean> {
  const org = await loginOf(organization);
  const username = await loginOf(numberOf(account));
  if (org === null || username === null) return false;
  if ((await rest("GET /orgs/{org}/members/{username}", { org, username })) === null) return false;
  // The answer contains no account number: it counts only if the login still belongs to this account.
  return (await loginOf(numberOf(account), true)) === username;
}

/** https://docs.github.com/rest/users/users#get-a-user-using-their-id; organizations have such a number, too. */
function createLoginLookup(rest: Rest): LoginLookup {
  const known = new Map<number, string | null>();
  return async (number, again = false) => {
    const login = again ? undefined : known.get(number);
    if (login !== undefined) return login;
    const body = await rest("GET /user/{account_id}", { account_id: number });
    const user = body === null ? null : schema.readBody(User, body);
    if (user !== null && user.id !== number)
      throw new Failure("host-answer", "GitHub answered with another account than the one asked for");
    const found = user?.login ?? null;
    known.set(number, found);
    return found;
  };
}
