/** Port: a code host, with the operations that Countersign needs. A difference between hosts is a value. */
import { Failure } from "../error.ts";
import type { Account, HostName, Registered } from "../account.ts";
import type { HostDefaults, Labels, ReportKind } from "../verdict/policy.ts";
import type { Change, Commit, Gap, Pull, PullRef, RepositoryRef } from "../pull.ts";
import type { Mark, Route } from "./queue.ts";
import type { Diagnosis } from "./diagnosis.ts";

/** The capabilities in which hosts differ. */
export interface Capabilities extends HostDefaults {
  /**
   * Whether a commit status or check run can be written in every repository that the bot serves. If not, labels and the
   * comment are always written, because they may be the only answer.
   */
  readonly statuses: boolean;
  /** Whether pull requests with the same head share one status, which must then be true for all of them. */
  readonly sharedHeads: boolean;
  /** Whether the host tells which account a co-author's email address belongs to. */
  readonly resolvesCoauthors: boolean;
  /** Whether every policy exempts certain bots, by account number. */
  readonly wellKnownBots: boolean;
  /** Whether the bot removes its labels whose names are no longer in the policy. */
  readonly removesFormerLabels: boolean;
  /** The path of a repository's policy file. */
  readonly policyPath: string;
  /** The default language of the answers on a pull request. */
  readonly language: "en" | "zh-CN";
  /** The host's name as people write it. */
  readonly title: string;
  /** The page on which people add their email addresses at the host. */
  readonly emailsUrl: string;
  /** The domain of the server's private addresses, without what stands before it, e.g. `gitee.com`. */
  readonly ownDomain: string;
}

/** What the bot shows on a pull request. */
export interface Report {
  /** `pending`: it is too early to decide; only a merge group has this state. */
  readonly state: "success" | "failure" | "error" | "pending";
  /** One line of at most 140 characters without names: the status's description and the check run's title. */
  readonly line: string;
  /** The URL of the details. */
  readonly detailsUrl: string;
  /** The verdict in Markdown, for a check run's page. */
  readonly summary: string;
  readonly kind: ReportKind;
  readonly context: string;
  readonly labels: Labels | null;
  /** The comment's Markdown; null: do not change the existing comment. */
  readonly comment: string | null;
  /** Whether to create the comment if it does not exist; otherwise the bot only edits it. */
  readonly commentWanted: boolean;
  /** Whether another open pull request has the same head, so that both write the same status. */
  readonly shared: boolean;
  /** What to say if the host refuses a part of the report. */
  readonly notes: {
    /** In the comment: the status can no longer be written. */
    readonly statusLimit: string;
    /** In the status line: the check run that the policy requires can't be written. */
    readonly noCheckRun: string;
    /** In the check run's title: the host shows the check runs of other pull requests with the same head. */
    readonly mixedRuns: string;
    /** In the comment: a green check run of an earlier verdict can't be replaced. */
    readonly staleCheck: string;
    /** In the comment: a check run of an earlier verdict that blocks the merge can't be replaced. */
    readonly redCheck: string;
    /** In the comment: the check run that the policy requires can't be written. */
    readonly missingCheck: string;
    /** In the comment and the check run: the host refuses to change the labels. */
    readonly refusedLabels: string;
  };
}

/**
 * Why no check run can be written in a repository: the bot's account lacks the right, the host's edition has no check
 * runs there, or the host refused this run again and again for another reason, such as its name.
 */
export type CheckRefusal = "right" | "edition" | "refused";

/** The result of showing a report. */
export interface Shown {
  /** The bot's comment; null: it does not exist. */
  readonly comment: number | null;
  /** The number of writes; 0: everything was up to date. */
  readonly writes: number;
  /** Why the requested check run is missing; absent if it exists or was not requested. */
  readonly checkRefusal?: CheckRefusal;
  /** A green check run of an earlier verdict is still on the head, or may be, because it can't be replaced. */
  readonly checkStale?: true;
  /** On a host without statuses: the bot has a check run on the head. */
  readonly checkRun?: true;
  /** When a part that was left out is shown, in milliseconds since the epoch; absent: nothing was left out. */
  readonly againAt?: number;
  /**
   * When the comment can be written, in milliseconds since the epoch, if the host's limits did not allow it now;
   * absent: nothing was postponed.
   */
  readonly commentAt?: number;
}

