import { commitAt } from "../rest/commit-at.ts";
import type { Commit } from "../state/git.ts";
import type { Pull, Repository } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import { connection, same } from "./connection.ts";
import { permit, unresolved, type Args, type Context, type TypeResolvers } from "./context.ts";
import { BlobSource, CommitSource, TreeSource, type LabelSource, type RefSource } from "./sources.ts";

const STATES = { OPEN: "open", CLOSED: "closed", MERGED: "merged" } as const;

/** Pull requests by the arguments of the various `pullRequests` fields. */
export function selected(pulls: readonly Pull[], args: Args): Pull[] {
  const states = args["states"] as (keyof typeof STATES)[] | undefined;
  const order = args["orderBy"] as { field: string; direction: "ASC" | "DESC" } | undefined;
  const time = (pull: Pull) => (order?.field === "UPDATED_AT" ? pull.updatedAt : pull.createdAt).getTime();
  const sign = order?.direction === "DESC" ? -1 : 1;
  return pulls
    .filter((pull) => !states || states.some((state) => STATES[state] === pull.state))
    .filter((pull) => !args["headRefName"] || pull.branch === args["headRefName"])
    .filter((pull) => !args["baseRefName"] || pull.base === args["baseRefName"])
    .toSorted((a, b) => sign * (time(a) - time(b) || a.number - b.number));
}

function objectAt(repository: Repository, expression: string): unknown {
  const [, name = "", path = ""] = /^([^:]+)(?::(.*))?$/s.exec(expression) ?? [];
  const commit = name === "HEAD" ? repository.shownHead : commitAt(repository, name);
  if (!commit) return null;
  if (!expression.includes(":")) return new CommitSource(repository, commit);
  if (path === "") return new TreeSource(repository, commit, "");
  const content = commit.tree.get(path);
  if (content !== undefined) return new BlobSource(repository, content);
  const folder = [...commit.tree.keys()].some((file) => file.startsWith(`${path}/`));
  return folder ? new TreeSource(repository, commit, `${path}/`) : null;
}

