import type { HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { SignatureRow } from "../records/signature.ts";
import type { ProblemList } from "./problems.ts";

/** What fills the columns that a file lacks. */
export interface Defaults {
  readonly host: HostName | null;
  readonly agreement: string | null;
  readonly version: string | null;
  /** Milliseconds since the epoch. */
  readonly signedAt: number | null;
}

/** What all files of one import share. */
export interface Import {
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly defaults: Defaults;
  /** The agreement that the files replace; null: they only add. */
  readonly replace: string | null;
  /** Whether logins are looked up. */
  readonly resolving: boolean;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly problems: ProblemList;
}

/** What was signed, and when. */
export type Terms = Omit<SignatureRow, "account">;

/** A row that is right but for the number of its account, which the host must tell. */
export interface Unresolved {
  readonly line: number;
  readonly host: HostName;
  readonly login: string;
  readonly terms: Terms;
}

/** What was found in a file besides the rows. */
export interface Findings {
  rows: number;
  /** What the rows came to: a row may name accounts on two hosts, or be wrong. */
  signatures: number;
  /** Entries that are nobody's signature, by reason. */
  readonly leftOut: Map<string, number>;
  /** What was taken because the file does not say. */
  readonly assumed: { agreement: string | null; version: string | null };
  /** Rows of a version that does not count, by agreement and version. */
  readonly outdated: Map<string, number>;
}

export function noFindings(): Findings {
  return {
    rows: 0,
    signatures: 0,
    leftOut: new Map(),
    assumed: { agreement: null, version: null },
    outdated: new Map(),
  };
}

export function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