/** What the database knows of the last answer to a pull request, and of its repository. */
export interface FormerAnswer {
  /** The head of that answer; null: there was none, or the pull request was closed since. */
  readonly head: string | null;
  /** Whether there was never an answer. */
  readonly isFirst: boolean;
  /** Whether the bot ever had a check run in the repository. */
  readonly checkRuns: boolean;
  /** Why the last check run there could not be written; null: it was, or none was requested. */
  readonly refusal: CheckRefusal | null;
  /** Whether another open pull request of the repository has the same head. */
  readonly shared: boolean;
}

/**
 * Checks that a write is still allowed, when nothing but the write itself is left to do: it may have waited for its
 * turn within the host's limits. If it throws, this write and all later ones are not made.
 */
export interface ConfirmWrite {
  (): Promise<void>;
  /** Called if the host did not answer a write, or with an error of its own (5xx): the write may still happen. */
  readonly unanswered?: () => Promise<void>;
  /** Nobody waits for the answer, so its comment leaves room for others. */
  readonly bulk?: boolean;
  /** What the writes are about, by numbers: a comment that has to wait keeps its turn. */
  readonly about?: string;
}

/** Makes a write, and tells if the host did not answer it. */
export async function tellUnanswered<Answer>(
  { unanswered }: ConfirmWrite,
  write: () => Promise<Answer>,
): Promise<Answer> {
  try {
    return await write();
  } catch (error) {
    if (error instanceof Failure && isUnsure(error)) await unanswered?.();
    throw error;
  }
}

/** Whether a failed write may still happen: a proxy can answer with an error, and the host finishes the write later. */
function isUnsure({ code, cause }: Failure): boolean {
  if (code === "host-refused") return typeof cause === "number" && cause >= 500;
  return code === "host-unreachable" || code === "host-answer";
}

/** A pull request as it is now, with what the bot needs to judge it and to answer. */
export interface Reading {
  readonly pull: Pull;
  /** The policy file of the base repository's default branch; null: no such file. */
  readonly policyFile: { readonly path: string; readonly text: string } | null;
  /** The host's lookups for this check, where its calls are limited; absent: the host's own. */
  readonly lookups?: Pick<Host, "members" | "history"> & Pick<Reading, "change">;
  /** Whether a lookup was left to the next check, which follows at once; until then an answer on the head may stay. */
  readonly continues?: () => boolean;
  /** What the pull request changes. Costs more calls, so it is read only if a policy needs it. */
  change(): Promise<Change>;
  /**
   * Shows the report on the head that was read. Compares first, and writes only the differences.
   * @param confirm called before each write
   * @param comment the last known id of the bot's comment, if the reading was made without it; null: unknown
   * @param former for a host without statuses; null: unknown
   */
  show(
    report: Report,
    confirm?: ConfirmWrite,
    comment?: number | null,
    former?: FormerAnswer | null,
  ): Promise<Shown>;
  /** Whether the bot's own status, check run, label or comment is there from an earlier check; null: not known. */
  readonly marked: boolean | null;
  /** What a delivery says of this state, as in {@link Mark.told}; absent if it can't be compared. */
  readonly told?: string;
  /** When the pull request last changed, by the host, in milliseconds since the epoch; absent: the host did not say. */
  readonly toldAt?: number;
}

/** A comment as it is at the host now. */
export interface Comment {
  readonly id: number;
  readonly author: Account;
  /** The author's current login, to show but never to store; null if the host does not tell it. */
  readonly login: string | null;
  readonly body: string;
  /** The author's plain text, line by line, without quotations, code, lists and HTML. */
  readonly lines: readonly string[];
  /** Milliseconds since the epoch. */
  readonly createdAt: number;
  /** Whether its text was edited. */
  readonly edited: boolean;
}

