/**
 * Maps a Gitee event to queue entries. A payload is only a hint, and on Gitee not even its bytes are signed, so only
 * the fields that identify the work are read.
 */
import { plainLines } from "../../markdown/plain-text.ts";
import { askOf } from "../../report/command.ts";
import type { Mark, Task } from "../../ports/queue.ts";
import {
  CheckPayload,
  isCheckPayload,
  missing,
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
  /** The repository's path by the payload; null if nothing is queued. */
  readonly repository: { readonly id: number; readonly path: string } | null;
  /** The number of the repository; null: the payload has none. */
  readonly about: number | null;
  /** The branch of the repository itself to which somebody pushed; null: not known which. */
  readonly pushed?: { readonly branch: string | null };
}

const NOTHING: Hint = { marks: [], repository: null, about: null };

/** What the running bot knows, to avoid checks. */
export interface Known {
  /** The bot's own account number; null: not known yet. */
  readonly self: number | null;
  /** Finds pull requests by a check run's id or its head. */
  readonly pullsOf: (
    repository: number,
    run: { id: number | null; head: string | null },
  ) => readonly number[];
  /** Finds pull requests whose check run is not green, if this is a green one of the same name by somebody else. */
  readonly overwritten: (
    repository: number,
    run: { id: number | null; head: string; name: string; conclusion: string | null },
  ) => readonly number[];
}

/**
 * @param event the header `X-Gitee-Event`: `Merge Request Hook` in the documentation, `merge_request_hooks` in recent
 * captures; null if missing, which only a check event may be
 * @throws ZodError when the payload lacks a field that its event documents
 */
export function marksOf(event: string | null, payload: unknown, { self, pullsOf, overwritten }: Known): Hint {
  if (isCheckPayload(payload) && !isPullEvent(event, payload))
    return hint(payload, (repository) =>
      checkTasks(CheckPayload.parse(payload), repository, { pullsOf, overwritten }),
    );
  switch (eventName(event)) {
    case "merge_request":
      return pullHint(payload, PullPayload.parse(payload), self);
    case "note":
      return hint(payload, (repository) => one(noteTask(NotePayload.parse(payload), repository)));
    case "push":
      return {
        ...hint(payload, (repository) => one(pushTask(PushPayload.parse(payload), repository))),
        pushed: { branch: /^refs\/heads\/(.+)$/.exec(PushPayload.parse(payload).ref)?.[1] ?? null },
      };
    default:
      return NOTHING;
  }
}

/** A pull request's event and a comment's event may also describe a check run. */
function isPullEvent(event: string | null, payload: unknown): boolean {
  if (eventName(event) === "note") return NotePayload.safeParse(payload).success;
  if (eventName(event) !== "merge_request") return false;
  const parsed = PullPayload.safeParse(payload);
  return parsed.success && ![...ECHOES, ...ASKING].includes(parsed.data.action ?? "");
}

/** An event's name from either of Gitee's spellings, e.g. `merge_request`. */
export function eventName(event: string | null): string {
  return (event ?? "")
    .toLowerCase()
    .replaceAll(" ", "_")
    .replace(/_hooks?$/, "");
}

/** The events that logs and metrics show by name. help.gitee.com/webhook/gitee-webhook-push-data-format */
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

function pullHint(payload: unknown, pull: PullPayload, self: number | null): Hint {
  const { marks, ...rest } = hint(payload, (repository) => one(pullTask(pull, repository, self)));
  return { ...rest, marks: marks.map((mark) => ({ ...mark, ...pull.state })) };
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
      // Gitee also delivers the bot's own label changes; other people's changes may need a correction.
      if (desc === "update_label") return self !== null && sender?.id === self ? null : task;
      return desc === "update_link_issue" ? null : task;
    default:
      return IDLE.includes(action) ? null : task;
  }
}

/** What changes neither commits nor labels; another action, which no source names, may. jenkinsci/gitee-plugin, `ActionResolver` */
const IDLE: readonly string[] = ["assign", "unassign", "test", "tested", "approved"];

