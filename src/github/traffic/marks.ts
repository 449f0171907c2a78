/**
 * Maps a GitHub event to queue entries. A payload is only a hint: the verdict uses nothing from it, so only the fields
 * that identify the work, and the state to compare with the host's, are read.
 */
import { plainLines } from "../../markdown/plain-text.ts";
import { askOf } from "../../report/command.ts";
import type { Mark, Route, Task } from "../../ports/queue.ts";
import {
  Action,
  CheckRunPayload,
  CheckSuitePayload,
  InstallationPayload,
  InstallationRepositoriesPayload,
  IssueCommentPayload,
  MergeGroupPayload,
  PullRequestEdited,
  PullRequestPayload,
  PushPayload,
  RepositoryPayload,
  type Source,
} from "./payload.ts";
import { toldOfDefault, toldOfPull, toldOfPush } from "./told.ts";

export const POLICY_PATH = ".github/cla.yml";
/** The policy file under a wrong name, which the bot reports instead of ignoring it. */
export const MISNAMED_POLICY_PATH = ".github/cla.yaml";

/** The repository that holds the organization's fallback policy. */
const SHARED = ".github";

/** Whether a path is the policy file's, or differs from it only in letter case or by the ending `.yaml`. */
export function isPolicyPath(path: string): boolean {
  return [POLICY_PATH, MISNAMED_POLICY_PATH].includes(path.toLowerCase());
}

/** The actions of each event that produce queue entries. Other events produce none. */
const ACTIONS: ReadonlyMap<string, readonly string[]> = new Map(
  Object.entries({
    pull_request: ["opened", "synchronize", "reopened", "ready_for_review", "closed", "edited"],
    issue_comment: ["created", "edited"],
    merge_group: ["checks_requested"],
    check_run: ["rerequested"],
    check_suite: ["rerequested"],
    installation: ["created", "deleted", "suspend", "unsuspend", "new_permissions_accepted"],
    installation_repositories: ["added", "removed"],
    installation_target: ["renamed"],
    repository: ["renamed", "transferred", "edited", "archived", "unarchived", "deleted"],
  }),
);

/** The events that logs and metrics show by name. */
export const KNOWN_EVENTS: ReadonlySet<string> = new Set([...ACTIONS.keys(), "push", "ping"]);

/**
 * @param event the header `X-GitHub-Event`
 * @throws ZodError when the payload lacks a field that its event documents
 */
export function marksOf(event: string, payload: unknown): readonly Mark[] {
  if (event === "push") return push(PushPayload.parse(payload));
  const actions = ACTIONS.get(event);
  if (actions === undefined) return [];
  const { action } = Action.parse(payload);
  if (!actions.includes(action)) return [];
  switch (event) {
    case "pull_request":
      return pullRequest(action, payload);
    case "issue_comment":
      return issueComment(IssueCommentPayload.parse(payload));
    case "merge_group": {
      const { merge_group: group, ...source } = MergeGroupPayload.parse(payload);
      return [mark(source, { kind: "group", head: group.head_sha, base: group.base_sha })];
    }
    case "check_run": {
      const { check_run: run, ...source } = CheckRunPayload.parse(payload);
      return rerun(source, run.pull_requests);
    }
    case "check_suite": {
      const { check_suite: suite, ...source } = CheckSuitePayload.parse(payload);
      return rerun(source, suite.pull_requests);
    }
    case "repository":
      return ofRepository(RepositoryPayload.parse(payload));
    case "installation_repositories": {
      const { installation, ...lists } = InstallationRepositoriesPayload.parse(payload);
      // An app that was removed from a public repository can still read it; only the installation's own list tells.
      // The organization's fallback policy holds in every repository once the app can read it.
      const isAll =
        lists.repositories_removed.length > 0 || lists.repositories_added.some(({ name }) => name === SHARED);
      if (isAll) return [installationMark(installation.id)];
      return lists.repositories_added.map((repository) =>
        mark({ repository, installation }, { kind: "repository" }),
      );
    }
    default:
      return [installationMark(InstallationPayload.parse(payload).installation.id)];
  }
}

