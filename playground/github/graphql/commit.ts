import { combined, latestByContext } from "../state/commit-status.ts";
import type { Commit } from "../state/git.ts";
import type { CheckRun, Repository } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import { commitNodeId } from "../present/commit.ts";
import { blobSha } from "../state/git.ts";
import { connection, same } from "./connection.ts";
import { permit, type TypeResolvers } from "./context.ts";
import { selected } from "./repository.ts";
import {
  CommitSource,
  StatusSource,
  type ActorSource,
  type BlobSource,
  type SuiteSource,
} from "./sources.ts";

function sum({ changes }: Commit, key: "additions" | "deletions"): number {
  return changes.reduce((total, change) => total + change[key], 0);
}

function statusesOf({ repository, commit }: CommitSource): StatusSource[] {
  return latestByContext(repository.statusesOf(commit.sha)).map((one) => new StatusSource(repository, one));
}

function combinedState(source: CommitSource): string {
  return combined(statusesOf(source).map(({ status }) => status.state)).toUpperCase();
}

function rollup(source: CommitSource): unknown {
  const { repository, commit } = source;
  const runs = repository.checkRunsOf(commit.sha);
  if (runs.length === 0 && statusesOf(source).length === 0) return null;
  const bad = runs.some(({ fields }) => fields.conclusion === "failure");
  return {
    id: nodeId("SCR", repository.id, commit.sha),
    state: bad ? "FAILURE" : statusesOf(source).length > 0 ? combinedState(source) : "SUCCESS",
    commit: source,
    contexts: [...statusesOf(source), ...runs],
  };
}

function history(tip: Commit): Commit[] {
  const seen = new Set([tip]);
  for (const commit of seen) for (const parent of commit.parents) seen.add(parent);
  return [...seen];
}

export const commitResolvers: TypeResolvers<CommitSource> = {
  id: ({ repository, commit }) => commitNodeId(repository, commit),
  oid: ({ commit }) => commit.sha,
  abbreviatedOid: ({ commit }) => commit.sha.slice(0, 7),
  url: ({ repository, commit }, _, { core }) =>
    `${core.site().web}/${repository.fullName}/commit/${commit.sha}`,
  commitUrl: ({ repository, commit }, _, { core }) =>
    `${core.site().web}/${repository.fullName}/commit/${commit.sha}`,
  repository: ({ repository }) => repository,
  message: ({ commit }) => commit.message,
  messageHeadline: ({ commit }) => commit.headline,
  messageBody: ({ commit }) => commit.message.split("\n").slice(1).join("\n").trim(),
  authoredDate: ({ commit }) => commit.author.date.toISOString(),
  committedDate: ({ commit }) => commit.committer.date.toISOString(),
  committedViaWeb: ({ commit }) => commit.signature?.wasSignedByGitHub ?? false,
  authoredByCommitter: ({ commit }) => commit.author.email === commit.committer.email,
  author: ({ repository, commit }): ActorSource => ({ repository, identity: commit.author }),
  committer: ({ repository, commit }): ActorSource => ({ repository, identity: commit.committer }),
  // The author first, then the co-authors in the message, as GitHub itself resolves them.
  authors: ({ repository, commit }, args) =>
    connection([commit.author, ...commit.coauthors], args, (identity) => ({ repository, identity })),
  parents: ({ repository, commit }, args) =>
    connection(commit.parents, args, (parent) => new CommitSource(repository, parent)),
  tree: ({ repository, commit }) => ({ repository, commit }),
  signature: ({ commit }) => commit.signature,
  additions: ({ commit }) => sum(commit, "additions"),
  deletions: ({ commit }) => sum(commit, "deletions"),
  changedFilesIfAvailable: ({ commit }) => commit.changes.length,
  status(source, _, context) {
    permit(context, source.repository, "statuses");
    return statusesOf(source).length > 0 ? source : null;
  },
  statusCheckRollup(source, _, context) {
    permit(context, source.repository, "statuses", "checks");
    return rollup(source);
  },
  checkSuites({ repository, commit }, args, context) {
    permit(context, repository, "checks");
    const app = (args["filterBy"] as { appId?: number } | undefined)?.appId;
    const runs = repository.checkRunsOf(commit.sha);
    const suites = runs.length > 0 && (app === undefined || app === context.core.app.id) ? [runs] : [];
    return connection(suites, args, (list): SuiteSource => ({ repository, commit, runs: list }));
  },
  history: ({ repository, commit }, args) =>
    connection(history(commit), args, (one) => new CommitSource(repository, one)),
  associatedPullRequests: ({ repository, commit }, args) =>
    connection(
      selected([...repository.pulls.values()], args).filter(
        (pull) => pull.mergeCommit === commit || pull.commits.includes(commit),
      ),
      args,
      same,
    ),
};

