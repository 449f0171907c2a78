import type { FileChange } from "../state/commits.ts";
import {
  fullName,
  type Comment,
  type Commit,
  type Hook,
  type LogEntry,
  type Organization,
} from "../state/records.ts";
import type { Enterprise, Label, Pull, Repository, User } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** Answers of the API, with the fields that captured ones have and a client may read. */
type Json = Record<string, unknown>;

export function userShape(world: World, user: User): Json {
  return {
    id: user.id,
    login: user.login,
    name: user.name,
    avatar_url: `${world.url}/assets/no_portrait.png`,
    url: `${world.url}/api/v5/users/${user.login}`,
    html_url: `${world.url}/${user.login}`,
    remark: "",
    repos_url: `${world.url}/api/v5/users/${user.login}/repos`,
    type: "User",
  };
}

function ownerShape(world: World, owner: User | Organization): Json {
  return { id: owner.id, login: owner.login, name: owner.name, html_url: `${world.url}/${owner.login}` };
}

function enterpriseShape(world: World, enterprise: Enterprise): Json {
  return {
    id: enterprise.id,
    type: "Enterprise",
    name: enterprise.name,
    path: enterprise.path,
    html_url: `${world.url}/${enterprise.path}`,
  };
}

/** `viewer` decides the permission part; it is left out where a repository is part of something else. */
export function repositoryShape(world: World, repository: Repository, viewer?: User): Json {
  const { owner } = repository;
  const path = fullName(repository);
  const permission = viewer === undefined ? null : world.permissionOf(viewer, repository);
  return {
    id: repository.id,
    full_name: path,
    human_name: `${owner.name}/${repository.name}`,
    url: `${world.url}/api/v5/repos/${path}`,
    namespace:
      repository.enterprise === null
        ? {
            id: owner.id,
            type: "members" in owner ? "group" : "personal",
            name: owner.name,
            path: owner.login,
            html_url: `${world.url}/${owner.login}`,
          }
        : enterpriseShape(world, repository.enterprise),
    path: repository.path,
    name: repository.name,
    owner: ownerShape(world, owner),
    description: "",
    private: repository.private,
    public: !repository.private,
    internal: false,
    fork: repository.fork !== null,
    parent:
      repository.fork === null ? null : { full_name: fullName(repository.fork), id: repository.fork.id },
    html_url: `${world.url}/${path}.git`,
    default_branch: repository.defaultBranch,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
    ...(viewer === undefined
      ? {}
      : {
          permission: {
            pull: permission !== null,
            push: permission === "admin" || permission === "write",
            admin: permission === "admin",
          },
        }),
  };
}

export function labelShape(world: World, repository: Repository, label: Label): Json {
  return {
    id: label.id,
    name: label.name,
    color: label.color,
    repository_id: repository.id,
    url: `${world.url}/api/v5/repos/${fullName(repository)}/labels/${encodeURIComponent(label.name)}`,
  };
}

export function pullLabels(world: World, pull: Pull): Json[] {
  return pull.labels.flatMap((name) => {
    const label = pull.repository.labels.find((each) => each.name === name);
    return label === undefined ? [] : [labelShape(world, pull.repository, label)];
  });
}

function sideShape(world: World, repository: Repository, ref: string, sha: string): Json {
  return {
    label: ref,
    ref,
    sha,
    user: ownerShape(world, repository.owner),
    repo: repository.deleted ? null : repositoryShape(world, repository),
  };
}

export function pullShape(world: World, pull: Pull): Json {
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
    draft: false,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
    mergeable: pull.state === "open",
    can_merge_check: true,
    merge_commit_sha: pull.mergeCommitSha ?? pull.headSha,
    head: sideShape(world, pull.headRepository, pull.headBranch, pull.headSha),
    base: sideShape(world, pull.repository, pull.baseBranch, baseSha),
    user: userShape(world, pull.opener),
    ...(world.settings.commitCount ? { commits: world.commits.between(baseSha, pull.headSha).length } : {}),
  };
}

/** `parents` is one object in `pulls/N/commits` and a list everywhere else: both were captured. */
export function commitShape(
  world: World,
  repository: Repository,
  commit: Commit,
  parents: "one" | "list",
): Json {
  const url = `${world.url}/api/v5/repos/${fullName(repository)}/commits/`;
  const account = (email: string): Json | null => {
    const user = world.userByEmail(email);
    return user && userShape(world, user);
  };
  const all = commit.parents.map((sha) => ({ sha, url: `${url}${sha}` }));
  return {
    url: `${url}${commit.sha}`,
    sha: commit.sha,
    html_url: `${world.url}/${fullName(repository)}/commit/${commit.sha}`,
    comments_url: `${url}${commit.sha}/comments`,
    commit: {
      author: commit.author,
      committer: commit.committer,
      message: commit.message,
      tree: { sha: commit.sha, url: `${url}${commit.sha}` },
    },
    author: account(commit.author.email),
    committer: account(commit.committer.email),
    parents: parents === "one" ? (all[0] ?? {}) : all,
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

export function hookShape(repository: Repository, hook: Hook): Json {
  return {
    id: hook.id,
    url: hook.url,
    password: hook.password,
    encryption_type: hook.encryption === "signature" ? 1 : 0,
    project_id: repository.id,
    result: hook.result,
    result_code: hook.resultCode,
    push_events: hook.pushEvents,
    tag_push_events: false,
    issues_events: false,
    note_events: hook.noteEvents,
    merge_requests_events: hook.mergeRequestsEvents,
    created_at: hook.createdAt,
  };
}
