import type { Client } from "../traffic/client.ts";
import { SHOWN_COMMITS } from "./pull/commits.ts";
import { protectedTips } from "./history.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Comparison, Repository } from "./schema.ts";

/** Branches to compare; each costs a call. */
const MOST_BRANCHES = 10;

/**
 * The commits of a pull request that the default branch or a protected branch already contains. Takes one comparison
 * for each branch, and stops when all commits are found.
 * @param head the pull request's head, from which all of `commits` are reachable
 */
export async function mergedCommits(
  client: Client,
  path: RepositoryPath,
  head: string,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const merged = new Set<string>();
  const { default_branch: main } = await client.get("the repository", within(path), Repository);
  const branches = [...new Set([...(main ? [main] : []), ...(await protectedTips(client, path))])];
  for (const branch of branches.slice(0, MOST_BRANCHES)) {
    const fresh = await freshIn(client, path, branch, head);
    if (fresh !== null) for (const sha of commits) if (!fresh.has(sha)) merged.add(sha);
    if (commits.every((sha) => merged.has(sha))) break;
  }
  return merged;
}

/** The commits that are not on a branch; null if Gitee did not list all of them. */
async function freshIn(
  client: Client,
  path: RepositoryPath,
  branch: string,
  head: string,
): Promise<ReadonlySet<string> | null> {
  const range = within(path, "compare", `${branch}...${head}`);
  const compared = await client.find("a comparison of two commits", range, Comparison);
  if (compared === null || compared.commits.length >= SHOWN_COMMITS) return null;
  const listed = new Set(compared.commits.map(({ sha }) => sha));
  // An empty list counts only if the branch contains the head.
  return listed.has(head) || (listed.size === 0 && compared.merge_base_commit?.sha === head) ? listed : null;
}
