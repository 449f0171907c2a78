import { z } from "zod";
import type { Reading } from "../host.ts";
import type { PullRef, RepositoryRef } from "../pull.ts";
import type { Route } from "../queue.ts";
import type { GitHubClient } from "./client.ts";
import type { WholeCommit } from "./commits.ts";
import { OPEN_QUERY } from "./query.ts";
import { hasHead } from "./read.ts";
import { readingOf } from "./reading.ts";
import { placeOf, sameRepository } from "./repository.ts";
import * as schema from "./schema.ts";

/** Pull requests in one read, and how much of each: as much as GitHub still answers in a few seconds. */
const PULLS = 40;
const COMMITS = 10;
const COMMENTS = 20;

const OpenAnswer = z.object({
  viewer: schema.Viewer,
  node: z
    .union([
      schema.Unanswered,
      schema.Repository.extend({
        pullRequests: z.object({
          pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
          nodes: z.array(z.union([schema.Unanswered, schema.PullRequest]).nullable()),
        }),
      }),
    ])
    .nullable(),
});

/** Reads a repository's open pull requests; those with more commits than a shared read holds come as their ref. */
export async function* readOpenPulls(
  client: GitHubClient,
  { id }: RepositoryRef,
  route: Route,
): AsyncGenerator<Reading | PullRef> {
  const place = await placeOf(client, id, route);
  let after: string | null = null;
  for (;;) {
    const answer = await client.graphql(place.installation, OPEN_QUERY, {
      repository: place.handle,
      after,
      app: client.appId,
      pulls: PULLS,
      commits: COMMITS,
      comments: COMMENTS,
    });
    const { viewer, node } = schema.readAnswer(OpenAnswer, answer);
    const { pullRequests, ...repository } = sameRepository(node, place);
    for (const pull of schema.answered(pullRequests.nodes)) {
      const commits = wholeCommits(pull);
      yield commits === null
        ? { host: "github", repository: id, number: pull.number }
        : readingOf({ client, place, viewer, repository, pull, commits, comment: null });
    }
    if (!pullRequests.pageInfo.hasNextPage) return;
    after = pullRequests.pageInfo.endCursor;
  }
}

/** Null where a shared read did not hold everything, or something in it failed. */
function wholeCommits(pull: schema.PullRequest): readonly WholeCommit[] | null {
  const { nodes, totalCount } = pull.commits;
  const commits = schema.answered(nodes).flatMap(({ commit }) => schema.answered([commit]));
  if (commits.length !== totalCount || !hasHead(pull, nodes)) return null;
  const whole: WholeCommit[] = [];
  for (const commit of commits) {
    if (schema.isUnanswered(commit.authors) || commit.authors.pageInfo.hasNextPage) return null;
    whole.push({ commit, authors: commit.authors.nodes });
  }
  return whole;
}