/** Where a pull request is, and what the host says about it at once. */
export interface LocatedPull {
  readonly ref: PullRef;
  readonly route: Route;
  /** Whether everybody may see it; false if the host does not say. */
  readonly isPublic: boolean;
  /** Null: the host does not say. */
  readonly commits: number | null;
}

export interface Host {
  readonly name: HostName;
  readonly capabilities: Capabilities;

  /**
   * Reads a complete pull request: all pages, and again if its head moved during the reading.
   * @param comment the last known id of the bot's comment there; null: unknown
   * @param canContinue whether another check can follow at once, so that this one leaves to it what takes many calls
   * @throws Failure `not-found`, `host-…`, `permission-missing`, `installation-suspended`
   */
  read(ref: PullRef, route: Route, comment: number | null, canContinue?: boolean): Promise<Reading>;

  /**
   * Reads only the head of a pull request that can't be read completely, without its people. `marked` tells whether the
   * bot's answer is on the head; a report is shown only there. Null on a host without statuses.
   * @param told what the latest delivery said, as in {@link Mark.told}: its head counts if the host does not tell one
   */
  readonly readHead: ((ref: PullRef, route: Route, told: string | null) => Promise<Reading>) | null;

  /**
   * Whether the host does not show a policy change yet that a delivery announced. Null on a host whose answers are
   * never behind.
   */
  readonly isBehind: ((told: string, route: Route) => Promise<boolean>) | null;

  /**
   * Reads the open pull requests of a repository, many in a call. A pull request that does not fit in a shared read is
   * returned as its ref, to be marked. Merge groups without an answer are returned as well, because their delivery may
   * be lost.
   */
  readOpen(repository: RepositoryRef, route: Route): AsyncIterable<Reading | PullRef | WaitingGroup>;

  /** The accounts that belong to one of the organizations, by number. Read from the host, never stored. */
  members(organizations: readonly number[], accounts: readonly Account[], route: Route): Promise<Memberships>;

  /**
   * Finds a pull request by its URL or by `owner/repo` and number.
   * @throws Failure `not-found`
   */
  find(path: string, number: number): Promise<LocatedPull>;

  /** Finds a repository by `owner/name`. @throws Failure `not-found` */
  findRepository(path: string): Promise<{ repository: RepositoryRef; route: Route }>;

  /**
   * The repositories that the bot serves at the host; with an installation, only the repositories of that installation.
   */
  repositories(installation: number | null): AsyncIterable<ListedRepository>;
  /**
   * Whether the bot still serves a repository that such a list lacks: a list may be wrong. Null on a host whose lists
   * prove nothing.
   */
  readonly serves: ((repository: RepositoryRef, route: Route) => Promise<boolean>) | null;
  /**
   * The way to a repository as the host says it now, if a known way still leads to its name. Null on a host with one way
   * to all of them.
   * @throws Failure `not-found` if the bot does not serve it anymore
   */
  readonly routeNow: ((repository: RepositoryRef, route: Route) => Promise<Route>) | null;

  /** Looks account numbers up, many in a call. A login that no longer exists is not in the map. */
  accountsOf(logins: readonly string[]): Promise<ReadonlyMap<string, Account>>;
  /**
   * Like {@link Host.accountsOf}, with each account's time of creation in milliseconds since the epoch, because
   * somebody else can take a login that was given up. Null: the host does not say.
   */
  registered(logins: readonly string[]): Promise<ReadonlyMap<string, Registered>>;
  /** The account's current login, to show but never to store; null if the account is gone or can't be looked up. */
  loginOf(account: Account): Promise<string | null>;

