import { z } from "zod";
import { unlessFailed } from "../../error.ts";
import type { WaitingGroup } from "../../ports/host.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { answerOn, readQueue } from "./group.ts";
import { GROUPS_QUERY } from "./query.ts";
import { branchOf, type BuiltEntry } from "./queue.ts";
import { headMarks } from "./pull/reading.ts";
import type { Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** Pages of branches, of 100 each, that a sweep reads of a repository: no queue builds as many. */
const MOST_PAGES = 10;

/** Branches on which merge queues build, with the statuses on their heads. */
const GroupRefs = z.object({
  pageInfo: schema.PageInfo,
  nodes: schema.nodes(z.object({ name: z.string(), target: schema.perhaps(schema.Marks) })),
});
type GroupRefs = z.infer<typeof GroupRefs>;

const GroupsAnswer = z.object({
  viewer: schema.Viewer,
  node: z.object({ groups: schema.perhaps(GroupRefs) }),
});

/**
 * The merge groups without a verdict. Their delivery may be lost, and only a sweep finds them. The
 * next sweep reads missing data again.
 * @param first the answer that came with another query; null: there was none
 */
export async function waitingGroups(
  client: GitHubClient,
  place: Place,
  first: { readonly viewer: schema.Viewer; readonly refs: unknown } | null,
): Promise<readonly WaitingGroup[]> {
  const entries = new Map<string, readonly BuiltEntry[]>();
  const found: WaitingGroup[] = [];
  let page =
    first === null
      ? await pageOf(client, place, null)
      : { viewer: first.viewer, refs: GroupRefs.safeParse(first.refs).data };
  for (let pages = 1; page !== null; pages += 1) {
    const { viewer, refs } = page;
    for (const { name, target } of schema.answered(schema.told(refs?.nodes) ?? [])) {
      const branch = branchOf(name);
      const marks = schema.told(target);
      if (branch === null || marks === null || answerOn(headMarks(marks, viewer)) === "verdict") continue;
      const head = marks.oid;
      if (!entries.has(branch)) entries.set(branch, await entriesOf(client, place, head, branch));
      const entry = entries.get(branch)?.find((one) => one.head === head);
      if (entry !== undefined) found.push({ group: { head, base: entry.base } });
    }
    const after = refs?.pageInfo.hasNextPage === true ? schema.told(refs.pageInfo.endCursor) : null;
    page = after === null || pages === MOST_PAGES ? null : await pageOf(client, place, after);
  }
  return found;
}

/** Null: GitHub did not tell. */
async function pageOf(
  client: GitHubClient,
  place: Place,
  after: string | null,
): Promise<{ readonly viewer: schema.Viewer; readonly refs: GroupRefs | undefined } | null> {
  const variables = { repository: place.handle, after, app: client.appId };
  const read = async () => {
    const answer = await client.graphql(place.installation, GROUPS_QUERY, variables);
    const { viewer, node } = schema.readAnswer(GroupsAnswer, answer);
    return { viewer, refs: schema.told(node.groups) ?? undefined };
  };
  return unlessFailed(read());
}

async function entriesOf(
  client: GitHubClient,
  place: Place,
  head: string,
  branch: string,
): Promise<readonly BuiltEntry[]> {
  return (await unlessFailed(readQueue(client, place, head, branch)))?.entries ?? [];
}
