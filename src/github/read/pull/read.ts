import { z } from "zod";
import { Failure } from "../../../error.ts";
import type { Reading } from "../../../ports/host.ts";
import type { PullRef } from "../../../pull.ts";
import type { Route } from "../../../ports/queue.ts";
import type { GitHubClient } from "../../traffic/client.ts";
import type { WholeCommit } from "./commits.ts";
import { askPart, inParts, partSize, type PartSize } from "./parts.ts";
import { policyFileOf } from "../policy.ts";
import { AUTHORS_QUERY, COMMITS_QUERY, MARKS_QUERY, PULL_QUERY } from "../query.ts";
import { readingOf } from "./reading.ts";
import { placeOf, sameRepository, type Place } from "../repository.ts";
import * as schema from "../schema.ts";

/** How often a pull request is read again if its head moved meanwhile. */
const TRIES = 3;

/**
 * The maximum of queries after the first for one reading: enough for 10,000 commits. The person who pushes decides the
 * number of commits and co-authors, and one pull request must not use up its installation's minute. The rest counts as
 * not shown, which is never green.
 */
const MOST_QUERIES = 100;

/** How many further queries a reading may make; below zero: it needed more. */
export interface Allowance {
  left: number;
}

export function fullAllowance(): Allowance {
  return { left: MOST_QUERIES };
}

const PullAnswer = z.object({
  viewer: schema.Viewer,
  node: schema.perhaps(schema.Repository.extend({ pullRequest: schema.perhaps(schema.PullRequest) })),
});

/**
 * Reads a whole pull request: one query for up to 100 commits and one for each further 100, or smaller parts if GitHub
 * can't answer for as many.
 * @param comment the last known state of the bot's comment
 * @throws Failure `head-moving`, `pull-unreadable` and what the host refuses
 */
export async function readPull(
  client: GitHubClient,
  ref: PullRef,
  route: Route,
  comment: number | null,
): Promise<Reading> {
  const place = await placeOf(client, ref.repository, route);
  const size = partSize();
  for (let attempt = 0; attempt < TRIES; attempt += 1) {
    const { viewer, repository, pull } = await inParts(size, () =>
      readFirst(client, place, ref.number, size),
    );
    const allowance = fullAllowance();
    const commits = await everyCommit(client, place, pull, size, allowance);
    if (commits === null) continue;
    const policyFile = await policyFileOf(client, place, repository);
    const whole = { ...pull, last: await headOf(client, place, pull) };
    const isTooLarge = allowance.left < 0;
    return readingOf({
      client,
      place,
      viewer,
      repository,
      policyFile,
      pull: whole,
      commits,
      isTooLarge,
      comment,
    });
  }
  throw new Failure("head-moving");
}

async function readFirst(client: GitHubClient, place: Place, number: number, size: PartSize) {
  const variables = {
    repository: place.handle,
    number,
    app: client.appId,
    commits: size.entries,
    comments: size.entries,
  };
  const answer = await askPart(client, place.installation, PULL_QUERY, variables, size);
  const { viewer, node } = schema.readAnswer(PullAnswer, answer);
  const { pullRequest, ...repository } = sameRepository(node, place);
  return { viewer, repository, pull: schema.existing(pullRequest, "the pull request") };
}

/** The statuses and check runs of the head. A pull request without commits does not list its head among them. */
async function headOf(
  client: GitHubClient,
  place: Place,
  { last, commits, headRefOid }: schema.PullRequest,
): Promise<schema.PullRequest["last"]> {
  if (commits.totalCount > 0) return last;
  const shape = z.object({ node: z.object({ object: schema.perhaps(schema.Marks) }) });
  const variables = { repository: place.handle, oid: headRefOid, app: client.appId };
  const answer = await client.graphql(place.installation, MARKS_QUERY, variables);
  const marks = schema.told(schema.readAnswer(shape, answer).node.object);
  return { nodes: marks === null ? [] : [{ commit: marks }] };
}

/** All commits of a pull request; null if its head moved while they were read. */
async function everyCommit(
  client: GitHubClient,
  place: Place,
  pull: schema.PullRequest,
  size: PartSize,
  allowance: Allowance,
): Promise<readonly (WholeCommit | null)[] | null> {
  const found = [...(schema.entriesOf(pull.commits) ?? [])];
  let after = schema.nextPage(pull.commits.pageInfo);
  while (after !== null && isAllowed(allowance)) {
    const page = await commitsAfter(client, place, pull, after, size);
    if (page === null) return null;
    found.push(...(schema.entriesOf(page) ?? []));
    after = schema.nextPage(page.pageInfo);
  }
  if (after === null && !hasHead(pull, found)) return null;
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
  after: string,
  size: PartSize,
): Promise<schema.Commits | null> {
  const shape = z.object({
    node: z.object({ pullRequest: z.object({ headRefOid: z.string(), commits: schema.Commits }) }),
  });
  return inParts(size, async (entries) => {
    const variables = { repository: place.handle, number, after, commits: entries };
    const answer = await askPart(client, place.installation, COMMITS_QUERY, variables, size);
    const { pullRequest } = schema.readAnswer(shape, answer).node;
    const same =
      pullRequest.headRefOid === headRefOid && pullRequest.commits.totalCount === commits.totalCount;
    return same ? pullRequest.commits : null;
  });
}

/** A commit in a list, or the placeholder for a missing one. */
export type CommitNode = Extract<schema.Commits["nodes"], readonly unknown[]>[number];

/** Whether the list contains its head; an empty list has none, and a truncated list may lack it. */
export function hasHead({ headRefOid }: schema.PullRequest, nodes: readonly CommitNode[]): boolean {
  const commits = nodes.map((node) => (node === null || schema.isUnanswered(node) ? null : node.commit));
  return (
    commits.length === 0 ||
    commits.some((commit) => commit === null || schema.isUnanswered(commit) || commit.oid === headRefOid)
  );
}

/**
 * A commit with all of its authors while the allowance lasts; null if GitHub did not return it.
 * @param allowance queries for authors that do not fit in the commit's own answer
 */
export async function withAuthors(
  client: GitHubClient,
  place: Place,
  node: CommitNode,
  allowance: Allowance,
): Promise<WholeCommit | null> {
  if (node === null || schema.isUnanswered(node) || schema.isUnanswered(node.commit)) return null;
  const { commit } = node;
  if (schema.isUnanswered(commit.authors)) return { commit, authors: [] };
  const authors = [...(schema.entriesOf(commit.authors) ?? [])];
  const shape = z.object({ node: z.object({ object: z.object({ authors: schema.Authors }) }) });
  const size = partSize();
  let after = schema.nextPage(commit.authors.pageInfo);
  while (after !== null && isAllowed(allowance)) {
    const from = after;
    const page: schema.Authors = await inParts(size, async (entries) => {
      const variables = { repository: place.handle, oid: commit.oid, after: from, authors: entries };
      const answer = await askPart(client, place.installation, AUTHORS_QUERY, variables, size);
      return schema.readAnswer(shape, answer).node.object.authors;
    });
    authors.push(...(schema.entriesOf(page) ?? []));
    after = schema.nextPage(page.pageInfo);
  }
  return { commit, authors };
}
