/** Port: employers whose corporate agreement covers a roster of accounts. */
import { accountOf, type Account, type HostName } from "../account.ts";
import { Failure } from "../error.ts";
import type { Act, Actor, Details } from "./audit.ts";
import type { Evidence } from "./signature.ts";

const ID = /^[\p{L}\p{N}][\p{L}\p{N}._-]{0,99}$/u;

/** The rule of {@link isEmployerId}, in words. */
export const EMPLOYER_ID =
  "an employer's id has letters, digits, dots, dashes and underscores only, and is no word for none";

/** In a signature file such a word can mean that there is no employer. */
const NONE =
  /^(?:null|nil|none|no|na|n\.a\.?|nan|undefined|self|myself|individual|personal|private|unaffiliated|independent|freelancer?|self-employed|无|無|없음|个人|個人|本人|自由职业者?)$/i;

/**
 * Whether a text can be an employer's id. Ids appear in URLs, comments and files, so no other characters are allowed.
 */
export function isEmployerId(text: string): boolean {
  return ID.test(text) && !meansNoEmployer(text);
}

export function meansNoEmployer(text: string): boolean {
  return NONE.test(text);
}

/** A place on a roster. */
export interface RosterMember {
  readonly account: Account;
  /** Milliseconds since the epoch. */
  readonly from: number;
  /** Null: no end. */
  readonly until: number | null;
  readonly evidence: Evidence;
  /** Whether the account's processing is restricted, so that the place does not count now. */
  readonly restricted: boolean;
}

export interface Employer {
  readonly id: string;
  /** The name as people write it; absent: only the id is known. */
  readonly name?: string;
  readonly agreement: string;
  readonly version: string;
  /** When it signed, in milliseconds since the epoch. */
  readonly signedAt: number;
  /** When its agreement and all its places ended; null: it is in force. */
  readonly endedAt: number | null;
}

/** An employer's row in an engine. */
export type KeptEmployer<T extends Employer = Employer> = Omit<T, "name"> & { readonly name: string | null };

/** Reads an employer's row. */
export function employerOf<T extends { readonly name: string | null }>(
  row: T,
): Omit<T, "name"> & { readonly name?: string } {
  const { name, ...rest } = row;
  return name === null ? rest : { ...rest, name };
}

export interface EmployerCounts extends Employer {
  /** Places that are in force now. */
  readonly members: number;
  readonly managers: number;
}

export interface EmployerRoster extends Employer {
  /** All stored places, including ended ones; ordered by host and number. */
  readonly members: readonly RosterMember[];
  /** Accounts that may change the roster on its page. */
  readonly managers: readonly Account[];
}

/** A roster that somebody requested on the site for a company. */
export interface EntityRequest {
  /** Who requested it and will manage it. */
  readonly account: Account;
  /** The company's name, as that person wrote it. */
  readonly name: string;
  readonly agreement: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
}

/** The result of a change to a roster. */
export interface RosterOutcome {
  /** Accounts that changed. */
  readonly changed: readonly Account[];
  /** Skipped: the account was erased. */
  readonly erased: readonly Account[];
  /** Open pull requests that are checked again because of it. */
  readonly marked: number;
}

/** Each change marks the open pull requests that it may change, in the same transaction. */
export interface Entities {
  /** Every employer, ordered by id. */
  list(): Promise<readonly EmployerCounts[]>;
  find(id: string): Promise<EmployerRoster | null>;
  /**
   * Adds an employer, or restarts one that ended.
   * @returns whether it is new
   * @throws Failure `refused` if it is known with another agreement or version
   */
  add(employer: Omit<Employer, "endedAt">, by: Actor): Promise<boolean>;
  /** Ends the employer's agreement now. @returns null if the employer does not exist, or its agreement ended before */
  end(id: string, by: Actor): Promise<{ readonly marked: number } | null>;
  /**
   * Adds accounts to the roster; an account that is already there gets the new dates.
   * @throws Failure `refused` if there is no such employer or its agreement ended
   */
  join(
    id: string,
    places: readonly { readonly account: Account; readonly from: number; readonly until: number | null }[],
    by: Actor,
  ): Promise<RosterOutcome>;
  /** Removes accounts from the roster at `at`. @throws Failure `refused` if there is no such employer */
  leave(id: string, accounts: readonly Account[], at: number, by: Actor): Promise<RosterOutcome>;
  /** Makes accounts managers of the roster. @throws Failure `refused` if there is no such employer */
  appoint(id: string, accounts: readonly Account[], by: Actor): Promise<RosterOutcome>;
  /** Stores a request for the operator, and replaces the account's earlier request for the same agreement. */
  request(request: Omit<EntityRequest, "at">): Promise<void>;
  /** The open requests, the oldest first. */
  requests(): Promise<readonly EntityRequest[]>;
  /** Settles a request: accepted or not. @returns whether it existed */
  settle(account: Account, agreement: string, by: Actor): Promise<boolean>;
  /** Removes accounts from the roster's managers. @throws Failure `refused` if there is no such employer */
  dismiss(id: string, accounts: readonly Account[], by: Actor): Promise<RosterOutcome>;
}

/** A roster place's row in an engine. */
export interface KeptMember extends Omit<RosterMember, "account"> {
  readonly host: HostName;
  readonly account: number;
}

/** Reads a place's row. */
export function memberOf({ host, account, ...place }: KeptMember): RosterMember {
  return { account: accountOf(host, account), ...place };
}

/** The failure for an unknown employer. */
export function unknownEmployer(id: string): Failure {
  return new Failure("refused", `there is no employer ${id}: add it first (countersign entity add)`);
}

/** @throws Failure `refused` if the employer's agreement ended */
export function requireCurrent({ id, endedAt }: Pick<Employer, "id" | "endedAt">): void {
  if (endedAt !== null) throw new Failure("refused", `the agreement of ${id} ended: add it again first`);
}

/**
 * Whether to add an employer; false: it already exists.
 * @throws Failure `refused` if it is known with another agreement or version
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

/** The side effects of a roster change, and its details in the audit. */
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
