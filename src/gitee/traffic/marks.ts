/**
 * What a Gitee event makes due. A payload is only a hint, and here not even its bytes are signed: no more is
 * read of it than what names the work.
 */
import { parseCommand } from "../../report/command.ts";
import type { Mark, Task } from "../../ports/queue.ts";
import { NotePayload, PullPayload, PushPayload, Source, type SourceRepository } from "./payload.ts";
import { POLICY_PATH } from "../read/policy-file.ts";
import { ROUTE } from "./route.ts";

export interface Hint {
  readonly marks: readonly Mark[];
  /** Where the repository is said to stand; null where nothing is due. */
  readonly repository: { readonly id: number; readonly path: string } | null;
}

const NOTHING: Hint = { marks: [], repository: null };

/**
 * @param event the header `X-Gitee-Event`: `Merge Request Hook` in the documentation, `merge_request_hooks` of late
 * @param self the bot's own account number where it is known
 * @throws ZodError when the payload lacks a field that its event documents
 */
export function marksOf(event: string, payload: unknown, self: number | null): Hint {
  const name = event
    .toLowerCase()
    .replaceAll(" ", "_")
    .replace(/_hooks?$/, "");
  switch (name) {
    case "merge_request":
      return hint(payload, (repository) => pullTask(PullPayload.parse(payload), repository, self));
    case "note":
      return hint(payload, (repository) => noteTask(NotePayload.parse(payload), repository));
    case "push":
      return hint(payload, (repository) => pushTask(PushPayload.parse(payload), repository));
    default:
      return NOTHING;
  }
}

function hint(payload: unknown, taskOf: (repository: SourceRepository) => Task | null): Hint {
  const repository = Source.parse(payload);
  const task = taskOf(repository);
  if (task === null) return NOTHING;
  const { id, path } = repository;
  return {
    marks: [{ task, route: ROUTE }],
    repository: path === null ? null : { id, path },
  };
}

function pullTask(
  { number, action, action_desc: desc, sender }: PullPayload,
  { id: repository }: SourceRepository,
  self: number | null,
): Task | null {
  const task: Task = { kind: "pull", host: "gitee", repository, number };
  switch (action) {
    case "open":
    case "reopen":
    case "close":
    case "merge":
      return task;
    case "update":
      // The bot's own label changes come back to it; those of others may have to be mended.
      if (desc === "update_label") return self !== null && sender?.id === self ? null : task;
      return desc === null || desc === undefined || desc.endsWith("_branch_changed") ? task : null;
    default:
      return null;
  }
}

function noteTask(
  { action, noteable_type: on, comment, pull_request: pull }: NotePayload,
  { id: repository }: SourceRepository,
): Task | null {
  if (on !== "PullRequest" || (action !== "comment" && action !== "edited")) return null;
  if (pull === null || comment === null) return null;
  const { number } = pull;
  const command = parseCommand(comment.body ?? "");
  switch (command?.kind) {
    case undefined:
      return null;
    case "recheck":
      // Anybody may ask for a check, so that who wrote the comment need not be read.
      return { kind: "pull", host: "gitee", repository, number };
    case "waive":
    case "sign":
      return { kind: "comment", host: "gitee", repository, number, comment: comment.id };
  }
}

/** A push counts where it may have changed the policy; of a long one Gitee does not list every commit. */
function pushTask(
  { ref, commits, commits_more_than_ten: long, total_commits_count: total }: PushPayload,
  { id: repository, default_branch: branch }: SourceRepository,
): Task | null {
  if (branch === null ? !ref.startsWith("refs/heads/") : ref !== `refs/heads/${branch}`) return null;
  const partial = long === true || (total ?? 0) > commits.length;
  const touched = commits.some(({ added, removed, modified }) =>
    [added, removed, modified].some((paths) => paths?.includes(POLICY_PATH) === true),
  );
  return touched || partial ? { kind: "repository", host: "gitee", repository } : null;
}