function refAt(repository: Repository, name: string, context: Context): RefSource | null {
  permit(context, repository, "contents");
  const branch = name.replace(/^refs\/heads\//, "");
  return repository.branches.has(branch) ? { repository, branch } : null;
}

const wrapLabel = (repository: Repository) => (label: LabelSource["label"]) => ({ repository, label });

export const repositoryResolvers: TypeResolvers<Repository> = {
  id: (repository) => repository.nodeId,
  databaseId: (repository) => repository.id,
  name: (repository) => repository.name,
  nameWithOwner: (repository) => repository.fullName,
  owner: (repository) => repository.owner,
  url: (repository, _, { core }) => `${core.site().web}/${repository.fullName}`,
  isPrivate: (repository) => repository.private,
  isArchived: (repository) => repository.archived,
  isFork: (repository) => repository.parent !== null,
  isDisabled: () => false,
  isEmpty: (repository) => repository.branches.size === 0,
  isLocked: () => false,
  visibility: (repository) => (repository.private ? "PRIVATE" : "PUBLIC"),
  parent: (repository) => repository.parent,
  createdAt: (repository) => repository.createdAt.toISOString(),
  defaultBranchRef: (repository, _, context) => refAt(repository, repository.shownDefault, context),
  ref: (repository, { qualifiedName }, context) => refAt(repository, String(qualifiedName), context),
  refs(repository, args, context) {
    permit(context, repository, "contents");
    if (args["refPrefix"] !== "refs/heads/") return connection([], args, same);
    const part = typeof args["query"] === "string" ? args["query"] : "";
    const names = [...repository.branches.keys()].filter((name) => name.includes(part));
    return connection(names, args, (branch) => ({ repository, branch }));
  },
  object(repository, { expression, oid }, context) {
    permit(context, repository, "contents");
    return objectAt(repository, String(expression ?? oid));
  },
  branchProtectionRules: (repository, args) =>
    connection([...repository.protectedBranches.keys()], args, (pattern) => ({
      id: nodeId("BPR", repository.id, pattern),
      pattern,
    })),
  pullRequest(repository, { number }, context) {
    permit(context, repository, "pull_requests");
    const pull = repository.pulls.get(Number(number));
    if (!pull) throw unresolved("PullRequest", `number of ${String(number)}`);
    return pull.shown;
  },
  pullRequests(repository, args, context) {
    permit(context, repository, "pull_requests");
    return connection(selected([...repository.pulls.values()], args), args, ({ shown }) => shown);
  },
  label: (repository, { name }) => {
    const label = repository.shownLabels.get(String(name).toLowerCase());
    return label ? { repository, label } : null;
  },
  labels: (repository, args) => connection([...repository.shownLabels.values()], args, wrapLabel(repository)),
  mergeQueue: (repository, { branch }) => {
    const name = typeof branch === "string" ? branch : repository.defaultBranch;
    return { repository, name };
  },
};

/** An entry of a merge queue, with the commits that the queue built for it: null until it has built them. */
interface EntrySource {
  readonly pull: Pull;
  readonly base: Commit | null;
  readonly head: Commit | null;
}

/** Each entry begins where the previous one ends. */
function entriesOf({ mergeQueue, waitingInQueue }: Repository, branch: string): EntrySource[] {
  const built = mergeQueue
    .filter(({ base }) => base === branch)
    .flatMap((group) =>
      group.pulls.map((pull, index) => {
        const before = group.pulls[index - 1];
        const base = before === undefined ? group.baseCommit : group.endOf(before);
        return { pull, base, head: group.endOf(pull) };
      }),
    );
  const waiting = waitingInQueue.filter(({ base }) => base === branch);
  return [...built, ...waiting.map((pull) => ({ pull, base: null, head: null }))];
}

export const mergeQueueResolvers: TypeResolvers<{ repository: Repository; name: string }> = {
  id: ({ repository, name }) => nodeId("MQ", repository.id, name),
  repository: ({ repository }) => repository,
  entries: ({ repository, name }, args) =>
    connection(entriesOf(repository, name), args, ({ pull, base, head }) => ({
      id: nodeId("MQE", pull.id),
      pullRequest: pull,
      baseCommit: base && new CommitSource(repository, base),
      headCommit: head && new CommitSource(repository, head),
      state: head === null ? "QUEUED" : "AWAITING_CHECKS",
    })),
};

export const labelResolvers: TypeResolvers<LabelSource> = {
  id: ({ label }) => nodeId("LA", label.id),
  name: ({ label }) => label.name,
  color: ({ label }) => label.color,
  description: ({ label }) => label.description,
  isDefault: () => false,
};

export const blobResolvers: TypeResolvers<BlobSource> = {
  byteSize: ({ content }) => Buffer.byteLength(content),
  text: ({ content }) => (typeof content === "string" ? content : null),
  isBinary: ({ content }) => typeof content !== "string",
  isTruncated: () => false,
  repository: ({ repository }) => repository,
};

/** The names of the entries of a folder, whose path ends with a slash or is empty. */
function entriesIn(paths: readonly string[], folder: string): readonly string[] {
  const inside = paths.filter((path) => path.startsWith(folder)).map((path) => path.slice(folder.length));
  return [...new Set(inside.map((path) => path.split("/")[0] ?? ""))];
}

export const treeResolvers: TypeResolvers<TreeSource> = {
  oid: ({ commit }) => commit.treeSha,
  entries: ({ commit, path }) => entriesIn([...commit.tree.keys()], path).map((name) => ({ name })),
  repository: ({ repository }) => repository,
};

/** The tip of a branch as the API shows it. */
function tipOf(repository: Repository, branch: string): Commit {
  return branch === repository.shownDefault ? repository.shownHead : repository.tip(branch);
}

export const refResolvers: TypeResolvers<RefSource> = {
  id: ({ repository, branch }) => nodeId("REF", repository.id, branch),
  name: ({ branch }) => branch,
  prefix: () => "refs/heads/",
  repository: ({ repository }) => repository,
  target: ({ repository, branch }) => new CommitSource(repository, tipOf(repository, branch)),
  branchProtectionRule: ({ repository, branch }) =>
    repository.protectedBranches.has(branch)
      ? { id: nodeId("BPR", repository.id, branch), pattern: branch }
      : null,
  associatedPullRequests: ({ repository, branch }, args, { core }) =>
    connection(selected(core.world.openPullsFrom(repository, branch), args), args, same),
  compare({ repository, branch }, { headRef }) {
    const head = commitAt(repository, String(headRef));
    return head && { repository, base: tipOf(repository, branch), head };
  },
};
