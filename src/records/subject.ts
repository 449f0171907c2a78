/** Port: the rights of a person over the data about their account. */
import type { Account } from "../account.ts";
import type { Actor, AuditLine } from "./audit.ts";
import type { EntityRequest } from "./entity.ts";
import type { RepositoryRef } from "../pull.ts";
import type { Evidence, Revocation, Signature } from "./signature.ts";

/** A place on an employer's roster. */
export interface RosterPlace {
  readonly entity: string;
  readonly agreement: string;
  readonly version: string;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Null: no end. */
  readonly until: number | null;
  readonly evidence: Evidence;
}

/** A person's request to the operator. */
export interface PersonRequest {
  readonly kind: "withdrawal" | "correction";
  readonly agreement: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Everything that is stored about an account. */
export interface Held {
  readonly account: Account;
  /** The person's own signatures, including revoked ones. */
  readonly signatures: readonly Signature[];
  readonly places: readonly RosterPlace[];
  readonly revocations: readonly Revocation[];
  /** The ids of the employers whose roster the account manages. */
  readonly manages: readonly string[];
  /** Commits for which the account waived the requirement as a maintainer. */
  readonly waivers: readonly {
    readonly repository: RepositoryRef;
    readonly commit: string;
    readonly at: number;
  }[];
  readonly requests: readonly PersonRequest[];
  /** Rosters that the person requested; absent: no requests. */
  readonly entityRequests?: readonly Omit<EntityRequest, "account">[];
  /** Since when the processing is restricted, in milliseconds since the epoch; null: not restricted. */
  readonly restrictedSince: number | null;
  /** When each sign-in to the pages ends. */
  readonly sessions: readonly number[];
  /** The lines of the audit that are about the account. */
  readonly acts: readonly AuditLine[];
}

/**
 * A correction of an import: the wrong and the right value. A person's own signature can be ended, but not corrected.
 */
export type Correction =
  /** The signatures and roster places belong to another account. */
  | { readonly kind: "number"; readonly to: Account; readonly agreement: string | null }
  /** A signature has another date or version. */
  | {
      readonly kind: "signature";
      readonly agreement: string;
      readonly version: string;
      readonly signedAt: number | null;
      readonly newVersion: string | null;
    };

export interface Corrected {
  readonly signatures: number;
  readonly places: number;
  /** Unchanged, because the person signed on the page or in a comment. */
  readonly kept: number;
  readonly marked: number;
}

/** The result of an erasure. */
export interface Erased {
  readonly signatures: number;
  readonly places: number;
  readonly managed: number;
  /** Waivers that remain, without the account. */
  readonly waivers: number;
  readonly marked: number;
  /** What remains in the files; see {@link Subjects.erase}. */
  readonly trace: "none" | "log-held" | "server";
}

/** Each change marks the open pull requests that it may change, in the same transaction. */
export interface Subjects {
  held(account: Account): Promise<Held>;
  /** Ends the person's own signatures under the agreement. @returns how many */
  withdraw(account: Account, agreement: string, by: Actor): Promise<number>;
  /** Stores a request for the operator; a repeated request is stored once. */
  request(account: Account, request: Pick<PersonRequest, "kind" | "agreement">): Promise<void>;
  /** Pending requests of everybody, the oldest first. */
  requests(): Promise<readonly (PersonRequest & { readonly account: Account })[]>;
  /** Settles the account's pending requests under the agreement. @returns how many */
  settle(account: Account, agreement: string, by: Actor): Promise<number>;
  /** @throws Failure `refused` with the reason if nothing can be corrected this way */
  correct(account: Account, correction: Correction, by: Actor): Promise<Corrected>;
  /** @returns whether anything changed */
  restrict(account: Account, by: Actor): Promise<boolean>;
  unrestrict(account: Account, by: Actor): Promise<boolean>;
  /**
   * Deletes everything that is stored about the account and keeps a tombstone, so that an import skips it. Then cleans
   * the files. `none`: no byte of them names the account. `log-held`: somebody reads an earlier state, so the
   * write-ahead log can't be emptied now; repeat the call later. `server`: the files belong to a database server, whose
   * operator must handle its log, replicas and backups.
   */
  erase(account: Account, by: Actor): Promise<Erased>;
  /**
   * Finishes erasing bytes from the files, if an erasure could not because somebody read an earlier state.
   * @returns whether all is done
   */
  finishErasures(): Promise<boolean>;
}
