/**
 * Members of exempt organizations. Gitee lists them, so a check reads a limited number of pages; of a long list, the
 * answers stay in memory, so that the next check of the same pull request continues there.
 */
import type { Account } from "../../account.ts";
import { unlessFailed, type FailureCode } from "../../error.ts";
import type { Memberships } from "../../ports/host.ts";
import { shortMemory, type ShortMemory } from "../../ports/short-memory.ts";
import type { Client } from "../traffic/client.ts";
import { accountOfUser } from "./person.ts";
import { ownersIn } from "./repositories.ts";
import { Organization, Organizations, Users } from "./schema.ts";

/** A failure that concerns every lookup, or one that the next check makes; after another one, that part stays unknown. */
const LASTING: readonly FailureCode[] = ["host-limit", "host-credentials", "paced"];
/** Pages of one check, 100 members each. */
const MOST_PAGES = 20;
/** A list of up to this many pages is read again at each check. */
const FEW_PAGES = 3;
/** A longer list is not read to its end. */
const LONGEST = 200;
const END = 0;
const PER_PAGE = 100;
/** How long the members of a long list stay in memory, in milliseconds. */
const LIFE_MS = 10 * 60_000;
const MOST_LISTS = 20;
const LOGIN_LIFE_MS = 60_000;
const MOST_LOGINS = 1_000;

/** What was read of an organization's list. */
interface List {
  readonly members: Set<Account>;
  /** The page to read next; {@link END}: all were read. */
  readonly next: number;
}

/** What was read of organizations lately, by their numbers. */
export interface ListMemory {
  /** Long lists. */
  readonly lists: ShortMemory<List>;
  /** Names, so that the checks of a sweep do not each look one up. */
  readonly logins: ShortMemory<string>;
}

/** @param now milliseconds since the epoch */
export function listMemory(now: () => number): ListMemory {
  return {
    lists: shortMemory({ lifeMs: LIFE_MS, most: MOST_LISTS, now }),
    logins: shortMemory({ lifeMs: LOGIN_LIFE_MS, most: MOST_LOGINS, now }),
  };
}

/**
 * The accounts that belong to one of the organizations. Gitee's call takes an organization's name, so the number is
 * searched among the organizations of the bot's account and the owners that the patterns name. If an organization is
 * not found or its members can't be read, its membership is unknown.
 */
export async function readMembers(
  client: Client,
  patterns: readonly string[],
  organizations: readonly number[],
  accounts: readonly Account[],
  { lists, logins: names }: ListMemory,
): Promise<Memberships> {
  const wanted = accounts.filter((account) => account.startsWith("gitee:"));
  const members = new Set<Account>();
  const budget = { pages: MOST_PAGES };
  let isRefused = false;
  let why: Memberships["why"];
  const logins = await unlessFailed(loginsOf(client, patterns, organizations, names), LASTING);
  for (const organization of organizations) {
    const left = wanted.filter((account) => !members.has(account));
    if (left.length === 0) break;
    const key = String(organization);
    const login = logins?.get(organization);
    const before = lists.find(key) ?? { members: new Set(), next: 1 };
    const list =
      login === undefined ? null : await unlessFailed(readOn(client, login, before, budget, left), LASTING);
    if (list === null) {
      isRefused = true;
      continue;
    }
    const isLong = list.members.size > FEW_PAGES * PER_PAGE || list.next > FEW_PAGES + 1;
    if (isLong && list !== before) lists.keep(key, list);
    for (const account of left) if (list.members.has(account)) members.add(account);
    if (left.every((account) => members.has(account))) break;
    if (list.next > LONGEST) why = "too-many";
    else if (list.next !== END) why ??= "unfinished";
  }
  const unanswered = wanted.filter((account) => !members.has(account));
  if (unanswered.length === 0) return { members, unknown: new Set() };
  const unknown = isRefused || why !== undefined ? unanswered : [];
  return { members, unknown: new Set(unknown), ...(why !== undefined && { why }) };
}

/** Reads on until the list ends, everybody is found, or the check may read no more pages. */
async function readOn(
  client: Client,
  login: string,
  before: List,
  budget: { pages: number },
  wanted: readonly Account[],
): Promise<List> {
  const members = new Set(before.members);
  let { next } = before;
  const isDone = (): boolean =>
    next === END || next > LONGEST || budget.pages === 0 || wanted.every((account) => members.has(account));
  if (isDone()) return before;
  const asked = "an organization's members";
  for await (const users of client.pages(asked, ["orgs", login, "members"], Users, {}, next)) {
    for (const user of users) {
      const account = accountOfUser(user);
      if (account !== null) members.add(account);
    }
    next += 1;
    budget.pages -= 1;
    if (isDone()) return { members, next };
  }
  return { members, next: END };
}

async function loginsOf(
  client: Client,
  patterns: readonly string[],
  organizations: readonly number[],
  memory: ListMemory["logins"],
): Promise<ReadonlyMap<number, string>> {
  const logins = new Map<number, string>();
  for (const organization of organizations) {
    const login = memory.find(String(organization));
    if (login !== undefined) logins.set(organization, login);
  }
  const missing = (): boolean => organizations.some((organization) => !logins.has(organization));
  const learn = ({ id, login }: Organization): void => {
    logins.set(id, login);
    memory.keep(String(id), login);
  };
  for (const owner of ownersIn(patterns)) {
    if (!missing()) return logins;
    const found = await client.find("an organization", ["orgs", owner], Organization);
    if (found !== null) learn(found);
  }
  if (!missing()) return logins;
  const asked = "the organizations of the bot's account";
  let pages = 0;
  for await (const page of client.pages(asked, ["user", "orgs"], Organizations)) {
    page.forEach(learn);
    pages += 1;
    if (pages === MOST_PAGES || !missing()) break;
  }
  return logins;
}
