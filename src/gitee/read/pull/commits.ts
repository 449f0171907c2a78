import { Failure } from "../../../error.ts";
import type { Commit, Gap } from "../../../pull.ts";
import { shortMemory, type ShortMemory } from "../../../ports/short-memory.ts";
import type { Client } from "../../traffic/client.ts";
import { within, type RepositoryPath } from "../path.ts";
import { authorOf, coauthorsOf, committerOf } from "../person.ts";
import { Commits, Comparison, type Commit as Item, type PullRequest } from "../schema.ts";

/** Gitee shows at most this many commits of a pull request, without pages. */
export const SHOWN_COMMITS = 250;

/** A pull request's commits, or the reason why the list may be incomplete. */
export interface CommitList {
  readonly commits: readonly Commit[];
  readonly gaps: readonly Gap[];
  /** False: the list belongs to another head; the pull request's head moved meanwhile. */
  readonly ofHead: boolean;
}

/** @throws Failure `host-…` */
export function listCommits(client: Client, path: RepositoryPath, number: number): Promise<Item[]> {
  return client.get("the pull request's commits", within(path, "pulls", number, "commits"), Commits);
}

/**
 * What was learned of pull requests whose list is cut or has another length than Gitee counts, so that a repeated check
 * needs no second call: the comparison of the same two commits never changes.
 */
export type CutLists = ShortMemory<{
  readonly range: string;
  /** Whether the comparison is complete, so that the list is not needed; otherwise the comparison is not. */
  readonly compared: boolean;
}>;

export function cutLists(now: () => number): CutLists {
  return shortMemory({ lifeMs: 24 * 60 * 60_000, most: 1_000, now });
}

/**
 * Accepts the list as complete if nothing contradicts that. Otherwise reads the commits through `compare`, and leaves a
 * gap if that is not provably complete either.
 * @param listed the result of {@link listCommits}; null: it was not asked for, because the comparison was complete
 */
export async function wholeList(
  client: Client,
  path: RepositoryPath,
  pull: PullRequest,
  listed: readonly Item[] | null,
  cuts: { readonly memory: CutLists; readonly key: string },
): Promise<CommitList> {
  const toCommits = (items: readonly Item[]): readonly Commit[] =>
    items.map((item) => toCommit(item, client.server));
  const items = listed ?? [];
  const cut = items.length >= SHOWN_COMMITS;
  const count = pull.commits ?? null;
  const differs = listed !== null && count !== null && count !== items.length;
  if (listed !== null && !cut && !differs)
    return {
      commits: toCommits(listed),
      gaps: listed.length === 0 ? ["no-commits"] : [],
      ofHead: listed.length === 0 || isTip(pull.head.sha, listed),
    };
  const range = rangeOf(pull);
  const before = cuts.memory.find(cuts.key);
  const isHopeless = before?.range === range && !before.compared;
  const compared = isHopeless ? null : await compare(client, path, pull);
  if (compared !== null && isWhole(compared, pull)) {
    cuts.memory.keep(cuts.key, { range, compared: true });
    return { commits: toCommits(compared.commits), gaps: [], ofHead: true };
  }
  if (compared !== null) cuts.memory.keep(cuts.key, { range, compared: false });
  const left = listed ?? (await listCommits(client, path, pull.number));
  return {
    commits: toCommits(left),
    gaps: [
      ...(left.length === 0 ? ["no-commits" as const] : []),
      left.length >= SHOWN_COMMITS ? "list-cut" : "count-differs",
    ],
    ofHead: left.length >= SHOWN_COMMITS || isTip(pull.head.sha, left),
  };
}

/** The two commits that a comparison is about. */
export function rangeOf({ base, head }: PullRequest): string {
  return `${base.sha}...${head.sha}`;
}

/** Null if Gitee can't compare the two: the base repository may not know a fork's head. */
async function compare(client: Client, path: RepositoryPath, pull: PullRequest): Promise<Comparison | null> {
  try {
    const target = within(path, "compare", rangeOf(pull));
    return await client.find("a comparison of two commits", target, Comparison);
  } catch (error) {
    // The gap already says that the list is incomplete, as this failure would.
    if (error instanceof Failure && error.code !== "host-limit" && error.code !== "host-credentials")
      return null;
    throw error;
  }
}

/**
 * A comparison is complete if every parent outside it is the merge base. If merges have other parents, it is complete
 * if it has as many commits as the pull request counts and that number is not Gitee's limit.
 */
function isWhole(
  { base_commit: base, merge_base_commit: fork, commits }: Comparison,
  pull: PullRequest,
): boolean {
  const count = pull.commits ?? null;
  if (base.sha !== pull.base.sha || !isTip(pull.head.sha, commits)) return false;
  const counted = commits.length;
  if (new Set(commits.map(({ sha }) => sha)).size !== counted) return false;
  if (count !== null && count !== SHOWN_COMMITS && count !== counted) return false;
  const inside = new Set([...commits.map(({ sha }) => sha), base.sha, ...(fork ? [fork.sha] : [])]);
  const closed = commits.every((commit) => {
    const parents = parentsOf(commit);
    return parents !== null && parents.every((sha) => inside.has(sha));
  });
  return closed || (count === counted && counted !== SHOWN_COMMITS);
}

/** Whether the head is in the list and nothing in the list comes after it. */
function isTip(head: string, commits: readonly Item[]): boolean {
  return (
    commits.some(({ sha }) => sha === head) &&
    !commits.some((commit) => parentsOf(commit)?.includes(head) === true)
  );
}

/** Null if Gitee may not show all: if it shows one parent as an object, there may be more. */
function parentsOf({ parents }: Item): readonly string[] | null {
  if (parents === null || parents === undefined) return null;
  if (!Array.isArray(parents)) return parents.sha === undefined ? null : [parents.sha];
  const shas = parents.flatMap(({ sha }) => sha ?? []);
  return shas.length === parents.length ? shas : null;
}

function toCommit(item: Item, server: string): Commit {
  const { message } = item.commit;
  return {
    sha: item.sha,
    author: authorOf(item, server),
    coauthors: coauthorsOf(message, server),
    committer: committerOf(item, server),
    parents: parentsOf(item)?.length ?? 0,
    message,
    // Gitee signs no commit.
    signedByHost: false,
  };
}
