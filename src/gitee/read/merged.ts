import { Failure } from "../../error.ts";
import { printPullRef, type Pull, type PullRef } from "../../pull.ts";
import { isWait, type MergedCommits } from "../../ports/host.ts";
import { shortMemory, type ShortMemory } from "../../ports/short-memory.ts";
import type { Client } from "../traffic/client.ts";
import type { BranchMemory, Tip } from "./branches.ts";
import type { Directory } from "./directory.ts";
import { parsePath, within, type RepositoryPath } from "./path.ts";
import { PullRequest } from "./schema.ts";

/** Branches to compare; each costs a call. */
const MOST_BRANCHES = 10;

/** The branches of a pull request, as Gitee showed them with its head. */
export interface PullBranches {
  readonly path: RepositoryPath;
  readonly head: string;
  readonly base: string;
  /** The branch to merge into; null: Gitee did not name it. */
  readonly target: string | null;
  /** The repository's default branch; null: Gitee did not name it. */
  readonly main: string | null;
}

/** The branches of pull requests that were just read. */
export type BranchesRead = ShortMemory<PullBranches>;

export function branchesRead(now: () => number): BranchesRead {
  return shortMemory({ lifeMs: 60_000, most: 1_000, now });
}

export function branchesOf({ base, head }: PullRequest): PullBranches {
  return {
    path: parsePath(base.repo.full_name),
    head: head.sha,
    base: base.sha,
    target: base.ref ?? null,
    main: base.repo.default_branch ?? null,
  };
}

/**
 * The commits of a pull request that the default branch or a protected branch already contains, even if that is the
 * pull request's own branch. Takes one comparison for each branch whose tip moved, and stops when all commits are found.
 * @param pull with the head from which all of `commits` are reachable
 * @throws Failure if Gitee did not compare the default branch; a protected branch without an answer merges nothing
 */
export async function mergedCommits(
  access: MergedAccess,
  { ref, head }: Pick<Pull, "ref" | "head">,
  commits: readonly string[],
): Promise<MergedCommits> {
  const { client, read } = access;
  const { repository } = ref;
  const known = read.find(printPullRef(ref));
  const branches = access.branches.by(client);
  const isKnown = known?.head === head;
  const pull = isKnown ? known : await readBranches(access, ref);
  const { path, target, main } = pull;
  const { tips, isNow } = await branches.branchesLately(path, repository, {
    target: isKnown ? target : null,
    main,
  });
  const look = { pull, head, isKnown };
  const found = await mergedBy({ branches }, look, tips, commits);
  if (isNow || (found.merged.size === 0 && found.failure === null)) return found;
  return mergedBy({ branches }, look, await branches.branches(path, repository), commits);
}

/** The pull request whose commits are looked for. */
interface Look {
  readonly pull: PullBranches;
  readonly head: string;
  /** Whether the pull request's commits were listed against this very base. */
  readonly isKnown: boolean;
}

async function mergedBy(
  { branches }: Pick<MergedAccess, "branches">,
  { pull, head, isKnown }: Look,
  tips: readonly Tip[],
  commits: readonly string[],
): Promise<MergedCommits> {
  const { path, base, target, main } = pull;
  // Gitee lists a pull request's commits against this tip, so none of them is on it.
  const isBase = ({ name, sha }: Tip): boolean => isKnown && (sha === base || name === target);
  const merged = new Set<string>();
  const heldBy = async (tip: Tip): Promise<readonly string[]> => {
    const left = commits.filter((sha) => !merged.has(sha));
    const added = isKnown && target !== null ? { name: target, sha: base } : null;
    const has = added === null ? null : await branches.added(path, added, tip.sha);
    if (has !== null) return left.filter((sha) => has.has(sha));
    const fresh = await branches.fresh(path, tip.sha, head);
    return fresh === null ? [] : left.filter((sha) => !fresh.has(sha));
  };
  const isDone = (): boolean => commits.every((sha) => merged.has(sha));
  const first = tips.filter((tip) => tip.name === main && !isBase(tip));
  for (const tip of first) for (const sha of await heldBy(tip)) merged.add(sha);
  const others = tips.filter((tip) => tip.protected && tip.name !== main && !isBase(tip));
  if (isDone() || others.length === 0) return { merged, failure: null };
  // A branch that ends at the head, such as the pull request's own, has all of its commits.
  if (others.some(({ sha }) => sha === head)) return { merged: new Set(commits), failure: null };
  let failure: Failure | null = null;
  for (const tip of others.slice(0, MOST_BRANCHES - first.length)) {
    try {
      for (const sha of await heldBy(tip)) merged.add(sha);
    } catch (error) {
      if (!(error instanceof Failure) || isWait(error)) throw error;
      failure ??= error;
    }
    if (isDone()) break;
  }
  return { merged, failure: isDone() ? null : failure };
}

export interface MergedAccess {
  readonly client: Client;
  readonly directory: Directory;
  readonly branches: BranchMemory;
  readonly read: BranchesRead;
}

function readBranches({ client, directory }: MergedAccess, ref: PullRef): Promise<PullBranches> {
  return directory.find(ref.repository, async (path) => {
    const pull = await client.find("the pull request", within(path, "pulls", ref.number), PullRequest);
    return pull?.base.repo.id === ref.repository ? branchesOf(pull) : null;
  });
}
