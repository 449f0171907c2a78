/**
 * Port: the work that is due. A webhook, a signature or a sweep marks a task; a worker takes it under a lease,
 * does it, and says how it went. There is at most one row for a task, with a generation: marked again while a
 * worker has it, it stays due. A worker that dies loses its lease within seconds, and another takes over.
 */
import { isHostName, type HostName } from "../account.ts";
import type { FailureCode } from "../error.ts";
import type { PullRef } from "../pull.ts";

/** What can be due. */
export type Task =
  /** Read this pull request, judge it, show the verdict. */
  | { readonly kind: "pull"; readonly host: HostName; readonly repository: number; readonly number: number }
  /** Judge what a merge queue built between two commits. */
  | {
      readonly kind: "group";
      readonly host: HostName;
      readonly repository: number;
      readonly head: string;
      readonly base: string;
    }
  /** Read this comment afresh and do what it commands, if its author may. */
  | {
      readonly kind: "comment";
      readonly host: HostName;
      readonly repository: number;
      readonly number: number;
      readonly comment: number;
    }
  /** Check every open pull request of a repository. */
  | { readonly kind: "repository"; readonly host: HostName; readonly repository: number }
  /** Check every repository of an installation. */
  | { readonly kind: "installation"; readonly host: HostName; readonly installation: number };

/** How to reach a repository at its host: nothing that names a person, and nothing that is ever judged. */
export interface Route {
  /** The GitHub App's installation; null on hosts that have none. */
  readonly installation: number | null;
  /** The host's opaque id of the repository (GitHub's node id); null on hosts that have none. */
  readonly handle: string | null;
}

export interface Mark {
  readonly task: Task;
  /** Kept for the repository when it is given; the one known stays when it is null. */
  readonly route: Route | null;
  /**
   * The commit that the delivery told of: a pull request's head, or what is to be seen of a policy. The host may show
   * an older state for some seconds. Kept until the task is done; a later mark that tells one replaces it.
   */
  readonly told?: string;
}

export interface Taken {
  readonly task: Task;
  /** The generation that was taken; the row stays due if it has grown by the time the task is done. */
  readonly generation: number;
  /** What proves that this taking still holds the task; whoever lost it changes nothing any more. */
  readonly lease: string;
  readonly route: Route;
  /** What the latest delivery about it told; null: none told anything. */
  readonly told: string | null;
  /** How many tries failed since the task last succeeded or was marked. */
  readonly attempts: number;
  /** When the first of those failed, in milliseconds since the epoch; null: none did. */
  readonly failingSince: number | null;
}

export interface QueueDepth {
  readonly due: number;
  readonly leased: number;
  readonly waiting: number;
  readonly parked: number;
}

export interface Queue {
  /**
   * Makes tasks due now, parked and failing ones included. Resolves once that is durable; calls that arrive
   * together share one write to the disk.
   */
  mark(marks: readonly Mark[]): Promise<void>;

  /**
   * Calls `listener` soon after something may have become due, whoever made it so: this process or another.
   * What becomes due by the passing of time alone is not told.
   * @returns a function that ends it
   */
  watch(listener: () => void): () => void;

  /**
   * Leases up to `limit` due tasks for `leaseMs`, the longest due first, in turns among installations so that
   * one's burst does not stop another's.
   * @param skip installations to leave alone now, because their host asked to wait
   */
  take(options: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly skip: readonly number[];
  }): Promise<readonly Taken[]>;

  /** Prolongs the leases of tasks that are still being worked on. */
  keep(taken: readonly Taken[], leaseMs: number): Promise<void>;

  /**
   * The task was done. Its row goes, unless it was marked meanwhile: then it is due at once. This, like the three
   * verbs below, changes nothing when the lease ran out and another worker has the task.
   * @param again when time alone may change the outcome, in milliseconds since the epoch; null: never
   */
  done(taken: Taken, again: number | null): Promise<void>;

  /** The task failed and is due again at `at`, in milliseconds since the epoch; at once if it was marked meanwhile. */
  retry(taken: Taken, at: number, code: FailureCode): Promise<void>;

  /** The task failed and only a new mark wakes it; one that came meanwhile already did. */
  park(taken: Taken, code: FailureCode): Promise<void>;

  /** Gives leases back, so that another worker need not wait for their end. */
  release(taken: readonly Taken[]): Promise<void>;

  depth(): Promise<QueueDepth>;

  /** Parked tasks and tasks that keep failing, for an operator to see. */
  troubled(limit: number): Promise<readonly TroubledTask[]>;
}

export interface TroubledTask {
  readonly task: Task;
  readonly code: FailureCode;
  readonly attempts: number;
  /** When it is tried again, in milliseconds since the epoch; null: parked. */
  readonly dueAt: number | null;
}

export function pullTask(ref: PullRef): Task {
  return { kind: "pull", host: ref.host, repository: ref.repository, number: ref.number };
}

/** A task as an engine keeps it when it is taken. */
export interface KeptTask {
  readonly host: HostName;
  readonly repository: number;
  readonly key: string;
  readonly generation: number;
  readonly attempts: number;
  readonly failingSince: number | null;
  readonly told: string | null;
  readonly handle: string | null;
  readonly installation: number | null;
}

/** Reads a task that was taken. */
export function takenOf(
  { host, repository, key, handle, installation, ...kept }: KeptTask,
  lease: string,
): Taken {
  const { generation, attempts, failingSince, told } = kept;
  return {
    task: parseTask(host, repository, key),
    generation,
    lease,
    route: { installation, handle },
    told,
    attempts,
    failingSince,
  };
}

/** A task in trouble as an engine keeps it. */
export interface KeptTrouble extends Omit<TroubledTask, "task" | "code"> {
  readonly host: HostName;
  readonly repository: number;
  readonly key: string;
  readonly failure: FailureCode;
}

/** Reads a task in trouble. */
export function troubleOf({ host, repository, key, failure, attempts, dueAt }: KeptTrouble): TroubledTask {
  return { task: parseTask(host, repository, key), code: failure, attempts, dueAt };
}

/** The repository's number under which a task is kept; 0 for an installation's. */
export function taskRepository(task: Task): number {
  return task.kind === "installation" ? 0 : task.repository;
}

/** What tells a task from the others of its repository, e.g. `pull/7`; {@link parseTask} reads it back. */
export function taskKey(task: Task): string {
  switch (task.kind) {
    case "pull":
      return `pull/${task.number}`;
    case "group":
      return `group/${task.head}/${task.base}`;
    case "comment":
      return `comment/${task.number}/${task.comment}`;
    case "repository":
      return "repository";
    case "installation":
      return `installation/${task.installation}`;
  }
}

/** @throws RangeError for what {@link taskKey} never printed. */
export function parseTask(host: string, repository: number, key: string): Task {
  const [kind, first = "", second = ""] = key.split("/");
  if (isHostName(host)) {
    if (kind === "pull") return { kind, host, repository, number: Number(first) };
    if (kind === "group") return { kind, host, repository, head: first, base: second };
    if (kind === "comment") return { kind, host, repository, number: Number(first), comment: Number(second) };
    if (kind === "repository") return { kind, host, repository };
    if (kind === "installation") return { kind, host, installation: Number(first) };
  }
  throw new RangeError(`no task is kept as ${host} ${repository} ${key}`);
}
