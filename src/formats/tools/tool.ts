import { keyOf, type Field } from "../columns/column-names.ts";

/** What a tool's entry says that concerns us, as text. */
export type Said = Readonly<Partial<Record<Field, string>>>;

/** What comes of an entry of another tool's file. */
export type Entry =
  /**
   * A signature. `version` is the tool's own; empty where this entry names none, undefined where the tool never does.
   * `company` is set for an employee's acknowledgement, which counts only with the company's agreement; null: the file
   * does not name the company.
   */
  | {
      readonly kind: "row";
      readonly said: Said;
      readonly version?: string | undefined;
      readonly company?: string | null;
    }
  /** Nobody's signature, for the reason. */
  | { readonly kind: "left-out"; readonly reason: string }
  /** The person took it back, at a moment as the file writes it. */
  | { readonly kind: "revoked"; readonly said: Said; readonly at: string; readonly reason: string }
  /** A company's own agreement. */
  | { readonly kind: "company"; readonly name: string; readonly holds: boolean }
  /** It can't be understood. */
  | { readonly kind: "refused"; readonly field: string | null; readonly message: string };

/** The values of an entry or a CSV row by the names of its keys, as {@link keyOf} prints them. */
export type Values = ReadonlyMap<string, unknown>;

/** A kind of file that another tool writes. All of them know GitHub only. */
export interface Tool {
  readonly name: string;
  /** The key of the account's number; undefined: its entries have none. */
  readonly numbers?: string;
  /** Tells an entry by its keys, or by the name of the list in which it stands; null: it is an array by itself. */
  readonly recognizes: (keys: ReadonlySet<string>, list: string | null) => boolean;
  /** What an entry with these keys lacks to be understood; null: nothing. */
  readonly lacks: (keys: ReadonlySet<string>) => string | null;
  readonly read: (values: Values) => Entry;
  /** The keys that are read, and those that have a status-like name and are known to be none. */
  readonly reads: ReadonlySet<string>;
  /** Whether a version that the configuration lists is that very text, e.g. a digest. */
  readonly versionsAreDigests: boolean;
}

export function keysOf(...names: readonly string[]): ReadonlySet<string> {
  return new Set(names.map(keyOf));
}

export function refused(field: string | null, message: string): Entry {
  return { kind: "refused", field, message };
}

/** Leaves out what is not said. */
export function said(fields: Readonly<Partial<Record<Field, string | null>>>): Said {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== null && value !== ""));
}

/** The first of these keys that the entry has. */
export function first(values: Values, ...keys: readonly string[]): unknown {
  const key = keys.find((one) => values.has(one));
  return key === undefined ? undefined : values.get(key);
}
