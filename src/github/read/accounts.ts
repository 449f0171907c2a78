/** Accounts by their numbers: logins, memberships, rights. Each use looks the login up again; none is stored. */
import { z } from "zod";
import { accountOf, numberOf, type Account, type Registered } from "../../account.ts";
import { Failure, unlessFailed } from "../../error.ts";
import type { Identity, GitHubClient } from "../traffic/client.ts";
import { installations } from "./find.ts";
import { accountsByLogin } from "./query.ts";
import { targetOf, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

const User = z.object({
  id: z.number().int().positive(),
  login: z.string(),
  created_at: z.string().nullish(),
});

/** Looked up in one query. */
const BATCH = 100;

/** @returns accounts by the given logins; logins that no longer exist are not included */
export async function accountsOf(
  client: GitHubClient,
  logins: readonly string[],
): Promise<ReadonlyMap<string, Account>> {
  const found = await registered(client, logins);
  return new Map([...found].map(([login, { account }]) => [login, account]));
}

function registeredAs(number: number, created: string | null | undefined): Registered {
  const createdAt = Date.parse(created ?? "");
  return { account: accountOf("github", number), createdAt: Number.isNaN(createdAt) ? null : createdAt };
}

/**
 * As {@link accountsOf}, with the creation time of each account. https://docs.github.com/graphql/reference/objects#user
 */
export async function registered(
  client: GitHubClient,
  logins: readonly string[],
): Promise<ReadonlyMap<string, Registered>> {
  const found = new Map<string, Registered>();
  if (logins.length === 0) return found;
  const as = await anyInstallation(client);
  // GraphQL does not find a bot by its login; REST does.
  for (const login of logins.filter(isBot)) {
    const user = await schema.unlessGone(client.rest(as, "GET /users/{username}", { username: login }));
    if (user === null) continue;
    const { id, created_at: created } = schema.readBody(User, user);
    found.set(login, registeredAs(id, created));
  }
  const people = logins.filter((login) => !isBot(login));
  for (let start = 0; start < people.length; start += BATCH) {
    const batch = people.slice(start, start + BATCH);
    const variables = Object.fromEntries(batch.map((login, index) => [`login${index}`, login]));
    const answer = await client.graphql(as, accountsByLogin(batch.length), variables);
    const answered = schema.readAnswer(Accounts, answer);
    for (const [index, login] of batch.entries()) {
      const user = answered[`user${index}`] ?? null;
      if (schema.isUnanswered(user) && user.gone) continue;
      const known = schema.told(user);
      const number = schema.told(known?.databaseId);
      if (number === null) throw new Failure("host-refused", "GitHub did not look every login up");
      found.set(login, registeredAs(number, schema.told(known?.createdAt)));
    }
  }
  return found;
}

const Accounts = z.record(
  z.string(),
  schema.perhaps(
    z.object({
      databaseId: schema.perhaps(z.number().int().positive()),
      createdAt: schema.perhaps(z.string()).optional(),
    }),
  ),
);

function isBot(login: string): boolean {
  return login.endsWith("[bot]");
}

/** The account's current login; null if the account is gone or can't be looked up. */
export async function loginOf(client: GitHubClient, account: Account): Promise<string | null> {
  const found = async (): Promise<string | null> =>
    loginAs(client, await anyInstallation(client), numberOf(account));
  return unlessFailed(found());
}

/** Whether the account may administer or maintain the repository. */
export async function maintains(client: GitHubClient, account: Account, place: Place): Promise<boolean> {
  const found = await permissionOf(client, account, place);
  if (found === null) return false;
  return found.role === "admin" || found.role === "maintain" || found.may?.maintain === true;
}

/** Whether the account may see the repository. */
export async function mayRead(client: GitHubClient, account: Account, place: Place): Promise<boolean> {
  const found = await permissionOf(client, account, place);
  return found?.may?.pull === true;
}

async function permissionOf(
  client: GitHubClient,
  account: Account,
  place: Place,
): Promise<{
  role: string;
  may: { maintain?: boolean | undefined; pull?: boolean | undefined } | undefined;
} | null> {
  const as = place.installation;
  const username = await loginAs(client, as, numberOf(account));
  if (username === null) return null;
  const target = await targetOf(client, place);
  const path = "GET /repos/{owner}/{repo}/collaborators/{username}/permission";
  const body = await schema.unlessGone(client.rest(as, path, { ...target, username }));
  if (body === null) return null;
  const { role_name: role, user } = schema.readBody(Permission, body);
  if (user === null) throw new Failure("host-answer", "GitHub did not say whose permission it named");
  // The login was looked up a moment ago; only the number proves that it is still the same account.
  return user.id === numberOf(account) ? { role, may: user.permissions } : null;
}

const Permission = z.object({
  role_name: z.string(),
  user: z
    .object({
      id: z.number(),
      permissions: z.object({ maintain: z.boolean().optional(), pull: z.boolean().optional() }).optional(),
    })
    .nullable(),
});

/** https://docs.github.com/rest/users/users#get-a-user-using-their-id; organizations have such a number, too. */
async function loginAs(client: GitHubClient, as: Identity, number: number): Promise<string | null> {
  const body = await schema.unlessGone(client.rest(as, "GET /user/{account_id}", { account_id: number }));
  if (body === null) return null;
  const { id, login } = schema.readBody(User, body);
  if (id !== number)
    throw new Failure("host-answer", "GitHub answered with another account than the one asked for");
  return login;
}

/** Any installation may read public data; the app itself may not. */
async function anyInstallation(client: GitHubClient): Promise<number> {
  for await (const installation of installations(client)) return installation;
  throw new Failure("not-found", "the app is installed nowhere yet: install it on an account first");
}
