import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Reading } from "../../ports/host.ts";
import type { PullRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import type { WholeCommit } from "./commits.ts";
import { AUTHORS_QUERY, COMMITS_QUERY, PULL_QUERY } from "./query.ts";
import { readingOf } from "./reading.ts";
import { placeOf, sameRepository, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** How often a pull request is read again because its head moved meanwhile. */
const TRIES = 3;

/**
 * Queries after the first that one reading may cost: enough for 10,000 commits. Whoever pushes decides how many commits
 * and co-authors there are, and one pull request must not use its installation's whole minute. What is left out counts
 * as not shown, which is never green.
 */
const MOST_QUERIES = 100;

interface Allowance {
  left: number;
}

const PullAnswer = z.object({
  viewer: schema.Viewer,
  node: z
    .union([schema.Unanswered, schema.Repository.extend({ pullRequest: schema.PullRequest.nullable() })])
    .nullable(),
});

/**
 * Reads a pull request whole: one query up to 100 commits, and one more for each further 100.
 * @param comment the bot's comment as it was last known
 * @throws Failure `head-moving` and what the host refuses
 */
export async function readPull(
  client: GitHubClient,
  ref: PullRef,
  route: Route,
  comment: number | null,
): Promise<Reading> {
  const place = await placeOf(client, ref.repository, route);
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const answer = await client.graphql(place.installation, PULL_QUERY, {
      repository: place.handle,
      number: ref.number,
      app: client.appId,
      commits: 100,
      comments: 100,
    });
    const { viewer, node } = schema.readAnswer(PullAnswer, answer);
    const { pullRequest: pull, ...repository } = sameRepository(node, place);
    if (pull === null) throw new Failure("not-found", "the pull request is gone");
    const commits = await everyCommit(client, place, pull);
    if (commits !== null) return readingOf({ client, place, viewer, repository, pull, commits, comment });
  }
  throw new Failure("head-moving");
}

/** All commits of a pull request; null when its head moved while they were read. */
async function everyCommit(
  client: GitHubClient,
  place: Place,
  pull: schema.PullRequest,
): Promise<readonly (WholeCommit | null)[] | null> {
  const found = [...pull.commits.nodes];
  const allowance: Allowance = { left: MOST_QUERIES };
  let { pageInfo } = pull.commits;
  while (pageInfo.hasNextPage && isAllowed(allowance)) {
    const page = await commitsAfter(client, place, pull, pageInfo.endCursor);
    if (page === null) return null;
    found.push(...page.nodes);
    ({ pageInfo } = page);
  }
  if (!pageInfo.hasNextPage && !hasHead(pull, found)) return null;
  return Promise.all(found.map(async (node) => withAuthors(client, place, node, allowance)));
}

function isAllowed(allowance: Allowance): boolean {
  allowance.left -= 1;
  return allowance.left >= 0;
}

async function commitsAfter(
  client: GitHubClient,
  place: Place,
  { number, headRefOid, commits }: schema.PullRequest,
  after: string | null,
): Promise<schema.Commits | null> {
  const shape = z.object({
    node: z.object({ pullRequest: z.object({ headRefOid: z.string(), commits: schema.Commits }) }),
  });
  const variables = { repository: place.handle, number, after };
  const answer = await client.graphql(place.installation, COMMITS_QUERY, variables);
  const { pullRequest } = schema.readAnswer(shape, answer).node;
  const same = pullRequest.headRefOid === headRefOid && pullRequest.commits.totalCount === commits.totalCount;
  return same ? pullRequest.commits : null;
}

/** Whether the list holds the head it claims to lead to; an empty one holds none, and a cut one need not. */
export function hasHead({ headRefOid }: schema.PullRequest, nodes: schema.Commits["nodes"]): boolean {
  const commits = nodes.map((node) => (node === null || schema.isUnanswered(node) ? null : node.commit));
  return (
    commits.length === 0 ||
    commits.some((commit) => commit === null || schema.isUnanswered(commit) || commit.oid === headRefOid)
  );
}

/**
 * A commit with its authors, all of them while the allowance lasts; null where GitHub did not answer about it.
 * @param allowance queries for authors that do not fit in the commit's own answer; absent: as many as it takes
 */
export async function withAuthors(
  client: GitHubClient,
  place: Place,
  node: schema.Commits["nodes"][number],
  allowance: Allowance = { left: Number.POSITIVE_INFINITY },
): Promise<WholeCommit | null> {
  if (node === null || schema.isUnanswered(node) || schema.isUnanswered(node.commit)) return null;
  const { commit } = node;
  if (schema.isUnanswered(commit.authors)) return { commit, authors: [] };
  const authors = [...commit.authors.nodes];
  const shape = z.object({ node: z.object({ object: z.object({ authors: schema.Authors }) }) });
  let { pageInfo } = commit.authors;
  while (pageInfo.hasNextPage && isAllowed(allowance)) {
    const answer = await client.graphql(place.installation, AUTHORS_QUERY, {
      repository: place.handle,
      oid: commit.oid,
      after: pageInfo.endCursor,
    });
    const page = schema.readAnswer(shape, answer).node.object.authors;
    authors.push(...page.nodes);
    ({ pageInfo } = page);
  }
  return { commit, authors };
}
