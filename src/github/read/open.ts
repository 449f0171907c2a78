import { z } from "zod";
import { Failure } from "../../error.ts";
import type { Reading, WaitingGroup } from "../../ports/host.ts";
import type { PullRef, RepositoryRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { graphQLFailure, isCutBySize, isTooLarge } from "../traffic/failure.ts";
import type { WholeCommit } from "./pull/commits.ts";
import { policyFileOf } from "./policy.ts";
import { NUMBERS_QUERY, OPEN_QUERY } from "./query.ts";
import { hasHead } from "./pull/read.ts";
import { readingOf } from "./pull/reading.ts";
import { placeOf, sameRepository, type Place } from "./repository.ts";
import * as schema from "./schema.ts";
import { waitingGroups } from "./waiting-groups.ts";

/** Pull requests in one read: fewer if GitHub can't answer for as many, and finally only their numbers. */
const PULLS = [40, 10, 0] as const;
type PullCount = (typeof PULLS)[number];
/** The amount of data for each: as much as GitHub returns within its ten seconds. */
const COMMITS = 10;
const COMMENTS = 20;

/** Parts without which no pull request of the page can be judged. */
const NEEDED: ReadonlySet<unknown> = new Set(["numbered", "object", "misnamed", "folder", "owner"]);

const OpenAnswer = z.object({
  viewer: schema.Viewer,
  node: schema.perhaps(
    schema.Repository.extend({
      pullRequests: z.object({ pageInfo: schema.PageInfo, nodes: schema.perhaps(z.array(z.unknown())) }),
      numbered: z.object({ nodes: schema.nodes(z.object({ number: z.number() })) }),
      groups: z.unknown().optional(),
    }),
  ),
});

const NumbersAnswer = z.object({
  node: schema.perhaps(
    z.object({
      databaseId: schema.perhaps(z.number()),
      pullRequests: z.object({
        pageInfo: schema.PageInfo,
        nodes: schema.nodes(z.object({ number: z.number() })),
      }),
    }),
  ),
});

/** Some of the open pull requests, and the start of the next ones. */
interface OpenPage {
  readonly found: readonly (Reading | PullRef | WaitingGroup)[];
  readonly after: string | null;
}

/**
 * Reads a repository's open pull requests; those with more commits than a shared read holds are returned as a ref only.
 */
export async function* readOpenPulls(
  client: GitHubClient,
  { id }: RepositoryRef,
  route: Route,
): AsyncGenerator<Reading | PullRef | WaitingGroup> {
  const place = await placeOf(client, id, route);
  let after: string | null = null;
  let size: PullCount = PULLS[0];
  do {
    const [page, fits]: [OpenPage, PullCount] = await manageable(client, place, after, size);
    yield* page.found;
    ({ after } = page);
    size = fits;
  } while (after !== null);
}

/** Reads as many at once as GitHub can answer. */
async function manageable(
  client: GitHubClient,
  place: Place,
  after: string | null,
  size: PullCount,
): Promise<[OpenPage, PullCount]> {
  for (let fits: PullCount = size; ;) {
    try {
      const page =
        fits === 0 ? await readNumbers(client, place, after) : await readTogether(client, place, after, fits);
      return [page, fits];
    } catch (error) {
      const fewer = PULLS.find((pulls) => pulls < fits);
      if (!isTooLarge(error) || fewer === undefined) throw error;
      fits = fewer;
    }
  }
}

async function readTogether(
  client: GitHubClient,
  place: Place,
  after: string | null,
  size: number,
): Promise<OpenPage> {
  const counts = { pulls: size, commits: COMMITS, comments: COMMENTS, groups: after === null };
  const variables = { repository: place.handle, after, app: client.appId, ...counts };
  const answer = await client.graphql(place.installation, OPEN_QUERY, variables);
  const cut = answer.problems.filter(
    (problem) => problem.path?.[0] === "node" && NEEDED.has(problem.path[1]) && isCutBySize([problem]),
  );
  // A smaller query may be answered in full.
  if (cut.length > 0) throw graphQLFailure(cut);
  const { viewer, node } = schema.readAnswer(OpenAnswer, answer);
  const { pullRequests, numbered, groups, ...repository } = sameRepository(node, place);
  const numbers = numbersOf(schema.entriesOf(numbered));
  const policyFile = await policyFileOf(client, place, repository);
  const readings = new Map<number, Reading>();
  for (const one of schema.told(pullRequests.nodes) ?? []) {
    const pull = schema.PullRequest.safeParse(one).data ?? null;
    const commits = pull === null ? null : wholeCommits(pull);
    if (pull === null || commits === null || schema.isUnanswered(pull.author)) continue;
    const read = { client, place, viewer, repository, policyFile, pull, commits, comment: null };
    readings.set(pull.number, readingOf(read));
  }
  // A pull request with a failed part is read again separately; the others are not affected.
  const found = numbers.map(
    (number) => readings.get(number) ?? ({ host: "github", repository: place.repository, number } as const),
  );
  const waiting = after === null ? await waitingGroups(client, place, { viewer, refs: groups }) : [];
  return { found: [...found, ...waiting], after: schema.nextPage(pullRequests.pageInfo) };
}

async function readNumbers(client: GitHubClient, place: Place, after: string | null): Promise<OpenPage> {
  const variables = { repository: place.handle, after };
  const answer = await client.graphql(place.installation, NUMBERS_QUERY, variables);
  const { pullRequests } = sameRepository(schema.readAnswer(NumbersAnswer, answer).node, place);
  const found = numbersOf(schema.entriesOf(pullRequests)).map(
    (number) => ({ host: "github", repository: place.repository, number }) as const,
  );
  const waiting = after === null ? await waitingGroups(client, place, null) : [];
  return { found: [...found, ...waiting], after: schema.nextPage(pullRequests.pageInfo) };
}

/** @throws Failure `list-cut` if GitHub left one out, because it would never be checked */
function numbersOf(
  nodes: readonly ({ readonly number: number } | schema.Unanswered | null)[] | null,
): readonly number[] {
  if (nodes === null || nodes.some((one) => schema.told(one) === null))
    throw new Failure("list-cut", "GitHub did not list every open pull request");
  return schema.answered(nodes).map(({ number }) => number);
}

/** Null if a shared read was incomplete, or a part of it failed. */
function wholeCommits(pull: schema.PullRequest): readonly WholeCommit[] | null {
  const nodes = schema.entriesOf(pull.commits) ?? [];
  const { totalCount } = pull.commits;
  const commits = schema.answered(nodes).flatMap(({ commit }) => schema.answered([commit]));
  if (commits.length !== totalCount || !hasHead(pull, nodes)) return null;
  const whole: WholeCommit[] = [];
  for (const commit of commits) {
    if (schema.isUnanswered(commit.authors) || commit.authors.pageInfo.hasNextPage) return null;
    whole.push({ commit, authors: schema.entriesOf(commit.authors) ?? [] });
  }
  return whole;
}
