import type { EventName } from "./deliveries.ts";
import {
  checkPayload,
  notePayload,
  pullPayload,
  pushPayload,
  type CheckAction,
  type NoteAction,
  type PullAction,
} from "./payloads.ts";
import type { Comment, Hook, Pull, Repository, User } from "../state/records.ts";
import type { CheckRun } from "../state/records.ts";
import type { World } from "../state/world.ts";

/**
 * Notifies the repository's webhooks in the background: an API answer does not wait for them. Callers can wait with
 * `deliveries.settled()`.
 */
export function announcePull(world: World, pull: Pull, action: PullAction, desc: string, sender: User): void {
  pull.updatedAt = world.now();
  const content = (): Record<string, unknown> => pullPayload(world, pull, action, desc, sender);
  tell(world, pull.repository, "Merge Request Hook", (hook) => hook.mergeRequestsEvents, content);
}

export function announceNote(
  world: World,
  pull: Pull,
  comment: Comment,
  action: NoteAction,
  sender: User,
): void {
  const content = (): Record<string, unknown> => notePayload(world, pull, comment, action, sender);
  tell(world, pull.repository, "Note Hook", (hook) => hook.noteEvents, content);
}

export function announcePush(
  world: World,
  repository: Repository,
  branch: string,
  before: string | null,
  sender: User,
): void {
  const after = repository.branches.get(branch);
  const commits = before === null || after === undefined ? [] : world.commits.between(before, after);
  const content = (): Record<string, unknown> =>
    pushPayload(world, repository, branch, before, commits, sender);
  tell(world, repository, "Push Hook", (hook) => hook.pushEvents, content);
}

/** Sent after an API call, and when somebody presses a button. It is unknown which enabled event it belongs to. */
export function announceCheckRun(
  world: World,
  repository: Repository,
  run: CheckRun,
  action: CheckAction,
  sender: User,
): void {
  const content = (): Record<string, unknown> => checkPayload(world, repository, run, action, sender);
  tell(world, repository, "Check Run Hook", (hook) => hook.mergeRequestsEvents, content);
}

function tell(
  world: World,
  repository: Repository,
  event: EventName,
  wants: (hook: Hook) => boolean,
  content: () => Record<string, unknown>,
): void {
  const hooks = repository.hooks.filter(wants);
  if (hooks.length === 0) return;
  const message = { event, content: content() };
  for (const hook of hooks) void world.deliveries.send(hook, message, world.settings);
}
