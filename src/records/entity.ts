/** Port: employers whose corporate agreement covers a roster of accounts. */
import { accountOf, type Account, type HostName } from "../account.ts";
import { Failure } from "../error.ts";
import type { Act, Actor, Details } from "./audit.ts";
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
  /** As people write it; absent: only the id is known. */
  readonly name?: string;
  readonly agreement: string;
  readonly version: string;
  /** When it signed, in milliseconds since the epoch. */
  readonly signedAt: number;
  /** When its agreement ended, and with it every place; null: it holds. */
  readonly endedAt: number | null;
}

/** An employer's row as an engine keeps it. */
export type KeptEmployer<T extends Employer = Employer> = Omit<T, "name"> & { readonly name: string | null };

/** Reads a kept employer. */
export function employerOf<T extends { readonly name: string | null }>(
  row: T,
): Omit<T, "name"> & { readonly name?: string } {
  const { name, ...rest } = row;
  return name === null ? rest : { ...rest, name };
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

/** A roster that somebody asked for on the site, to cover the people of a company. */
export interface EntityRequest {
  /** Who asked, and will manage it. */
  readonly account: Account;
  /** The company's name, as that person wrote it. */
  readonly name: string;
  readonly agreement: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
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
  /** Leaves a request for the operator; one of the same account for the same agreement is replaced. */
  request(request: Omit<EntityRequest, "at">): Promise<void>;
  /** What was asked and not settled, the oldest first. */
  requests(): Promise<readonly EntityRequest[]>;
  /** A request is settled, one way or the other. @returns whether there was one */
  settle(account: Account, agreement: string, by: Actor): Promise<boolean>;
  /** Takes the roster's management from accounts. @throws Failure `refused` when there is no such employer */
  dismiss(id: string, accounts: readonly Account[], by: Actor): Promise<RosterOutcome>;
}

/** A place on a roster as an engine keeps it. */
export interface KeptMember extends Omit<RosterMember, "account"> {
  readonly host: HostName;
  readonly account: number;
}

/** Reads a kept place. */
export function memberOf({ host, account, ...place }: KeptMember): RosterMember {
  return { account: accountOf(host, account), ...place };
}

/** What is asked for an employer that nobody added. */
export function unknownEmployer(id: string): Failure {
  return new Failure("refused", `there is no employer ${id}: add it first (countersign entity add)`);
}

/** @throws Failure `refused` when the employer's agreement ended */
export function requireCurrent({ id, endedAt }: Pick<Employer, "id" | "endedAt">): void {
  if (endedAt !== null) throw new Failure("refused", `the agreement of ${id} ended: add it again first`);
}

/**
 * Whether to add an employer; false: it is there already.
 * @throws Failure `refused` when it is known with another agreement or version
 */
export function isNewEmployer(
  known: Omit<Employer, "name"> | undefined,
  { agreement, version }: Pick<Employer, "agreement" | "version">,
): boolean {
  if (known === undefined) return true;
  if (known.agreement !== agreement || known.version !== version)
    throw new Failure(
      "refused",
      `${known.id} is known with ${known.agreement} ${known.version}: choose another id for ${agreement} ${version}`,
    );
  return known.endedAt !== null;
}

/** What a change to a roster does beside the change itself, and what the audit says of it. */
export interface RosterChange {
  readonly act: Act;
  readonly details: Details;
  /** Whether it changes who is covered, so that pull requests must be checked again. */
  readonly covers: boolean;
  /** Whether erased accounts are left out. */
  readonly leaveErasedOut: boolean;
}

export const JOIN: RosterChange = {
  act: "entity add",
  details: { place: "member" },
  covers: true,
  leaveErasedOut: true,
};

export const APPOINT: RosterChange = {
  act: "entity add",
  details: { place: "manager" },
  covers: false,
  leaveErasedOut: true,
};

export const DISMISS: RosterChange = {
  act: "entity remove",
  details: { place: "manager" },
  covers: false,
  leaveErasedOut: false,
};

/** @param until when the members leave, in milliseconds since the epoch */
export function leaveAt(until: number): RosterChange {
  return {
    act: "entity remove",
    details: { place: "member", until },
    covers: true,
    leaveErasedOut: false,
  };
}
