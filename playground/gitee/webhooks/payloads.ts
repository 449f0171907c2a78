import { fullName, type Comment, type Commit, type Organization } from "../state/records.ts";
import { pullLabels } from "../rest/pull-shapes.ts";
import { checkRunShape } from "../rest/shapes.ts";
import type { CheckRun } from "../state/records.ts";
import type { Pull, Repository, User } from "../state/records.ts";
import type { World } from "../state/world.ts";

/** Bodies of deliveries, like captured ones, without the fields that every delivery has. */
type Json = Record<string, unknown>;

export type PullAction = "open" | "update" | "close" | "reopen" | "merge" | "assign" | "test" | "approved";
export type NoteAction = "comment" | "edited" | "deleted";
export type CheckAction = "created" | "completed" | "rerequested" | "requested_action";

/** A push lists no more commits than this; `commits_more_than_ten` says so. */
const LISTED_COMMITS = 10;

/** `action`, qualified by `action_desc`, which is meaningful only for `update`; for close and merge it is `open`. */
export function pullPayload(world: World, pull: Pull, action: PullAction, desc: string, sender: User): Json {
  return renamed(world, {
    ...(world.settings.hookAction ? { action, action_desc: desc } : {}),
    project: hookRepository(world, pull.repository),
    repository: hookRepository(world, pull.repository),
    pull_request: { ...hookPull(world, pull), labels: pullLabels(world, pull) },
    iid: pull.number,
    number: pull.number,
    title: pull.title,
    body: pull.body,
    state: pull.state,
    merge_status: "can_be_merged",
    merge_commit_sha: pull.mergeCommitSha ?? pull.headSha,
    url: `${world.url}/${fullName(pull.repository)}/pulls/${pull.number}`,
    source_branch: pull.headBranch,
    target_branch: pull.baseBranch,
    source_repo: bothNames(world, pull.headRepository),
    target_repo: bothNames(world, pull.repository),
    author: hookUser(world, pull.opener),
    sender: hookUser(world, sender),
    updated_by: hookUser(world, sender),
    target_user: null,
    languages: [],
    enterprise: enterprise(world, pull.repository),
  });
}

/** The pull request in it has no labels. */
export function notePayload(
  world: World,
  pull: Pull,
  comment: Comment,
  action: NoteAction,
  sender: User,
): Json {
  const url = `${world.url}/${fullName(pull.repository)}/pulls/${pull.number}#note_${comment.id}`;
  return renamed(world, {
    action,
    comment: {
      id: comment.id,
      html_url: url,
      body: comment.body,
      user: hookUser(world, comment.user),
      created_at: comment.createdAt,
      updated_at: comment.updatedAt,
    },
    noteable_type: "PullRequest",
    noteable_id: pull.id,
    note: comment.body,
    url,
    title: pull.title,
    issue: null,
    per_iid: `!${pull.number}`,
    short_commit_id: "",
    pull_request: hookPull(world, pull),
    author: hookUser(world, comment.user),
    sender: hookUser(world, sender),
    project: hookRepository(world, pull.repository),
    repository: hookRepository(world, pull.repository),
    enterprise: enterprise(world, pull.repository),
  });
}

export function pushPayload(
  world: World,
  repository: Repository,
  branch: string,
  before: string | null,
  commits: readonly Commit[],
  sender: User,
): Json {
  const none = "0".repeat(40);
  const after = repository.branches.get(branch) ?? none;
  return renamed(world, {
    ref: `refs/heads/${branch}`,
    before: before ?? none,
    after,
    created: before === null,
    deleted: after === none,
    compare: `${world.url}/${fullName(repository)}/compare/${before ?? none}...${after}`,
    commits: commits.slice(0, LISTED_COMMITS).map((commit) => hookCommit(world, repository, commit)),
    total_commits_count: commits.length,
    commits_more_than_ten: commits.length > LISTED_COMMITS,
    user_id: sender.id,
    user_name: sender.name,
    user: hookUser(world, sender),
    pusher: hookUser(world, sender),
    sender: hookUser(world, sender),
    project: hookRepository(world, repository),
    repository: hookRepository(world, repository),
    enterprise: enterprise(world, repository),
  });
}

/** A check run without a pull request. Its fields are not documented, so it has those of the API's answer. */
export function checkPayload(
  world: World,
  repository: Repository,
  run: CheckRun,
  action: CheckAction,
  sender: User,
): Json {
  return {
    action,
    check_run: checkRunShape(world, repository, run),
    project: hookRepository(world, repository),
    sender: hookUser(world, sender),
  };
}

