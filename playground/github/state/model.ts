import type { CommitSpec, PullSpecOf } from "./commit-spec.ts";
import type { CommitStatus } from "./commit-status.ts";
import type { Content, FileChange } from "./diff.ts";
import type { Commit, Network } from "./git.ts";
import type { Label } from "./label.ts";
import type { User } from "./user.ts";

// The objects of the simulated GitHub, each with its actions. The classes that implement these interfaces know each
// other only through this file.

export type Role = "admin" | "maintain" | "write" | "triage" | "read" | "none";
export type MergeMethod = "merge" | "squash" | "rebase";
export type PullSpec = PullSpecOf<Repository>;

export type Level = "read" | "write" | "admin";
/** The permissions of an installation, e.g. `{ statuses: "write", pull_requests: "read" }`. */
export type Permissions = Record<string, Level>;

export interface RepositorySpec {
  owner: User | string;
  name: string;
  id?: number;
  private?: boolean;
  defaultBranch?: string;
  files?: Record<string, Content>;
  /**
   * Whether the app is installed on it; an owner without an installation gets one for all repositories. Default true.
   */
  installed?: boolean;
}

export interface InstallationSpec {
  account: User;
  /** Default: all of the account's. */
  repositories?: Repository[];
  permissions?: Permissions;
  /** Whether the app is notified. Default false: it existed before the story begins. */
  announce?: boolean;
}

/** What a protected branch requires before a pull request is merged. */
export interface BranchRule {
  /** The contexts that must be green. */
  readonly checks?: readonly string[];
  /**
   * Who must report them: the app, or anybody with write access. docs.github.com, "About protected branches": if the
   * status is set by any other person or integration, merging is not allowed.
   */
  readonly source?: "app" | "anybody";
  /** Whether pull requests can be merged by a merge queue. */
  readonly queue?: boolean;
}

/** Where a pull request is, or was, in the queue. */
export interface QueuePlace {
  /** The commit whose checks decide. */
  readonly head: string;
  readonly state: "waiting" | "merged" | "removed";
}

export interface Repository {
  readonly world: World;
  readonly id: number;
  readonly nodeId: string;
  readonly owner: User;
  readonly name: string;
  readonly fullName: string;
  private: boolean;
  readonly archived: boolean;
  readonly deleted: boolean;
  defaultBranch: string;
  readonly parent: Repository | null;
  readonly network: Network;
  readonly createdAt: Date;
  readonly branches: Map<string, Commit>;
  /** The names or patterns of protected branches, with their rules. */
  readonly protectedBranches: Map<string, BranchRule>;
  readonly collaborators: Map<User, Role>;
  readonly pulls: Map<number, Pull>;
  readonly labels: Map<string, Label>;
  readonly checkRuns: CheckRun[];
  readonly mergeQueue: MergeGroup[];
  /** Where pull requests are, or were last, in a queue that merges by itself. */
  readonly queuePlaces: Map<Pull, QueuePlace>;
  /** Pull requests in the merge queue for which it has not built commits yet. */
  readonly waitingInQueue: Pull[];
  /** Whether GitHub blocked access to it, e.g. for a takedown notice. */
  blocked: boolean;
  /** The default branch, its tip and the labels as the API shows them. */
  readonly shownDefault: string;
  readonly shownHead: Commit;
  readonly shownLabels: ReadonlyMap<string, Label>;
  /** From now on the API shows the default branch and the labels as they are now. @returns a function that lets it catch up */
  lag(): () => void;
  /** The tip of the default branch. @throws when the repository is empty. */
  readonly head: Commit;
  tip(branch: string): Commit;
  takeNumber(): number;
  /** The user's permission here, from ownership, membership, collaboration and public visibility. */
  roleOf(user: User): Role;
  mayPush(user: User): boolean;
  /** Creates a commit on top of `parent` without moving a branch to it. */
  commit(spec: CommitSpec, parent: Commit | null): Commit;
  /** Moves, creates or (with null) deletes a branch, as a push does. */
  setBranch(name: string, after: Commit | null, by: User): void;
  /** Commits straight to a branch. */
  push(commits: CommitSpec[], options?: { branch?: string; by?: User }): Commit;
  /** Pushes one file to the default branch, or to `branch`; null removes it. */
  writeFile(path: string, content: Content | null, options?: { by?: User; branch?: string }): Commit;
  protect(branch?: string, rule?: BranchRule): this;
  addCollaborator(user: User, role?: Role): this;
  /** The label with that name, created if it is missing. */
  label(name: string, color?: string, description?: string | null): Label;
  fork(owner: User): Repository;
  openPull(spec: PullSpec): Pull;
  /** Adds pull requests to the merge queue as one group, after the waiting groups. */
  enqueue(pulls: Pull[], method?: MergeMethod, by?: User): MergeGroup;
  /** The statuses of a commit, newest first. */
  statusesOf(sha: string): readonly CommitStatus[];
  addStatus(status: Omit<CommitStatus, "id" | "createdAt">): CommitStatus;
  /** A status or a check run was reported: a queue may have to act. */
  reported(): void;
  checkRunsOf(sha: string): CheckRun[];
  makeDefault(branch: string, by?: User): void;
  rename(name: string, by?: User): void;
  transfer(owner: User, by?: User): void;
  archive(by?: User): void;
  unarchive(by?: User): void;
  /** Deletes it; pull requests that came from it keep their commits and lose their head. */
  delete(by?: User): void;
}