  /** Reads a comment again; null if it was deleted. */
  comment(ref: PullRef, comment: number, route: Route): Promise<Comment | null>;
  /** Whether the host lets the account administer or maintain the repository. */
  maintains(account: Account, repository: RepositoryRef, route: Route): Promise<boolean>;
  /**
   * Whether the host lets the account see a private repository. If unsure, false.
   * @param login the account's login if known, for the request; the answer counts only if it is about this account
   */
  mayRead(account: Account, repository: RepositoryRef, route: Route, login: string | null): Promise<boolean>;

  /**
   * Opens a pull request that adds a file. If it is already open, finds it and updates its file.
   * @returns the pull request's URL
   * @throws Failure `refused` if the default branch already has the file
   */
  propose(repository: RepositoryRef, proposal: Proposal, route: Route): Promise<string>;

  /** Null on a host without this feature. */
  readonly mergeQueue: MergeQueue | null;
  /** Null on a host that can't tell. */
  readonly history: History | null;
  readonly deliveries: DeliveryLog;
}

/** A repository in a host's list of the repositories that the bot serves. */
export interface ListedRepository {
  readonly repository: RepositoryRef;
  readonly path: string;
  readonly route: Route;
  /** Whether it is read-only at the host. */
  readonly archived: boolean;
}

/** A queue that builds commits from several pull requests and needs a verdict before it merges them. */
export interface MergeQueue {
  /**
   * Reads what the queue built between two commits.
   * @throws Failure `list-cut` while the queue does not name all the pull requests in it; `not-found` if the queue
   *   dropped the group
   */
  read(repository: RepositoryRef, head: string, base: string, route: Route): Promise<GroupReading>;
  /** Reads the head of a group whose pull requests the queue does not name. */
  readHead(repository: RepositoryRef, head: string, route: Route): Promise<GroupHead>;
}

/** A merge group without an answer on its head. */
export interface WaitingGroup {
  readonly group: { readonly head: string; readonly base: string };
}

/** The head of a merge group, without its contents. */
export interface GroupHead extends Pick<GroupReading, "path" | "policyFile" | "show"> {
  /** Whether no answer is needed: it was judged before, or its commits are merged. */
  readonly over: boolean;
}

/** What a merge queue built, as it is now. */
export interface GroupReading {
  /** The repository's `owner/name` now. */
  readonly path: string;
  readonly policyFile: Reading["policyFile"];
  readonly head: string;
  /** The pull requests in it, as the queue names them. Each is judged separately. */
  readonly pulls: readonly PullRef[];
  /**
   * Every commit in it that the queue did not make. A commit of one of the pull requests counts as it does there; any
   * other is judged by its authors.
   */
  readonly commits: readonly Commit[];
  readonly gaps: readonly Gap[];
  /** See {@link Pull}. */
  readonly ownNumbers?: boolean;
  /** Shows the report on the head. A group has no labels and no comment. */
  show(report: Report, confirm?: ConfirmWrite): Promise<Shown>;
}

/** The commits that the repository has already, as far as the host said. */
export interface MergedCommits {
  readonly merged: ReadonlySet<string>;
  /** Why some branch was not compared, while some commit is on none of the others; null: all were. */
  readonly failure: Failure | null;
}

/** Whether a failure only says that the check continues later, so that it answers nothing. */
export function isWait({ code }: Failure): boolean {
  return code === "host-limit" || code === "paced" || code === "unfinished" || code === "superseded";
}

/** A repository's commits, apart from any pull request. */
export interface History {
  /**
   * The full id of a commit on a protected branch of the repository; null for any other commit. The branch of an open
   * pull request does not count unless it is the default branch: a rule may protect every branch.
   * @param name as in a commit message, possibly abbreviated
   */
  protectedCommit(repository: RepositoryRef, name: string, route: Route): Promise<string | null>;
  /**
   * The pull request's commits that are already on the default branch or a protected branch. Costs one comparison per
   * branch, for a limited number of branches. A branch that the host does not compare merges nothing. A protected branch
   * counts even if it is the pull request's own.
   * @param pull with the head from which all of `commits` are reachable
   */
  mergedCommits(
    pull: Pick<Pull, "ref" | "head">,
    commits: readonly string[],
    route: Route,
  ): Promise<MergedCommits>;
  /** What a commit changes, in git's unified form; null if the host shows no diff, e.g. because it is too large. */
  diff(repository: RepositoryRef, sha: string, route: Route): Promise<string | null>;
}

