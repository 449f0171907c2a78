/** Port: the database. SQLite is the default; PostgreSQL serves several machines. */
import type { Retention } from "../records/retention.ts";
import type { Account, HostName } from "../account.ts";
import type { AgreementRecords } from "../records/agreement-record.ts";
import type { Actor, Audit, Details } from "../records/audit.ts";
import type { Entities } from "../records/entity.ts";
import type { ImportCounts } from "../records/import-counts.ts";
import type { Failure } from "../error.ts";
import type { PullRef, RepositoryRef } from "../pull.ts";
import type { Notices } from "./notices.ts";
import type { Queue, Route, Taken } from "./queue.ts";
import type { Sessions } from "../records/session.ts";
import type { Coverage, Evidence, Signature, SignatureRow } from "../records/signature.ts";
import type { Spending } from "./spending.ts";
import type { Subjects } from "../records/subject.ts";
import type { VerdictKind } from "../verdict/verdict.ts";

export interface Engine {
  readonly queue: Queue;
  readonly pulls: Pulls;
  readonly signatures: Signatures;
  readonly waivers: Waivers;
  readonly notices: Notices;
  readonly sessions: Sessions;
  readonly agreements: AgreementRecords;
  readonly entities: Entities;
  readonly subjects: Subjects;
  readonly audit: Audit;
  readonly cursors: Cursors;
  readonly spending: Spending;
  readonly schedule: Schedule;
  /**
   * The host name of the server that issued this database's account numbers.
   * @param server stored, and returned, if none is known or the database holds no numbers of the known one; a database
   *   that is opened as it is stores nothing
   */
  serverOf(host: HostName, server: string): Promise<string>;
  /** Resolves when the database answers and its migrations are done; throws `database-unreachable` otherwise. */
  ready(): Promise<void>;
  /** Writes a consistent copy to `file` while others read and write. @throws Failure `refused` when `file` exists */
  backup(file: string): Promise<void>;
  /** Drops closed pull requests and work that was parked long ago, and keeps the files small. */
  tidy(retention?: Retention): Promise<void>;
  /** Checks the whole database for damage. This may take long. @returns what is damaged; null: no damage */
  integrity(): Promise<string | null>;
  /** Resolves when this process can no longer use the database; never otherwise. */
  readonly lost: Promise<Failure>;
  /**
   * The records that {@link tidy} would drop now because their retention is over. See docs/privacy.md for the periods.
   */
  due(retention?: Retention): Promise<readonly Due[]>;
  close(): Promise<void>;
}

/** Records whose retention is over. */
export interface Due {
  readonly what:
    | "signatures"
    | "roster places"
    | "employers"
    | "revocations"
    | "closed pull requests"
    | "waivers"
    | "sessions"
    | "tombstones"
    | "audit lines"
    | "subjects";
  readonly count: number;
}

/** The last result of an open pull request's check. */
export interface PullRecord {
  readonly ref: PullRef;
  readonly head: string;
  /** The agreement's id; null if no agreement covers the repository. */
  readonly agreement: string | null;
  readonly verdict: VerdictKind;
  /** The buckets of the people behind it; see `bucketOf`. */
  readonly buckets: readonly number[];
  /** The bot's comment at the host; null: the bot has no comment there. */
  readonly comment: number | null;
}

export interface FoundPull extends PullRecord {
  /** The buckets of people who have not signed yet; all buckets if omitted. */
  readonly missing?: readonly number[];
}

/** What is known about an open pull request besides its verdict. */
export interface KnownPull {
  readonly head: string;
  /** How many of its checks have ended. */
  readonly checks: number;
}

export interface Pulls {
  /**
   * Replaces the pull request's last result. Writes nothing if nothing changed. If it starts or stops blocking the pull
   * requests with the same head, they are marked.
   * @param held the lease of the check: if the lease was lost or the task was marked again, nothing is stored
   * @throws Failure `superseded`
   */
  record(record: FoundPull, held?: Taken): Promise<void>;
  find(ref: PullRef): Promise<PullRecord | null>;
  /** Whether the pull request was ever recorded, also if it is closed; a closed one is forgotten after the retention. */
  has(ref: PullRef): Promise<boolean>;
  /** The repository's open pull requests, by number. */
  open(repository: RepositoryRef): Promise<ReadonlyMap<number, KnownPull>>;
  /** The verdicts of the repository's *other* open pull requests with this head. */
  sharing(ref: PullRef, head: string): Promise<readonly VerdictKind[]>;
  /**
   * The pull request was closed. Its buckets are deleted now, its row after the retention. Pull requests that it
   * blocked are marked.
   * @param held as with {@link record}
   */
  close(ref: PullRef, held?: Taken): Promise<void>;
  /** Open pull requests by host, agreement and verdict. */
  count(): Promise<readonly PullCount[]>;
  /** How to reach a repository; null if it is unknown. */
  route(repository: RepositoryRef): Promise<Route | null>;
  /** Every known repository of a host, with its route. */
  repositories(host: HostName): Promise<readonly { id: number; route: Route }[]>;
  /**
   * Records that the host says the repository does not exist.
   * @returns since when the host has said so without interruption, in milliseconds since the epoch
   */
  noteMissing(repository: RepositoryRef): Promise<number>;
  /** Records that the host shows the repository. A mark with a route does the same. */
  noteSeen(repository: RepositoryRef): Promise<void>;
  /**
   * The repository is gone. Its pull requests count as closed, and its failed work is dropped. Other work stays,
   * because the repository may come back. Its waivers are kept as long as closed pull requests are. A mark with a route
   * undoes this and queues a sweep. A pull request with a running check is left to that check.
   * @param held as with {@link record}
   * @returns whether it was forgotten: false if it was seen since {@link noteMissing}
   */
  forgetRepository(repository: RepositoryRef, held?: Taken): Promise<boolean>;
}

