import { Failure } from "../../error.ts";
import type { Pull } from "../../pull.ts";
import type { Client } from "../traffic/client.ts";
import { SHOWN_COMMITS } from "./pull/commits.ts";
import { openHeads, protectedTips } from "./branches.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Comparison, PullRequest, Repository } from "./schema.ts";

/** Branches to compare; each costs a call. */
const MOST_BRANCHES = 10;

/**
 * The commits of a pull request that the default branch or a protected branch already contains. Takes one comparison
 * for each branch, and stops when all commits are found. The branch of an open pull request, this one's included, counts
 * only if it is the default branch: a rule may protect every branch.
 * @param pull with the head from which all of `commits` are reachable
 */
export async function mergedCommits(
  client: Client,
  path: RepositoryPath,
  { ref, head }: Pick<Pull, "ref" | "head">,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const merged = new Set<string>();
  const { default_branch: main } = await client.get("the repository", within(path), Repository);
  const heldBy = async (branch: string): Promise<readonly string[]> => {
    const fresh = await freshIn(client, path, branch, head);
    return fresh === null ? [] : commits.filter((sha) => !fresh.has(sha) && !merged.has(sha));
  };
  const isDone = (): boolean => commits.every((sha) => merged.has(sha));
  if (main) for (const sha of await heldBy(main)) merged.add(sha);
  if (isDone()) return merged;
  const own = await ownBranch(client, path, ref);
  const tips = (await protectedTips(client, path)).filter(({ name }) => name !== main && name !== own);
  let isOpen: Awaited<ReturnType<typeof openHeads>> | null = null;
  for (const tip of tips.slice(0, main ? MOST_BRANCHES - 1 : MOST_BRANCHES)) {
    const held = await heldBy(tip.sha);
    if (held.length === 0) continue;
    isOpen ??= await openHeads(client, path, ref.repository);
    if (!isOpen(tip.name)) for (const sha of held) merged.add(sha);
    if (isDone()) break;
  }
  return merged;
}

/** The name of the pull request's branch in the repository itself; null: it is in a fork. */
async function ownBranch(
  client: Client,
  path: RepositoryPath,
  { repository, number }: Pull["ref"],
): Promise<string | null> {
  const { head } = await client.get("the pull request", within(path, "pulls", number), PullRequest);
  if (head.repo !== null && head.repo?.id !== undefined && head.repo.id !== repository) return null;
  // Without a name, any branch may be the pull request's own.
  if (!head.ref) throw new Failure("host-answer", "Gitee did not tell the pull request's branch");
  return head.ref;
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