/** Finds a host's deliveries that did not arrive: by the host's list, or by what changed since. */
export interface DeliveryLog {
  /**
   * The tasks of the failed deliveries.
   * @param since the start of the search, in milliseconds since the epoch; null: as far back as the host's list goes
   * @returns `until` is the start of the next search
   */
  missed(since: number | null): Promise<{ readonly marks: readonly Mark[]; readonly until: number }>;
}

/** A file that the bot proposes to a repository. */
export interface Proposal {
  /** The file's path. */
  readonly path: string;
  readonly text: string;
  /** The title of the pull request and of its commit. */
  readonly title: string;
  /** The pull request's text, in Markdown. */
  readonly body: string;
  /** The branch for the commit. */
  readonly branch: string;
}

export interface Memberships {
  readonly members: ReadonlySet<Account>;
  /** Accounts for which there is no answer. */
  readonly unknown: ReadonlySet<Account>;
  /**
   * Why some are unknown, if not because the host gave no answer: one check may make no more calls, and the next one
   * continues; or more would have to be looked up than the bot does for one pull request.
   */
  readonly why?: "unfinished" | "too-many";
  /**
   * From when the next check can continue, in milliseconds since the epoch, where other pull requests used up what all
   * of them share; absent: in a minute.
   */
  readonly waitsUntil?: number;
}

/**
 * Checks the bot's setup at a host: credentials, permissions, webhook. A failure of the host is a diagnosis and is not
 * thrown.
 * @param webhookUrl the URL for deliveries; null: not known
 */
export type Diagnose = (webhookUrl: string | null) => Promise<readonly Diagnosis[]>;

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

/** The tasks of a delivery whose bytes are verified. */
export type Receipt =
  | {
      readonly kind: "accepted";
      readonly marks: readonly Mark[];
      /** The number of the delivery's repository; null or absent: it is about no repository. */
      readonly repository?: number | null;
    }
  | Refusal;

/** A request to a host, for metrics and traces. */
export interface HostCall {
  readonly kind: "read" | "write";
  /** `refused`: a 4xx; `error`: a 5xx or an empty answer; `limit`: the host's rate limit. */
  readonly result: "ok" | "refused" | "limit" | "error" | "unreachable";
  /** The request in words or as a path template, without names of people or repositories. */
  readonly what: string;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
  readonly endedAt: number;
}

export type ObserveCall = (call: HostCall) => void;

/** What remains of one of the host's rate limits, by its last answer. */
export interface LimitLeft {
  /** The host's word for the limit, e.g. `core` or `graphql`. */
  readonly resource: string;
  /** Null: the limit belongs to the app or the account. */
  readonly installation: number | null;
  readonly remaining: number;
}

/** The headers of a delivery. No signature covers them, so they are only for logs and metrics. */
export interface Introduction {
  /** An event that the host documents, or `other`. */
  readonly event: string;
  /** The host's id of the delivery; null: the host gives no id or an invalid one. */
  readonly id: string | null;
}

/** Verifies a delivery's bytes, then reads only the fields that a mark needs. */
export interface Receive {
  (delivery: Delivery): Receipt;
  /** The same for a delivery whose bytes take long to read, without keeping the process from other work. */
  readonly long?: (delivery: Delivery) => Promise<Receipt>;
  /** Why a delivery is refused by its headers, before its body is read; null: no reason. */
  readonly refusalOf?: (headers: Delivery["headers"]) => Refusal | null;
  readonly introduce?: (headers: Delivery["headers"]) => Introduction;
}
