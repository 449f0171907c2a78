/**
 * Port: the queue of due work. A webhook, a signature or a sweep marks a task. A worker leases it, does it and reports
 * the result. Each task has at most one row, with a generation: if it is marked again while a worker has it, it stays
 * due. If a worker dies, its lease ends within seconds and another worker takes over.
 */
import { isHostName, type HostName } from "../account.ts";
import type { FailureCode } from "../error.ts";
import type { PullRef, RepositoryRef } from "../pull.ts";

/** The kinds of tasks. */
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
  /** Read this comment again and run its commands, if its author is allowed to. */
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

/** How to reach a repository at its host. It names no person, and no verdict depends on it. */
export interface Route {
  /** The GitHub App's installation; null on hosts without installations. */
  readonly installation: number | null;
  /** The host's opaque id of the repository (GitHub's node id); null on hosts without one. */
  readonly handle: string | null;
}

/** A delivery that made a task due. */
export interface Arrival {
  /** The host's id, or an id from the bot if the host gives no id: letters, digits and hyphens. */
  readonly id: string;
  /** When it arrived, in milliseconds since the epoch. */
  readonly at: number;
}

export interface Mark {
  readonly task: Task;
  /** Stored for the repository; null keeps the known route. */
  readonly route: Route | null;
  /**
   * The state that the delivery says, in the host's own form: of a pull request, or of a policy. The host may show an
   * older state for some seconds. Kept until the task is done or a later mark says another state.
   */
  readonly told?: string;
  /** The time of that state by the host, in milliseconds since the epoch: deliveries may arrive in another order. */
  readonly toldAt?: number;
  /**
   * Nobody waits for it: an import, a new version or a sweep caused it. Tasks that a person waits for go first. A task
   * about all pull requests of a repository or an installation is bulk work whatever caused it.
   */
  readonly bulk?: boolean;
  /** The deliveries that caused it, for logs and metrics. The first ten or so are kept until the task is done. */
  readonly deliveries?: readonly Arrival[];
}

export interface Taken {
  readonly task: Task;
  /** The leased generation. If the row's generation is higher when the task is done, the row stays due. */
  readonly generation: number;
  /** The token of this lease. A worker that lost its lease can no longer change anything. */
  readonly lease: string;
  readonly route: Route;
  /** The state in the latest delivery about it; null: no delivery said one. */
  readonly told: string | null;
  /** The time of that state, as in {@link Mark.toldAt}; null: not known. */
  readonly toldAt: number | null;
  /** The deliveries that caused it and are not answered by a check yet, in order of arrival. */
  readonly deliveries: readonly Arrival[];
  /** The number of failed tries since the task last succeeded or was marked. */
  readonly attempts: number;
  /** When the first of these tries failed, in milliseconds since the epoch; null: no try failed. */
  readonly failingSince: number | null;
  readonly bulk: boolean;
}

/** A pull request to check now, due or not. */
export interface Claim {
  readonly ref: PullRef;
  /** Stored for the repository, as with {@link Mark}. */
  readonly route: Route | null;
  /**
   * Set if the pull request was read before the claim: the number of its checks that had ended before that read, or
   * null if no open pull request was known. The claim fails if another check ended, is running, or is due, and if the
   * pull request was closed before.
   */
  readonly checks?: number | null;
}

export interface QueueDepth {
  readonly due: number;
  readonly leased: number;
  readonly waiting: number;
  readonly parked: number;
}

/** The state of the queue for an operator, without the names of tasks. */
export interface QueueSurvey {
  /** `person`: a person waits for it; `bulk`: nobody waits for it. */
  readonly classes: readonly {
    readonly class: "person" | "bulk";
    /** Due and not running. */
    readonly due: number;
    /** Since when the oldest due task is due, in milliseconds since the epoch; null: no task is due. */
    readonly oldest: number | null;
  }[];
  /** Failed tasks by failure: parked tasks, and tasks that are tried again. */
  readonly troubled: readonly {
    readonly code: FailureCode;
    readonly state: "parked" | "retrying";
    readonly tasks: number;
  }[];
}

/** Whether nobody waits for the task of a mark. */
export function isBulk({ task, bulk = false }: Pick<Mark, "task" | "bulk">): boolean {
  return bulk || task.kind === "repository" || task.kind === "installation";
}

/** A change to more people than this is bulk work: no single person waits for its checks. */
export const MANY_PEOPLE = 20;

/** If a change to few people touches more pull requests than this, a person waits for the newest, and the rest is bulk work. */
export const MANY_PULLS = 20;

/** After so many failed tries, about a minute, nobody waits for a task of bulk work anymore. */
export const MANY_TRIES = 5;

export interface BulkLeft {
  /** Repositories of which the open pull requests are still to be listed. */
  readonly repositories: number;
  readonly pulls: number;
  /** Tasks that failed and are not tried again soon, or failed {@link MANY_TRIES} times. They are not counted above. */
  readonly failing: number;
}

