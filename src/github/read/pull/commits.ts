import type { Commit, Gap, Person } from "../../../pull.ts";
import { personOf } from "./people.ts";
import * as schema from "../schema.ts";
import type { GitHubServer } from "../../traffic/server.ts";

/** The number of `web-flow`, the account under which github.com itself commits. https://api.github.com/users/web-flow */
const WEB_FLOW = 19864447;

/** What can be known of some commits; a gap tells that something could not. */
export interface KnownCommits {
  readonly commits: readonly Commit[];
  readonly gaps: readonly Gap[];
}

/** A commit of a GraphQL answer with all of its authors. */
export interface WholeCommit {
  readonly commit: schema.Commit;
  readonly authors: readonly (schema.Person | schema.Unanswered | null)[];
}

/**
 * Commits as the domain knows them. A part about which GitHub did not answer is left out, and the list counts
 * as cut: the others are reported all the same, and nothing is green.
 * @param opener who opened the pull request that holds them; null: not known, or there is none
 */
export function commitsOf(
  whole: readonly (WholeCommit | null)[],
  total: number,
  server: GitHubServer,
  opener: Person | null,
): KnownCommits {
  const commits: Commit[] = [];
  const gaps = new Set<Gap>();
  for (const one of whole) {
    const read = one === null ? null : commitOf(one, server, opener);
    if (read === null || !read.complete) gaps.add("list-cut");
    if (read !== null) commits.push(read.commit);
  }
  if (whole.length === 0) gaps.add("no-commits");
  if (whole.length !== total) gaps.add("count-differs");
  return { commits, gaps: [...gaps] };
}

function commitOf(
  { commit, authors }: WholeCommit,
  server: GitHubServer,
  opener: Person | null,
): { commit: Commit; complete: boolean } | null {
  // GitHub always names the commit's own author first, and its co-authors after.
  const [author, ...coauthors] = authors.map((actor) => personOf(actor, server, opener));
  if (author === undefined || author === null) return null;
  const known = coauthors.filter((person) => person !== null);
  const byHost = isByHost(commit, server);
  const committer = byHost === true ? null : personOf(commit.committer, server, opener);
  const complete =
    known.length === coauthors.length &&
    !schema.isUnanswered(commit.authors) &&
    authors.length === commit.authors.totalCount &&
    byHost !== null &&
    (byHost || committer !== null);
  return {
    commit: {
      sha: commit.oid,
      author,
      coauthors: known,
      committer: committer ?? null,
      parents: commit.parents.totalCount,
      message: commit.message,
      signedByHost: byHost === true,
    },
    complete,
  };
}

/** Whether GitHub itself committed: it says so by its signature, never by a name alone. Null: not told. */
export function isByHost(commit: schema.Commit, server: GitHubServer): boolean | null {
  if (schema.isUnanswered(commit.signature)) return null;
  if (commit.signature?.wasSignedByGitHub !== true) return false;
  const { committer } = commit;
  if (committer === null || schema.isUnanswered(committer)) return null;
  const number = schema.isUnanswered(committer.user) ? null : schema.told(committer.user?.databaseId);
  // On another server the number may be a person's.
  const isWebFlow = !server.ownNumbers && number === WEB_FLOW;
  return isWebFlow || schema.told(committer.email)?.toLowerCase() === server.ownAddress;
}
