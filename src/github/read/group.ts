/** What a merge queue built. https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue */
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { GroupReading } from "../../ports/host.ts";
import type { RepositoryRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { commitsOf, isByHost, type WholeCommit } from "./commits.ts";
import { commitsByName, GROUP_QUERY, QUEUE_BRANCHES_QUERY } from "./query.ts";
import { withAuthors } from "./read.ts";
import { headMarks } from "./reading.ts";
import { ownerAndName, placeOf, policyFileOf, sameRepository, type Place } from "./repository.ts";
import * as schema from "./schema.ts";
import { closed, confirmed, showOnHead } from "../show/show.ts";

/** Commits read in one query. */
const BATCH = 50;

const Queue = z.object({
  entries: z
    .object({
      pageInfo: z.object({ hasNextPage: z.boolean() }),
      nodes: z.array(schema.QueueEntry.nullable()),
    })
    .nullable(),
});

const GroupAnswer = z.object({
  viewer: schema.Viewer,
  node: z
    .union([
      schema.Unanswered,
      schema.Repository.extend({ head: schema.Marks.nullable(), mergeQueue: Queue.nullable() }),
    ])
    .nullable(),
});

/** @throws Failure `list-cut` until GitHub tells of which pull requests all of it was made; `not-found` afterwards */
export async function readGroup(
  client: GitHubClient,
  { id }: RepositoryRef,
  head: string,
  base: string,
  route: Route,
): Promise<GroupReading> {
  const place = await placeOf(client, id, route);
  let found = await readQueue(client, place, head, null);
  if (!found.entries.some(({ headCommit }) => headCommit.oid === head)) {
    const branch = await queueOf(client, place, head);
    if (branch === null) throw new Failure("not-found", "the merge queue has taken the group apart");
    found = await readQueue(client, place, head, branch);
  }
  const { viewer, repository, entries } = found;
  const target = ownerAndName(repository.nameWithOwner);
  const names = await namesBetween(client, place, target, base, head);
  const numbers = pullsBetween(entries, new Set(names), base, head);
  if (numbers === null)
    throw new Failure("list-cut", "the merge queue did not tell of which pull requests it made the commits");
  const whole = await commitsOfNames(client, place, names);
  const own = whole.filter((one) => one === null || isByHost(one.commit, client.server) !== true);
  const known = commitsOf(own, own.length, client.server);
  return {
    path: repository.nameWithOwner,
    policyFile: policyFileOf(repository),
    head,
    pulls: numbers.map((number) => ({ host: "github", repository: id, number })),
    commits: known.commits,
    // A group of nothing but what the queue made is whole.
    gaps: known.gaps.filter((gap) => gap !== "no-commits"),
    async show(report, confirm = async () => {}) {
      const marks =
        repository.head === null
          ? { statuses: null, checkRuns: null }
          : headMarks(repository.head, viewer.login);
      const standing = { ...marks, target, head };
      const writer = confirmed(repository.isArchived ? closed(client) : client, confirm);
      return { comment: null, writes: await showOnHead({ client: writer, place, standing, report }) };
    },
  };
}

async function readQueue(client: GitHubClient, place: Place, head: string, branch: string | null) {
  const variables = { repository: place.handle, head, branch, app: client.appId };
  const answer = await client.graphql(place.installation, GROUP_QUERY, variables);
  const { viewer, node } = schema.readAnswer(GroupAnswer, answer);
  const { mergeQueue, ...repository } = sameRepository(node, place);
  const entries = (mergeQueue?.entries?.nodes ?? []).filter((entry) => entry !== null);
  return { viewer, repository, entries };
}

/** The branch whose queue built a commit, found by where the queue keeps it; null: nowhere. */
async function queueOf(client: GitHubClient, place: Place, head: string): Promise<string | null> {
  const shape = z.object({
    node: z.object({
      refs: z.object({
        pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
        nodes: z.array(z.object({ name: z.string(), target: z.object({ oid: z.string() }) })),
      }),
    }),
  });
  let after: string | null = null;
  do {
    const variables = { repository: place.handle, after };
    const answer = await client.graphql(place.installation, QUEUE_BRANCHES_QUERY, variables);
    const { refs } = schema.readAnswer(shape, answer).node;
    const name = refs.nodes.find(({ target }) => target.oid === head)?.name;
    const [, branch] = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/.exec(name ?? "") ?? [];
    if (branch !== undefined) return branch;
    after = refs.pageInfo.hasNextPage ? refs.pageInfo.endCursor : null;
  } while (after !== null);
  return null;
}

/**
 * The pull requests of the entries that lead from the base to the head, each beginning where another ends.
 * Null where they leave a gap: then a commit could have come from a pull request that nobody would judge.
 */
export function pullsBetween(
  entries: readonly schema.QueueEntry[],
  between: ReadonlySet<string>,
  base: string,
  head: string,
): readonly number[] | null {
  const within = entries.filter(({ headCommit }) => between.has(headCommit.oid));
  const reached = new Set([base]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const { baseCommit, headCommit } of within)
      if (reached.has(baseCommit.oid) && !reached.has(headCommit.oid)) {
        reached.add(headCommit.oid);
        grew = true;
      }
  }
  if (!reached.has(head) || within.some(({ baseCommit }) => !reached.has(baseCommit.oid))) return null;
  return [...new Set(within.map(({ pullRequest }) => pullRequest.number))].toSorted((a, b) => a - b);
}

/** The names of all commits between two, the oldest first. @throws Failure `list-cut` */
async function namesBetween(
  client: GitHubClient,
  place: Place,
  target: { owner: string; repo: string },
  base: string,
  head: string,
): Promise<readonly string[]> {
  const shape = z.object({
    status: z.string(),
    total_commits: z.number(),
    commits: z.array(z.object({ sha: z.string() })),
  });
  const names: string[] = [];
  for (let page = 1; ; page += 1) {
    const body = await client.rest(place.installation, "GET /repos/{owner}/{repo}/compare/{basehead}", {
      ...target,
      basehead: `${base}...${head}`,
      per_page: 100,
      page,
    });
    const compared = schema.readBody(shape, body);
    names.push(...compared.commits.map(({ sha }) => sha));
    if (compared.commits.length > 0 && names.length < compared.total_commits) continue;
    if (compared.status !== "ahead" || names.length !== compared.total_commits || !names.includes(head))
      throw new Failure("list-cut", "GitHub did not show every commit that the merge queue built");
    return names;
  }
}

async function commitsOfNames(
  client: GitHubClient,
  place: Place,
  names: readonly string[],
): Promise<readonly (WholeCommit | null)[]> {
  const shape = z.object({
    node: z.record(z.string(), z.union([schema.Unanswered, schema.Commit]).nullable()),
  });
  const whole: (WholeCommit | null)[] = [];
  for (let start = 0; start < names.length; start += BATCH) {
    const batch = names.slice(start, start + BATCH);
    const oids = Object.fromEntries(batch.map((name, index) => [`oid${index}`, name]));
    const variables = { repository: place.handle, ...oids };
    const answer = await client.graphql(place.installation, commitsByName(batch.length), variables);
    const { node } = schema.readAnswer(shape, answer);
    for (const index of batch.keys()) {
      const commit = node[`commit${index}`] ?? null;
      whole.push(await withAuthors(client, place, commit === null ? null : { commit }));
    }
  }
  return whole;
}
