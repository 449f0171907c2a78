import type { Company } from "../acknowledgments.ts";
import { keyOf, type Field } from "../columns/column-names.ts";

/** The relevant data of a tool's entry, as text. */
export type Said = Readonly<Partial<Record<Field, string>>>;

/** The result of reading an entry of another tool's file. */
export type Entry =
  /**
   * A signature. `version` is the tool's own; empty if this entry names none, undefined if the tool never does.
   * `company` is set for an employee's acknowledgment, which counts only with the company's agreement; null: the file
   * does not name the company.
   */
  | {
      readonly kind: "row";
      readonly said: Said;
      readonly version?: string | undefined;
      readonly company?: Company | null;
    }
  /** Not a signature, with the reason. */
  | { readonly kind: "left-out"; readonly reason: string }
  /**
   * The person withdrew it, at a time as written in the file. `company` is set for an employee's acknowledgment: only
   * the place with this employer ended.
   */
  | {
      readonly kind: "revoked";
      readonly said: Said;
      readonly at: string;
      readonly reason: string;
      readonly company?: Company | null;
    }
  /** A company's own agreement, with the time of signing as written in the file and the tool's version if it names them. */
  | {
      readonly kind: "company";
      readonly company: Company;
      /** Whether it was signed to the end: an abandoned attempt says nothing about an earlier agreement. */
      readonly signed: boolean;
      readonly holds: boolean;
      readonly at: string | null;
      readonly version?: string;
    }
  /** It can't be understood. */
  | { readonly kind: "refused"; readonly field: string | null; readonly message: string };

/** The values of an entry or a CSV row by its keys, in the form of {@link keyOf}. */
export type Values = ReadonlyMap<string, unknown>;

/** A kind of file that another tool writes. All of these tools support only GitHub. */
export interface Tool {
  readonly name: string;
  /** Which of the tool's files, if several have this name. */
  readonly part?: string;
  /** The key of the account's number; undefined: its entries have none. */
  readonly numbers?: string;
  /** Recognizes an entry by its keys, or by the name of the list that contains it; null: the array has no name. */
  readonly recognizes: (keys: ReadonlySet<string>, list: string | null) => boolean;
  /** What is missing to understand an entry with these keys; null: nothing. */
  readonly lacks: (keys: ReadonlySet<string>) => string | null;
  /** What a table with these columns lacks in addition: in JSON, an absent key can mean that a field is not set. */
  readonly lacksInTable?: (keys: ReadonlySet<string>) => string | null;
  readonly read: (values: Values) => Entry;
  /** The tool's own version in an entry that can't be read otherwise; undefined: its entries have none. */
  readonly versionIn?: (values: Values) => unknown;
  /** The keys that are read, and those with a status-like name that are known not to be a status. */
  readonly reads: ReadonlySet<string>;
  /**
   * Keys that are known not to matter, whatever their value. Null: the project chose the other fields and their values,
   * so that an answer in one says nothing about the signature.
   */
  readonly harmless: ReadonlySet<string> | null;
  /** Statuses that the tool writes twice in an entry: one that is false outweighs the other. */
  readonly repeats?: ReadonlySet<string>;
  /** Whether it writes the texts of a table without quotes, so that a separator in one shifts the cells after it. */
  readonly unquoted?: true;
  /** Whether a version that the configuration lists is exactly that text, e.g. a digest. */
  readonly versionsAreDigests: boolean;
}

export function keysOf(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(keyOf));
}

export function refused(field: string | null, message: string): Entry {
  return { kind: "refused", field, message };
}

/** Leaves out undefined values. */
export function said(fields: Readonly<Partial<Record<Field, string | null>>>): Said {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));
}

/** The first of these keys that the entry has. */
export function first(values: Values, ...keys: readonly string[]): unknown {
  const key = keys.find((one) => values.has(one));
  return key === undefined ? undefined : values.get(key);
}
