import type { Commit, Person } from "../../pull.ts";
import type { Client } from "../traffic/client.ts";
import { isName } from "./path.ts";
import { accountOfUser, privateAddress } from "./person.ts";
import { User } from "./schema.ts";

/** Each costs a call; a pull request that names more co-authors is one to check by hand. */
const MOST_LOOKUPS = 20;

/**
 * The same commits, with the accounts of co-authors whose private address Gitee confirms: the account of the login in
 * it has the number in it. Gitee has no lookup by number or by address, so a login that has changed since stays
 * without an account.
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
    const user = await client.find("an account", ["users", login], User);
    if (accountOfUser(user) === account) confirmed.set(email, { account, login: user?.login ?? null });
  }
  if (confirmed.size === 0) return commits;
  return commits.map((commit) => ({
    ...commit,
    coauthors: commit.coauthors.map((person) => ({ ...person, ...confirmed.get(person.email ?? "") })),
  }));
}