function hookPull(world: World, pull: Pull): Json {
  const url = `${world.url}/${fullName(pull.repository)}/pulls/${pull.number}`;
  const baseSha = world.baseSha(pull);
  const side = (repository: Repository, ref: string, sha: string): Json => ({
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: hookUser(world, repository.owner),
    repo: repository.deleted ? null : hookRepository(world, repository),
  });
  const changes = world.commits.changes(baseSha, pull.headSha);
  return {
    id: pull.id,
    number: pull.number,
    state: pull.state,
    title: pull.title,
    body: pull.body,
    html_url: url,
    diff_url: `${url}.diff`,
    patch_url: `${url}.patch`,
    user: hookUser(world, pull.opener),
    head: side(pull.headRepository, pull.headBranch, pull.headSha),
    base: side(pull.repository, pull.baseBranch, baseSha),
    merged: pull.state === "merged",
    mergeable: pull.state === "open",
    merge_commit_sha: pull.mergeCommitSha ?? pull.headSha,
    merge_reference_name: `refs/pull/${pull.number}/MERGE`,
    comments: pull.comments.length,
    commits: world.commits.between(baseSha, pull.headSha).length,
    additions: changes.reduce((sum, change) => sum + change.additions, 0),
    deletions: changes.reduce((sum, change) => sum + change.deletions, 0),
    changed_files: changes.length,
    created_at: pull.createdAt,
    updated_at: pull.updatedAt,
    closed_at: pull.closedAt,
    merged_at: pull.mergedAt,
  };
}

function hookUser(world: World, user: User | Organization): Json {
  return {
    ...(world.settings.userIds ? { id: user.id } : {}),
    login: user.login,
    username: user.login,
    user_name: user.login,
    name: user.name,
    email: "emails" in user ? (user.emails[0] ?? "") : "",
    avatar_url: `${world.url}/assets/no_portrait.png`,
    html_url: `${world.url}/${user.login}`,
    url: `${world.url}/${user.login}`,
    remark: null,
    type: "User",
    site_admin: false,
  };
}

function hookRepository(world: World, repository: Repository): Json {
  const path = fullName(repository);
  const displayed = `${repository.owner.name}/${repository.name}`;
  return {
    id: repository.id,
    full_name: world.settings.hookFullName === "path" ? path : displayed,
    path_with_namespace: path,
    name: repository.name,
    name_with_namespace: displayed,
    path: repository.path,
    namespace: repository.owner.login,
    owner: hookUser(world, repository.owner),
    private: repository.private,
    fork: repository.fork !== null,
    default_branch: repository.defaultBranch,
    html_url: `${world.url}/${path}`,
    url: `${world.url}/${path}`,
    clone_url: `${world.url}/${path}.git`,
    created_at: repository.createdAt,
    updated_at: repository.createdAt,
  };
}

function bothNames(world: World, repository: Repository): Json | null {
  if (repository.deleted) return null;
  return { project: hookRepository(world, repository), repository: hookRepository(world, repository) };
}

function hookCommit(world: World, repository: Repository, commit: Commit): Json {
  const person = (signature: Commit["author"]): Json => {
    const login = world.userByEmail(signature.email)?.login ?? null;
    return { ...signature, time: signature.date, username: login, user_name: login };
  };
  const changes = world.commits.changes(commit.parents[0] ?? commit.sha, commit.sha);
  const paths = (status: string): string[] =>
    changes.filter((change) => change.status === status).map((change) => change.path);
  return {
    id: commit.sha,
    tree_id: commit.sha,
    parent_ids: commit.parents,
    distinct: true,
    message: commit.message,
    timestamp: commit.committer.date,
    url: `${world.url}/${fullName(repository)}/commit/${commit.sha}`,
    author: person(commit.author),
    committer: person(commit.committer),
    added: paths("added"),
    removed: paths("removed"),
    modified: paths("modified"),
  };
}

function enterprise(world: World, repository: Repository): Json | null {
  if (repository.enterprise === null) return null;
  return { name: repository.enterprise.name, url: `${world.url}/${repository.enterprise.path}` };
}

/** Leaves only the older or only the newer of the duplicate names, if the setting says so. */
function renamed(world: World, body: Json): Json {
  const drop = { both: [], old: ["repository", "number"], new: ["project", "iid"] }[
    world.settings.bodyNames
  ] as readonly string[];
  return Object.fromEntries(Object.entries(body).filter(([key]) => !drop.includes(key)));
}