export interface Queue {
  /**
   * Makes tasks due now, including parked and failing ones. Resolves when this is durable. Simultaneous calls share one
   * write to the disk.
   */
  mark(marks: readonly Mark[]): Promise<void>;

  /**
   * Calls `listener` soon after any process may have made a task due. It is not called for tasks that become due
   * only because time passes.
   * @returns a function that stops listening
   */
  watch(listener: () => void): () => void;

  /**
   * Leases up to `limit` due tasks for `leaseMs`. Tasks that a person waits for come before bulk work; within a class,
   * the oldest come first. Installations take turns, and so do the repositories of an installation, so that a burst in
   * one does not stop another.
   * @param skip installations to skip now, because their host asked to wait
   * @param bulk the maximum of bulk tasks; `limit` if omitted
   * @param skipBulk installations whose bulk work is skipped; `skip` if omitted
   */
  take(options: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly skip: readonly number[];
    readonly bulk?: number;
    readonly skipBulk?: readonly number[];
  }): Promise<readonly Taken[]>;

  /**
   * Leases the tasks of pull requests to check now, in one transaction.
   * @returns the tasks that were free; if the lease of a claimed task runs out, the task is due
   */
  claim(wanted: readonly Claim[], leaseMs: number): Promise<readonly Taken[]>;

  /**
   * Checks that the lease on a task's generation still holds, for long enough to write.
   * @throws Failure `superseded` if another worker has the task or it was marked again; `database-unreachable`
   */
  confirm(taken: Taken, leaseMs: number): Promise<void>;

  /**
   * A write to the host got no answer, so it may still happen: the task's pull request or merge group is checked once
   * more after {@link AFTER_A_LAPSE}, whatever checks end before that.
   */
  recheck(taken: Taken): Promise<void>;

  /** Extends the leases of tasks in progress. */
  keep(taken: readonly Taken[], leaseMs: number): Promise<void>;

  /**
   * The task is done. Its row is deleted; if it was marked since, it is due at once; if one of its leases ran out less
   * than {@link AFTER_A_LAPSE} ago, it is due again after that time. This method and the ones below change nothing if
   * the lease ran out and another worker has the task.
   * @param again when time alone may change the result, in milliseconds since the epoch; null: never
   * @param owed a part of the answer is still to be written then, so the task keeps its class; otherwise nobody waits for
   *   the next check
   * @returns whether the lease still held; the three methods below return the same
   */
  done(taken: Taken, again: number | null, owed?: boolean): Promise<boolean>;

  /** The task could not start or finish yet: it is due again at `at`. This is no try, and earlier tries still count. */
  wait(taken: Taken, at: number): Promise<boolean>;

  /**
   * The task failed and is due again at `at`, in milliseconds since the epoch; at once if it was marked since. This
   * method and the one below do not postpone the repeated check of {@link AFTER_A_LAPSE}.
   */
  retry(taken: Taken, at: number, code: FailureCode): Promise<boolean>;

  /** The task failed and is due again only when it is marked; a mark that came since counts. */
  park(taken: Taken, code: FailureCode): Promise<boolean>;

  /** Returns leases early, so that another worker does not wait for their end. */
  release(taken: readonly Taken[]): Promise<void>;

  depth(): Promise<QueueDepth>;

  survey(): Promise<QueueSurvey>;

  /**
   * What is left of bulk work in these repositories. A repeated check because of {@link AFTER_A_LAPSE} is none of it.
   * @param before in milliseconds since the epoch: a task that waits longer is not counted, or counts as failing
   */
  bulkLeft(repositories: readonly RepositoryRef[], before: number): Promise<BulkLeft>;

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

/**
 * The longest possible lease, in milliseconds. A lease that ends later comes from a wrong clock that was corrected
 * since, and does not count.
 */
export const LONGEST_LEASE = 60_000;

/**
 * How far the clocks of processes on one database may be apart, in milliseconds. A wait that began later than this from
 * now comes from a wrong clock that was corrected since, and is over.
 */
export const CLOCKS_DIFFER = 60_000;

/**
 * A lease ran out: its holder may still be writing to the host, and no host can be told to refuse that write. The pull
 * request or merge group is checked once more this many milliseconds after another holder took the task, whatever
 * checks succeeded or failed before that. The same applies after a write without an answer.
 */
export const AFTER_A_LAPSE = 120_000;

/** The repository number of a task; 0 for an installation's task. */
export function taskRepository(task: Task): number {
  return task.kind === "installation" ? 0 : task.repository;
}

/** The key of a task within its repository, e.g. `pull/7`; {@link parseTask} parses it. */
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

/** @throws RangeError if {@link taskKey} never prints such a key. */
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
