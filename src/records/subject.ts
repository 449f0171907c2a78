/** Port: the rights of a person over what is held about their account. */
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
  /** Null: no end is set. */
  readonly until: number | null;
  readonly evidence: Evidence;
}

/** What a person asked of the operator. */
export interface PersonRequest {
  readonly kind: "withdrawal" | "correction";
  readonly agreement: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** Everything that is held about an account. */
export interface Held {
  readonly account: Account;
  /** The person's own, revoked ones included. */
  readonly signatures: readonly Signature[];
  readonly places: readonly RosterPlace[];
  readonly revocations: readonly Revocation[];
  /** The ids of the employers whose roster the account manages. */
  readonly manages: readonly string[];
  /** Commits of others for which the account answered as a maintainer. */
  readonly waivers: readonly {
    readonly repository: RepositoryRef;
    readonly commit: string;
    readonly at: number;
  }[];
  readonly requests: readonly PersonRequest[];
  /** Rosters that the person asked for; absent: none. */
  readonly entityRequests?: readonly Omit<EntityRequest, "account">[];
  /** Since when the processing is restricted, in milliseconds since the epoch; null: it is not. */
  readonly restrictedSince: number | null;
  /** When each sign-in to the pages ends. */
  readonly sessions: readonly number[];
  /** The lines of the audit that are about the account. */
  readonly acts: readonly AuditLine[];
}

/** What is wrong in an import, and what is right. What a person did themself can be ended, but not corrected. */
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
  /** Left as they are, because the person gave them on the page or in a comment. */
  readonly kept: number;
  readonly marked: number;
}

/** What an erasure came to. */
export interface Erased {
  readonly signatures: number;
  readonly places: number;
  readonly managed: number;
  /** Waivers that stand without the account from now on. */
  readonly waivers: number;
  readonly marked: number;
  /** What of it is left in the files; see {@link Subjects.erase}. */
  readonly trace: "none" | "log-held" | "server";
}

/** Each change marks the open pull requests that it may change, in the same transaction. */
export interface Subjects {
  held(account: Account): Promise<Held>;
  /** The person's own signatures no longer count under the agreement. @returns how many those were */
  withdraw(account: Account, agreement: string, by: Actor): Promise<number>;
  /** Leaves a request for the operator; asking twice leaves one. */
  request(account: Account, request: Pick<PersonRequest, "kind" | "agreement">): Promise<void>;
  /** Pending requests of everybody, the oldest first. */
  requests(): Promise<readonly (PersonRequest & { readonly account: Account })[]>;
  /** Pending requests of the account under the agreement are settled. @returns how many those were */
  settle(account: Account, agreement: string, by: Actor): Promise<number>;
  /** @throws Failure `refused` when nothing can be corrected so, with the reason */
  correct(account: Account, correction: Correction, by: Actor): Promise<Corrected>;
  /** @returns whether anything changed */
  restrict(account: Account, by: Actor): Promise<boolean>;
  unrestrict(account: Account, by: Actor): Promise<boolean>;
  /**
   * Removes everything that is held about the account and keeps a tombstone, so that an import leaves it out.
   * Then sees to the files: `none`, no byte of them names the account; `log-held`, somebody reads a state from
   * before and the write-ahead log can't be emptied, which repeating the call does later; `server`, the files are a
   * database server's, whose operator has to see to its log, replicas and backups.
   */
  erase(account: Account, by: Actor): Promise<Erased>;
  /**
   * Ends what an erasure could not do about its bytes while somebody read an earlier state.
   * @returns whether nothing of that kind is left to do
   */
  finishErasures(): Promise<boolean>;
}
