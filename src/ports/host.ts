/** Port: a code host, by the verbs that Countersign needs. Where hosts differ, the difference is a value. */
import type { Account, HostName, Registered } from "../account.ts";
import type { HostDefaults, Labels, ReportKind } from "../verdict/policy.ts";
import type { Change, Commit, Gap, Pull, PullRef, RepositoryRef } from "../pull.ts";
import type { Mark, Route } from "./queue.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** What a host can do, for the code that must choose. */
export interface Capabilities extends HostDefaults {
  /**
   * Whether a commit status or check run can be written in every repository that the bot serves. Without that, labels and the
   * comment are always written, since they may be the only answer.
   */
  readonly statuses: boolean;
  /** Whether pull requests with one head share what is shown on it, so that it must be true of all of them. */
  readonly sharedHeads: boolean;
  /** Whether the host says which account the address of a co-author belongs to. */
  readonly resolvesCoauthors: boolean;
  /** Whether there are bots that every policy exempts, by number. */
  readonly wellKnownBots: boolean;
  /** Whether the bot takes labels off that it set under names which the policy no longer has. */
  readonly removesFormerLabels: boolean;
  /** Where a repository's policy file stands. */
  readonly policyPath: string;
  /** The language in which a pull request is answered when nothing else tells. */
  readonly language: "en" | "zh-CN";
  /** The host's name as people write it. */
  readonly title: string;
  /** Where a person tells the host which email addresses are theirs. */
  readonly emailsUrl: string;
}

/** What is to stand on a pull request. */
export interface Report {
  /** `pending`: it is too early to tell; only a merge group is ever in that state. */
  readonly state: "success" | "failure" | "error" | "pending";
  /** One line of at most 140 characters that names nobody; the status's description, the check run's title. */
  readonly line: string;
  /** Where the line's details are. */
  readonly detailsUrl: string;
  /** The verdict in Markdown, for a check run's page. */
  readonly summary: string;
  readonly kind: ReportKind;
  readonly context: string;
  readonly labels: Labels | null;
  /** The one comment's Markdown; null: leave alone whatever is there. */
  readonly comment: string | null;
  /** Whether to write the comment where there is none yet; without it one is only ever edited. */
  readonly commentWanted: boolean;
  /** Another open pull request is known to have the same head, so that both write one status. */
  readonly shared: boolean;
  /** What to say where the host refuses a part of the report. */
  readonly notes: {
    /** In the comment: the status can't be written any more. */
    readonly statusLimit: string;
    /** As the line of a status: the check run that the policy asks for can't be written. */
    readonly noCheckRun: string;
  };
}

/**
 * Why no check run can be written in a repository: the bot's account lacks the right, or the host's edition has no
 * check runs there.
 */
export type CheckRefusal = "right" | "edition";

/** The result of showing a report. */
export interface Shown {
  /** The bot's comment; null: there is none. */
  readonly comment: number | null;
  /** How many writes were needed; 0: everything was up to date. */
  readonly writes: number;
  /** Why the check run that was wanted is missing; left out if it is there, or if none was wanted. */
  readonly checkRefusal?: CheckRefusal;
  /**
   * When the comment can be written that the host's limits did not allow now, in milliseconds since the epoch; absent:
   * nothing was left for later.
   */
  readonly commentAt?: number;
}

/** Asks whether a write may still be made. What it throws stops that write and all that would follow. */
export type ConfirmWrite = () => Promise<void>;

/** A pull request as it is now, with what the bot needs in order to judge and to answer. */
export interface Reading {
  readonly pull: Pull;
  /** The policy file of the base repository's default branch; null: there is none. */
  readonly policyFile: { readonly path: string; readonly text: string } | null;
  /** What the pull request changes. Costs further calls; asked for only where a policy needs it. */
  change(): Promise<Change>;
  /**
   * Makes the host show the report on the head that was read: compares first, writes only what differs.
   * @param confirm called before each write
   */
  show(report: Report, confirm?: ConfirmWrite): Promise<Shown>;
  /** Whether the bot's own status, check run, label or comment is there from an earlier check; null: not known. */
  readonly marked: boolean | null;
}

/** A comment as it stands at the host, read afresh. */
export interface Comment {
  readonly id: number;
  readonly author: Account;
  /** The author's login now, to show and never to keep; null where the host told none. */
  readonly login: string | null;
  readonly body: string;
  /** What the author wrote as plain text, line by line: no quotation, code, list or HTML. */
  readonly lines: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Whether its text was changed after it was first written. */
  readonly edited: boolean;
}

export interface Host {
  readonly name: HostName;
  readonly capabilities: Capabilities;

