/**
 * The merge queue of a branch whose rule has one (`protect(branch, { queue: true })`). As docs.github.com, "Managing a
 * merge queue", says: only a pull request whose required checks passed can be added; a group is merged when its own
 * required checks pass and every group before it is merged; a group whose check fails leaves the queue, and the groups
 * behind it are built again without it. A queue of another branch does nothing by itself: a test merges its groups.
 */
import { checkState, mergeRefusal } from "./branch-rule.ts";
import type { MergeGroup, Pull, QueuePlace, Repository } from "./model.ts";
import type { User } from "./user.ts";

/** Why the queue refuses to take a pull request; null: it takes it. */
export function queueRefusal(pull: Pull): string | null {
  if (pull.repository.queuePlaces.get(pull)?.state === "waiting")
    return "Pull request is already in the queue.";
  return mergeRefusal(pull);
}

/** Adds a pull request to the queue of its base as a group of its own. */
export function joinQueue(pull: Pull, by: User): void {
  const { repository } = pull;
  const group = repository.enqueue([pull], "merge", by);
  repository.queuePlaces.set(pull, { head: group.head.sha, state: "waiting" });
}

/** Removes a pull request, e.g. because somebody pushed to it. */
export function leaveQueue(pull: Pull, by: User): void {
  const group = queueOf(pull.repository, pull.base).find(({ pulls }) => pulls.includes(pull));
  if (group !== undefined) remove(group, by);
}

/** Does what the checks of the groups now allow: merges from the front, removes what failed. */
export function advanceQueues(repository: Repository): void {
  for (const [branch, rule] of repository.protectedBranches) {
    if (rule.queue !== true) continue;
    const failed = queueOf(repository, branch).find((group) => statesOf(group).includes("failing"));
    if (failed !== undefined) {
      remove(failed, repository.world.bot);
      return;
    }
    for (const group of queueOf(repository, branch)) {
      if (!statesOf(group).every((state) => state === "success")) break;
      place(group, "merged");
      group.merge(group.by);
    }
  }
}

function statesOf({ repository, base, head }: MergeGroup): string[] {
  const rule = repository.protectedBranches.get(base);
  return (rule?.checks ?? []).map((check) => checkState(repository, head.sha, check, rule?.source));
}

function remove(group: MergeGroup, by: User): void {
  const { repository, base } = group;
  const queue = queueOf(repository, base);
  const behind = queue.slice(queue.indexOf(group) + 1);
  place(group, "removed");
  group.destroy("dequeued", by);
  for (const each of behind) each.destroy("invalidated", by);
  for (const each of behind) for (const pull of each.pulls) joinQueue(pull, each.by);
}

function place({ repository, pulls, head }: MergeGroup, state: QueuePlace["state"]): void {
  for (const pull of pulls) repository.queuePlaces.set(pull, { head: head.sha, state });
}

function queueOf(repository: Repository, branch: string): MergeGroup[] {
  if (repository.protectedBranches.get(branch)?.queue !== true) return [];
  return repository.mergeQueue.filter(({ base }) => base === branch);
}
