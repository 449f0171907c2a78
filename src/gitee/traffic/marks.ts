/**
 * What a Gitee event makes due. A payload is only a hint, and here not even its bytes are signed: no more is
 * read of it than what names the work.
 */
import { plainLines } from "../../markdown/plain-text.ts";
import { askOf } from "../../report/command.ts";
import type { Mark, Task } from "../../ports/queue.ts";
import {
  CheckPayload,
  isCheckPayload,
  NotePayload,
  PullPayload,
  PushPayload,
  Source,
  type SourceRepository,
} from "./payload.ts";
import { MISNAMED_POLICY_PATH, POLICY_PATH } from "../read/policy-file.ts";
import { ROUTE } from "./route.ts";

export interface Hint {
  readonly marks: readonly Mark[];
  /** Where the repository is said to stand; null if nothing is due. */
  readonly repository: { readonly id: number; readonly path: string } | null;
  /** The number of the repository that it is about; null: it says none. */
  readonly about: number | null;
}

const NOTHING: Hint = { marks: [], repository: null, about: null };

/** What the running bot knows, so that less has to be checked. */
export interface Known {
  /** The bot's own account number; null: not known yet. */
  readonly self: number | null;
  /** The pull requests that are known by a check run's id or its head. */
  readonly pullsOf: (
    repository: number,
    run: { id: number | null; head: string | null },
  ) => readonly number[];
}

/**
 * @param event the header `X-Gitee-Event`: `Merge Request Hook` in the documentation, `merge_request_hooks` in recent
 *   captures; null if there is none, which only a check event may lack
 * @throws ZodError when the payload lacks a field that its event documents
 */
export function marksOf(event: string | null, payload: unknown, { self, pullsOf }: Known): Hint {
  if (isCheckPayload(payload))
    return hint(payload, (repository) => checkTasks(CheckPayload.parse(payload), repository, pullsOf));
  switch (eventName(event)) {
    case "merge_request":
      return hint(payload, (repository) => one(pullTask(PullPayload.parse(payload), repository, self)));
    case "note":
      return hint(payload, (repository) => one(noteTask(NotePayload.parse(payload), repository)));
    case "push":
      return hint(payload, (repository) => one(pushTask(PushPayload.parse(payload), repository)));
    default:
      return NOTHING;
  }
}

/** What an event is called in either of Gitee's spellings, e.g. `merge_request`. */
export function eventName(event: string | null): string {
  return (event ?? "")
    .toLowerCase()
    .replaceAll(" ", "_")
    .replace(/_hooks?$/, "");
}

/** The events that have a name of their own in logs and metrics. help.gitee.com/webhook/gitee-webhook-push-data-format */
export const KNOWN_EVENTS: ReadonlySet<string> = new Set([
  "merge_request",
  "note",
  "push",
  "tag_push",
  "issue",
]);

function one(task: Task | null): readonly Task[] {
  return task === null ? [] : [task];
}

function hint(payload: unknown, tasksOf: (repository: SourceRepository) => readonly Task[]): Hint {
  const repository = Source.parse(payload);
  const tasks = tasksOf(repository);
  const { id, path } = repository;
  if (tasks.length === 0) return { ...NOTHING, about: id };
  return {
    marks: tasks.map((task) => ({ task, route: ROUTE })),
    repository: path === null ? null : { id, path },
    about: id,
  };
}

function pullTask(
  { number, action, action_desc: desc, sender }: PullPayload,
  { id: repository }: SourceRepository,
  self: number | null,
): Task | null {
  const task: Task = { kind: "pull", host: "gitee", repository, number };
  switch (action) {
    case null:
    case undefined:
    case "open":
    case "reopen":
    case "close":
    case "merge":
      return task;
    case "update":
      // The bot's own label changes come back to it; those of others may have to be corrected.
      if (desc === "update_label") return self !== null && sender?.id === self ? null : task;
      return desc === null || desc === undefined || desc.endsWith("_branch_changed") ? task : null;
    default:
      return null;
  }
}

function noteTask(
  { action, noteable_type: on, note, comment, pull_request: pull }: NotePayload,
  { id: repository }: SourceRepository,
): Task | null {
  if (on !== "PullRequest" || (action !== "comment" && action !== "edited")) return null;
  if (pull === null || comment === null) return null;
  const { number } = pull;
  switch (askOf(comment.body ?? note ?? "", plainLines)) {
    case "nothing":
      return null;
    case "check":
      // Anybody may ask for a check, so that who wrote the comment need not be read.
      return { kind: "pull", host: "gitee", repository, number };
    case "read":
      return { kind: "comment", host: "gitee", repository, number, comment: comment.id };
  }
}

/**
 * Somebody asked for the check again, or pressed a button of it. Which pull request it is about is not said: without
 * one that the running bot knows by the run or its head, all of the repository's are checked. What the bot itself
 * writes is announced as well, and needs nothing.
 */
function checkTasks(
  { action, check_run: { id, head_sha: head } }: CheckPayload,
  { id: repository }: SourceRepository,
  pullsOf: Known["pullsOf"],
): readonly Task[] {
  const asked = action ?? "rerequested";
  if (asked !== "rerequested" && asked !== "requested_action") return [];
  const pulls = pullsOf(repository, { id: id ?? null, head: head ?? null });
  if (pulls.length === 0) return [{ kind: "repository", host: "gitee", repository }];
  return pulls.map((number) => ({ kind: "pull", host: "gitee", repository, number }));
}

/** A push counts where it may have changed the policy; of a long one Gitee does not list every commit. */
function pushTask(
  { ref, commits, commits_more_than_ten: long, total_commits_count: total }: PushPayload,
  { id: repository, default_branch: branch }: SourceRepository,
): Task | null {
  if (branch === null ? !ref.startsWith("refs/heads/") : ref !== `refs/heads/${branch}`) return null;
  const partial = (long ?? false) !== false || (total ?? 0) > commits.length;
  const touched = commits.some(({ added, removed, modified }) =>
    [added, removed, modified].some(
      (paths) => paths?.some((path) => path === POLICY_PATH || path === MISNAMED_POLICY_PATH) === true,
    ),
  );
  return touched || partial ? { kind: "repository", host: "gitee", repository } : null;
}
