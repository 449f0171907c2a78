import { announceNote, announcePull } from "../webhooks/announce.ts";
import { ApiError } from "./api-error.ts";
import { moveBranch, resolveRef } from "./branch-actions.ts";
import { unmetChecks } from "./check-actions.ts";
import { addLabel, requireLabelName } from "./repository-actions.ts";
import type { Comment, Pull, Repository, User } from "./records.ts";
import type { World } from "./world.ts";

export interface PullSpec {
  title: string;
  body: string;
  headRepository: Repository;
  headBranch: string;
  baseBranch: string;
  draft?: boolean;
}

/** @throws ApiError 404 when a branch is missing, 400 when there is nothing to merge or it is already open. */
export function openPull(world: World, repository: Repository, opener: User, spec: PullSpec): Pull {
  const head = resolveRef(world, spec.headRepository, spec.headBranch);
  const base = resolveRef(world, repository, spec.baseBranch);
  const twin = repository.pulls.find(
    (pull) =>
      pull.state === "open" &&
      pull.headRepository === spec.headRepository &&
      pull.headBranch === spec.headBranch &&
      pull.baseBranch === spec.baseBranch,
  );
  if (twin !== undefined) throw new ApiError(400, "A pull request for these branches is open already");
  if (world.commits.between(base.sha, head.sha).length === 0) {
    throw new ApiError(400, "There are no commits between the two branches");
  }
  const now = world.now();
  const pull: Pull = {
    id: world.nextId(),
    number: repository.pulls.length + 1,
    repository,
    title: spec.title,
    body: spec.body,
    opener,
    headRepository: spec.headRepository,
    headBranch: spec.headBranch,
    headSha: head.sha,
    draft: spec.draft ?? false,
    baseBranch: spec.baseBranch,
    frozenBaseSha: null,
    state: "open",
    labels: [],
    comments: [],
    log: [],
    mergeCommitSha: null,
    createdAt: now,
    updatedAt: now,
    closedAt: null,
    mergedAt: null,
    stale: null,
  };
  repository.pulls.push(pull);
  announcePull(world, pull, "open", "open", opener);
  return pull;
}

export function closePull(world: World, pull: Pull, by: User): void {
  if (pull.state !== "open") throw new ApiError(400, "The pull request is not open");
  pull.frozenBaseSha = world.baseSha(pull);
  pull.state = "closed";
  pull.closedAt = world.now();
  announcePull(world, pull, "close", "open", by);
}

/** If the branch moved while the pull request was closed, its current tip counts. */
export function reopenPull(world: World, pull: Pull, by: User): void {
  if (pull.state !== "closed") throw new ApiError(400, "The pull request is not closed");
  pull.frozenBaseSha = null;
  pull.state = "open";
  pull.closedAt = null;
  pull.headSha = pull.headRepository.branches.get(pull.headBranch) ?? pull.headSha;
  announcePull(world, pull, "reopen", "open", by);
}

/**
 * Merges as the web page does: the merger is the author, Gitee itself the committer. A required check that did not pass
 * prevents it, unless an administrator merges.
 * @throws ApiError 405
 */
export function mergePull(world: World, pull: Pull, by: User): string {
  if (pull.state !== "open") throw new ApiError(405, "The pull request cannot be merged");
  const unmet = unmetChecks(pull);
  if (unmet.length > 0 && world.permissionOf(by, pull.repository) !== "admin")
    throw new ApiError(405, `Required checks did not pass: ${unmet.join(", ")}`);
  const base = world.baseSha(pull);
  const message = `!${pull.number} ${pull.title}\nMerge pull request !${pull.number}`;
  const files = Object.fromEntries(
    world.commits
      .changes(base, pull.headSha)
      .map(({ path }) => [path, world.commits.get(pull.headSha)?.tree.get(path) ?? null]),
  );
  const merge = world.commits.create(
    [base],
    { author: by, committer: "web", message, files, merges: [pull.headSha] },
    world.now(),
  );
  pull.frozenBaseSha = base;
  pull.state = "merged";
  pull.mergedAt = world.now();
  pull.mergeCommitSha = merge.sha;
  moveBranch(world, pull.repository, pull.baseBranch, merge.sha, by);
  announcePull(world, pull, "merge", "open", by);
  return merge.sha;
}

export function retargetPull(world: World, pull: Pull, branch: string, by: User): void {
  resolveRef(world, pull.repository, branch);
  pull.baseBranch = branch;
  announcePull(world, pull, "update", "target_branch_changed", by);
}

/** Sets the pull request's labels to exactly these, logs each difference, and notifies the webhooks if there is one. */
export function setLabels(world: World, pull: Pull, names: readonly string[], by: User): void {
  const wanted = [...new Set(names)];
  for (const name of wanted) {
    requireLabelName(world, name);
    if (pull.repository.labels.some((label) => label.name === name)) continue;
    if (world.settings.unknownLabels === "refuse") throw new ApiError(404, "404 Label Not Found");
    addLabel(world, pull.repository, name);
  }
  const added = wanted.filter((name) => !pull.labels.includes(name));
  const removed = pull.labels.filter((name) => !wanted.includes(name));
  if (added.length + removed.length === 0) return;
  pull.labels = wanted;
  for (const name of added) log(world, pull, "add_label", name, by);
  for (const name of removed) log(world, pull, "remove_label", name, by);
  announcePull(world, pull, "update", "update_label", by);
}

function log(world: World, pull: Pull, actionType: string, content: string, user: User): void {
  pull.log.push({ id: world.nextId(), actionType, content, user, createdAt: world.now() });
}

export function addComment(
  world: World,
  pull: Pull,
  user: User,
  body: string,
  path: string | null = null,
): Comment {
  const now = world.now();
  const comment: Comment = { id: world.nextId(), user, body, path, createdAt: now, updatedAt: now };
  pull.comments.push(comment);
  announceNote(world, pull, comment, "comment", user);
  return comment;
}

export function editComment(world: World, pull: Pull, comment: Comment, body: string, by: User): void {
  comment.body = body;
  comment.updatedAt = world.now();
  announceNote(world, pull, comment, "edited", by);
}

export function deleteComment(world: World, pull: Pull, comment: Comment, by: User): void {
  pull.comments.splice(pull.comments.indexOf(comment), 1);
  announceNote(world, pull, comment, "deleted", by);
}