  /**
   * Reads a pull request whole: pages to the end, and again when its head moved meanwhile.
   * @param comment the bot's comment there as it was last known; null: none is known
   * @throws Failure `not-found`, `host-…`, `permission-missing`, `installation-suspended`
   */
  read(ref: PullRef, route: Route, comment: number | null): Promise<Reading>;

  /**
   * Reads the head of a pull request that can't be read whole, and nothing of who is behind it: `marked` says whether
   * the bot's answer stands on the head, and showing a report writes there alone. Null on a host that has no statuses.
   */
  readonly readHead: ((ref: PullRef, route: Route) => Promise<Reading>) | null;

  /**
   * Whether the host does not show yet what a delivery told of a policy's change. Null on a host whose answers are
   * never behind.
   */
  readonly isBehind: ((told: string, route: Route) => Promise<boolean>) | null;

  /**
   * Reads the open pull requests of a repository, many in a call. Those that do not fit in a shared read come
   * as their ref, to be marked.
   */
  readOpen(repository: RepositoryRef, route: Route): AsyncIterable<Reading | PullRef>;

  /** The accounts that belong to one of the organizations, by number; asked of the host, stored nowhere. */
  members(organizations: readonly number[], accounts: readonly Account[], route: Route): Promise<Memberships>;

  /** Finds a pull request by its URL or by `owner/repo` and number. @throws Failure `not-found` */
  find(path: string, number: number): Promise<{ ref: PullRef; route: Route }>;

  /** Finds a repository by `owner/name`. @throws Failure `not-found` */
  findRepository(path: string): Promise<{ repository: RepositoryRef; route: Route }>;

  /** The repositories that the bot serves there; with an installation, only that one's. */
  repositories(installation: number | null): AsyncIterable<ListedRepository>;

  /** Looks account numbers up, many in a call. A login that no longer exists is not in the map. */
  accountsOf(logins: readonly string[]): Promise<ReadonlyMap<string, Account>>;
  /**
   * As {@link Host.accountsOf}, with the moment at which each account was created, in milliseconds since the epoch: a
   * login that was given up can be taken by somebody else. Null: the host does not say.
   */
  registered(logins: readonly string[]): Promise<ReadonlyMap<string, Registered>>;
  /** The account's login now, to show and never to keep; null when the account is gone or can't be looked up. */
  loginOf(account: Account): Promise<string | null>;

  /** Reads a comment afresh; null when it is gone. */
  comment(ref: PullRef, comment: number, route: Route): Promise<Comment | null>;
  /** Whether the host lets the account administer or maintain the repository. */
  maintains(account: Account, repository: RepositoryRef, route: Route): Promise<boolean>;
  /**
   * Whether the host lets the account see a private repository. In doubt it does not.
   * @param login the account's own, where it is known, to ask by; the answer counts only if it is of that account
   */
  mayRead(account: Account, repository: RepositoryRef, route: Route, login: string | null): Promise<boolean>;

  /**
   * Opens a pull request that adds a file; where it is open already, finds it and brings its file up to date.
   * @returns the pull request's URL
   * @throws Failure `refused` when the default branch has the file already
   */
  propose(repository: RepositoryRef, proposal: Proposal, route: Route): Promise<string>;

  /** Null on a host that has none. */
  readonly mergeQueue: MergeQueue | null;
  /** Null on a host that can't tell. */
  readonly history: History | null;
  readonly deliveries: DeliveryLog;
}

/** A repository as a host lists those that the bot serves. */
export interface ListedRepository {
  readonly repository: RepositoryRef;
  readonly path: string;
  readonly route: Route;
  /** Whether the host takes no writes there. */
  readonly archived: boolean;
}

/** A queue that builds commits out of several pull requests and wants them judged before it merges them. */
export interface MergeQueue {
  /**
   * Reads what the queue built between two commits.
   * @throws Failure `list-cut` while the queue does not tell of which pull requests it made all of that;
   * `not-found` when it has taken it apart
   */
  read(repository: RepositoryRef, head: string, base: string, route: Route): Promise<GroupReading>;
  /** Reads the head of what the queue does not explain. */
  readHead(repository: RepositoryRef, head: string, route: Route): Promise<GroupHead>;
}

/** The head of a merge group, whatever it was made of. */
export interface GroupHead extends Pick<GroupReading, "path" | "policyFile" | "show"> {
  /** Whether there is nothing left to say: it was judged before, or its commits are merged. */
  readonly over: boolean;
}