export interface PullCount {
  readonly host: HostName;
  readonly agreement: string | null;
  readonly verdict: VerdictKind;
  readonly pulls: number;
}

/** What an import does, or would do with `dryRun`. */
export interface SignOutcome extends ImportCounts {
  /** Unknown employers that the rows name. */
  readonly entities: number;
  /** Open pull requests that are checked again because of it. */
  readonly marked: number;
}

/** How many records an import changes. */
export function changesOf(outcome: Omit<SignOutcome, "marked">): number {
  const { added, restored, changed, ended, removed, entities } = outcome;
  return added + restored + changed + ended + removed + entities;
}

/** The audit's details of an import. */
export function importDetails({
  added,
  restored,
  changed,
  ended,
  removed,
  entities,
}: Omit<SignOutcome, "marked">): Details {
  return {
    added,
    changed,
    removed,
    entities,
    ...(restored > 0 && { restored }),
    ...(ended > 0 && { ended }),
  };
}

export interface Signatures {
  /**
   * What covers each of these accounts under an agreement: unrevoked signatures and rosters. Restricted accounts and
   * accounts without coverage are not in the map.
   */
  covered(
    accounts: readonly Account[],
    agreement: string,
  ): Promise<ReadonlyMap<Account, readonly Coverage[]>>;

  /**
   * Records signatures and marks the open pull requests that they may change, in one transaction. Writes nothing if the
   * rows throw or `dryRun` is set. If rows differ only in the date, the latest counts. A revoked person counts again
   * only by a row that was certainly signed after the revocation. A row with `revokedAt` ends the person's imported
   * signatures up to that moment, and blocks such rows. A signature from the page or a comment keeps its date and
   * evidence. Erased accounts are skipped. A person's own signature (any evidence but `import`) after the erasure
   * removes the tombstone.
   * @param rows in batches, so that a file of any size needs the memory of one batch
   * @param options.replace make this agreement's signatures and roster places equal to the rows; a restricted account's
   *   records do not change
   * @param options.endedEmployers called after the rows: employers with whom nobody has an imported place any longer
   * @param options.allowRemovals how many signatures a large replace may end; null or absent: no such permission
   * @throws Failure `refused` if a replace would end many without permission
   * @throws Problems `input` if rows give a known employer another agreement or version
   */
  sign(
    rows: AsyncIterable<readonly SignatureRow[]> | Iterable<readonly SignatureRow[]>,
    options: {
      readonly evidence: Evidence;
      readonly dryRun?: boolean;
      readonly replace?: string | null;
      readonly allowRemovals?: number | null;
      readonly endedEmployers?: () => readonly string[];
      /** Who imports, for the audit; "cli" if omitted. */
      readonly by?: Actor;
      /** The lease of the task that found the signature, as with {@link Pulls.record}. */
      readonly held?: Taken;
    },
  ): Promise<SignOutcome>;

  /**
   * Ends these accounts' signatures of the agreement and their roster places. The pull requests that this may change
   * are marked in the same transaction.
   * @param by for the audit; "cli" if omitted
   * @returns the accounts that had a signature or a place
   */
  revoke(accounts: readonly Account[], agreement: string, by?: Actor): Promise<readonly Account[]>;

  /**
   * Undoes a revocation by {@link revoke} or by a file: what it ended counts again. A person's own withdrawal stays.
   * @returns the accounts that had such a revocation
   */
  undoRevoke(accounts: readonly Account[], agreement: string, by: Actor): Promise<readonly Account[]>;

  /**
   * Every signature and roster place that counts, ordered by agreement, host and account number, as of one moment.
   * Restricted accounts are left out.
   * @param filter.revoked also include signatures that no longer count
   */
  all(filter: {
    readonly agreement?: string | undefined;
    readonly host?: HostName | undefined;
    readonly revoked?: boolean | undefined;
  }): AsyncIterable<Signature>;

  count(): Promise<readonly { host: HostName; agreement: string; signatures: number }[]>;
}

/** A maintainer's waiver of the requirement for a commit without a linked account. */
export interface Waiver {
  readonly repository: RepositoryRef;
  readonly commit: string;
  /** The maintainer; null: their account was erased. */
  readonly by: Account | null;
  readonly at: number;
}

export interface Waivers {
  /**
   * @param waiver with the commit's full id, which the audit line contains
   * @param held the lease of the comment's task, as with {@link Pulls.record}
   */
  add(waiver: Waiver & { readonly by: Account }, held?: Taken): Promise<void>;
  /** Removes it, and marks its repository for a sweep. @returns whether it existed */
  remove(repository: RepositoryRef, commit: string, by: Actor, at: number): Promise<boolean>;
  /** Every waiver of the repository, oldest first. */
  all(repository: RepositoryRef): Promise<readonly Waiver[]>;
  /** The given commits that were waived in the repository. */
  of(repository: RepositoryRef, commits: readonly string[]): Promise<readonly Waiver[]>;
}

/** The position in a list that is read continuously, e.g. a host's list of deliveries. */
export interface Cursors {
  /** In milliseconds since the epoch; null: it was never read. */
  find(name: string): Promise<number | null>;
  /** Moves it forward, never back. */
  move(name: string, at: number): Promise<void>;
  /** Counts the cursors whose names begin with `prefix` and that are between two moments; deletes the others of them. */
  fresh(prefix: string, from: number, to: number): Promise<number>;
}

/** Jobs that run at set times, once for all replicas. */
export interface Schedule {
  /**
   * @param cron five fields, UTC. If a job throws, the schedule's owner gets the error and the job runs again at its
   *   next time.
   */
  every(name: string, cron: string, job: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}
