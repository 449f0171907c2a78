import { z } from "zod";
import { unlessFailed } from "../../error.ts";
import type { WaitingGroup } from "../../ports/host.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { answerOn, readQueue } from "./group.ts";
import { GROUPS_QUERY } from "./query.ts";
import { branchOf, type BuiltEntry } from "./queue.ts";
import { askPart, inParts, partSize, type PartSize } from "./pull/parts.ts";
import { headMarks } from "./pull/reading.ts";
import type { Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** Pages of branches, of up to 100 each, that a sweep reads of a repository: no queue builds as many. */
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
 * @param first the answer that came with another query; null: there was none. If GitHub left it out, it is read alone.
 */
export async function waitingGroups(
  client: GitHubClient,
  place: Place,
  first: { readonly viewer: schema.Viewer; readonly refs: unknown } | null,
): Promise<readonly WaitingGroup[]> {
  const entries = new Map<string, readonly BuiltEntry[]>();
  const found: WaitingGroup[] = [];
  const size = partSize();
  const told = GroupRefs.safeParse(first?.refs).data;
  let page =
    first === null || told === undefined
      ? await pageOf(client, place, null, size)
      : { viewer: first.viewer, refs: told };
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
    page = after === null || pages === MOST_PAGES ? null : await pageOf(client, place, after, size);
  }
  return found;
}

/** Null: GitHub did not tell. */
async function pageOf(
  client: GitHubClient,
  place: Place,
  after: string | null,
  size: PartSize,
): Promise<{ readonly viewer: schema.Viewer; readonly refs: GroupRefs | undefined } | null> {
  const read = inParts(size, async (entries) => {
    const variables = { repository: place.handle, after, app: client.appId, entries };
    const answer = await askPart(client, place.installation, GROUPS_QUERY, variables, size);
    const { viewer, node } = schema.readAnswer(GroupsAnswer, answer);
    return { viewer, refs: schema.told(node.groups) ?? undefined };
  });
  return unlessFailed(read);
}

async function entriesOf(
  client: GitHubClient,
  place: Place,
  head: string,
  branch: string,
): Promise<readonly BuiltEntry[]> {
  return (await unlessFailed(readQueue(client, place, head, branch)))?.entries ?? [];
}
