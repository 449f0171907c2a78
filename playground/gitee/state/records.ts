/** What the simulated Gitee remembers: plain records, changed only by the actions beside them. */

export interface User {
  readonly id: number;
  /** May be renamed; the number stays. */
  login: string;
  name: string;
  /** Confirmed addresses: the host's look-up of a commit's email goes over these. */
  emails: string[];
}

export interface Organization {
  readonly id: number;
  login: string;
  name: string;
  readonly members: Map<User, "admin" | "member">;
}

export interface Enterprise {
  readonly id: number;
  readonly path: string;
  readonly name: string;
}

export type Permission = "admin" | "write" | "read";

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: string;
}

export interface Commit {
  readonly sha: string;
  /** In order of creation: a parent always has a lower one. */
  readonly sequence: number;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  readonly message: string;
  readonly tree: ReadonlyMap<string, string>;
}

export interface Label {
  readonly id: number;
  readonly name: string;
  readonly color: string;
}

export interface Comment {
  readonly id: number;
  readonly user: User;
  body: string;
  /** The file a code comment stands at; null for a comment on the whole pull request. */
  readonly path: string | null;
  readonly createdAt: string;
  updatedAt: string;
}

export interface LogEntry {
  readonly id: number;
  readonly actionType: string;
  readonly content: string;
  readonly user: User;
  readonly createdAt: string;
}

export interface Hook {
  readonly id: number;
  url: string;
  encryption: "password" | "signature";
  password: string;
  pushEvents: boolean;
  tagPushEvents: boolean;
  issuesEvents: boolean;
  noteEvents: boolean;
  mergeRequestsEvents: boolean;
  /** What the last delivery was answered with; null before the first. */
  resultCode: number | null;
  result: string;
  readonly createdAt: string;
}

export const CONCLUSIONS = [
  "success",
  "failure",
  "neutral",
  "cancelled",
  "timed_out",
  "action_required",
  "skipped",
] as const;
export type Conclusion = (typeof CONCLUSIONS)[number];

/** A remark at lines of a file, in Gitee's names. */
export type Annotation = Readonly<Record<string, string | number | undefined>>;

/** A named result on a commit, of one pull request or of the commit alone. */
export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  /** The global id of the pull request that it belongs to; 0: the commit alone. */
  readonly pullId: number;
  detailsUrl: string | null;
  status: "queued" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  output: { readonly title: string; readonly summary: string; readonly text: string | null } | null;
  /** What was sent with the outputs so far, in that order. */
  readonly annotations: Annotation[];
  readonly createdAt: string;
}

export interface Repository {
  readonly id: number;
  readonly owner: User | Organization;
  /** Last part of the API path. */
  path: string;
  /** Display text, of no use in a path. */
  name: string;
  readonly private: boolean;
  readonly enterprise: Enterprise | null;
  readonly fork: Repository | null;
  readonly defaultBranch: string;
  readonly branches: Map<string, string>;
  readonly protectedBranches: Set<string>;
  /** The names of the checks that a protected branch requires before a merge. */
  readonly requiredChecks: Map<string, readonly string[]>;
  readonly checkRuns: CheckRun[];
  readonly labels: Label[];
  readonly hooks: Hook[];
  readonly collaborators: Map<User, Permission>;
  readonly pulls: Pull[];
  deleted: boolean;
  readonly createdAt: string;
}

export interface Pull {
  /** Global, unusable in paths. */
  readonly id: number;
  readonly number: number;
  readonly repository: Repository;
  title: string;
  body: string;
  readonly opener: User;
  readonly headRepository: Repository;
  readonly headBranch: string;
  headSha: string;
  draft: boolean;
  baseBranch: string;
  /** Set when the pull request leaves the open state; until then it is the base branch's tip. */
  frozenBaseSha: string | null;
  state: "open" | "closed" | "merged";
  labels: string[];
  readonly comments: Comment[];
  readonly log: LogEntry[];
  mergeCommitSha: string | null;
  readonly createdAt: string;
  updatedAt: string;
  closedAt: string | null;
  mergedAt: string | null;
}

/** The API path, `owner/name`. */
export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.path}`;
}
