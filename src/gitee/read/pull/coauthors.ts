import { shortMemory, type ShortMemory } from "../../../ports/short-memory.ts";
import type { Commit, Person } from "../../../pull.ts";
import type { Client } from "../../traffic/client.ts";
import { isName } from "../path.ts";
import { accountOfUser, privateAddress } from "../person.ts";
import { User } from "../schema.ts";

/** How long an answer about a login stays in memory, in milliseconds. */
const LIFE = 10 * 60_000;
const MOST_REMEMBERED = 1_000;

type Answer = Pick<Person, "account" | "login">;

/** Answers of the last minutes, so that a repeated check of a pull request costs no extra calls. */
const remembered = new WeakMap<Client, ShortMemory<Answer>>();

/** Each lookup costs a call; a pull request with more co-authors needs a check by hand. */
const MOST_LOOKUPS = 20;

/**
 * Adds the accounts of co-authors whose private address Gitee confirms: the address's login belongs to the account with
 * the address's number. Gitee has no lookup by number or address, so a login that changed since then has no account.
 * @throws Failure `host-…` when Gitee does not answer
 */
export async function confirmCoauthors(
  client: Client,
  commits: readonly Commit[],
): Promise<readonly Commit[]> {
  const claims = new Map(
    commits
      .flatMap(({ coauthors }) => coauthors)
      .flatMap(({ email }) => {
        const claim = privateAddress(email ?? "", client.server);
        return email !== null && claim !== null && isName(claim.login) ? [[email, claim] as const] : [];
      }),
  );
  const confirmed = new Map<string, Answer>();
  for (const [email, { account, login }] of [...claims].slice(0, MOST_LOOKUPS)) {
    const found = await accountCalled(client, login);
    if (found.account === account) confirmed.set(email, { account, login: found.login });
  }
  if (confirmed.size === 0) return commits;
  return commits.map((commit) => ({
    ...commit,
    coauthors: commit.coauthors.map((person) => ({ ...person, ...confirmed.get(person.email ?? "") })),
  }));
}

async function accountCalled(client: Client, login: string): Promise<Answer> {
  const memory =
    remembered.get(client) ?? shortMemory<Answer>({ lifeMs: LIFE, most: MOST_REMEMBERED, now: client.now });
  remembered.set(client, memory);
  const before = memory.find(login);
  if (before !== undefined) return before;
  const user = await client.find("an account", ["users", login], User);
  const found = { account: accountOfUser(user), login: user?.login ?? null };
  memory.keep(login, found);
  return found;
}
