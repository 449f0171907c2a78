/** Port: employers whose corporate agreement covers a roster of accounts. */
import type { Account } from "../account.ts";
import type { Actor } from "./audit.ts";
import type { Evidence } from "./signature.ts";

const ID = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u;

/** What {@link isEmployerId} asks for, in words. */
export const EMPLOYER_ID = "an employer's id has letters, digits, dots, dashes and underscores only";

/** Whether a text can be an employer's id. It stands in addresses, comments and files, so it has no other signs. */
export function isEmployerId(text: string): boolean {
  return ID.test(text);
}

/** A place on a roster. */
export interface RosterMember {
  readonly account: Account;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Null: no end is set. */
  readonly until: number | null;
  readonly evidence: Evidence;
  /** Whether the account's processing is restricted, so that the place does not count now. */
  readonly restricted: boolean;
}

export interface Employer {
  readonly id: string;
  readonly agreement: string;
  readonly version: string;
  /** When it signed, in milliseconds since the epoch. */
  readonly signedAt: number;
  /** When its agreement ended, and with it every place; null: it holds. */
  readonly endedAt: number | null;
}

export interface EmployerCounts extends Employer {
  /** Places that hold now. */
  readonly members: number;
  readonly managers: number;
}

export interface EmployerRoster extends Employer {
  /** Places that ended and are kept by retention included; ordered by host and number. */
  readonly members: readonly RosterMember[];
  /** Accounts that may change the roster on its page. */
  readonly managers: readonly Account[];
}

/** What changing a roster came to. */
export interface RosterOutcome {
  /** Accounts with which something changed. */
  readonly changed: readonly Account[];
  /** Left out: the account was erased. */
  readonly erased: readonly Account[];
  /** Open pull requests that are re-checked because of it. */
  readonly marked: number;
}

/** Each change marks the open pull requests that it may change, in the same transaction. */
export interface Entities {
  /** Every employer, ordered by id. */
  list(): Promise<readonly EmployerCounts[]>;
  find(id: string): Promise<EmployerRoster | null>;
  /**
   * Adds an employer; one that ended begins again.
   * @returns whether it is new
   * @throws Failure `refused` when it is known with another agreement or version
   */
  add(employer: Omit<Employer, "endedAt">, by: Actor): Promise<boolean>;
  /** The employer's agreement ends now. @returns null when there is none, or it ended before */
  end(id: string, by: Actor): Promise<{ readonly marked: number } | null>;
  /**
   * Puts accounts on the roster; one that is there gets the new dates.
   * @throws Failure `refused` when there is no such employer or its agreement ended
   */
  join(
    id: string,
    places: readonly { readonly account: Account; readonly from: number; readonly until: number | null }[],
    by: Actor,
  ): Promise<RosterOutcome>;
  /** Accounts leave the roster at `at`. @throws Failure `refused` when there is no such employer */
  leave(id: string, accounts: readonly Account[], at: number, by: Actor): Promise<RosterOutcome>;
  /** Gives accounts the roster's management. @throws Failure `refused` when there is no such employer */
  appoint(id: string, accounts: readonly Account[], by: Actor): Promise<RosterOutcome>;
  /** Takes the roster's management from accounts. @throws Failure `refused` when there is no such employer */
  dismiss(id: string, accounts: readonly Account[], by: Actor): Promise<RosterOutcome>;
}
