import type { Label } from "../state/label.ts";
import type { Comment, Pull, Repository } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import type { User } from "../state/user.ts";
import { apiOf, presentRepository } from "./repository.ts";
import { iso, isoOrNull, type Site } from "./site.ts";
import { presentUser } from "./user.ts";

export function presentLabel(site: Site, repository: Repository, label: Label) {
  return {
    id: label.id,
    node_id: nodeId("LA", label.id),
    url: `${apiOf(site, repository)}/labels/${encodeURIComponent(label.name)}`,
    name: label.name,
    color: label.color,
    default: false,
    description: label.description,
  };
}

function association(repository: Repository, user: User): string {
  if (user === repository.owner) return "OWNER";
  if (repository.owner.members.has(user)) return "MEMBER";
  return repository.collaborators.has(user) ? "COLLABORATOR" : "CONTRIBUTOR";
}

function presentLabels(site: Site, pull: Pull) {
  return [...pull.labels.values()].map((label) => presentLabel(site, pull.repository, label));
}

function presentEnd(site: Site, ref: string, sha: string, owner: User, repository: Repository | null) {
  return {
    label: `${owner.login}:${ref}`,
    ref,
    sha,
    user: presentUser(site, owner),
    repo: repository && {
      ...presentRepository(site, repository),
      allow_squash_merge: true,
      allow_merge_commit: true,
      allow_rebase_merge: true,
      allow_auto_merge: false,
      delete_branch_on_merge: false,
      allow_update_branch: false,
      use_squash_pr_title_as_default: false,
      squash_merge_commit_message: "COMMIT_MESSAGES",
      squash_merge_commit_title: "COMMIT_OR_PR_TITLE",
      merge_commit_message: "PR_TITLE",
      merge_commit_title: "MERGE_MESSAGE",
    },
  };
}

/** A pull request in REST's lists. */
export function presentListedPull(site: Site, pull: Pull) {
  const { repository, number } = pull;
  const api = apiOf(site, repository);
  const web = `${site.web}/${repository.fullName}/pull/${number}`;
  const links = {
    self: `${api}/pulls/${number}`,
    html: web,
    issue: `${api}/issues/${number}`,
    comments: `${api}/issues/${number}/comments`,
    review_comments: `${api}/pulls/${number}/comments`,
    review_comment: `${api}/pulls/comments{/number}`,
    commits: `${api}/pulls/${number}/commits`,
    statuses: `${api}/statuses/${pull.head.sha}`,
  };
  const merged = pull.state === "merged";
  return {
    url: links.self,
    id: pull.id,
    node_id: pull.nodeId,
    html_url: web,
    diff_url: `${web}.diff`,
    patch_url: `${web}.patch`,
    issue_url: links.issue,
    number,
    state: pull.state === "open" ? "open" : "closed",
    locked: pull.locked,
    title: pull.title,
    user: presentUser(site, pull.opener ?? repository.world.ghost),
    body: pull.body,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: isoOrNull(pull.closedAt),
    merged_at: merged ? isoOrNull(pull.closedAt) : null,
    merge_commit_sha: pull.mergeCommit?.sha ?? null,
    assignee: null,
    assignees: [],
    requested_reviewers: [],
    requested_teams: [],
    labels: presentLabels(site, pull),
    milestone: null,
    draft: pull.draft,
    commits_url: links.commits,
    review_comments_url: links.review_comments,
    review_comment_url: links.review_comment,
    comments_url: links.comments,
    statuses_url: links.statuses,
    head: presentEnd(site, pull.branch, pull.head.sha, pull.from.owner, pull.headRepository),
    base: presentEnd(site, pull.base, pull.baseCommit.sha, repository.owner, repository),
    _links: Object.fromEntries(Object.entries(links).map(([name, href]) => [name, { href }])),
    author_association: association(repository, pull.openedBy),
    auto_merge: null,
    active_lock_reason: null,
  };
}

/** A single pull request, as in REST and in `pull_request` payloads. */
export function presentPull(site: Site, pull: Pull) {
  const sum = (key: "additions" | "deletions") =>
    pull.changes.reduce((total, change) => total + change[key], 0);
  return {
    ...presentListedPull(site, pull),
    merged: pull.state === "merged",
    mergeable: null,
    rebaseable: null,
    mergeable_state: "unknown",
    merged_by: pull.mergedBy && presentUser(site, pull.mergedBy),
    comments: pull.comments.length,
    review_comments: 0,
    maintainer_can_modify: pull.from !== pull.repository,
    commits: pull.commits.length,
    additions: sum("additions"),
    deletions: sum("deletions"),
    changed_files: pull.changes.length,
  };
}

function reactions(url: string) {
  const kinds = ["+1", "-1", "laugh", "hooray", "confused", "heart", "rocket", "eyes"];
  return {
    url: `${url}/reactions`,
    total_count: 0,
    ...Object.fromEntries(kinds.map((kind) => [kind, 0])),
  };
}

/** A pull request as an issue. */
export function presentIssue(site: Site, pull: Pull) {
  const { repository, number } = pull;
  const api = `${apiOf(site, repository)}/issues/${number}`;
  const web = `${site.web}/${repository.fullName}/pull/${number}`;
  return {
    url: api,
    repository_url: apiOf(site, repository),
    labels_url: `${api}/labels{/name}`,
    comments_url: `${api}/comments`,
    events_url: `${api}/events`,
    html_url: web,
    id: pull.id,
    node_id: pull.nodeId,
    number,
    title: pull.title,
    user: presentUser(site, pull.opener ?? repository.world.ghost),
    labels: presentLabels(site, pull),
    state: pull.state === "open" ? "open" : "closed",
    locked: pull.locked,
    assignee: null,
    assignees: [],
    milestone: null,
    comments: pull.comments.length,
    created_at: iso(pull.createdAt),
    updated_at: iso(pull.updatedAt),
    closed_at: isoOrNull(pull.closedAt),
    author_association: association(repository, pull.openedBy),
    active_lock_reason: null,
    draft: pull.draft,
    pull_request: {
      url: `${apiOf(site, repository)}/pulls/${number}`,
      html_url: web,
      diff_url: `${web}.diff`,
      patch_url: `${web}.patch`,
      merged_at: pull.state === "merged" ? isoOrNull(pull.closedAt) : null,
    },
    body: pull.body,
    reactions: reactions(api),
    timeline_url: `${api}/timeline`,
    performed_via_github_app: null,
    state_reason: null,
  };
}

export function presentComment(site: Site, comment: Comment) {
  const { pull } = comment;
  const url = `${apiOf(site, pull.repository)}/issues/comments/${comment.id}`;
  const author = comment.author.deleted ? pull.repository.world.ghost : comment.author;
  return {
    url,
    html_url: `${site.web}/${pull.repository.fullName}/pull/${pull.number}#issuecomment-${comment.id}`,
    issue_url: `${apiOf(site, pull.repository)}/issues/${pull.number}`,
    id: comment.id,
    node_id: comment.nodeId,
    user: presentUser(site, author),
    created_at: iso(comment.createdAt),
    updated_at: iso(comment.updatedAt),
    author_association: association(pull.repository, comment.author),
    body: comment.body,
    reactions: reactions(url),
    performed_via_github_app: null,
  };
}
