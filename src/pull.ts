import type { Account, HostName } from "./account.ts";

/** A repository, by values that its host never changes. */
export interface RepositoryRef {
  readonly host: HostName;
  /** The host's number, which survives renames and transfers. */
  readonly id: number;
}

/** A pull request, by values that its host never changes. */
export interface PullRef {
  readonly host: HostName;
  readonly repository: number;
  readonly number: number;
}

/** Prints `github:1296269#7`, the form in logs. */
export function printPullRef(ref: PullRef): string {
  return `${ref.host}:${ref.repository}#${ref.number}`;
}

/**
 * A person or bot in a pull request. Only `account` is evidence. Login and name are shown and never compared. The email
 * is used only to recognize a coding assistant by its exact address.
 */
export interface Person {
  /** Null if the host knows no account: an unlinked email, a deleted user. */
  readonly account: Account | null;
  readonly login: string | null;
  readonly name: string | null;
  readonly email: string | null;
  /** Whether the host says that the account is a bot's: by its type, or by a login that no person can have. */
  readonly bot?: boolean;
  /** The claim of the host's own address, if the host links no account; it is evidence only of a listed bot. */
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
  /** Null if the host committed (a web edit, a squash, a merge button). */
  readonly committer: Person | null;
  readonly parents: number;
  readonly message: string;
  /** Whether the host signed the commit as its author's, as it does for a bot that commits through its API. */
  readonly signedByHost: boolean;
}

/** Why a reading of a pull request is incomplete. */
export type Gap =
  | "no-commits"
  | "list-cut"
  | "count-differs"
  | "look-up-failed"
  /** The next check, which follows at once, reads the rest. */
  | "continues"
  | "too-large";

export interface ChangedFile {
  readonly path: string;
  /** Whether the host shows the whole change as lines of text, so that its size is known. */
  readonly counted: boolean;
}

/** What a pull request changes; read only if a policy needs it. */
export interface Change {
  /** Lines added and removed, together. */
  readonly lines: number;
  /** Every file, including the old names of renamed files. */
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
  /** Null if the account no longer exists at the host (GitHub's ghost). */
  readonly opener: Person | null;
  /** Whether this bot opened it, e.g. to propose a policy file. */
  readonly own: boolean;
  readonly head: string;
  readonly base: string;
  readonly commits: readonly Commit[];
  /** Whether the server has its own account numbers, so that the well-known numbers of public hosts mean nothing. */
  readonly ownNumbers?: boolean;
  /** If not empty, the reading is incomplete and its verdict is never green. */
  readonly gaps: readonly Gap[];
}
