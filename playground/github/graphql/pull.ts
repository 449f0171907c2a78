import type { FileChange } from "../state/diff.ts";
import type { Comment, Pull } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import { connection, same } from "./connection.ts";
import { permit, type Args, type Context, type TypeResolvers } from "./context.ts";
import { CommitSource } from "./sources.ts";

function sum(pull: Pull, key: "additions" | "deletions"): number {
  return pull.changes.reduce((total, change) => total + change[key], 0);
}

const CHANGE_TYPES = {
  added: "ADDED",
  removed: "DELETED",
  modified: "MODIFIED",
  renamed: "RENAMED",
} as const;

export const pullResolvers: TypeResolvers<Pull> = {
  id: (pull) => pull.nodeId,
  databaseId: (pull) => pull.id,
  fullDatabaseId: (pull) => String(pull.id),
  number: (pull) => pull.number,
  title: (pull) => pull.title,
  body: (pull) => pull.body ?? "",
  bodyText: (pull) => pull.body ?? "",
  url: (pull, _, { core }) => `${core.site().web}/${pull.repository.fullName}/pull/${pull.number}`,
  repository: (pull) => pull.repository,
  state: (pull) => pull.state.toUpperCase(),
  closed: (pull) => pull.state !== "open",
  merged: (pull) => pull.state === "merged",
  isDraft: (pull) => pull.draft,
  isCrossRepository: (pull) => pull.from !== pull.repository,
  locked: (pull) => pull.locked,
  author: (pull) => pull.opener,
  viewerDidAuthor: own,
  headRefOid: (pull) => pull.head.sha,
  headRefName: (pull) => pull.branch,
  headRepository: (pull) => pull.headRepository,
  headRepositoryOwner: (pull) => pull.headRepository?.owner ?? null,
  headRef: (pull) =>
    pull.headRepository?.branches.has(pull.branch)
      ? { repository: pull.headRepository, branch: pull.branch }
      : null,
  baseRefOid: (pull) => pull.baseCommit.sha,
  baseRefName: (pull) => pull.base,
  baseRef: (pull) =>
    pull.repository.branches.has(pull.base) ? { repository: pull.repository, branch: pull.base } : null,
  baseRepository: (pull) => pull.repository,
  mergeCommit: (pull) => pull.mergeCommit && new CommitSource(pull.repository, pull.mergeCommit),
  isInMergeQueue: (pull) => pull.repository.mergeQueue.some(({ pulls }) => pulls.includes(pull)),
  additions: (pull) => sum(pull, "additions"),
  deletions: (pull) => sum(pull, "deletions"),
  changedFiles: (pull) => pull.changes.length,
  createdAt: (pull) => pull.createdAt.toISOString(),
  updatedAt: (pull) => pull.updatedAt.toISOString(),
  closedAt: (pull) => pull.closedAt?.toISOString() ?? null,
  mergedAt: (pull) => (pull.state === "merged" ? (pull.closedAt?.toISOString() ?? null) : null),
  mergedBy: (pull) => pull.mergedBy,
  labels: (pull, args) =>
    connection([...pull.labels.values()], args, (label) => ({ repository: pull.repository, label })),
  commits: (pull, args) =>
    connection(pull.commits, args, (commit) => ({
      id: nodeId("PRC", pull.id, commit.sha),
      commit: new CommitSource(pull.repository, commit),
      pullRequest: pull,
    })),
  files: (pull, args) => connection(pull.changes, args, same),
  comments(pull, args, context) {
    permit(context, pull.repository, "pull_requests", "issues");
    return connection(pull.comments, args, same);
  },
};

export const changedFileResolvers: TypeResolvers<FileChange> = {
  path: ({ path }) => path,
  additions: ({ additions }) => additions,
  deletions: ({ deletions }) => deletions,
  changeType: ({ status }) => CHANGE_TYPES[status],
};

function own(made: Comment | Pull, _: Args, { core, principal }: Context): boolean {
  const author = "opener" in made ? made.opener : made.author;
  return author === (principal.kind === "user" ? principal.user : core.world.bot);
}

export const commentResolvers: TypeResolvers<Comment> = {
  id: (comment) => comment.nodeId,
  databaseId: (comment) => comment.id,
  fullDatabaseId: (comment) => String(comment.id),
  author: (comment) => (comment.author.deleted ? null : comment.author),
  viewerDidAuthor: own,
  viewerCanUpdate: own,
  body: (comment) => comment.body,
  createdAt: (comment) => comment.createdAt.toISOString(),
  updatedAt: (comment) => comment.updatedAt.toISOString(),
  lastEditedAt: (comment) => comment.lastEditedAt?.toISOString() ?? null,
  includesCreatedEdit: (comment) => comment.lastEditedAt !== null,
  isMinimized: (comment) => comment.minimized,
  pullRequest: (comment) => comment.pull,
  repository: (comment) => comment.pull.repository,
  url: (comment, _, { core }) =>
    `${core.site().web}/${comment.pull.repository.fullName}/pull/${comment.pull.number}#issuecomment-${comment.id}`,
};
