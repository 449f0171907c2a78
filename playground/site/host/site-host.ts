/** The playground page's actions on a simulated host, the same for both. */
import type { HostName } from "../../../src/account.ts";
import type { Role } from "../people.ts";

/** Gitee writes `!1`. */
export const NUMBER_SIGNS = { github: "#", gitee: "!" } as const satisfies Record<HostName, string>;

/** The part of a policy file that exempts changes of one line. */
export const EXEMPTS_SMALL = "exempt:\n  lines: 1\n";

export type State = "success" | "failure" | "error" | "pending" | "none";

/** A pull request as a person sees it on the host. */
export interface PullCard {
  readonly host: HostName;
  readonly number: number;
  readonly title: string;
  readonly opener: string;
  readonly url: string;
  readonly state: "open" | "closed" | "merged";
  readonly head: string;
  /** The current result in the bot's status, check or label. */
  readonly verdict: State;
  /** The sentence beside it. */
  readonly line: string;
  /** The page that the status links to; null if the host shows none. */
  readonly details: string | null;
  readonly labels: readonly string[];
  readonly comments: readonly {
    readonly by: string;
    readonly bot: boolean;
    readonly body: string;
    readonly edited: boolean;
  }[];
  /** Its place in the merge queue, with the verdict on its group; null: it was never there. */
  readonly queue: {
    readonly state: "waiting" | "merged" | "removed";
    readonly verdict: State;
    readonly line: string;
  } | null;
}

export interface NewPull {
  readonly title: string;
  readonly opener: Role;
  readonly author: Role;
  readonly coauthor: Role | null;
  /** The number of lines that its commit adds. */
  readonly lines: number;
}

/** Its actions throw a SiteRefusal when the host itself would refuse, with a message for the page. */
export interface SiteHost {
  readonly name: HostName;
  readonly title: string;
  readonly url: string;
  /** Its one repository, as `owner/name`. */
  readonly repository: string;
  /** The account's number at the host. */
  readonly numberOf: (role: Role) => number;
  /** The account's login there. */
  readonly loginOf: (role: Role) => string;
  readonly pulls: () => readonly PullCard[];
  readonly open: (pull: NewPull) => number;
  readonly push: (number: number, author: Role) => void;
  readonly forcePush: (number: number, author: Role) => void;
  readonly comment: (number: number, by: Role, body: string) => void;
  /**
   * Which pull request a call is about whose path does not name it, e.g. `PATCH /repos/o/r/check-runs/7`. A creation is
   * asked once, when it is done.
   */
  readonly pullOfCall: (call: string) => number | null;
  /** The full ids of its commits, the oldest first. */
  readonly commits: (number: number) => readonly string[];
  /** Acts as somebody who may write the status or label by hand. */
  readonly setByHand: (number: number) => void;
  readonly close: (number: number, by: Role) => void;
  readonly reopen: (number: number, by: Role) => void;
  /** Merges as somebody who is subject to the branch's rule. Refused while the required check is not green. */
  readonly merge: (number: number) => void;
  /** Whether the repository's policy exempts changes of one line. */
  readonly exemptsSmall: () => boolean;
  /** A maintainer writes the policy into the default branch. */
  readonly exemptSmall: (exempt: boolean) => void;
  /** Adds it to the merge queue; null on a host without one. */
  readonly enqueue: ((number: number) => void) | null;
}
