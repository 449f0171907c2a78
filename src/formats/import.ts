import type { HostName } from "../account.ts";
import type { Agreement } from "../records/agreement.ts";
import type { Precision, SignatureRow } from "../records/signature.ts";
import type { Acknowledgments, Company } from "./acknowledgments.ts";
import type { ColumnAnswers } from "./columns/columns.ts";
import type { ReadDate } from "./cells/date.ts";
import type { ProblemList } from "./problems.ts";
import type { ForeignVersions } from "./versions.ts";

/** Defaults for the columns that a file lacks. */
export interface Defaults {
  readonly host: HostName | null;
  readonly agreement: string | null;
  readonly version: string | null;
  readonly signedAt: ReadDate | null;
  /** The employer for rows that name none. */
  readonly entity: string | null;
}

/** The options and state that all files of one import share. */
export interface Import {
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly defaults: Defaults;
  /** The agreement that the files replace; null: they only add signatures. */
  readonly replace: string | null;
  /** Whether logins are looked up. */
  readonly resolving: boolean;
  readonly columns: ColumnAnswers;
  /** Our version for each of another tool's; null: its rows are left out. */
  readonly versionMap: ReadonlyMap<string, string | null>;
  readonly versions: ForeignVersions;
  readonly acknowledgments: Acknowledgments;
  /** Milliseconds since the epoch. */
  readonly now: number;
  readonly problems: ProblemList;
}

/** The signed agreement and version, and the time. */
export interface Terms extends Omit<SignatureRow, "account"> {
  readonly precision: Precision;
  /** Set for an employee's acknowledgment: the company that it names; null: it names none. */
  readonly company?: Company | null;
}

/** A valid row without an account number, which the host must provide. */
export interface Unresolved {
  readonly line: number;
  readonly item: number | null;
  readonly host: HostName;
  readonly login: string;
  readonly terms: Terms;
}