function noteTask(
  { action, noteable_type: on, noteable_iid: iid, note, comment, pull_request: pull }: NotePayload,
  { id: repository }: SourceRepository,
): Task | null {
  // An action that no source names may be a new comment.
  if (on.toLowerCase().replaceAll("_", "") !== "pullrequest" || /^deleted?$/i.test(action)) return null;
  const text = comment?.body ?? note ?? null;
  if (comment === null && text === null) return missing("comment");
  const ask = askOf(text ?? "", plainLines);
  const number = pull ?? iid ?? null;
  if (ask !== "nothing" && number === null) return missing("pull_request");
  if (number === null) return null;
  switch (ask) {
    case "nothing":
      return null;
    case "check":
      // Anybody may ask for a check, so the comment's author need not be read.
      return { kind: "pull", host: "gitee", repository, number };
    case "read":
      if (comment === null) return missing("comment");
      return { kind: "comment", host: "gitee", repository, number, comment: comment.id };
  }
}

/** The help page spells the first one in both ways. help.gitee.com/base/pullrequest/ci-check */
const ASKING: readonly string[] = ["rerequested", "re_requested", "requested_action"];
/** What Gitee says of a run that was just written, also by the bot. */
const ECHOES: readonly string[] = ["created", "completed"];

/**
 * Somebody requested the check again, or pressed one of its buttons. The event does not name its pull request, but the
 * bot's runs link to its page, and other runs link elsewhere. Without a link, the running bot may know the pull request
 * by the run or its head; otherwise all pull requests of the repository are checked. Events about new runs need a check
 * only if somebody else wrote a green one under the bot's name.
 */
function checkTasks(
  { action, check_run: { id, head_sha: head, name, conclusion, details_url: link } }: CheckPayload,
  { id: repository }: SourceRepository,
  { pullsOf, overwritten }: Pick<Known, "pullsOf" | "overwritten">,
): readonly Task[] {
  const toTask = (number: number): Task => ({ kind: "pull", host: "gitee", repository, number });
  if (ECHOES.includes(action ?? "") && head && name) {
    const run = { id: id ?? null, head, name, conclusion: conclusion ?? null };
    return overwritten(repository, run).map(toTask);
  }
  if (!ASKING.includes(action ?? "rerequested")) return [];
  if (link) {
    const number = Number(/\/pulls\/gitee\/[^/]+\/[^/]+\/([1-9]\d*)$/.exec(link)?.[1] ?? 0);
    return Number.isSafeInteger(number) && number > 0 ? [toTask(number)] : [];
  }
  const pulls = pullsOf(repository, { id: id ?? null, head: head ?? null });
  if (pulls.length === 0) return [{ kind: "repository", host: "gitee", repository }];
  return pulls.map(toTask);
}

/**
 * A push counts if it may have changed the policy. Gitee does not list every commit of a long push, and none that a
 * forced push removes.
 */
function pushTask(
  { ref, before, after, commits, commits_more_than_ten: long, total_commits_count: total }: PushPayload,
  { id: repository, default_branch: branch }: SourceRepository,
): Task | null {
  if (branch === null ? !ref.startsWith("refs/heads/") : ref !== `refs/heads/${branch}`) return null;
  const listed = commits ?? [];
  const isSilent =
    (commits === null && (before ?? total ?? null) === null) ||
    listed.some(({ added, removed, modified }) => !added && !removed && !modified);
  const partial = isSilent || (long ?? false) !== false || (total ?? 0) > listed.length;
  const touched = listed.some(({ added, removed, modified }) =>
    [added, removed, modified].some(
      (paths) => paths?.some((path) => path === POLICY_PATH || path === MISNAMED_POLICY_PATH) === true,
    ),
  );
  return touched || partial || dropsCommits(listed, before ?? null, after ?? null)
    ? { kind: "repository", host: "gitee", repository }
    : null;
}

/** Whether a push may remove commits from the branch: none of the commits it lists follows the earlier tip. */
function dropsCommits(
  commits: NonNullable<PushPayload["commits"]>,
  before: string | null,
  after: string | null,
): boolean {
  if (before === null || before === after) return false;
  if (commits.length === 0) return true;
  const parents = commits.flatMap(({ parent_ids: ids }) => ids ?? []);
  return !parents.includes(before);
}