export const gitActorResolvers: TypeResolvers<ActorSource> = {
  name: ({ identity }) => identity.name,
  email: ({ identity }) => identity.email,
  date: ({ identity }) => identity.date.toISOString(),
  // Recorded answers show a bot here with its number and login, though the type is called User; more rarely null.
  user({ repository, identity }) {
    const user = repository.world.userByEmail(identity.email);
    const linked = user?.type !== "Bot" || repository.world.linksBots;
    return user && linked && user.type !== "Organization" ? user : null;
  },
};

export const blobOidResolvers: TypeResolvers<BlobSource> = {
  oid: ({ content }) => blobSha(content),
  id: ({ repository, content }) => nodeId("B", repository.id, blobSha(content)),
};

export const signatureResolvers: TypeResolvers<{ isValid: boolean; wasSignedByGitHub: boolean }> = {
  isValid: ({ isValid }) => isValid,
  wasSignedByGitHub: ({ wasSignedByGitHub }) => wasSignedByGitHub,
  state: ({ isValid }) => (isValid ? "VALID" : "INVALID"),
};

export const statusResolvers: TypeResolvers<CommitSource> = {
  id: ({ repository, commit }) => nodeId("S", repository.id, commit.sha),
  commit: same,
  state: combinedState,
  context: (source, { name }) =>
    statusesOf(source).find(({ status }) => status.context.toLowerCase() === String(name).toLowerCase()) ??
    null,
  contexts: statusesOf,
};

export const statusContextResolvers: TypeResolvers<StatusSource> = {
  id: ({ status }) => nodeId("SC", status.id),
  context: ({ status }) => status.context,
  state: ({ status }) => status.state.toUpperCase(),
  description: ({ status }) => status.description,
  targetUrl: ({ status }) => status.targetUrl,
  createdAt: ({ status }) => status.createdAt.toISOString(),
  creator: ({ status }) => status.creator,
};

export const rollupResolvers: TypeResolvers<{ contexts: unknown[] }> = {
  contexts: ({ contexts }, args) => connection(contexts, args, same),
};

export const checkSuiteResolvers: TypeResolvers<SuiteSource> = {
  id: ({ runs }) => nodeId("CS", runs[0]?.suiteId ?? 0),
  databaseId: ({ runs }) => runs[0]?.suiteId ?? null,
  status: ({ runs }) => (runs.some(({ awaited }) => awaited) ? "QUEUED" : "COMPLETED"),
  app: (_, _args, { core }) => core.app,
  commit: ({ repository, commit }) => new CommitSource(repository, commit),
  repository: ({ repository }) => repository,
  checkRuns({ runs }, args) {
    const filter = (args["filterBy"] ?? {}) as { checkName?: string; checkType?: "ALL" | "LATEST" };
    const wanted = runs
      .toReversed()
      .filter(({ fields }) => filter.checkName === undefined || fields.name === filter.checkName);
    // GitHub shows the latest of each name unless all are requested.
    const latest = wanted.filter(
      (run, index) => wanted.findIndex(({ fields }) => fields.name === run.fields.name) === index,
    );
    return connection(filter.checkType === "ALL" ? wanted : latest, args, same);
  },
};

export const appResolvers: TypeResolvers<{ id: number; slug: string }> = {
  id: ({ id }) => nodeId("A", id),
  databaseId: ({ id }) => id,
  slug: ({ slug }) => slug,
  name: ({ slug }) => slug,
};

export const checkRunResolvers: TypeResolvers<CheckRun> = {
  id: (run) => run.nodeId,
  databaseId: (run) => run.id,
  name: ({ fields }) => fields.name,
  status: ({ fields }) => fields.status.toUpperCase(),
  conclusion: ({ fields }) => fields.conclusion?.toUpperCase() ?? null,
  detailsUrl: ({ fields }) => fields.detailsUrl,
  externalId: ({ fields }) => fields.externalId,
  title: ({ fields }) => fields.output.title,
  summary: ({ fields }) => fields.output.summary,
  text: ({ fields }) => fields.output.text,
  startedAt: ({ fields }) => fields.startedAt.toISOString(),
  completedAt: ({ fields }) => fields.completedAt?.toISOString() ?? null,
  repository: (run) => run.repository,
};

interface ComparisonSource {
  repository: Repository;
  base: Commit;
  head: Commit;
}

export const comparisonResolvers: TypeResolvers<ComparisonSource> = {
  id: ({ base, head }) => nodeId("CMP", base.sha, head.sha),
  aheadBy: ({ repository, base, head }) => repository.network.between(base, head).length,
  behindBy: ({ repository, base, head }) => repository.network.between(head, base).length,
  baseTarget: ({ repository, base }) => new CommitSource(repository, base),
  headTarget: ({ repository, head }) => new CommitSource(repository, head),
  status({ repository, base, head }) {
    const ahead = repository.network.between(base, head).length > 0;
    const behind = repository.network.between(head, base).length > 0;
    return ahead ? (behind ? "DIVERGED" : "AHEAD") : behind ? "BEHIND" : "IDENTICAL";
  },
  commits: ({ repository, base, head }, args) =>
    connection(
      repository.network.between(base, head),
      args,
      (commit) => new CommitSource(repository, commit),
    ),
};
