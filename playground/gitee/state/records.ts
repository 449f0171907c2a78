/** The state of the simulated Gitee: plain records, changed only by the actions in this folder. */

export interface User {
  readonly id: number;
  /** May change; the number stays. */
  login: string;
  name: string;
  /** Confirmed addresses, used to look up a commit's email. */
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
  /** The order of creation: a parent always has a lower number. */
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
  /** The file of a code comment; null for a comment on the whole pull request. */
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
  /** The status of the answer to the last delivery; null before the first. */
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

/** A remark on lines of a file, with Gitee's names. */
export type Annotation = Readonly<Record<string, string | number | undefined>>;

/** A named result on a commit, for one pull request or only for the commit. */
export interface CheckRun {
  readonly id: number;
  readonly name: string;
  readonly headSha: string;
  /** The global id of its pull request; 0: only the commit. */
  readonly pullId: number;
  detailsUrl: string | null;
  status: "queued" | "in_progress" | "completed";
  conclusion: Conclusion | null;
  startedAt: string | null;
  completedAt: string | null;
  output: { readonly title: string; readonly summary: string; readonly text: string | null } | null;
  /** The annotations of all outputs so far, in order. */
  readonly annotations: Annotation[];
  readonly createdAt: string;
}

export interface Repository {
  readonly id: number;
  owner: User | Organization;
  /** Last part of the API path. */
  path: string;
  /** Display text, not used in paths. */
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
  /** Global, not used in paths. */
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
  /** Set when the pull request is no longer open; until then it is the base branch's tip. */
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
  /** What the API shows instead while it lags behind the webhooks and the pages; null: it does not lag. */
  stale: Partial<Pull> | null;
}

/** The pull request as the API shows it. */
export function shownOf(pull: Pull): Pull {
  const { stale } = pull;
  if (stale === null) return pull;
  return new Proxy(pull, { get: (of, key) => Reflect.get(key in stale ? stale : of, key) as unknown });
}

/** The API path, `owner/name`. */
export function fullName(repository: Repository): string {
  return `${repository.owner.login}/${repository.path}`;
}
