import type { Account, HostName } from "./account.ts";

/** A repository by what its host never changes. */
export interface RepositoryRef {
  readonly host: HostName;
  /** The host's number for it: it survives renames and transfers. */
  readonly id: number;
}

/** A pull request by what its host never changes. */
export interface PullRef {
  readonly host: HostName;
  readonly repository: number;
  readonly number: number;
}

/** Prints `github:1296269#7`, as logs carry it. */
export function printPullRef(ref: PullRef): string {
  return `${ref.host}:${ref.repository}#${ref.number}`;
}

/**
 * Somebody whom a pull request names. Only `account` is ever evidence. Login and name are shown and never
 * compared; the email serves one purpose, to recognize a coding assistant by its exact address.
 */
export interface Person {
  /** Null when the host knows no account: an unlinked email, a deleted user. */
  readonly account: Account | null;
  readonly login: string | null;
  readonly name: string | null;
  readonly email: string | null;
  /** Whether the host itself says that the account is a bot's: by its type, or by a login that no person can have. */
  readonly bot?: boolean;
  /** What the host's own address claims where the host links no account; evidence of a listed bot at most. */
  readonly claimed: Claim | null;
}

/**
 * The account that an address of the host's own kind (`NUMBER+NAME@…`) claims. Anyone can type such an address, so a
 * claim never names a person.
 */
export interface Claim {
  readonly account: Account;
  /** Whether the address carries the account's number, or only the name that the host reserves for a bot. */
  readonly by: "number" | "name";
}

export interface Commit {
  readonly sha: string;
  readonly author: Person;
  readonly coauthors: readonly Person[];
  /** Null where the host itself committed (a web edit, a squash, a merge button). */
  readonly committer: Person | null;
  readonly parents: number;
  readonly message: string;
  /** Whether the host itself signed the commit as its author's own, as it does for a bot that commits by its API. */
  readonly signedByHost: boolean;
}

/** Why a reading of a pull request can't be taken as whole. */
export type Gap = "no-commits" | "list-cut" | "count-differs" | "look-up-failed";

export interface ChangedFile {
  readonly path: string;
  /** Whether the host shows the whole change as lines of text, so that its size is known. */
  readonly counted: boolean;
}

/** What a pull request changes; read only where a policy asks. */
export interface Change {
  /** Lines added and removed, together. */
  readonly lines: number;
  /** Every file, old names of renamed ones included. */
  readonly files: readonly ChangedFile[];
}

/** A pull request as its host shows it now. */
export interface Pull {
  readonly ref: PullRef;
  /** The base repository's `owner/name` now; for links and patterns, never a key. */
  readonly path: string;
  readonly url: string;
  readonly title: string;
  readonly state: "open" | "closed";
  readonly private: boolean;
  /** Null where the host no longer has the account (GitHub's ghost). */
  readonly opener: Person | null;
  /** Whether this bot itself opened it, as it does to propose a policy file. */
  readonly own: boolean;
  readonly head: string;
  readonly base: string;
  readonly commits: readonly Commit[];
  /** Whether the server numbers its accounts by itself, so that well-known numbers of public hosts mean nothing. */
  readonly ownNumbers?: boolean;
  /** Not empty: the reading is incomplete, and no verdict on it is ever green. */
  readonly gaps: readonly Gap[];
}