export interface Pull {
  readonly repository: Repository;
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly openedBy: User;
  /** Who opened it; null if that account is gone. */
  readonly opener: User | null;
  title: string;
  body: string | null;
  base: string;
  readonly from: Repository;
  readonly headRepository: Repository | null;
  readonly branch: string;
  readonly head: Commit;
  readonly baseCommit: Commit;
  /** The merge base of the base and the head. */
  readonly mergeBase: Commit | null;
  readonly commits: readonly Commit[];
  readonly changes: FileChange[];
  readonly state: "open" | "closed" | "merged";
  readonly draft: boolean;
  readonly locked: boolean;
  readonly labels: Map<string, Label>;
  readonly comments: Comment[];
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly closedAt: Date | null;
  readonly mergeCommit: Commit | null;
  readonly mergedBy: User | null;
  /** The pull request as the API shows it. */
  readonly shown: Pull;
  /**
   * From now on the API shows it as it is now: its commits, base, state, labels and comments. Webhooks report later
   * states. @returns a function that lets the API catch up
   */
  lag(): () => void;
  touch(): void;
  /** The branch it comes from moved; called by the repository. */
  headMoved(after: Commit | null, by: User): void;
  push(commits: CommitSpec[], by?: User): this;
  /** Replaces all its commits with these, on top of the current base. */
  forcePush(commits: CommitSpec[], by?: User): this;
  /** The button "Update branch": merges the base into it with a commit that GitHub signs. */
  updateBranch(by?: User): this;
  edit(changes: { title?: string; body?: string; base?: string }, by?: User): this;
  setDraft(draft: boolean, by?: User): this;
  close(by?: User): void;
  reopen(by?: User): void;
  /** @param at a commit of the merge queue that already contains it; default: a new merge commit. */
  merge(by?: User, at?: Commit): void;
  comment(author: User, body: string, options?: { viaApp?: boolean }): Comment;
  addLabel(name: string, by?: User): void;
  /** @returns false when it does not have that label. */
  removeLabel(name: string, by?: User): boolean;
  lock(by?: User): void;
  unlock(by?: User): void;
}

/** A comment in a pull request's conversation. */
export interface Comment {
  readonly id: number;
  readonly nodeId: string;
  readonly pull: Pull;
  readonly author: User;
  readonly viaApp: boolean;
  readonly body: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
  readonly lastEditedAt: Date | null;
  minimized: boolean;
  /** @param by the editor; by default the author. A maintainer may edit anybody's comment. */
  edit(body: string, by?: User): this;
  delete(by?: User): void;
}

export interface CheckRunFields {
  name: string;
  headSha: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string;
  startedAt: Date;
  completedAt: Date | null;
  output: { title: string | null; summary: string | null; text: string | null; annotations: unknown[] };
}

/** A check run of the app; GitHub has one suite for each app and commit. */
export interface CheckRun {
  readonly id: number;
  readonly nodeId: string;
  readonly suiteId: number;
  readonly repository: Repository;
  fields: CheckRunFields;
  /** Somebody requested it again: its suite is queued until the app writes the run again. */
  awaited: boolean;
  /** Somebody presses "Re-run" next to this check. */
  rerequest(by: User): void;
  /** Somebody presses "Re-run all checks" on the commit. */
  rerequestSuite(by: User): void;
}

/** Pull requests that the merge queue tests together, on a separate branch. */
export interface MergeGroup {
  readonly nodeId: string;
  readonly repository: Repository;
  readonly pulls: readonly Pull[];
  readonly method: MergeMethod;
  readonly base: string;
  readonly baseCommit: Commit;
  readonly head: Commit;
  readonly branch: string;
  /** Who added it. */
  readonly by: User;
  /** The last commit that the queue created for one of its pull requests. */
  endOf(pull: Pull): Commit;
  /** Its checks are green: the base moves to its head and the pull requests are merged. */
  merge(by?: User): void;
  /** It leaves the queue unmerged, e.g. because a pull request was taken out. */
  destroy(reason?: "dequeued" | "invalidated", by?: User): void;
}

