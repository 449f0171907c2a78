/**
 * What the running bot remembers of repositories' branches, so that a repeated check of a pull request costs no extra
 * calls. A branch's tip may move: it is remembered for a minute, and forgotten at a push. That no branch has a commit is
 * remembered longer: if that is outdated, somebody is asked to sign who need not, and nothing is green. A comparison of
 * two commits never changes.
 */
import { Failure } from "../../error.ts";
import { shortMemory } from "../../ports/short-memory.ts";
import type { Client } from "../traffic/client.ts";
import { SHOWN_COMMITS } from "./pull/commits.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Branches, Comparison, PullRequests } from "./schema.ts";

/** How long the branches of a repository are remembered, in milliseconds. */
const TIPS_LIFE = 60_000;
const MOST_REPOSITORIES = 1_000;
/** How long it is remembered that no branch has a commit, in milliseconds. */
const ABSENT_LIFE = 60 * 60_000;
/** The heads for which a repository remembers that. */
const MOST_HEADS = 500;
/** How long a comparison is remembered, in milliseconds; one that Gitee refused only as long as the branches. */
const COMPARISON_LIFE = 24 * 60 * 60_000;
const MOST_COMPARISONS = 500;
/** Pages of branches, and of open pull requests, to read. */
const MOST_PAGES = 20;

/** A branch and its latest commit. */
export interface Tip {
  readonly name: string;
  readonly sha: string;
  readonly protected: boolean;
}

/** The commits that a head has and a branch's tip lacks; null: Gitee did not list all of them. */
type Fresh = ReadonlySet<string> | null;

export interface BranchMemory {
  /** Every branch of a repository, from the memory or by one call for each 100 branches. */
  branches(path: RepositoryPath, repository: number): Promise<readonly Tip[]>;
  /** Compares two commits, from the memory or by one call. */
  fresh(path: RepositoryPath, tip: string, head: string): Promise<Fresh>;
  /** Whether all these commits of a head were recently on no branch, and nobody has pushed since. */
  isAbsent(repository: number, head: string, commits: readonly string[]): boolean;
  keepAbsent(repository: number, head: string, commits: readonly string[]): void;
  /** Forgets the branches of a repository to which somebody pushed. */
  pushed(repository: number): void;
}

export function branchMemory(client: Client): BranchMemory {
  const { now } = client;
  const tips = shortMemory<readonly Tip[]>({ lifeMs: TIPS_LIFE, most: MOST_REPOSITORIES, now });
  const compared = shortMemory<Fresh>({ lifeMs: COMPARISON_LIFE, most: MOST_COMPARISONS, now });
  const absent = shortMemory<Map<string, ReadonlySet<string>>>({
    lifeMs: ABSENT_LIFE,
    most: MOST_REPOSITORIES,
    now,
  });
  const refused = shortMemory<null>({ lifeMs: TIPS_LIFE, most: MOST_COMPARISONS, now });
  return {
    async branches(path, repository) {
      const key = String(repository);
      const before = tips.find(key);
      if (before !== undefined) return before;
      const found = await readBranches(client, path);
      tips.keep(key, found);
      return found;
    },
    async fresh(path, tip, head) {
      const key = `${tip}...${head}`;
      const before = compared.find(key) ?? refused.find(key);
      if (before !== undefined) return before;
      const found = await compare(client, path, tip, head);
      if (found === null) refused.keep(key, null);
      else compared.keep(key, found);
      return found;
    },
    isAbsent(repository, head, commits) {
      const known = absent.find(String(repository))?.get(head);
      return known !== undefined && commits.every((sha) => known.has(sha));
    },
    keepAbsent(repository, head, commits) {
      const heads = absent.find(String(repository));
      if (heads === undefined || heads.size >= MOST_HEADS)
        absent.keep(String(repository), new Map([[head, new Set(commits)]]));
      else heads.set(head, new Set(commits));
    },
    pushed(repository) {
      tips.forget(String(repository));
      absent.forget(String(repository));
    },
  };
}

/** Gitee's versions differ in whether the list has pages. */
async function readBranches(client: Client, path: RepositoryPath): Promise<readonly Tip[]> {
  const found = new Map<string, Tip>();
  let pages = 0;
  for await (const page of client.pages("the repository's branches", within(path, "branches"), Branches)) {
    const before = found.size;
    for (const { name, commit, protected: isProtected } of page)
      found.set(name, { name, sha: commit.sha, protected: isProtected === true });
    pages += 1;
    if (found.size === before || pages === MOST_PAGES) break;
  }
  return [...found.values()];
}

async function compare(client: Client, path: RepositoryPath, tip: string, head: string): Promise<Fresh> {
  const range = within(path, "compare", `${tip}...${head}`);
  const compared = await client.find("a comparison of two commits", range, Comparison);
  if (compared === null || compared.commits.length >= SHOWN_COMMITS) return null;
  const listed = new Set(compared.commits.map(({ sha }) => sha));
  // An empty list counts only if the branch contains the head.
  return listed.has(head) || (listed.size === 0 && compared.merge_base_commit?.sha === head) ? listed : null;
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
