import type { PullRef } from "../pull.ts";

/** Why a comment did not do what its author may have meant. */
export const REFUSALS = [
  "waive-short",
  "waive-edited",
  "waive-not-maintainer",
  "waive-linked",
  "waive-unknown",
  "sign-edited",
  "sign-other-words",
  "sign-on-page",
] as const;
export type Refusal = (typeof REFUSALS)[number];

/** The answer to a comment, which the bot's own comment shows. Who wrote it is read from the host, and kept nowhere. */
export interface Notice {
  /** The comment's number at the host. */
  readonly comment: number;
  readonly about: Refusal;
  /** The commit that it names, in full where the bot knows it; null: it names none. */
  readonly commit: string | null;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Comments of one pull request whose notices are kept; older ones go. */
export const MOST_NOTICES = 10;

export interface Notices {
  /** Keeps what there is to say of one comment, in the place of what was said of it before. */
  replace(ref: PullRef, comment: number, notices: readonly Omit<Notice, "comment">[]): Promise<void>;
  /** What is kept of a pull request, newest first. It goes when the pull request is closed. */
  of(ref: PullRef): Promise<readonly Notice[]>;
}
