import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Reading } from "../../ports/host.ts";
import type { PullRef, RepositoryRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient, GraphQLAnswer } from "../traffic/client.ts";
import type { WholeCommit } from "./commits.ts";
import { OPEN_QUERY } from "./query.ts";
import { hasHead } from "./read.ts";
import { readingOf } from "./reading.ts";
import { placeOf, sameRepository, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** Pull requests in one read, and how much of each: as much as GitHub answers within its ten seconds. */
const PULLS = 40;
/** Where it did not manage that many. */
const FEWER_PULLS = 10;
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
          nodes: z.array(z.unknown()),
        }),
        numbered: z.object({ nodes: z.array(z.object({ number: z.number() })) }),
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
  let size = PULLS;
  for (;;) {
    const variables = { repository: place.handle, after, app: client.appId, pulls: size };
    const answer = await manageable(client, place, variables, size);
    if (answer === null) {
      size = FEWER_PULLS;
      continue;
    }
    const { viewer, node } = schema.readAnswer(OpenAnswer, answer);
    const { pullRequests, numbered, ...repository } = sameRepository(node, place);
    const found = new Map<number, Reading>();
    for (const one of pullRequests.nodes) {
      const pull = schema.PullRequest.safeParse(one).data ?? null;
      const commits = pull === null ? null : wholeCommits(pull);
      if (pull !== null && commits !== null)
        found.set(
          pull.number,
          readingOf({ client, place, viewer, repository, pull, commits, comment: null }),
        );
    }
    // One of which a part failed is read again by itself; the others are none the worse for it.
    for (const { number } of numbered.nodes)
      yield found.get(number) ?? { host: "github", repository: id, number };
    if (!pullRequests.pageInfo.hasNextPage) return;
    after = pullRequests.pageInfo.endCursor;
  }
}

/** Null when GitHub gave up on so many at once. */
async function manageable(
  client: GitHubClient,
  { installation }: Place,
  variables: Readonly<Record<string, unknown>>,
  size: number,
): Promise<GraphQLAnswer | null> {
  try {
    const counts = { commits: COMMITS, comments: COMMENTS };
    return await client.graphql(installation, OPEN_QUERY, { ...variables, ...counts });
  } catch (error) {
    if (size > FEWER_PULLS && error instanceof Failure && error.code === "host-refused") return null;
    throw error;
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
