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

/** A delivery that made a task due. */
export interface Arrival {
  /** The host's id of it, or one of the bot's own where the host gives none: letters, digits and hyphens. */
  readonly id: string;
  /** When it arrived, in milliseconds since the epoch. */
  readonly at: number;
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
  /** Nobody waits for it: an import, a new version or a sweep caused it. It gives way to what a person did just now. */
  readonly bulk?: boolean;
  /** The deliveries that caused it, for logs and metrics. Kept until the task is done, the first ten or so of a task. */
  readonly deliveries?: readonly Arrival[];
}

export interface Taken {
  readonly task: Task;
  /** The generation that was taken; the row stays due if it has grown by the time the task is done. */
  readonly generation: number;
  /** What proves that this taking still holds the task; a taking that lost it changes nothing any more. */
  readonly lease: string;
  readonly route: Route;
  /** What the latest delivery about it told; null: none told anything. */
  readonly told: string | null;
  /** The deliveries that caused it and that no check has answered yet, in the order of their arrival. */
  readonly deliveries: readonly Arrival[];
  /** How many tries failed since the task last succeeded or was marked. */
  readonly attempts: number;
  /** When the first of those failed, in milliseconds since the epoch; null: none did. */
  readonly failingSince: number | null;
  readonly bulk: boolean;
  /** Whether an earlier lease of it ran out: its holder may have a write to the host under way. */
  readonly lapsed: boolean;
}

/** A pull request that somebody wants to check now, whether it is due or not. */
export interface Claim {
  readonly ref: PullRef;
  /** Kept for the repository, as with {@link Mark}. */
  readonly route: Route | null;
  /**
   * Set where the pull request was read before the claim: how many checks of it had ended before that reading, null
   * where it was not known. The claim then fails if another check ended, is under way, or is due.
   */
  readonly checks?: number | null;
}

export interface QueueDepth {
  readonly due: number;
  readonly leased: number;
  readonly waiting: number;
  readonly parked: number;
}

/** The queue as an operator sees it, without naming any task. */
export interface QueueSurvey {
  /** What a person waits for (`person`), and what nobody does (`bulk`). */
  readonly classes: readonly {
    readonly class: "person" | "bulk";
    /** Due and not under way. */
    readonly due: number;
    /** Since when the longest due of them is, in milliseconds since the epoch; null: none is due. */
    readonly oldest: number | null;
  }[];
  /** Tasks that failed, by the failure: parked ones, and those that are tried again. */
  readonly troubled: readonly {
    readonly code: FailureCode;
    readonly state: "parked" | "retrying";
    readonly tasks: number;
  }[];
}

export interface Queue {
  /**
   * Makes tasks due now, parked and failing ones included. Resolves once that is durable; calls that arrive
   * together share one write to the disk.
   */
  mark(marks: readonly Mark[]): Promise<void>;

  /**
   * Calls `listener` soon after something may have become due, no matter which process made it so.
   * What becomes due by the passing of time alone is not told.
   * @returns a function that ends it
   */
  watch(listener: () => void): () => void;

  /**
   * Leases up to `limit` due tasks for `leaseMs`: what a person waits for before bulk work, and within each class the
   * longest due first, in turns among installations and among the repositories of one, so that a burst of one does
   * not stop another.
   * @param skip installations to leave alone now, because their host asked to wait
   * @param bulk how many of them may be bulk work; `limit` when left out
   * @param skipBulk installations whose bulk work is to be left alone; `skip` when left out
   */
  take(options: {
    readonly limit: number;
    readonly leaseMs: number;
    readonly skip: readonly number[];
    readonly bulk?: number;
    readonly skipBulk?: readonly number[];
  }): Promise<readonly Taken[]>;

  /**
   * Leases the tasks of pull requests that are to be checked now, in one transaction.
   * @returns those that were free; a claimed task whose lease runs out is due
   */
  claim(wanted: readonly Claim[], leaseMs: number): Promise<readonly Taken[]>;