function ofRepository({
  repository,
  installation,
  changes,
}: ReturnType<typeof RepositoryPayload.parse>): readonly Mark[] {
  const due = mark({ repository, installation }, { kind: "repository" });
  const { node_id: handle, name, default_branch: branch } = repository;
  const isMoved = changes?.default_branch !== null && changes?.default_branch !== undefined && !!branch;
  const own = isMoved ? { ...due, told: toldOfDefault(handle, branch) } : due;
  const wasShared = changes?.repository?.name?.from === SHARED;
  if ((name !== SHARED && !wasShared) || !installation) return [own];
  // The fallback policy of every other repository may be another now.
  const all = installationMark(installation.id);
  return [own, isMoved ? { ...all, told: toldOfDefault(handle, branch) } : all];
}

function pullRequest(action: string, payload: unknown): readonly Mark[] {
  const { pull_request: pull, ...source } = PullRequestPayload.parse(payload);
  // An edited title or text changes no verdict; a new base changes the pull request's commits.
  if (action === "edited" && PullRequestEdited.safeParse(payload).data?.changes.base === undefined) return [];
  const due = mark(source, { kind: "pull", number: pull.number });
  const { head, base, state, updated_at: at } = pull;
  if (!head || !base || !state) return [due];
  const told = toldOfPull({ head: head.sha, open: state === "open", base: base.ref });
  return [{ ...due, told, ...(at && { toldAt: Date.parse(at) }) }];
}

function issueComment({
  issue,
  comment,
  ...source
}: ReturnType<typeof IssueCommentPayload.parse>): readonly Mark[] {
  if (issue.pull_request === null || issue.pull_request === undefined) return [];
  switch (askOf(comment.body, plainLines)) {
    case "nothing":
      return [];
    case "check":
      return [mark(source, { kind: "pull", number: issue.number })];
    case "read":
      return [mark(source, { kind: "comment", number: issue.number, comment: comment.id })];
  }
}

/** GitHub lists no pull requests from forks here; then all pull requests of the repository are checked. */
function rerun(
  source: Source,
  pulls: readonly { number: number; base: { repo: { id: number } } }[],
): readonly Mark[] {
  const own = pulls.filter(({ base }) => base.repo.id === source.repository.id);
  if (own.length === 0) return [mark(source, { kind: "repository" })];
  return own.map(({ number }) => mark(source, { kind: "pull", number }));
}

// GitHub lists at most 2,048 commits of a push; Enterprise Servers listed 20.
const LIST_ENDS = (commits: number): boolean => commits === 20 || commits >= 2048;

function push({
  repository,
  installation,
  ...pushed
}: ReturnType<typeof PushPayload.parse>): readonly Mark[] {
  if (pushed.ref !== `refs/heads/${repository.default_branch}` || pushed.deleted === true) return [];
  const touched =
    pushed.forced === true ||
    LIST_ENDS(pushed.commits.length) ||
    pushed.commits.some(({ added, modified, removed }) =>
      [added, modified, removed].some((paths) => paths?.some(isPolicyPath)),
    );
  if (!touched) return [];
  // This repository holds the organization's fallback policy, so the push may affect every other repository.
  const due =
    repository.name === SHARED && installation
      ? installationMark(installation.id)
      : mark({ repository, installation }, { kind: "repository" });
  const { after } = pushed;
  return [typeof after === "string" ? { ...due, told: toldOfPush(repository.node_id, after) } : due];
}

type WithoutPlace<T> = T extends unknown ? Omit<T, "host" | "repository"> : never;
type RepositoryTask = Exclude<Task, { kind: "installation" }>;

function mark({ repository, installation }: Source, task: WithoutPlace<RepositoryTask>): Mark {
  const route: Route = { installation: installation?.id ?? null, handle: repository.node_id };
  return { task: { ...task, host: "github", repository: repository.id }, route };
}

function installationMark(installation: number): Mark {
  return { task: { kind: "installation", host: "github", installation }, route: null };
}