/** The app on one account: on all its repositories, or on some. */
export interface Installation {
  readonly id: number;
  readonly account: User;
  permissions: Permissions;
  /** null means all of the account's repositories. */
  readonly selection: ReadonlySet<Repository> | null;
  readonly suspendedAt: Date | null;
  /** A rule of the organization that refuses the app; null: none. */
  refuses: "ip allow list" | "sso" | null;
  readonly deleted: boolean;
  readonly createdAt: Date;
  readonly repositories: Repository[];
  covers(repository: Repository): boolean;
  suspend(by?: User): void;
  unsuspend(by?: User): void;
  delete(by?: User): void;
  acceptPermissions(permissions: Permissions, by?: User): void;
  addRepositories(repositories: Repository[], by?: User): void;
  removeRepositories(repositories: Repository[], by?: User): void;
}

/** The whole state of the simulated GitHub. It reports changes through `announce`. */
export interface World {
  now(): Date;
  /** Whether `GitActor.user` of a bot's commit is the bot, as is usual; else it is null. */
  linksBots: boolean;
  /** Whether commits from the website are signed; an Enterprise Server may be set up without signing. */
  signsWebCommits: boolean;
  readonly users: ReadonlyMap<number, User>;
  readonly repositories: ReadonlyMap<number, Repository>;
  readonly installations: ReadonlyMap<number, Installation>;
  readonly pulls: Map<number, Pull>;
  readonly comments: Map<number, Comment>;
  /** Replaces deleted accounts in REST. */
  readonly ghost: User;
  /** The committer of changes on the website. */
  readonly webFlow: User;
  /** The app's own account. */
  readonly bot: User;
  announce(event: WorldEvent): void;
  takeId(kind: IdKind): number;
  /** A number that no other commit's text contains. */
  serial(): number;
  userByLogin(login: string): User | undefined;
  /** GitHub's lookup of a commit's address: verified addresses, and its own noreply forms. */
  userByEmail(email: string): User | null;
  /** A repository by its current or a former name: GitHub redirects former names. */
  find(owner: string, name: string): Repository | undefined;
  fork(parent: Repository, owner: User): Repository;
  /** The repository or its fork that belongs to that login. */
  inNetwork(repository: Repository, login: string): Repository | undefined;
  /** Updates the name or owner of a repository. */
  moved(repository: Repository): void;
  removed(repository: Repository): void;
  installationFor(repository: Repository): Installation | undefined;
  checkRun(repository: Repository, fields: CheckRunFields): CheckRun;
  pullOpened(pull: Pull): void;
  pullClosed(pull: Pull): void;
  openPullsFrom(repository: Repository, branch: string): Pull[];
}

export type IdKind =
  | "user"
  | "repository"
  | "pull"
  | "label"
  | "comment"
  | "status"
  | "check"
  | "installation";

export type PullAction =
  | "opened"
  | "synchronize"
  | "reopened"
  | "closed"
  | "edited"
  | "ready_for_review"
  | "converted_to_draft"
  | "labeled"
  | "unlabeled"
  | "locked"
  | "unlocked";

/** An event that GitHub reports to the apps that are installed there. */
export type WorldEvent = { sender: User } & (
  | {
      name: "pull_request";
      action: PullAction;
      pull: Pull;
      before?: string;
      label?: Label;
      changes?: Record<string, unknown>;
    }
  | {
      name: "issue_comment";
      action: "created" | "edited" | "deleted";
      comment: Comment;
      changes?: Record<string, unknown>;
    }
  | { name: "merge_group"; action: "checks_requested" | "destroyed"; group: MergeGroup; reason?: string }
  | {
      name: "push";
      repository: Repository;
      ref: string;
      before: Commit | null;
      after: Commit | null;
      forced: boolean;
    }
  | { name: "check_run"; action: "created" | "completed" | "rerequested"; run: CheckRun }
  | { name: "check_suite"; action: "rerequested"; run: CheckRun }
  | {
      name: "installation";
      action: "created" | "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted";
      installation: Installation;
    }
  | {
      name: "installation_repositories";
      action: "added" | "removed";
      installation: Installation;
      repositories: Repository[];
    }
  | {
      name: "repository";
      action: "renamed" | "edited" | "archived" | "unarchived" | "deleted";
      repository: Repository;
      changes?: Record<string, unknown>;
    }
  | { name: "repository"; action: "transferred"; repository: Repository; from: User }
);

export type EventName = WorldEvent["name"];
