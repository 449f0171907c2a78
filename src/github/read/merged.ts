import { z } from "zod";
import { Failure } from "../../error.ts";
import { isWait, type MergedCommits } from "../../ports/host.ts";
import type { Pull } from "../../pull.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { isTooLarge } from "../traffic/failure.ts";
import { askPart, inParts, partSize } from "./pull/parts.ts";
import { DEFAULT_COMPARISON_QUERY, newCommits } from "./query.ts";
import { targetOf, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** Protected branches to compare in addition to the default branch; few repositories have more. */
const BRANCHES = 30;
/** Comparisons in one query; each one walks the history. Fewer if GitHub can't answer for as many. */
const BATCHES = [5, 2, 1];
/** The maximum of commits that GitHub lists for one comparison; with more, nothing is known about the branch. */
const LISTED = 100;
/** Branches on which merge queues build commits that are not merged yet. */
const QUEUE = "gh-readonly-queue/";

const Compared = schema.perhaps(
  z.object({
    name: z.string(),
    compare: schema.perhaps(
      z.object({
        aheadBy: z.number(),
        commits: z.object({ nodes: schema.nodes(z.object({ oid: schema.sha })) }),
      }),
    ),
  }),
);
type Compared = z.infer<typeof Compared>;
const Branch = schema.perhaps(z.object({ headRefName: z.string(), isCrossRepository: z.boolean() }));

/**
 * The commits of a pull request that the default branch or a protected branch already contains, even if that is the
 * pull request's own branch, which is compared first. Takes one comparison for each branch, and stops when all commits
 * are found.
 * @param pull with the head from which all of `commits` are reachable
 * @throws Failure if GitHub did not compare the default branch; a protected branch without an answer merges nothing
 */
export async function mergedCommits(
  client: GitHubClient,
  place: Place,
  { ref, head }: Pick<Pull, "ref" | "head">,
  commits: readonly string[],
): Promise<MergedCommits> {
  const as = place.installation;
  const merged = new Set<string>();
  const failures: Failure[] = [];
  const learn = (fresh: Fresh): void => {
    if (fresh instanceof Failure) failures.push(fresh);
    if (fresh instanceof Set) for (const sha of commits) if (!fresh.has(sha)) merged.add(sha);
  };
  const variables = { repository: place.handle, oid: head };
  let own: string | null = null;
  const [first = null] = await whole(async () => {
    const shape = z.object({ node: z.object({ defaultBranchRef: Compared, pullRequest: Branch }) });
    const answer = await client.graphql(as, DEFAULT_COMPARISON_QUERY, { ...variables, number: ref.number });
    const { node } = schema.readAnswer(shape, answer);
    const branch = schema.told(node.pullRequest);
    own = branch?.isCrossRepository === false ? branch.headRefName : null;
    return [node.defaultBranchRef];
  }, freshIn);
  learn(freshIn(first));
  const isDone = (): boolean => commits.every((sha) => merged.has(sha));
  if (isDone()) return { merged, failure: null };
  const query = { ...(await targetOf(client, place)), protected: true, per_page: 100 };
  const body = await client.rest(as, "GET /repos/{owner}/{repo}/branches", query);
  const defaultName = schema.told(first)?.name;
  const branches = schema
    .readBody(z.array(z.object({ name: z.string() })), body)
    .map(({ name }) => name)
    .filter((name) => name !== defaultName && !name.startsWith(QUEUE))
    .toSorted((a, b) => Number(b === own) - Number(a === own))
    .slice(0, BRANCHES);
  const size = partSize(BATCHES, "host-refused");
  for (let start = 0; start < branches.length && !isDone();) {
    const found = inParts(size, (entries) => {
      const batch = branches.slice(start, start + entries);
      const names = Object.fromEntries(
        batch.map((branch, index) => [`branch${index}`, `refs/heads/${branch}`]),
      );
      return whole(async () => {
        const query = newCommits(batch.length);
        const answer = await askPart(client, as, query, { ...variables, ...names }, size);
        const shape = z.object({ node: z.record(z.string(), Compared) });
        return Object.values(schema.readAnswer(shape, answer).node);
      }, freshOrFailure);
    });
    for (const fresh of await found.then((all) => all.map(freshOrFailure), failed)) learn(fresh);
    start += size.entries;
  }
  return { merged, failure: isDone() ? null : (failures[0] ?? null) };
}

/** @throws Failure if the check must wait, or GitHub may answer for fewer branches */
function freshOrFailure(compared: Compared): Fresh {
  try {
    return freshIn(compared);
  } catch (error) {
    if (isTooLarge(error)) throw error;
    const [failure] = failed(error);
    return failure;
  }
}

function failed(error: unknown): [Failure] {
  if (!(error instanceof Failure) || isWait(error)) throw error;
  return [error];
}

/**
 * The comparisons, asked for again if some are missing without an error: a branch may be gone, or have no common
 * ancestor with the head, but GitHub may as well have left them out.
 */
async function whole(
  ask: () => Promise<readonly Compared[]>,
  read: (compared: Compared) => Fresh,
): Promise<readonly Compared[]> {
  const first = await ask();
  return first.some((compared) => read(compared) === "missing") ? ask() : first;
}

type Fresh = ReadonlySet<string> | "missing" | Failure | null;

/**
 * The commits that are not on a branch; `missing` if GitHub left out a part, and null if it said that there is none or
 * that there are more than it lists.
 * @throws Failure if GitHub did not compare the branch because of an error
 */
function freshIn(compared: Compared): Exclude<Fresh, Failure> {
  if (isGone(compared)) return null;
  const compare = schema.told(compared)?.compare;
  if (compare === null || compare === undefined) return "missing";
  if (isGone(compare)) return null;
  const { aheadBy, commits } = schema.existing(compare, "the comparison");
  if (aheadBy > LISTED) return null;
  const nodes = schema.entriesOf(commits);
  const listed = new Set(schema.answered(nodes ?? []).map(({ oid }) => oid));
  return listed.size === aheadBy ? listed : "missing";
}

/** @throws Failure if GitHub did not answer for another reason */
function isGone(value: Parameters<typeof schema.told>[0]): boolean {
  if (!schema.isUnanswered(value)) return false;
  if (!value.gone) schema.existing(value, "the comparison");
  return true;
}
