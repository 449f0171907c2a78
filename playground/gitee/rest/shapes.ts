import { fullName, type Commit, type Hook, type Organization } from "../state/records.ts";
import type { Enterprise, Label, Repository, User } from "../state/records.ts";
import type { CheckRun } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** Answers of the API, with the fields that captured answers have and a client may read. */
export type Json = Record<string, unknown>;

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

export function ownerShape(world: World, owner: User | Organization): Json {
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

/** `viewer` determines the permission part, which is left out if a repository is part of another object. */
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

/** `parents` is one object in `pulls/N/commits` and a list everywhere else: both appear in captured answers. */
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

/** It names neither the pull request nor the run's author: no captured answer does. */
export function checkRunShape(world: World, repository: Repository, run: CheckRun): Json {
  const url = `${world.url}/api/v5/repos/${fullName(repository)}/check-runs/${run.id}`;
  return {
    id: run.id,
    head_sha: run.headSha,
    url,
    html_url: `${world.url}/${fullName(repository)}/run?id=${run.id}`,
    details_url: run.detailsUrl,
    status: run.status,
    conclusion: run.conclusion,
    started_at: run.startedAt,
    completed_at: run.completedAt,
    output: {
      title: run.output?.title ?? null,
      summary: run.output?.summary ?? null,
      text: run.output?.text ?? null,
      annotations_count: run.annotations.length,
      annotations_url: `${url}/annotations`,
    },
    name: run.name,
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
    tag_push_events: hook.tagPushEvents,
    issues_events: hook.issuesEvents,
    note_events: hook.noteEvents,
    merge_requests_events: hook.mergeRequestsEvents,
    created_at: hook.createdAt,
  };
}
