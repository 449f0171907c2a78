import { patchesOf } from "./backports.ts";
import type { History } from "../ports/host.ts";
import { samePatch } from "../verdict/patch.ts";
import type { Commit, RepositoryRef } from "../pull.ts";
import type { Route } from "../ports/queue.ts";

/** Each costs two calls; commits beyond this number are judged by their authors. */
const MOST_COMMITS = 50;

/**
 * Which of some commits a queue rebuilt, by a rebase, from a commit of a pull request: the same message, the same
 * people and the same change. Such a commit counts as it does in its pull request, where a bot may be exempt as the
 * opener, a maintainer may have waived it, and a small change may need no signature.
 * @param own the commits of the pull requests
 * @throws Failure if the host does not answer
 */
export async function rebuiltOf(
  history: History,
  repository: RepositoryRef,
  commits: readonly Commit[],
  own: readonly Commit[],
  route: Route,
): Promise<ReadonlySet<string>> {
  const rebuilt = new Set<string>();
  const patchOf = patchesOf(history, repository, route);
  for (const commit of commits.slice(0, MOST_COMMITS))
    for (const twin of own.filter((one) => contentOf(one) === contentOf(commit))) {
      const [patch, original] = [await patchOf(commit.sha), await patchOf(twin.sha)];
      if (patch === null || original === null || !samePatch(patch, original)) continue;
      rebuilt.add(commit.sha);
      break;
    }
  return rebuilt;
}

/** The parts of a commit, besides its change, that a rebase keeps. */
function contentOf({ message, author, coauthors }: Commit): string {
  const people = [author, ...coauthors].map(({ account, name, email }) => [account, name, email]);
  return JSON.stringify([message, people]);
}
