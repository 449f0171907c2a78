import { announcePull, announcePush } from "../webhooks/announce.ts";
import { ApiError } from "./api-error.ts";
import type { CommitSpec } from "./commits.ts";
import type { Commit, Pull, Repository, User } from "./records.ts";
import type { World } from "./world.ts";

/** The tip of a branch, or a commit by its sha. @throws ApiError 404 */
export function resolveRef(world: World, repository: Repository, ref: string): Commit {
  const commit = world.commits.get(repository.branches.get(ref) ?? ref);
  if (commit === undefined) throw new ApiError(404, "404 Commit Not Found");
  return commit;
}

/** @throws ApiError 400 when the branch exists, 404 when `from` does not exist. */
export function createBranch(world: World, repository: Repository, name: string, from: string): Commit {
  if (repository.branches.has(name)) throw new ApiError(400, "Branch already exists");
  const commit = resolveRef(world, repository, from);
  repository.branches.set(name, commit.sha);
  return commit;
}

/**
 * Adds new commits on top of a branch or, for a forced push, of `onto`. Open pull requests from this branch follow.
 * Returns the new tip.
 */
export function pushCommits(
  world: World,
  repository: Repository,
  branch: string,
  commits: readonly CommitSpec[],
  by: User,
  onto?: string,
): Commit {
  const before = repository.branches.get(branch) ?? null;
  let tip = onto ?? before ?? undefined;
  for (const spec of commits) {
    tip = world.commits.create(tip === undefined ? [] : [tip], spec, world.now()).sha;
  }
  if (tip === undefined) throw new ApiError(400, "Nothing to push");
  moveBranch(world, repository, branch, tip, by);
  return resolveRef(world, repository, tip);
}

/** Points a branch at an existing commit, and notifies the webhooks of the changes. */
export function moveBranch(
  world: World,
  repository: Repository,
  branch: string,
  sha: string,
  by: User,
): void {
  const before = repository.branches.get(branch) ?? null;
  if (before === sha) return;
  repository.branches.set(branch, sha);
  const moved = openPullsFrom(world, repository, branch);
  for (const pull of moved) pull.headSha = sha;
  announcePush(world, repository, branch, before, by);
  for (const pull of moved) announcePull(world, pull, "update", "source_branch_changed", by);
}

function openPullsFrom(world: World, repository: Repository, branch: string): Pull[] {
  return world.repositories
    .flatMap((base) => base.pulls)
    .filter(
      (pull) => pull.state === "open" && pull.headRepository === repository && pull.headBranch === branch,
    );
}
