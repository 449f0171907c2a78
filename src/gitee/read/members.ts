import type { Account } from "../../account.ts";
import { Failure } from "../../error.ts";
import type { Memberships } from "../../ports/host.ts";
import type { Client } from "../traffic/client.ts";
import { accountOfUser } from "./person.ts";
import { ownersIn } from "./repositories.ts";
import { Organization, Organizations, Users } from "./schema.ts";

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
): Promise<Memberships> {
  const wanted = new Set(accounts.filter((account) => account.startsWith("gitee:")));
  const members = new Set<Account>();
  let allAnswered = true;
  const logins = await settle(loginsOf(client, patterns, organizations));
  for (const organization of organizations) {
    const login = logins?.get(organization);
    if (login === undefined || (await settle(addMembers(client, login, wanted, members))) === null)
      allAnswered = false;
  }
  const unknown = allAnswered ? [] : [...wanted].filter((account) => !members.has(account));
  return { members, unknown: new Set(unknown) };
}

async function addMembers(
  client: Client,
  login: string,
  wanted: ReadonlySet<Account>,
  members: Set<Account>,
): Promise<true> {
  for await (const page of client.pages("an organization's members", ["orgs", login, "members"], Users)) {
    for (const user of page) {
      const account = accountOfUser(user);
      if (account !== null && wanted.has(account)) members.add(account);
    }
    if ([...wanted].every((account) => members.has(account))) break;
  }
  return true;
}

async function loginsOf(
  client: Client,
  patterns: readonly string[],
  organizations: readonly number[],
): Promise<ReadonlyMap<number, string>> {
  const logins = new Map<number, string>();
  const missing = (): boolean => organizations.some((organization) => !logins.has(organization));
  const learn = ({ id, login }: Organization): void => {
    logins.set(id, login);
  };
  for (const owner of ownersIn(patterns)) {
    if (!missing()) return logins;
    const found = await client.find("an organization", ["orgs", owner], Organization);
    if (found !== null) learn(found);
  }
  if (!missing()) return logins;
  const asked = "the organizations of the bot's account";
  for await (const page of client.pages(asked, ["user", "orgs"], Organizations)) page.forEach(learn);
  return logins;
}

/** Null if Gitee did not answer: that part stays unknown and does not stop other look-ups. */
async function settle<T>(part: Promise<T>): Promise<T | null> {
  try {
    return await part;
  } catch (error) {
    if (error instanceof Failure && error.code !== "host-limit" && error.code !== "host-credentials")
      return null;
    throw error;
  }
}
