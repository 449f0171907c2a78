/**
 * Members of exempt organizations. A check makes a limited number of calls and remembers the answers, so that the next
 * check of the same pull request continues there.
 */
import { z } from "zod";
import { accountOf, numberOf, type Account } from "../../account.ts";
import { Failure, unlessFailed, type FailureCode } from "../../error.ts";
import type { Memberships } from "../../ports/host.ts";
import { shortMemory, type ShortMemory } from "../../ports/short-memory.ts";
import type { GitHubClient } from "../traffic/client.ts";
import type { LookupShare } from "./lookup-share.ts";
import * as schema from "./schema.ts";

/** Calls of one check; a ninth of what an installation has in a minute. */
const MOST_CALLS = 100;
/**
 * How many accounts, times organizations too long to list, are looked up one by one for one pull request: about ten
 * checks' calls. The person who pushes decides how many co-authors there are.
 */
const MOST_ASKED = 300;
/** Without another answer an account stays unknown. A used-up limit concerns all of them, and ends the search. */
const LIMITS: readonly FailureCode[] = ["host-limit", "paced"];
/** After so many refusals in a row, a check asks no more: GitHub refuses all. */
const MOST_REFUSED = 3;
/** Up to this many accounts are looked up one by one, again at each check. */
const FEW = 10;
/** Pages of an organization's members, 100 each, to read before accounts are looked up one by one. */
const MOST_PAGES = 10;
const PAGE = 100;
/** How long an answer about one of many accounts stays in memory, in milliseconds: longer than all checks take. */
const LIFE_MS = 30 * 60_000;
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
 * Accounts beyond the limits are unknown.
 */
export async function members(
  client: GitHubClient,
  organizations: readonly number[],
  accounts: readonly Account[],
  installation: number,
  memory: MembershipMemory,
  share: LookupShare,
): Promise<Memberships> {
  const isMany = accounts.length > FEW;
  const waitsUntil = isMany ? share.freeAt(installation) : null;
  const most = waitsUntil === null ? MOST_CALLS : 0;
  let calls = most;
  let isUnfinished = false;
  const rest = async (route: string, parameters: Record<string, string | number>): Promise<unknown> => {
    if (calls === 0) {
      isUnfinished = true;
      throw new Failure("unfinished");
    }
    calls -= 1;
    return schema.unlessGone(client.rest(installation, route, parameters));
  };
  const found = new Set<Account>();
  const loginOf = createLoginLookup(rest);
  const keyOf = (organization: number, account: Account): string =>
    `${installation} ${organization} ${account}`;
  const note = (organization: number, account: Account, isMember: boolean): void => {
    if (isMember) found.add(account);
    if (isMany) memory.keep(keyOf(organization, account), isMember);
  };

  const open: { readonly organization: number; readonly account: Account }[] = [];
  let asked = 0;
  for (const organization of organizations) {
    const known = (account: Account): boolean | undefined =>
      isMany ? memory.find(keyOf(organization, account)) : undefined;
    for (const account of accounts) if (known(account) === true) found.add(account);
    let left = accounts.filter((account) => !found.has(account) && known(account) === undefined);
    const tooLong = `${installation} ${organization} too long`;
    if (left.length > FEW && memory.find(tooLong) === undefined) {
      const listed = await unlessFailed(membersOf(rest, loginOf, organization), LIMITS);
      if (listed === "too long") memory.keep(tooLong, true);
      else if (listed !== null) {
        for (const account of left) note(organization, account, listed.has(account));
        left = [];
      }
    }
    if (memory.find(tooLong) === true) asked += accounts.filter((account) => !found.has(account)).length;
    open.push(...left.map((account) => ({ organization, account })));
  }

  const isTooMany = asked > MOST_ASKED;
  const unknown = new Set<Account>();
  let refused = 0;
  for (const { organization, account } of open) {
    if (found.has(account)) continue;
    const isAsked = !isTooMany && !isUnfinished && refused < MOST_REFUSED;
    const answer = isAsked
      ? await unlessFailed(isMemberOf(rest, loginOf, organization, account), LIMITS)
      : null;
    if (answer !== null) note(organization, account, answer);
    else unknown.add(account);
    refused = answer === null ? refused + 1 : 0;
  }
  for (const account of found) unknown.delete(account);
  if (isMany) share.spend(installation, most - calls);
  const why = isTooMany ? "too-many" : isUnfinished ? "unfinished" : null;
  if (why === null || unknown.size === 0) return { members: found, unknown };
  return { members: found, unknown, why, ...(waitsUntil !== null && { waitsUntil }) };
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
