import type { Commit, Gap, Person } from "../../../pull.ts";
import { personOf } from "./people.ts";
import * as schema from "../schema.ts";
import type { GitHubServer } from "../../traffic/server.ts";

/** The number of `web-flow`, the account that github.com itself commits with. https://api.github.com/users/web-flow */
const WEB_FLOW = 19864447;

/** What is known about some commits; a gap marks missing data. */
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
 * Commits as domain objects. A part that GitHub did not answer is left out and the list counts as truncated: the rest
 * is still reported, and nothing is green.
 * @param opener who opened the pull request that holds them; null: unknown, or no pull request
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
  // GitHub always lists the commit's author first, then its co-authors.
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

/** Whether GitHub itself created the commit: its signature shows that, a name alone never does. Null: unknown. */
export function isByHost(commit: schema.Commit, server: GitHubServer): boolean | null {
  if (schema.isUnanswered(commit.signature)) return null;
  if (commit.signature?.wasSignedByGitHub !== true) return false;
  const { committer } = commit;
  if (committer === null || schema.isUnanswered(committer)) return null;
  const number = schema.isUnanswered(committer.user) ? null : schema.told(committer.user?.databaseId);
  // On another server this number may belong to a person.
  const isWebFlow = !server.ownNumbers && number === WEB_FLOW;
  return isWebFlow || schema.told(committer.email)?.toLowerCase() === server.ownAddress;
}
