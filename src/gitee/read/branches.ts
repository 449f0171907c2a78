/**
 * What the running bot remembers of repositories' branches, so that a repeated check of a pull request costs no extra
 * calls. A branch's tip may move: a list of tips is used for a minute. An older one proves only that a commit is nowhere,
 * until somebody pushes: if that is outdated, somebody is asked to sign who need not, and nothing is green. A comparison
 * of two commits never changes.
 */
import { Failure } from "../../error.ts";
import { shortMemory, type ShortMemory } from "../../ports/short-memory.ts";
import type { Client } from "../traffic/client.ts";
import { SHOWN_COMMITS } from "./pull/commits.ts";
import { within, type RepositoryPath } from "./path.ts";
import { Branches, Comparison, PullRequests } from "./schema.ts";

/** How long a list of branches is taken as of now, in milliseconds. */
const TIPS_LIFE = 60_000;
/** How long it proves that a commit is on no branch, if nobody pushes. */
const OLD_TIPS_LIFE = 60 * 60_000;
const MOST_REPOSITORIES = 1_000;
/** How long a comparison is remembered, in milliseconds; one that Gitee refused only as long as the branches. */
const COMPARISON_LIFE = 24 * 60 * 60_000;
const MOST_COMPARISONS = 500;
/** The branches that are remembered as pushed to. */
const MOST_PUSHED = 1_000;
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

/** The branches of a repository when they were read. */
interface Listed {
  readonly tips: readonly Tip[];
  readonly at: number;
  /** The branches to which somebody has pushed since. */
  readonly pushed: Set<string | null>;
}

export interface BranchMemory {
  /** Every branch of a repository as of now, from the memory or by one call for each 100 branches. */
  branches(path: RepositoryPath, repository: number): Promise<readonly Tip[]>;
  /**
   * Every branch that matters, maybe as of an hour ago.
   * @param target a branch that does not matter; null: none
   * @param main the default branch; null: not known
   * @returns the branches, and whether they are as of now
   */
  branchesLately(
    path: RepositoryPath,
    repository: number,
    besides: { readonly target: string | null; readonly main: string | null },
  ): Promise<{ readonly tips: readonly Tip[]; readonly isNow: boolean }>;
  /** Compares two commits, from the memory or by one call. */
  fresh(path: RepositoryPath, tip: string, head: string): Promise<Fresh>;
  /**
   * The commits that a branch's tip has and a pull request's target lacks, from the memory or by one call. It holds for
   * later commits of the target, too: what the tip has of their commits is not among the pull request's.
   */
  added(
    path: RepositoryPath,
    target: { readonly name: string; readonly sha: string },
    tip: string,
  ): Promise<Fresh>;
  /**
   * Remembers that somebody pushed.
   * @param branch null: not known
   */
  pushed(repository: number, branch: string | null): void;
  /** The same memory, which asks by another client. */
  by(client: Client): BranchMemory;
}

interface Remembered {
  readonly lists: ShortMemory<Listed>;
  readonly compared: ShortMemory<Fresh>;
  readonly refused: ShortMemory<null>;
}

export function branchMemory(client: Client): BranchMemory {
  const { now } = client;
  return over(client, {
    lists: shortMemory({ lifeMs: OLD_TIPS_LIFE, most: MOST_REPOSITORIES, now }),
    compared: shortMemory({ lifeMs: COMPARISON_LIFE, most: MOST_COMPARISONS, now }),
    refused: shortMemory({ lifeMs: TIPS_LIFE, most: MOST_COMPARISONS, now }),
  });
}

function over(client: Client, remembered: Remembered): BranchMemory {
  const { now } = client;
  const { lists, compared, refused } = remembered;
  const isNow = ({ at, pushed }: Listed): boolean => pushed.size === 0 && now() - at < TIPS_LIFE;
  const read = async (path: RepositoryPath, repository: number): Promise<readonly Tip[]> => {
    const listed: Listed = { tips: await readBranches(client, path), at: now(), pushed: new Set() };
    lists.keep(String(repository), listed);
    return listed.tips;
  };
  const compareOnce = async (
    path: RepositoryPath,
    key: string,
    { from, to, orElse }: { readonly from: string; readonly to: string; readonly orElse?: true },
  ): Promise<Fresh> => {
    const before = compared.find(key);
    if (before !== undefined) return before;
    if (refused.find(key) !== undefined) return null;
    const found = await compare(client, path, from, to);
    if (found === null && orElse !== true) refused.keep(key, null);
    else compared.keep(key, found);
    return found;
  };
  return {
    async branches(path, repository) {
      const known = lists.find(String(repository));
      return known !== undefined && isNow(known) ? known.tips : read(path, repository);
    },
    async branchesLately(path, repository, { target, main }) {
      const known = lists.find(String(repository));
      const matters = (branch: string | null): boolean => {
        if (branch !== null && branch === target) return false;
        const tip = known?.tips.find(({ name }) => name === branch);
        return tip === undefined || tip.protected || tip.name === main;
      };
      if (known === undefined || [...known.pushed].some(matters))
        return { tips: await read(path, repository), isNow: true };
      return { tips: known.tips, isNow: isNow(known) };
    },
    fresh: (path, tip, head) => compareOnce(path, `${tip}...${head}`, { from: tip, to: head }),
    // A branch with too many commits of its own has them tomorrow, too, and can be compared with the head.
    added: (path, { name, sha }, tip) =>
      compareOnce(path, JSON.stringify([path, name, tip]), { from: sha, to: tip, orElse: true }),
    pushed(repository, branch) {
      const { pushed } = lists.find(String(repository)) ?? {};
      if (pushed !== undefined) pushed.add(pushed.size < MOST_PUSHED ? branch : null);
    },
    by: (other) => over(other, remembered),
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
