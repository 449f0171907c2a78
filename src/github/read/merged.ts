import { z } from "zod";
import type { GitHubClient } from "../traffic/client.ts";
import { DEFAULT_COMPARISON_QUERY, newCommits } from "./query.ts";
import { targetOf, type Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** Protected branches to compare in addition to the default branch; few repositories have more. */
const BRANCHES = 30;
/** Comparisons in one query; each one walks the history. */
const BATCH = 5;
/** The maximum of commits that GitHub lists for one comparison; with more, nothing is known about the branch. */
const LISTED = 100;
/** Branches on which merge queues build commits that are not merged yet. */
const QUEUE = "gh-readonly-queue/";

const Compared = z.union([
  schema.Unanswered,
  z.object({
    name: z.string(),
    compare: z
      .union([
        schema.Unanswered,
        z.object({
          aheadBy: z.number(),
          commits: z.object({ nodes: z.array(z.object({ oid: z.string() }).nullable()) }),
        }),
      ])
      .nullable(),
  }),
]);

/**
 * The commits of a pull request that the default branch or a protected branch already contains. Takes one comparison
 * for each branch, and stops when all commits are found.
 * @param head the pull request's head, from which all of `commits` are reachable
 */
export async function mergedCommits(
  client: GitHubClient,
  place: Place,
  head: string,
  commits: readonly string[],
): Promise<ReadonlySet<string>> {
  const as = place.installation;
  const merged = new Set<string>();
  const learn = (compared: z.infer<typeof Compared> | null | undefined): void => {
    const fresh = freshIn(compared);
    if (fresh !== null) for (const sha of commits) if (!fresh.has(sha)) merged.add(sha);
  };
  const variables = { repository: place.handle, oid: head };
  const first = schema.readAnswer(
    z.object({ node: z.object({ defaultBranchRef: Compared.nullable() }) }),
    await client.graphql(as, DEFAULT_COMPARISON_QUERY, variables),
  ).node.defaultBranchRef;
  learn(first);
  const isDone = (): boolean => commits.every((sha) => merged.has(sha));
  if (isDone()) return merged;
  const query = { ...(await targetOf(client, place)), protected: true, per_page: 100 };
  const body = await client.rest(as, "GET /repos/{owner}/{repo}/branches", query);
  const defaultName = first === null || schema.isUnanswered(first) ? null : first.name;
  const branches = schema
    .readBody(z.array(z.object({ name: z.string() })), body)
    .map(({ name }) => name)
    .filter((name) => name !== defaultName && !name.startsWith(QUEUE))
    .slice(0, BRANCHES);
  for (let start = 0; start < branches.length && !isDone(); start += BATCH) {
    const batch = branches.slice(start, start + BATCH);
    const names = Object.fromEntries(
      batch.map((branch, index) => [`branch${index}`, `refs/heads/${branch}`]),
    );
    const answer = await client.graphql(as, newCommits(batch.length), { ...variables, ...names });
    const { node } = schema.readAnswer(z.object({ node: z.record(z.string(), Compared.nullable()) }), answer);
    for (const compared of Object.values(node)) learn(compared);
  }
  return merged;
}

/** The commits that are not on a branch; null if GitHub did not list all of them. */
function freshIn(compared: z.infer<typeof Compared> | null | undefined): ReadonlySet<string> | null {
  if (compared === null || compared === undefined || schema.isUnanswered(compared)) return null;
  const { compare } = compared;
  if (compare === null || schema.isUnanswered(compare) || compare.aheadBy > LISTED) return null;
  const listed = new Set(compare.commits.nodes.flatMap((node) => node?.oid ?? []));
  return listed.size === compare.aheadBy ? listed : null;
}
