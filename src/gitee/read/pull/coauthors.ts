import type { Account } from "../../../account.ts";
import type { Commit, Person } from "../../../pull.ts";
import type { Client } from "../../traffic/client.ts";
import { isName } from "../path.ts";
import { accountOfUser, privateAddress } from "../person.ts";
import { User } from "../schema.ts";

/** How long an answer about a login stays in memory, in milliseconds. */
const LIFE = 10 * 60_000;
const MOST_REMEMBERED = 1_000;

interface Answer {
  readonly found: { readonly account: Account | null; readonly login: string | null };
  readonly until: number;
}

/** Answers of the last minutes, so that a repeated check of a pull request costs no extra calls. */
const remembered = new WeakMap<Client, Map<string, Answer>>();

/** Each look-up costs a call; a pull request with more co-authors needs a check by hand. */
const MOST_LOOKUPS = 20;

/**
 * Adds the accounts of co-authors whose private address Gitee confirms: the address's login belongs to the account with
 * the address's number. Gitee has no look-up by number or address, so a login that changed since then has no account.
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
        const claim = privateAddress(email ?? "");
        return email !== null && claim !== null && isName(claim.login) ? [[email, claim] as const] : [];
      }),
  );
  const confirmed = new Map<string, Pick<Person, "account" | "login">>();
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

async function accountCalled(client: Client, login: string): Promise<Answer["found"]> {
  const answers = remembered.get(client) ?? new Map<string, Answer>();
  remembered.set(client, answers);
  const before = answers.get(login);
  if (before !== undefined && before.until > Date.now()) return before.found;
  const user = await client.find("an account", ["users", login], User);
  const found = { account: accountOfUser(user), login: user?.login ?? null };
  const oldest = answers.keys().next();
  if (answers.size >= MOST_REMEMBERED && oldest.done !== true) answers.delete(oldest.value);
  answers.delete(login);
  answers.set(login, { found, until: Date.now() + LIFE });
  return found;
}
