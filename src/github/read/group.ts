/**
 * The commits that a merge queue builds.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { ConfirmWrite, GroupHead, GroupReading, Report, Shown } from "../../ports/host.ts";
import type { RepositoryRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { graphQLFailure } from "../traffic/failure.ts";
import { commitsOf, type WholeCommit } from "./pull/commits.ts";
import { aheadOfDefault } from "./lag.ts";
import { policyFileOf } from "./policy.ts";
import { commitsByName, GROUP_QUERY, QUEUE_BRANCHES_QUERY } from "./query.ts";
import { withAuthors } from "./pull/read.ts";
import { headMarks, type HeadMarks } from "./pull/reading.ts";
import { ownerAndName, placeOf, sameRepository, type Place } from "./repository.ts";
import * as schema from "./schema.ts";
import { closed, confirmed, showOnHead } from "../show/show.ts";

/** Commits read in one query. */
const BATCH = 50;

const Queue = z.object({
  entries: schema.perhaps(
    z.object({
      pageInfo: z.object({ hasNextPage: z.boolean() }),
      nodes: schema.nodes(schema.QueueEntry),
    }),
  ),
});

const GroupAnswer = z.object({
  viewer: schema.Viewer,
  node: schema.perhaps(
    schema.Repository.extend({ head: schema.perhaps(schema.Marks), mergeQueue: schema.perhaps(Queue) }),
  ),
});

/** An entry for which the queue has built commits. */
export interface BuiltEntry {
  readonly base: string;
  readonly head: string;
  /** The pull request's number; null: unknown. */
  readonly number: number | null;
}

/**
 * @throws Failure `list-cut` until GitHub shows which pull requests the whole group consists of; `not-found` afterwards
 */
export async function readGroup(
  client: GitHubClient,
  { id }: RepositoryRef,
  head: string,
  base: string,
  route: Route,
): Promise<GroupReading> {
  const place = await placeOf(client, id, route);
  let found = await readQueue(client, place, head, null);
  if (!found.entries.some((entry) => entry.head === head)) {
    const branch = await queueOf(client, place, head);
    if (branch === null) throw new Failure("not-found", "the merge queue does not hold the group any more");
    found = await readQueue(client, place, head, branch);
  }
  const { repository, entries } = found;
  const target = ownerAndName(repository.nameWithOwner);
  const between = await commitsBetween(client, place, target, base, head);
  const numbers = pullsBetween(entries, new Set(between.keys()), base, head);
  if (numbers === null)
    throw new Failure("list-cut", "the merge queue did not tell of which pull requests it made the commits");
  const made = madeByQueue(entries, between);
  const names = [...between.keys()].filter((name) => !made.has(name));
  const whole = await commitsOfNames(client, place, names);
  const known = commitsOf(whole, names.length, client.server, null);
  return {
    ...(await onHead(client, place, head, found)),
    pulls: numbers.map((number) => ({ host: "github", repository: id, number })),
    commits: known.commits,
    // A group that consists only of the queue's own commits is complete.
    gaps: known.gaps.filter((gap) => gap !== "no-commits"),
    ...(client.server.ownNumbers && { ownNumbers: true }),
  };
}

/** What a group's head shows if the queue does not explain it. */
export async function readGroupHead(
  client: GitHubClient,
  { id }: RepositoryRef,
  head: string,
  route: Route,
): Promise<GroupHead> {
  const place = await placeOf(client, id, route);
  const found = await readQueue(client, place, head, null);
  const { statuses, checkRuns } = marksOfHead(found);
  const judged =
    statuses?.some(({ own, state }) => own === true && /success|failure/i.test(state)) === true ||
    checkRuns?.some(({ conclusion }) => /success|action_required/i.test(schema.told(conclusion) ?? "")) ===
      true;
  const merged = (await aheadOfDefault(client, place.installation, place.handle, head)) === 0;
  return { ...(await onHead(client, place, head, found)), over: judged || merged };
}

type FoundQueue = Awaited<ReturnType<typeof readQueue>>;

async function onHead(client: GitHubClient, place: Place, head: string, found: FoundQueue) {
  const { repository } = found;
  return {
    path: repository.nameWithOwner,
    policyFile: await policyFileOf(client, place, repository),
    head,
    async show(report: Report, confirm: ConfirmWrite = async () => {}): Promise<Shown> {
      const standing = { ...marksOfHead(found), target: ownerAndName(repository.nameWithOwner), head };
      const writer = confirmed(repository.isArchived ? closed(client) : client, confirm);
      return { comment: null, writes: await showOnHead({ client: writer, place, standing, report }) };
    },
  };
}

function marksOfHead({ repository, viewer }: FoundQueue): HeadMarks {
  const marks = schema.told(repository.head);
  return marks === null ? { statuses: null, checkRuns: null } : headMarks(marks, viewer);
}

async function readQueue(client: GitHubClient, place: Place, head: string, branch: string | null) {
  const variables = { repository: place.handle, head, branch, app: client.appId };
  const answer = await client.graphql(place.installation, GROUP_QUERY, variables);
  const { viewer, node } = schema.readAnswer(GroupAnswer, answer);
  const { mergeQueue, ...repository } = sameRepository(node, place);
  return { viewer, repository, entries: builtEntries(mergeQueue) };
}

