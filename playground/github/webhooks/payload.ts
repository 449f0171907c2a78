import { presentInstallation, type App } from "../present/app.ts";
import { presentCheckRun, presentCheckSuite } from "../present/check.ts";
import { presentHeadCommit } from "../present/commit.ts";
import { presentComment, presentIssue, presentLabel, presentPull } from "../present/pull.ts";
import { presentListedRepository, presentRepository } from "../present/repository.ts";
import type { Site } from "../present/site.ts";
import { presentOrganization, presentUser } from "../present/user.ts";
import type { Commit } from "../state/git.ts";
import type { Installation, Repository, World, WorldEvent } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";

export interface PayloadContext {
  site: Site;
  app: App;
  world: World;
}

type Of<N extends WorldEvent["name"]> = Extract<WorldEvent, { name: N }>;
const NOTHING = "0".repeat(40);

/** The repository that an event is about; null for one about an installation. */
export function repositoryOf(event: WorldEvent): Repository | null {
  switch (event.name) {
    case "pull_request":
      return event.pull.repository;
    case "issue_comment":
      return event.comment.pull.repository;
    case "merge_group":
      return event.group.repository;
    case "check_run":
    case "check_suite":
      return event.run.repository;
    case "push":
    case "repository":
      return event.repository;
    case "installation":
    case "installation_repositories":
      return null;
  }
}

function pullRequest({ site }: PayloadContext, event: Of<"pull_request">) {
  const { action, pull, before, label, changes } = event;
  return {
    action,
    number: pull.number,
    pull_request: presentPull(site, pull),
    ...(before ? { before, after: pull.head.sha } : {}),
    ...(label ? { label: presentLabel(site, pull.repository, label) } : {}),
    ...(changes ? { changes } : {}),
  };
}

function pushedCommit(site: Site, repository: Repository, commit: Commit) {
  const paths = (status: string) =>
    commit.changes.filter((change) => change.status === status).map(({ path }) => path);
  const identity = ({ name, email }: { name: string; email: string }) => {
    const user = repository.world.userByEmail(email);
    return { name, email, ...(user ? { username: user.login } : {}) };
  };
  return {
    ...presentHeadCommit(commit),
    distinct: true,
    url: `${site.web}/${repository.fullName}/commit/${commit.sha}`,
    author: identity(commit.author),
    committer: identity(commit.committer),
    added: paths("added"),
    removed: paths("removed"),
    modified: paths("modified"),
  };
}

function push({ site }: PayloadContext, { repository, ref, before, after, forced, sender }: Of<"push">) {
  const base = before ?? repository.branches.get(repository.defaultBranch) ?? null;
  const commits = after ? (base ? repository.network.between(base, after) : [after]) : [];
  const listed = commits.slice(-2048).map((commit) => pushedCommit(site, repository, commit));
  const [from, to] = [before?.sha ?? NOTHING, after?.sha ?? NOTHING];
  return {
    ref,
    before: from,
    after: to,
    created: before === null,
    deleted: after === null,
    forced,
    base_ref: null,
    compare: `${site.web}/${repository.fullName}/compare/${from.slice(0, 12)}...${to.slice(0, 12)}`,
    commits: listed,
    head_commit: after && pushedCommit(site, repository, after),
    pusher: { name: sender.login, email: sender.noreply },
  };
}

function pushedRepository(site: Site, repository: Repository) {
  const seconds = Math.floor(repository.createdAt.getTime() / 1000);
  return {
    ...presentRepository(site, repository),
    owner: {
      name: repository.owner.login,
      email: repository.owner.noreply,
      ...presentUser(site, repository.owner),
    },
    url: `${site.web}/${repository.fullName}`,
    created_at: seconds,
    pushed_at: seconds,
    stargazers: 0,
    master_branch: repository.defaultBranch,
  };
}

function mergeGroup({ group, action, reason }: Of<"merge_group">) {
  return {
    action,
    ...(reason ? { reason } : {}),
    merge_group: {
      head_sha: group.head.sha,
      head_ref: `refs/heads/${group.branch}`,
      base_sha: group.baseCommit.sha,
      base_ref: `refs/heads/${group.base}`,
      head_commit: presentHeadCommit(group.head),
    },
  };
}

function repositoryEvent({ site }: PayloadContext, event: Of<"repository">) {
  if (event.action !== "transferred")
    return { action: event.action, ...(event.changes ? { changes: event.changes } : {}) };
  const { from } = event;
  const former =
    from.type === "Organization"
      ? { organization: presentOrganization(site, from) }
      : { user: presentUser(site, from) };
  return { action: event.action, changes: { owner: { from: former } } };
}

function body(context: PayloadContext, event: WorldEvent): Record<string, unknown> {
  const { site, app, world } = context;
  switch (event.name) {
    case "pull_request":
      return pullRequest(context, event);
    case "issue_comment":
      return {
        action: event.action,
        ...(event.changes ? { changes: event.changes } : {}),
        issue: presentIssue(site, event.comment.pull),
        comment: presentComment(site, event.comment),
      };
    case "merge_group":
      return mergeGroup(event);
    case "push":
      return push(context, event);
    case "check_run":
      return {
        action: event.action,
        check_run: {
          ...presentCheckRun(site, world, app, event.run),
          check_suite: presentCheckSuite(site, world, app, event.run),
        },
      };
    case "check_suite":
      return { action: event.action, check_suite: presentCheckSuite(site, world, app, event.run) };
    case "installation":
      return {
        action: event.action,
        installation: presentInstallation(site, app, event.installation),
        repositories: event.installation.repositories.map(presentListedRepository),
        requester: null,
      };
    case "installation_repositories":
      return {
        action: event.action,
        installation: presentInstallation(site, app, event.installation),
        repository_selection: event.installation.selection ? "selected" : "all",
        repositories_added: event.action === "added" ? event.repositories.map(presentListedRepository) : [],
        repositories_removed:
          event.action === "removed" ? event.repositories.map(presentListedRepository) : [],
        requester: null,
      };
    case "repository":
      return repositoryEvent(context, event);
  }
}

/** The payload that GitHub sends to an installation for an event. */
export function payloadFor(
  context: PayloadContext,
  event: WorldEvent,
  installation: Installation,
): Record<string, unknown> {
  const { site } = context;
  const repository = repositoryOf(event);
  const around = repository && {
    repository:
      event.name === "push" ? pushedRepository(site, repository) : presentRepository(site, repository),
    ...(repository.owner.type === "Organization"
      ? { organization: presentOrganization(site, repository.owner) }
      : {}),
    installation: { id: installation.id, node_id: nodeId("I", installation.id) },
  };
  return { ...body(context, event), ...around, sender: presentUser(site, event.sender) };
}
