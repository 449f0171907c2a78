import type { PullRef } from "../pull.ts";
import type { Taken } from "./queue.ts";

/** Why a comment did not have the effect that its author may have wanted. */
export const REFUSALS = [
  "waive-short",
  "waive-edited",
  "waive-not-maintainer",
  "waive-linked",
  "waive-bot",
  "waive-unknown",
  "waive-marked",
  "sign-edited",
  "sign-other-words",
  "sign-on-page",
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The answer to a comment, shown in the bot's comment. The author is read from the host and never stored. */
export interface Notice {
  /** The comment's number at the host. */
  readonly comment: number;
  readonly about: Refusal;
  /** The commit in the comment, in full if the bot knows it; null: it names no commit. */
  readonly commit: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The answer to a comment that did not do what its author may have meant. */
export interface ShownNotice {
  readonly about: Refusal;
  /** The commits that it names, in full if the bot knows them; empty: it names none. */
  readonly commits: readonly string[];
  /** The author's login now; null where the host gave none. */
  readonly login: string | null;
}

/**
 * How many comments of one pull request keep their notices; older ones are dropped. Those of people who may not waive are
 * counted apart: anyone can write them, and they must not take the place of others.
 */
export const MOST_NOTICES = 10;

export interface Notices {
  /**
   * Replaces the notices of one comment.
   * @param held the lease of the comment's task: if the lease was lost or the task was marked again, nothing is stored
   * @throws Failure `superseded`
   */
  replace(
    ref: PullRef,
    comment: number,
    notices: readonly Omit<Notice, "comment">[],
    held?: Taken,
  ): Promise<void>;
  /** The notices of a pull request, newest first. They are deleted when the pull request is closed. */
  of(ref: PullRef): Promise<readonly Notice[]>;
}