/** Entries for which the queue has built commits; the others wait and are not part of a group yet. */
function builtEntries(queue: z.infer<typeof Queue> | schema.Unanswered | null): readonly BuiltEntry[] {
  if (schema.isUnanswered(queue)) throw graphQLFailure(queue.unanswered);
  const nodes = schema.told(schema.told(queue?.entries)?.nodes) ?? [];
  // A commit may belong to an entry that GitHub left out.
  const untold = (node: (typeof nodes)[number]): boolean =>
    schema.isUnanswered(node) ||
    (node !== null && (schema.isUnanswered(node.baseCommit) || schema.isUnanswered(node.headCommit)));
  if (nodes.some(untold)) throw new Failure("list-cut");
  return schema.answered(nodes).flatMap(({ baseCommit, headCommit, pullRequest }) => {
    const [base, head] = [schema.told(baseCommit)?.oid, schema.told(headCommit)?.oid];
    const number = schema.told(pullRequest)?.number ?? null;
    return base === undefined || head === undefined ? [] : [{ base, head, number }];
  });
}

/** The branch whose queue built a commit, derived from the queue's own branch; null: none. */
async function queueOf(client: GitHubClient, place: Place, head: string): Promise<string | null> {
  const Ref = z.object({ name: z.string(), target: schema.perhaps(z.object({ oid: z.string() })) });
  const shape = z.object({
    node: z.object({ refs: z.object({ pageInfo: schema.PageInfo, nodes: schema.nodes(Ref) }) }),
  });
  let unseen = false;
  let after: string | null = null;
  do {
    const variables = { repository: place.handle, after };
    const answer = await client.graphql(place.installation, QUEUE_BRANCHES_QUERY, variables);
    const { refs } = schema.readAnswer(shape, answer).node;
    const shown = schema.told(refs.nodes);
    unseen ||= shown === null || shown.some((ref) => schema.told(schema.told(ref)?.target) === null);
    const name = schema.answered(shown ?? []).find(({ target }) => schema.told(target)?.oid === head)?.name;
    const [, branch] = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/.exec(name ?? "") ?? [];
    if (branch !== undefined) return branch;
    after = schema.nextPage(refs.pageInfo);
  } while (after !== null);
  if (unseen) throw new Failure("list-cut", "GitHub did not show every branch of the merge queue");
  return null;
}

/**
 * The pull requests of the entries that lead from the base to the head, each beginning where another ends. Null if
 * there is a gap: then a commit may come from a pull request that would not be checked.
 */
export function pullsBetween(
  entries: readonly BuiltEntry[],
  between: ReadonlySet<string>,
  base: string,
  head: string,
): readonly number[] | null {
  const within = entries.filter((entry) => between.has(entry.head));
  const reached = new Set([base]);
  let grew = true;
  while (grew) {
    grew = false;
    for (const entry of within)
      if (reached.has(entry.base) && !reached.has(entry.head)) {
        reached.add(entry.head);
        grew = true;
      }
  }
  if (!reached.has(head) || within.some((entry) => !reached.has(entry.base))) return null;
  const numbers = within.map(({ number }) => number);
  return numbers.includes(null)
    ? null
    : [...new Set(numbers.filter((number) => number !== null))].toSorted((a, b) => a - b);
}

/**
 * The commits that the queue made: the heads of its entries, and the first-parent commits between an entry's base and
 * head if there is one for each pull request, as when the queue squashes and merges. GitHub's signature proves nothing
 * here: it also signs anybody's web edits and squashes.
 * @param between the commits of the group with their parents
 */
export function madeByQueue(
  entries: readonly BuiltEntry[],
  between: ReadonlyMap<string, readonly string[]>,
): ReadonlySet<string> {
  const made = new Set<string>();
  const within = entries.filter((entry) => between.has(entry.head));
  for (const { base, head } of within) {
    const line: string[] = [];
    let at: string | undefined = head;
    while (at !== undefined && at !== base && between.has(at) && line.length <= within.length) {
      line.push(at);
      at = between.get(at)?.[0];
    }
    const together = within.filter((entry) => entry.base === base && entry.head === head).length;
    for (const name of at === base && line.length === together ? line : [head]) made.add(name);
  }
  return made;
}

/** All commits between two, oldest first, with their parents. @throws Failure `list-cut` */
async function commitsBetween(
  client: GitHubClient,
  place: Place,
  target: { owner: string; repo: string },
  base: string,
  head: string,
): Promise<ReadonlyMap<string, readonly string[]>> {
  const shape = z.object({
    status: z.string(),
    total_commits: z.number(),
    commits: z.array(z.object({ sha: z.string(), parents: z.array(z.object({ sha: z.string() })) })),
  });
  const found = new Map<string, readonly string[]>();
  for (let page = 1; ; page += 1) {
    const body = await client.rest(place.installation, "GET /repos/{owner}/{repo}/compare/{basehead}", {
      ...target,
      basehead: `${base}...${head}`,
      per_page: 100,
      page,
    });
    const compared = schema.readBody(shape, body);
    for (const { sha, parents } of compared.commits)
      found.set(
        sha,
        parents.map((parent) => parent.sha),
      );
    if (compared.commits.length > 0 && found.size < compared.total_commits) continue;
    if (compared.status !== "ahead" || found.size !== compared.total_commits || !found.has(head))
      throw new Failure("list-cut", "GitHub did not show every commit that the merge queue built");
    return found;
  }
}

async function commitsOfNames(
  client: GitHubClient,
  place: Place,
  names: readonly string[],
): Promise<readonly (WholeCommit | null)[]> {
  const shape = z.object({
    node: z.record(z.string(), schema.perhaps(schema.Commit)),
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
