import { originsOf, repeats } from "./backport.ts";
import type { History } from "./host.ts";
import { readPatch, type Patch } from "./patch.ts";
import type { Commit, RepositoryRef } from "./pull.ts";
import type { Route } from "./queue.ts";

/** Each commit costs a few calls; a backport of more is one to sign. */
const MOST_COMMITS = 50;

/**
 * Which of the commits repeat, or take back, one that stands on a protected branch of the repository. What can't be
 * verified is left out, and so counts as any other commit.
 * @throws Failure when the host does not answer
 */
export async function verifiedBackports(
  history: History,
  repository: RepositoryRef,
  commits: readonly Commit[],
  route: Route,
): Promise<ReadonlySet<string>> {
  const verified = new Set<string>();
  const patchOf = async (sha: string): Promise<Patch | null> => {
    const diff = await history.diff(repository, sha, route);
    return diff === null ? null : readPatch(diff);
  };
  for (const commit of commits.slice(0, MOST_COMMITS)) {
    for (const { kind, commit: named } of originsOf(commit.message)) {
      const origin = await history.protectedCommit(repository, named, route);
      if (origin === null || !repeats(kind, await patchOf(commit.sha), await patchOf(origin))) continue;
      verified.add(commit.sha);
      break;
    }
  }
  return verified;
}
