/** The actions and readings of the host contract's scenarios, with names that both hosts share. */
import type { HostName } from "../../src/account.ts";
import type { Stage } from "../../playground/stage.ts";

export interface Person {
  readonly id: number;
  readonly login: string;
}

/** A name and an address as somebody typed them. */
export interface Typed {
  readonly name: string;
  readonly email: string;
}

export interface CommitSpec {
  readonly author: Person | Typed;
  readonly committer?: Person | Typed;
  readonly coauthors?: readonly (Person | Typed)[];
  readonly message?: string;
  readonly files?: Readonly<Record<string, string>>;
}

export interface PullSpec {
  readonly opener: Person;
  readonly commits?: readonly CommitSpec[];
  readonly title?: string;
  readonly base?: string;
  readonly draft?: boolean;
  /** Opens it at the head of another. */
  readonly at?: StandPull;
}

export interface RepositorySpec {
  readonly owner?: string;
  readonly name?: string;
  readonly private?: boolean;
  readonly policy?: string;
}

export interface StandPull {
  readonly number: number;
  readonly head: string;
  /** What a person can see; for a label that says "no", the comment tells whether the result is uncertain. */
  state(): "success" | "failure" | "error" | null;
  /** The texts of the bot's comments. */
  comments(): readonly string[];
  labels(): readonly string[];
  push(commits: readonly CommitSpec[]): void;
  forcePush(commits: readonly CommitSpec[]): void;
  close(): void;
  reopen(): void;
  retarget(branch: string): void;
  comment(by: Person, body: string): void;
  /** Somebody with permission overwrites or deletes the bot's comment. */
  editComment(by: Person, body: string): void;
  deleteComment(by: Person): void;
  addLabel(name: string, by: Person): void;
  removeLabel(name: string, by: Person): void;
}

export interface StandRepository {
  readonly id: number;
  readonly defaultBranch: string;
  /** `owner/name` now. */
  path(): string;
  open(spec: PullSpec): StandPull;
  pulls(): readonly StandPull[];
  /** Commits to a branch of the repository itself. @returns the new tip */
  push(branch: string, commits: readonly CommitSpec[]): string;
  protect(branch: string): void;
  writePolicy(text: string | null): void;
  admit(person: Person, role: "admin" | "write"): void;
  rename(name: string): void;
}

/** One of the two hosts of the running bot. */
export interface Stand {
  readonly host: HostName;
  readonly stage: Stage;
  /** The maximum of calls for a signed pull request, at the first check and when nothing changed. */
  readonly budget: { readonly first: number; readonly unchanged: number };
  person(login: string, more?: { id?: number; name?: string; emails?: string[] }): Person;
  /** The form of a `Co-authored-by` line that this host links to an account. */
  coauthor(person: Person): Person | Typed;
  /** The number of the organization that owns the repositories. */
  organization(members: readonly Person[]): number;
  repository(spec?: RepositorySpec): StandRepository;
  deletePerson(person: Person): void;

  /** While true the host answers no call; its deliveries continue. */
  down(down: boolean): void;
  /** The next calls fail so. */
  fail(how: "bad gateway" | "not JSON" | "limit", times: number): void;
  /** Acts once, while the bot reads the next pull request. */
  whileRead(act: () => void): void;
  calls(): { reads: number; writes: number };
  resetCalls(): void;

  /** Resolves when every delivery was answered. */
  delivered(): Promise<void>;
  loseDeliveries(lose: boolean): void;
  repeatDeliveries(copies: number): void;
  /** Sends everything sent so far once more, the latest first. */
  redeliverBackwards(): Promise<void>;
  /** Sends a false delivery about a pull request: with a valid token if a token can be reused for other bytes. */
  lie(repository: StandRepository, pull: StandPull): Promise<number | null>;
  /** Sends an event with a wrong signature. */
  forge(): Promise<number>;
}