/** What a merge queue built, as it is now. */
export interface GroupReading {
  /** The repository's `owner/name` now. */
  readonly path: string;
  readonly policyFile: Reading["policyFile"];
  readonly head: string;
  /** The pull requests in it, by the queue's own word; each is to be judged by itself. */
  readonly pulls: readonly PullRef[];
  /**
   * Every commit in it that the queue itself did not make. Those that a pull request of the group holds count as
   * they do there; any other is to be judged by its authors.
   */
  readonly commits: readonly Commit[];
  readonly gaps: readonly Gap[];
  /** As of {@link Pull}. */
  readonly ownNumbers?: boolean;
  /** Makes the host show the report on the head; there is no place for labels or a comment. */
  show(report: Report, confirm?: ConfirmWrite): Promise<Shown>;
}

/** A repository's commits, apart from any pull request. */
export interface History {
  /**
   * The full name of a commit, when it stands on a protected branch of the repository; null otherwise.
   * @param name as a message names it, perhaps abbreviated
   */
  protectedCommit(repository: RepositoryRef, name: string, route: Route): Promise<string | null>;
  /**
   * Which of a pull request's commits the repository's default branch or a protected branch already has. It costs one
   * comparison for a branch, and a bounded number of them.
   * @param head the pull request's head, from which all of `commits` are reachable
   */
  mergedCommits(
    repository: RepositoryRef,
    head: string,
    commits: readonly string[],
    route: Route,
  ): Promise<ReadonlySet<string>>;
  /** What a commit changes, in git's unified form; null when the host shows none, as of one that is too large. */
  diff(repository: RepositoryRef, sha: string, route: Route): Promise<string | null>;
}

/** What there is of a host's deliveries that did not arrive: its own list, or what changed meanwhile. */
export interface DeliveryLog {
  /**
   * What the deliveries that failed make due.
   * @param since from when on to look, in milliseconds since the epoch; null: as far back as the host remembers
   * @returns `until` is where to go on the next time
   */
  missed(since: number | null): Promise<{ readonly marks: readonly Mark[]; readonly until: number }>;
}

/** A file that the bot proposes to a repository. */
export interface Proposal {
  /** Where the file is to stand. */
  readonly path: string;
  readonly text: string;
  /** Of the pull request and of its commit. */
  readonly title: string;
  /** The pull request's text, in Markdown. */
  readonly body: string;
  /** The branch on which it is prepared. */
  readonly branch: string;
}

export interface Memberships {
  readonly members: ReadonlySet<Account>;
  /** Accounts about which the host did not answer. */
  readonly unknown: ReadonlySet<Account>;
}

/**
 * Looks at how the bot is set up at a host, as the host sees it: credentials, permissions, webhook. Never throws a
 * failure of the host: that is a diagnosis, too.
 * @param webhookUrl where deliveries are to be sent
 */
export type Diagnose = (webhookUrl: string) => Promise<readonly Diagnosis[]>;

/** A webhook delivery as it arrived. */
export interface Delivery {
  /** Header names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: Uint8Array;
}

/** Why a delivery is refused. 401: the signature or password is wrong or missing. 400: the body is not what it claims to be. */
export interface Refusal {
  readonly kind: "refused";
  readonly status: 400 | 401;
  readonly reason: string;
}

/** What follows from a delivery once its bytes are verified. */
export type Receipt =
  | {
      readonly kind: "accepted";
      readonly marks: readonly Mark[];
      /** The number of the repository that it is about; null or absent: of none. */
      readonly repository?: number | null;
    }
  | Refusal;

/** A request that a host was sent, for metrics and traces. */
export interface HostCall {
  readonly kind: "read" | "write";
  /** `refused`: a 4xx; `error`: a 5xx or an answer in which nothing is; `limit`: the host's rate limit. */
  readonly result: "ok" | "refused" | "limit" | "error" | "unreachable";
  /** What was asked for, in words or as a path's template: nothing that names a person or a repository. */
  readonly what: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export type ObserveCall = (call: HostCall) => void;

/** What a host last said is left of one of its limits. */
export interface LimitLeft {
  /** The host's word for the limit, e.g. `core` or `graphql`. */
  readonly resource: string;
  /** Null: the limit is the app's or the account's own. */
  readonly installation: number | null;
  readonly remaining: number;
}

/** How a delivery introduces itself, by headers that no signature covers. For logs and metrics alone. */
export interface Introduction {
  /** One of the events that the host documents; `other` for any other word. */
  readonly event: string;
  /** The host's id of the delivery; null: the host gives none, or what it is called is no id. */
  readonly id: string | null;
}

/** Verifies a delivery's bytes, then reads only what names the work that is due. */
export interface Receive {
  (delivery: Delivery): Receipt;
  /** What its headers alone tell against a delivery, before any of its body is read; null: nothing. */
  readonly refusalOf?: (headers: Delivery["headers"]) => Refusal | null;
  readonly introduce?: (headers: Delivery["headers"]) => Introduction;
}
