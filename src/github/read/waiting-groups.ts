import { z } from "zod";
import { Failure } from "../../error.ts";
import type { WaitingGroup } from "../../ports/host.ts";
import type { GitHubClient } from "../traffic/client.ts";
import { readQueue } from "./group.ts";
import { branchOf, type BuiltEntry } from "./queue.ts";
import { headMarks } from "./pull/reading.ts";
import type { Place } from "./repository.ts";
import * as schema from "./schema.ts";

/** A branch on which a merge queue builds, with what stands on its head. */
const GroupRefs = z.object({
  nodes: schema.nodes(z.object({ name: z.string(), target: schema.perhaps(schema.Marks) })),
});

/**
 * The merge groups without an answer. Their delivery may be lost, and nothing but a sweep would find them. What GitHub
 * does not tell now, the next sweep asks again.
 */
export async function waitingGroups(
  client: GitHubClient,
  place: Place,
  viewer: schema.Viewer,
  refs: unknown,
): Promise<readonly WaitingGroup[]> {
  const branches = schema.told(GroupRefs.safeParse(refs).data?.nodes) ?? [];
  const entries = new Map<string, readonly BuiltEntry[]>();
  const found: WaitingGroup[] = [];
  for (const { name, target } of schema.answered(branches)) {
    const branch = branchOf(name);
    const marks = schema.told(target);
    if (branch === null || marks === null || isAnswered(marks, viewer)) continue;
    const head = marks.oid;
    if (!entries.has(branch)) entries.set(branch, await entriesOf(client, place, head, branch));
    const entry = entries.get(branch)?.find((one) => one.head === head);
    if (entry !== undefined) found.push({ group: { head, base: entry.base } });
  }
  return found;
}

function isAnswered(marks: schema.Marks, viewer: schema.Viewer): boolean {
  const { statuses, checkRuns } = headMarks(marks, viewer);
  return (
    statuses?.some(({ own, state }) => own === true && state.toLowerCase() !== "pending") === true ||
    checkRuns?.some(({ conclusion }) => schema.told(conclusion) !== null) === true
  );
}

async function entriesOf(
  client: GitHubClient,
  place: Place,
  head: string,
  branch: string,
): Promise<readonly BuiltEntry[]> {
  try {
    return (await readQueue(client, place, head, branch)).entries;
  } catch (error) {
    if (error instanceof Failure) return [];
    throw error;
  }
}
