/**
 * The commits that a merge queue builds.
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/configuring-pull-request-merges/managing-a-merge-queue
 */
import { z } from "zod";
import { Failure, unlessFailed } from "../../error.ts";
import type { ConfirmWrite, GroupHead, GroupReading, Report, Shown } from "../../ports/host.ts";
import type { RepositoryRef } from "../../pull.ts";
import type { Route } from "../../ports/queue.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { commitsOf, type WholeCommit } from "./pull/commits.ts";
import { askPart, inParts, partSize } from "./pull/parts.ts";
import { aheadOfDefault } from "./lag.ts";
import { policyFileOf } from "./policy.ts";
import { commitsByName, GROUP_HEAD_QUERY, GROUP_QUERY } from "./query.ts";
import { builtEntries, madeByQueue, MergeQueue, pullsBetween, queueOf } from "./queue.ts";
import { fullAllowance, withAuthors } from "./pull/read.ts";
import { headMarks, type HeadMarks } from "./pull/reading.ts";
import { ownerAndName, placeOf, sameRepository, type Place } from "./repository.ts";
import * as schema from "./schema.ts";
import { closed, confirmed, showOnHead } from "../show/show.ts";

/** Commits read in one query; fewer if GitHub can't answer for as many. */
const BATCHES = [50, 25, 10, 3];

const Head = schema.Repository.extend({ head: schema.perhaps(schema.Marks) });
const GroupAnswer = z.object({
  viewer: schema.Viewer,
  node: schema.perhaps(Head.extend({ mergeQueue: schema.perhaps(MergeQueue) })),
});
const HeadAnswer = z.object({ viewer: schema.Viewer, node: schema.perhaps(Head) });

/**
 * @throws Failure `list-cut` until GitHub shows which pull requests the whole group consists of; `not-found` afterward
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
    if (branch === null) throw new Failure("not-found", "the merge queue no longer contains the group");
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
    ...onHead(client, place, head, found),
    policyFile: await policyFileOf(client, place, repository),
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
  const found = await readHead(client, place, head);
  const answer = answerOn(marksOfHead(found));
  const ahead = await unlessFailed(aheadOfDefault(client, place.installation, place.handle, head));
  const { repository } = found;
  return {
    ...onHead(client, place, head, found),
    // Without it the defaults apply: an answer in another context is better than none.
    policyFile: await unlessFailed(policyFileOf(client, place, repository)),
    over: answer !== null || ahead === 0,
  };
}

/**
 * The bot's earlier answer on a head: `verdict` says whether everybody signed, `error` why that is unknown. Null: there
 * is none, or it is pending.
 */
export function answerOn({ statuses, checkRuns }: HeadMarks): "verdict" | "error" | null {
  const states = (statuses ?? []).flatMap(({ own, state }) => (own === true ? [state.toLowerCase()] : []));
  const conclusions = (checkRuns ?? []).map(
    ({ conclusion }) => schema.told(conclusion)?.toLowerCase() ?? null,
  );
  // A check run in doubt ends in `failure`, and one that asks for signatures in `action_required`.
  if (states.some((state) => state === "success" || state === "failure")) return "verdict";
  if (conclusions.some((one) => one === "success" || one === "action_required")) return "verdict";
  return states.includes("error") || conclusions.some((one) => one !== null) ? "error" : null;
}

/** The repository and the head of a group in it. */
interface FoundHead {
  readonly viewer: schema.Viewer;
  readonly repository: z.infer<typeof Head>;
}

function onHead(client: GitHubClient, place: Place, head: string, found: FoundHead) {
  const { repository } = found;
  return {
    path: repository.nameWithOwner,
    head,
    async show(report: Report, confirm: ConfirmWrite = async () => {}): Promise<Shown> {
      const standing = { ...marksOfHead(found), target: ownerAndName(repository.nameWithOwner), head };
      const writer = confirmed(repository.isArchived ? closed(client) : client, confirm);
      return { comment: null, writes: await showOnHead({ client: writer, place, standing, report }) };
    },
  };
}

function marksOfHead({ repository, viewer }: FoundHead): HeadMarks {
  const marks = schema.told(repository.head);
  return marks === null ? { statuses: null, checkRuns: null } : headMarks(marks, viewer);
}

/** A merge queue's entries, and the statuses on the head of one of its groups. */
export async function readQueue(client: GitHubClient, place: Place, head: string, branch: string | null) {
  const size = partSize(undefined, "host-refused");
  const first = await inParts(size, async (entries) => {
    const variables = { repository: place.handle, head, branch, app: client.appId, entries };
    const answer = await askPart(client, place.installation, GROUP_QUERY, variables, size);
    const { viewer, node } = schema.readAnswer(GroupAnswer, answer);
    const { mergeQueue, ...repository } = sameRepository(node, place);
    return { viewer, repository, mergeQueue };
  });
  const { mergeQueue, ...found } = first;
  return { ...found, entries: await builtEntries(client, place, branch, mergeQueue, size) };
}

async function readHead(client: GitHubClient, place: Place, head: string): Promise<FoundHead> {
  const variables = { repository: place.handle, head, app: client.appId };
  const answer = await client.graphql(place.installation, GROUP_HEAD_QUERY, variables);
  const { viewer, node } = schema.readAnswer(HeadAnswer, answer);
  return { viewer, repository: sameRepository(node, place) };
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
  const allowance = fullAllowance();
  const size = partSize(BATCHES, "host-refused");
  while (whole.length < names.length) {
    const found = await inParts(size, async (entries) => {
      const batch = names.slice(whole.length, whole.length + entries);
      const oids = Object.fromEntries(batch.map((name, index) => [`oid${index}`, name]));
      const variables = { repository: place.handle, ...oids };
      const query = commitsByName(batch.length);
      const { node } = schema.readAnswer(
        shape,
        await askPart(client, place.installation, query, variables, size),
      );
      return batch.map((_, index) => node[`commit${index}`] ?? null);
    });
    for (const commit of found)
      whole.push(await withAuthors(client, place, commit === null ? null : { commit }, allowance));
  }
  return whole;
}
