import type { FileChange } from "../state/commits.ts";
import {
  fullName,
  type Comment,
  type LogEntry,
  type Pull,
  type Repository,
  type User,
} from "../state/records.ts";
import type { World } from "../state/world.ts";
import { labelShape, ownerShape, repositoryShape, userShape, type Json } from "./shapes.ts";

export function pullLabels(world: World, pull: Pull): Json[] {
  return pull.labels.flatMap((name) => {
    const label = pull.repository.labels.find((each) => each.name === name);
    return label === undefined ? [] : [labelShape(world, pull.repository, label)];
  });
}

function sideShape(world: World, repository: Repository, ref: string, sha: string, viewer: User): Json {
  return {
    label: ref,
    ref,
    sha,
    user: ownerShape(world, repository.owner),
    repo: repository.deleted ? null : repositoryShape(world, repository, viewer),
  };
}

/** `viewer` is the caller: each side contains the caller's permissions there. */
export function pullShape(world: World, pull: Pull, viewer: User): Json {
  const path = `${fullName(pull.repository)}/pulls/${pull.number}`;
  const url = `${world.url}/api/v5/repos/${path}`;
  const baseSha = world.baseSha(pull);
  return {
    id: pull.id,
    url,
    html_url: `${world.url}/${path}`,
    diff_url: `${world.url}/${path}.diff`,
    patch_url: `${world.url}/${path}.patch`,
    commits_url: `${url}/commits`,
    comments_url: `${url}/comments`,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    assignees_number: 0,
    testers_number: 0,
    assignees: [],
    testers: [],
    milestone: null,
    labels: pullLabels(world, pull),
    locked: false,
    draft: pull.draft,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    mergeable: pull.state === "open",
    can_merge_check: true,
    merge_commit_sha: pull.mergeCommitSha ?? pull.headSha,
    head: sideShape(world, pull.headRepository, pull.headBranch, pull.headSha, viewer),
    base: sideShape(world, pull.repository, pull.baseBranch, baseSha, viewer),
    // It is not established what Gitee shows for an account that is gone.
    user: world.users.includes(pull.opener) ? userShape(world, pull.opener) : null,
    ...(world.settings.commitCount ? { commits: world.commits.between(baseSha, pull.headSha).length } : {}),
  };
}

/** Counts are strings in `pulls/N/files`, and the patch is an object there. */
export function fileShape(world: World, pull: Pull, change: FileChange): Json {
  const raw = `${fullName(pull.headRepository)}/raw/${pull.headSha}/${change.path}`;
  return {
    sha: pull.headSha,
    filename: change.path,
    status: change.status,
    additions: String(change.additions),
    deletions: String(change.deletions),
    blob_url: `${world.url}/${raw.replace("/raw/", "/blob/")}`,
    raw_url: `${world.url}/${raw}`,
    patch: {
      diff: change.patch,
      new_path: change.path,
      old_path: change.path,
      new_file: change.status === "added",
      renamed_file: false,
      deleted_file: change.status === "removed",
      too_large: false,
    },
  };
}

export function commentShape(world: World, pull: Pull, comment: Comment): Json {
  const path = `${fullName(pull.repository)}/pulls/${pull.number}`;
  return {
    url: `${world.url}/api/v5/repos/${fullName(pull.repository)}/pulls/comments/${comment.id}`,
    id: comment.id,
    ...(comment.path === null ? {} : { path: comment.path, position: 1, commit_id: pull.headSha }),
    user: userShape(world, comment.user),
    created_at: comment.createdAt,
    updated_at: comment.updatedAt,
    body: comment.body,
    html_url: `${world.url}/${path}#note_${comment.id}`,
    pull_request_url: `${world.url}/api/v5/repos/${path}`,
    comment_type: comment.path === null ? "pr_comment" : "diff_comment",
  };
}

export function logShape(world: World, entry: LogEntry): Json {
  return {
    id: entry.id,
    icon: "tag",
    action_type: entry.actionType,
    content: entry.content,
    created_at: entry.createdAt,
    user: userShape(world, entry.user),
  };
}
