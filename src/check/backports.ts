import { originsOf, repeats } from "../verdict/backport.ts";
import type { History } from "../ports/host.ts";
import { readPatch, type Patch } from "../verdict/patch.ts";
import type { Commit, RepositoryRef } from "../pull.ts";
import type { Route } from "../ports/queue.ts";

/** Each commit costs a few calls. A backport of more commits must be signed. */
const MOST_COMMITS = 50;
/**
 * The search ends after this many commits that name an origin and do not repeat it. Otherwise anyone who opens a pull
 * request could use up the host's rate limit with false names.
 */
const MOST_FALSE = 3;

/**
 * The commits that repeat or revert a commit on a protected branch of the repository. A commit that can't be verified
 * is not included, and so counts as any other commit.
 * @throws Failure if the host does not answer
 */
export async function verifiedBackports(
  history: History,
  repository: RepositoryRef,
  commits: readonly Commit[],
  route: Route,
): Promise<ReadonlySet<string>> {
  const verified = new Set<string>();
  const patchOf = patchesOf(history, repository, route);
  let unfounded = 0;
  for (const commit of commits.slice(0, MOST_COMMITS)) {
    const origins = originsOf(commit.message);
    for (const { kind, commit: named } of origins) {
      const origin = await history.protectedCommit(repository, named, route);
      if (origin === null || !repeats(kind, await patchOf(commit.sha), await patchOf(origin))) continue;
      verified.add(commit.sha);
      break;
    }
    if (origins.length > 0 && !verified.has(commit.sha)) unfounded += 1;
    if (unfounded === MOST_FALSE) break;
  }
  return verified;
}

/** Reads what commits change, each once; null if the host shows no complete diff. */
export function patchesOf(
  history: History,
  repository: RepositoryRef,
  route: Route,
): (sha: string) => Promise<Patch | null> {
  const known = new Map<string, Promise<Patch | null>>();
  const read = async (sha: string): Promise<Patch | null> => {
    const diff = await history.diff(repository, sha, route);
    return diff === null ? null : readPatch(diff);
  };
  return (sha) => {
    let patch = known.get(sha);
    if (patch === undefined) known.set(sha, (patch = read(sha)));
    return patch;
  };
}
