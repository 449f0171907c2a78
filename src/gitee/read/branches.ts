import { Failure } from "../../error.ts";
import type { Client } from "../traffic/client.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Branches, PullRequests } from "./schema.ts";

/** Protected branches to read; each costs a call. */
const MOST_BRANCHES = 20;
/** Pages of branches, and of open pull requests, to read. */
const MOST_PAGES = 20;

export interface Tip {
  readonly name: string;
  readonly sha: string;
}

/** The tips of protected branches. Gitee's versions differ in whether the list has pages. */
export async function protectedTips(client: Client, path: RepositoryPath): Promise<readonly Tip[]> {
  const tips = new Map<string, Tip>();
  const seen = new Set<string>();
  let pages = 0;
  for await (const page of client.pages("the repository's branches", within(path, "branches"), Branches)) {
    const before = seen.size;
    for (const { name, commit, protected: isProtected } of page) {
      seen.add(name);
      if (isProtected === true) tips.set(name, { name, sha: commit.sha });
    }
    pages += 1;
    if (seen.size === before || pages === MOST_PAGES) break;
  }
  return [...tips.values()].slice(0, MOST_BRANCHES);
}

/**
 * Tells the branches of open pull requests in the repository itself: a rule such as `*` protects them, too, and what is
 * on them is not merged. Where Gitee does not say which branch a pull request has, it may be any.
 * @throws Failure if the repository has too many open pull requests
 */
export async function openHeads(
  client: Client,
  path: RepositoryPath,
  repository: number,
): Promise<(branch: string) => boolean> {
  const heads = new Set<string>();
  let isUnknown = false;
  let pages = 0;
  const query = { state: "open", sort: "created", direction: "asc" };
  const lists = client.pages("open pull requests", within(path, "pulls"), PullRequests, query);
  for await (const page of lists) {
    for (const { head } of page) {
      if (head.repo?.id !== undefined && head.repo.id !== null && head.repo.id !== repository) continue;
      if (head.ref) heads.add(head.ref);
      else isUnknown ||= head.repo !== null;
    }
    pages += 1;
    if (pages === MOST_PAGES && page.length > 0)
      throw new Failure(
        "list-cut",
        "the repository has too many open pull requests to compare their branches",
      );
  }
  return (branch) => isUnknown || heads.has(branch);
}
