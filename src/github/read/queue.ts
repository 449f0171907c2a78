/** The entries of a merge queue, and what they tell of the commits that it built. */
import { z } from "zod";
import { Failure } from "../../error.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { graphQLFailure } from "../traffic/failure.ts";
import { askPart, inParts, type PartSize } from "./pull/parts.ts";
import { QUEUE_BRANCHES_QUERY, QUEUE_ENTRIES_QUERY } from "./query.ts";
import type { Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** Pages of a queue, of up to 100 entries each. A group is judged repeatedly, so its cost is limited. */
const MOST_PAGES = 10;

export const MergeQueue = z.object({
  entries: schema.perhaps(z.object({ pageInfo: schema.PageInfo, nodes: schema.nodes(schema.QueueEntry) })),
});
export type MergeQueue = z.infer<typeof MergeQueue>;

/** An entry for which the queue has built commits. */
export interface BuiltEntry {
  readonly base: string;
  readonly head: string;
  /** The pull request's number; null: unknown. */
  readonly number: number | null;
}

/**
 * Entries for which the queue has built commits; the others wait and are not part of a group yet.
 * @param branch whose queue it is; null: the default branch's
 * @param queue the first page
 * @param size of the further pages
 * @throws Failure `list-cut` if an entry is missing
 */
export async function builtEntries(
  client: GitHubClient,
  place: Place,
  branch: string | null,
  queue: MergeQueue | schema.Unanswered | null,
  size: PartSize,
): Promise<readonly BuiltEntry[]> {
  const shape = z.object({ node: z.object({ mergeQueue: schema.perhaps(MergeQueue) }) });
  const found: BuiltEntry[] = [];
  let page = queue;
  for (let pages = 1; ; pages += 1) {
    if (schema.isUnanswered(page)) throw graphQLFailure(page.unanswered);
    // The branch has no queue.
    if (page === null) return found;
    const entries = schema.told(page.entries);
    if (entries === null) throw new Failure("list-cut", "GitHub did not show the merge queue's entries");
    found.push(...builtOf(schema.told(entries.nodes) ?? [null]));
    const after = schema.nextPage(entries.pageInfo);
    if (after === null) return found;
    if (pages === MOST_PAGES) throw new Failure("list-cut", "the merge queue has too many entries to read");
    page = await inParts(size, async (entries) => {
      const variables = { repository: place.handle, branch, after, entries };
      const answer = await askPart(client, place.installation, QUEUE_ENTRIES_QUERY, variables, size);
      return schema.readAnswer(shape, answer).node.mergeQueue;
    });
  }
}

function builtOf(nodes: readonly (schema.QueueEntry | schema.Unanswered | null)[]): readonly BuiltEntry[] {
  // A commit may belong to an entry that GitHub left out.
  const untold = (node: (typeof nodes)[number]): boolean =>
    node === null ||
    schema.isUnanswered(node) ||
    schema.isUnanswered(node.baseCommit) ||
    schema.isUnanswered(node.headCommit);
  if (nodes.some(untold)) throw new Failure("list-cut", "GitHub did not show every entry of the merge queue");
  return schema.answered(nodes).flatMap(({ baseCommit, headCommit, pullRequest }) => {
    const [base, head] = [schema.told(baseCommit)?.oid, schema.told(headCommit)?.oid];
    const number = schema.told(pullRequest)?.number ?? null;
    return base === undefined || head === undefined ? [] : [{ base, head, number }];
  });
}

/** The branch whose queue builds on a branch of this name; null: none does. The name proves nothing more. */
export function branchOf(name: string): string | null {
  const [, branch] = /^gh-readonly-queue\/(.+)\/pr-\d+-[0-9a-f]+$/.exec(name) ?? [];
  return branch ?? null;
}

/** The branch whose queue built a commit, derived from the queue's own branch; null: none. */
export async function queueOf(client: GitHubClient, place: Place, head: string): Promise<string | null> {
  const Ref = z.object({ name: z.string(), target: schema.perhaps(z.object({ oid: schema.sha })) });
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
    const branch = branchOf(name ?? "");
    if (branch !== null) return branch;
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
 * The commits that the queue made: the first-parent commits between an entry's base and head if there is one for each
 * pull request, as when the queue squashes and merges; else the entry's head if it is a merge. Any other head may be a
 * rebased commit, or the squash of an entry that GitHub did not show. GitHub's signature proves nothing here: it also
 * signs anybody's web edits and squashes.
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
    const isMerge = (between.get(head)?.length ?? 0) > 1;
    for (const name of at === base && line.length === together ? line : isMerge ? [head] : []) made.add(name);
  }
  return made;
}