  /**
   * Makes sure that a task is still held, at the generation that was taken, and for long enough for a write.
   * @throws Failure `superseded` when another has it or it was marked again; `database-unreachable`
   */
  confirm(taken: Taken, leaseMs: number): Promise<void>;

  /** Prolongs the leases of tasks that are still being worked on. */
  keep(taken: readonly Taken[], leaseMs: number): Promise<void>;

  /**
   * The task was done. Its row goes, unless it was marked meanwhile: then it is due at once. This, like the verbs
   * below, changes nothing when the lease ran out and another worker has the task.
   * @param again when time alone may change the outcome, in milliseconds since the epoch; null: never
   * @returns whether the task was still held; so do the three below
   */
  done(taken: Taken, again: number | null): Promise<boolean>;

  /** The task could not be begun or ended yet, which is no failure: it is due again at `at`. */
  wait(taken: Taken, at: number): Promise<boolean>;

  /** The task failed and is due again at `at`, in milliseconds since the epoch; at once if it was marked meanwhile. */
  retry(taken: Taken, at: number, code: FailureCode): Promise<boolean>;

  /** The task failed and only a new mark wakes it; one that came meanwhile already did. */
  park(taken: Taken, code: FailureCode): Promise<boolean>;

  /** Gives leases back, so that another worker need not wait for their end. */
  release(taken: readonly Taken[]): Promise<void>;

  depth(): Promise<QueueDepth>;

  survey(): Promise<QueueSurvey>;

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
  /** As {@link keptArrivals} prints them; null: none. */
  readonly deliveries: string | null;
  readonly handle: string | null;
  readonly installation: number | null;
  /** SQLite has no booleans. */
  readonly bulk: boolean | number;
  readonly lapsed: boolean | number;
}

/**
 * A lease that ends later than this from now was made by a clock that has been corrected since, and does not count.
 * In milliseconds; no lease is made for longer.
 */
export const LONGEST_LEASE = 60_000;

/** Reads a task that was taken. */
export function takenOf(
  { host, repository, key, handle, installation, ...kept }: KeptTask,
  lease: string,
): Taken {
  const { generation, attempts, failingSince, told, bulk, lapsed } = kept;
  return {
    task: parseTask(host, repository, key),
    generation,
    lease,
    route: { installation, handle },
    told,
    deliveries: parseArrivals(kept.deliveries),
    attempts,
    failingSince,
    bulk: Boolean(bulk),
    lapsed: Boolean(lapsed),
  };
}

/** Deliveries beyond this many characters are not added to a task's, so that no flood of them grows its row. */
export const LONGEST_ARRIVALS = 500;

/** Deliveries as an engine keeps them: `ID@MILLISECONDS`, separated by blanks; null: none. */
export function keptArrivals(arrivals: readonly Arrival[] | undefined): string | null {
  if (arrivals === undefined || arrivals.length === 0) return null;
  return arrivals.map(({ id, at }) => `${id}@${at}`).join(" ");
}

function parseArrivals(kept: string | null): readonly Arrival[] {
  if (kept === null) return [];
  return kept.split(" ").map((one) => {
    const [id = "", at = ""] = one.split("@");
    return { id, at: Number(at) };
  });
}

/** The counts of each class, however few an engine found. */
export function surveyOf(
  classes: readonly {
    readonly bulk: boolean | number;
    readonly due: number;
    readonly oldest: number | null;
  }[],
  troubled: readonly {
    readonly code: FailureCode;
    readonly parked: boolean | number;
    readonly tasks: number;
  }[],
): QueueSurvey {
  const of = (bulk: boolean) => classes.find((one) => Boolean(one.bulk) === bulk) ?? { due: 0, oldest: null };
  const [person, bulk] = [of(false), of(true)];
  return {
    classes: [
      { class: "person", due: person.due, oldest: person.oldest },
      { class: "bulk", due: bulk.due, oldest: bulk.oldest },
    ],
    troubled: troubled.map(({ code, parked, tasks }) => ({
      code,
      state: parked ? "parked" : "retrying",
      tasks,
    })),
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
