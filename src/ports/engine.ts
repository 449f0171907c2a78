/** Port: what Countersign keeps, and where. SQLite by default, PostgreSQL for more than one machine. */
import type { Retention } from "../records/retention.ts";
import type { Account, HostName } from "../account.ts";
import type { AgreementRecords } from "../records/agreement-record.ts";
import type { Actor, Audit, Details } from "../records/audit.ts";
import type { Entities } from "../records/entity.ts";
import type { Failure } from "../error.ts";
import type { PullRef, RepositoryRef } from "../pull.ts";
import type { Notices } from "./notices.ts";
import type { Queue, Route, Taken } from "./queue.ts";
import type { Sessions } from "../records/session.ts";
import type { Coverage, Evidence, Signature, SignatureRow } from "../records/signature.ts";
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
  readonly schedule: Schedule;
  /**
   * The server of a host to which this database's account numbers belong, by its host name.
   * @param server remembered when none is known yet
   */
  serverOf(host: HostName, server: string): Promise<string>;
  /** Resolves when the database answers and its migrations are done; throws `database-unreachable` otherwise. */
  ready(): Promise<void>;
  /** Writes a consistent copy to `file` while others read and write. @throws Failure `refused` when `file` exists */
  backup(file: string): Promise<void>;
  /** Drops what is no longer needed, closed pull requests and long parked work, and keeps the files small. */
  tidy(retention?: Retention): Promise<void>;
  /** Looks through the whole database for damage, which may take long. @returns what is damaged; null: nothing is */
  integrity(): Promise<string | null>;
  /** Resolves when the database can't be used any more by this process; never otherwise. */
  readonly lost: Promise<Failure>;
  /** What {@link tidy} would drop now because its retention is over; docs/privacy.md has the periods. */
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

/** What was last found of an open pull request. */
export interface PullRecord {
  readonly ref: PullRef;
  readonly head: string;
  /** The agreement's id; null where none covers the repository. */
  readonly agreement: string | null;
  readonly verdict: VerdictKind;
  /** The buckets in which the people behind it fall; see `bucketOf`. */
  readonly buckets: readonly number[];
  /** The bot's comment at the host; null: it has none there. */
  readonly comment: number | null;
}

export interface FoundPull extends PullRecord {
  /** Those of the buckets in which somebody has not signed yet; all of them when left out. */
  readonly missing?: readonly number[];
}

/** What is known of an open pull request beside its verdict. */
export interface KnownPull {
  readonly head: string;
  /** How many checks of it ended. */
  readonly checks: number;
}

export interface Pulls {
  /**
   * Keeps what was found in place of what was known of the pull request; nothing is written where nothing differs.
   * The pull requests that share its head are marked where this changes whether it blocks them.
   * @param held the taking under which it was found: nothing is kept once that was lost or marked again
   * @throws Failure `superseded`
   */
  record(record: FoundPull, held?: Taken): Promise<void>;
  find(ref: PullRef): Promise<PullRecord | null>;
  /** The repository's pull requests that are known as open, by number. */
  open(repository: RepositoryRef): Promise<ReadonlyMap<number, KnownPull>>;
  /** The verdicts of the repository's *other* open pull requests with this head. */
  sharing(ref: PullRef, head: string): Promise<readonly VerdictKind[]>;
  /**
   * The pull request was closed: its buckets go now, its row after the retention. Those that it blocked are marked.
   * @param held as with {@link record}
   */
  close(ref: PullRef, held?: Taken): Promise<void>;
  /** Open pull requests by host, agreement and verdict. */
  count(): Promise<readonly PullCount[]>;
  /** How to reach a repository; null when it was never heard of. */
  route(repository: RepositoryRef): Promise<Route | null>;
  /** Every repository ever heard of on a host, with its route. */
  repositories(host: HostName): Promise<readonly { id: number; route: Route }[]>;
  /**
   * Notes that the host says the repository is not there.
   * @returns since when it has said so without showing it in between, in milliseconds since the epoch
   */
  noteMissing(repository: RepositoryRef): Promise<number>;
  /** Notes that the host shows the repository. A mark that has a route says the same. */
  noteSeen(repository: RepositoryRef): Promise<void>;
  /**
   * The repository is gone: its pull requests count as closed, and its failed work is dropped. Work that did not fail
   * stays, since the repository may be back. Its waivers are kept as long as closed pull requests are. A mark with a
   * route undoes this and marks the repository for a sweep. A pull request that is being checked is left to its check.
   * @param held as with {@link record}
   * @returns whether it was: one that was seen since {@link noteMissing} is not
   */
  forgetRepository(repository: RepositoryRef, held?: Taken): Promise<boolean>;
}

export interface PullCount {
  readonly host: HostName;
  readonly agreement: string | null;
  readonly verdict: VerdictKind;
  readonly pulls: number;
}

