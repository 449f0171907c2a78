import type { Account } from "../../../account.ts";
import { shortMemory, type ShortMemory } from "../../../ports/short-memory.ts";
import type { Commit, Person } from "../../../pull.ts";
import { isPaced } from "../../traffic/calls.ts";
import type { Client } from "../../traffic/client.ts";
import { isName } from "../path.ts";
import { accountOfUser, privateAddress } from "../person.ts";
import { User } from "../schema.ts";

/**
 * How long it stays in memory that a login is not that account's, in milliseconds: the account may be renamed meanwhile.
 * A confirmation stays longer, since the address names its account by the number, which nobody else gets.
 */
const LIFE = 10 * 60_000;
const CONFIRMED_LIFE = 24 * 60 * 60_000;
const MOST_REMEMBERED = 1_000;

type Answer = Pick<Person, "account" | "login">;

/** Earlier answers, so that a repeated check of a pull request costs no extra calls. */
export interface CoauthorMemory {
  readonly answers: ShortMemory<Answer>;
  readonly confirmed: ShortMemory<Answer>;
}

export function coauthorMemory(now: () => number): CoauthorMemory {
  return {
    answers: shortMemory({ lifeMs: LIFE, most: MOST_REMEMBERED, now }),
    confirmed: shortMemory({ lifeMs: CONFIRMED_LIFE, most: MOST_REMEMBERED, now }),
  };
}

/** Each lookup costs a call; a pull request with more co-authors needs a check by hand. */
const MOST_LOOKUPS = 20;

/**
 * Adds the accounts of co-authors whose private address Gitee confirms: the address's login belongs to the account with
 * the address's number. Gitee has no lookup by number or address, so a login that changed since then has no account.
 * @param opener whom Gitee showed with the pull request; like its authors, they need not be looked up
 * @returns `isWhole` is false if the check has no call left for somebody
 * @throws Failure `host-…` when Gitee does not answer
 */
export async function confirmCoauthors(
  { client, memory }: { readonly client: Client; readonly memory: CoauthorMemory },
  commits: readonly Commit[],
  opener: Answer | null,
): Promise<{ readonly commits: readonly Commit[]; readonly isWhole: boolean }> {
  const shown = [opener, ...commits.flatMap(({ author, committer }) => [author, committer])];
  const claims = new Map(
    commits
      .flatMap(({ coauthors }) => coauthors)
      .flatMap(({ email }) => {
        const claim = privateAddress(email ?? "", client.server);
        return email !== null && claim !== null && isName(claim.login) ? [[email, claim] as const] : [];
      }),
  );
  const confirmed = new Map<string, Answer>();
  let isWhole = true;
  try {
    for (const [email, { account, login }] of [...claims].slice(0, MOST_LOOKUPS)) {
      const before = shown.find((one) => one?.account === account && isCalled(one, login));
      const found = before ?? (await accountCalled(client, memory, { login, account }));
      if (found.account === account) confirmed.set(email, { account, login: found.login });
    }
  } catch (error) {
    if (!isPaced(error)) throw error;
    isWhole = false;
  }
  const withAccounts = (commit: Commit): Commit => ({
    ...commit,
    coauthors: commit.coauthors.map((person) => ({ ...person, ...confirmed.get(person.email ?? "") })),
  });
  return { commits: confirmed.size === 0 ? commits : commits.map(withAccounts), isWhole };
}

function isCalled({ login }: Answer, name: string): boolean {
  return login?.toLowerCase() === name.toLowerCase();
}

async function accountCalled(
  client: Client,
  { answers, confirmed }: CoauthorMemory,
  { login, account: claimed }: { readonly login: string; readonly account: Account },
): Promise<Answer> {
  const before = confirmed.find(`${login} ${claimed}`) ?? answers.find(login);
  if (before !== undefined) return before;
  const user = await client.find("an account", ["users", login], User);
  const found = { account: accountOfUser(user), login: user?.login ?? null };
  if (found.account === claimed) confirmed.keep(`${login} ${claimed}`, found);
  else answers.keep(login, found);
  return found;
}