/** What an import does, or with `dryRun` would do. */
export interface SignOutcome {
  /** New ones, and revoked ones that were signed again since. */
  readonly added: number;
  /** Ended by an earlier replace and held again. */
  readonly restored: number;
  /** Imported earlier with another date. */
  readonly changed: number;
  readonly unchanged: number;
  /** Left as they are: given on the page or in a comment, with another date than the file's. */
  readonly kept: number;
  /** Left out: the person was revoked after the file's date. */
  readonly revoked: number;
  /** Left out: the date lacks the time or the zone that would tell whether it is after the person's revocation. */
  readonly unclear: number;
  /** Left out: the account was erased. */
  readonly erased: number;
  /** Imported earlier, and ended now because the rows say that the person revoked them. */
  readonly ended: number;
  /** With `replace`: known ones that the file lacks; they no longer count. */
  readonly removed: number;
  /** With `replace`: how many counted before; 0 without. */
  readonly held: number;
  /** Employers that the rows name and that were not known. */
  readonly entities: number;
  /** Open pull requests that are re-checked because of it. */
  readonly marked: number;
}

/** How many records an import changes. */
export function changesOf(outcome: Omit<SignOutcome, "marked">): number {
  const { added, restored, changed, ended, removed, entities } = outcome;
  return added + restored + changed + ended + removed + entities;
}

/** What the audit says of an import. */
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
   * What covers each of these accounts under an agreement: signatures that are not revoked and rosters, without
   * the accounts whose processing is restricted. An account that nothing covers is not in the map.
   */
  covered(
    accounts: readonly Account[],
    agreement: string,
  ): Promise<ReadonlyMap<Account, readonly Coverage[]>>;

  /**
   * Records signatures and marks the open pull requests that they may change: all in one transaction, or, when
   * the rows throw or `dryRun` is set, nothing. Of rows that differ in nothing but the date, the latest counts.
   * A person who was revoked under the agreement is brought back only by a row that was certainly signed after that.
   * A row with `revokedAt` ends what was imported of the person up to then, and bars such rows. What a person gave on
   * the page or in a comment keeps its date and evidence. Erased accounts are left out; what a person gave by themself (any evidence but `import`) after they were
   * erased lifts their tombstone.
   * @param rows in batches, so that a file of any size needs the memory of one batch
   * @param options.replace make the signatures and roster places of this agreement equal to the rows; what is
   *   held of a restricted account stays as it is
   * @param options.allowRemovals how many a replace may end where that is many; null or absent: nobody said
   * @throws Failure `refused` where a replace would end many and is not allowed to
   * @throws Problems `input` where rows give an employer another agreement or version than it is known with
   */
  sign(
    rows: AsyncIterable<readonly SignatureRow[]> | Iterable<readonly SignatureRow[]>,
    options: {
      readonly evidence: Evidence;
      readonly dryRun?: boolean;
      readonly replace?: string | null;
      readonly allowRemovals?: number | null;
      /** Who imports, for the audit; "cli" when it is left out. */
      readonly by?: Actor;
    },
  ): Promise<SignOutcome>;

  /**
   * What these accounts signed of the agreement up to now no longer counts, nor do their roster places; the pull
   * requests that this may change are marked, in the same transaction.
   * @param by for the audit; "cli" when it is left out
   * @returns the accounts of which something was held
   */
  revoke(accounts: readonly Account[], agreement: string, by?: Actor): Promise<readonly Account[]>;

  /**
   * Takes back a revocation by {@link revoke} or by a file: what it ended counts again. A person's own withdrawal
   * stays.
   * @returns the accounts that had such a revocation
   */
  undoRevoke(accounts: readonly Account[], agreement: string, by: Actor): Promise<readonly Account[]>;

  /**
   * Every signature and roster place that counts, ordered by agreement, host and account number, as of one
   * moment. Restricted accounts are left out.
   * @param filter.revoked also those that no longer count
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
  /** @param waiver with the commit's full id; the audit line names it */
  add(waiver: Waiver & { readonly by: Account }): Promise<void>;
  /** @returns whether there was one */
  remove(repository: RepositoryRef, commit: string, by: Actor, at: number): Promise<boolean>;
  /** Every waiver of the repository, oldest first. */
  all(repository: RepositoryRef): Promise<readonly Waiver[]>;
  /** Those of the given commits that were waived in the repository. */
  of(repository: RepositoryRef, commits: readonly string[]): Promise<readonly Waiver[]>;
}

/** Up to where something was read that is read on and on, e.g. a host's list of deliveries. */
export interface Cursors {
  /** In milliseconds since the epoch; null: it was never read. */
  find(name: string): Promise<number | null>;
  /** Moves it on; never back. */
  move(name: string, at: number): Promise<void>;
}

/** Jobs that run at set times, once however many replicas there are. */
export interface Schedule {
  /** @param cron five fields, UTC. A job that throws is reported to the schedule's owner and runs again at its next time. */
  every(name: string, cron: string, job: () => Promise<void>): Promise<void>;
  stop(): Promise<void>;
}
