import { FIELDS, keyOf, MAYBE_NUMBERS, NAMES, SOMEBODYS_ID, WEAK_DATES, type Field } from "./column-names.ts";
import { Unreadable } from "../problems.ts";
import { doubtIn } from "./doubtful-column.ts";
import { isStatusColumn, nameToShow, statusFault } from "./status-column.ts";

/** The index of each field in a row's cells; -1: missing. */
export type Columns = Readonly<Record<Field, number>>;

/** A row's cells. Undefined: missing in the row. */
export type Cells = readonly (string | undefined)[];

/** The columns of rows in the order of {@link FIELDS}, as for JSON items. */
export const ALL_COLUMNS: Columns = columnsOf((field) => FIELDS.indexOf(field));

function columnsOf(place: (field: Field) => number): Columns {
  return Object.fromEntries(FIELDS.map((field) => [field, place(field)])) as Record<Field, number>;
}

const ACCOUNTS: readonly Field[] = ["account_id", "github_id", "gitee_id"];
const LOGINS: readonly Field[] = ["login", "github_login", "gitee_login"];

/** A person's options for the columns of the files. */
export interface ColumnAnswers {
  /** Columns to ignore, in the form of {@link keyOf}. */
  readonly ignored: ReadonlySet<string>;
  /** The column with the accounts' numbers; null: not given. */
  readonly account: string | null;
}

/** The content of a table's header. */
export interface Header {
  readonly columns: Columns;
  /** The file's own names for the recognized fields. */
  readonly names: Readonly<Partial<Record<Field, string>>>;
  /** The names of the unread columns. */
  readonly dropped: readonly string[];
  /** The indexes of these columns, without the ignored ones. */
  readonly unread: readonly number[];
}

/**
 * Finds the fields in the header of a table, or in the keys of a JSON entry. Case, spaces and punctuation in a name are
 * ignored.
 * @throws Unreadable when no column identifies the account, when two mean the same, or when one may say that a row does
 * not count; the message repeats nothing that may be data
 */
export function readHeader(header: readonly string[], line: number, answers: ColumnAnswers): Header {
  const keys = header.map(keyOf);
  const account = answers.account === null ? null : keyOf(answers.account);
  const found = new Map<Field, number>();
  const take = (field: Field, index: number): void => {
    const other = found.get(field);
    if (other !== undefined)
      throw new Unreadable(
        line,
        `the columns ${nameToShow(header[other] ?? "")} and ${nameToShow(header[index] ?? "")} both say the ${field}: ` +
          "remove one, or use --ignore-column for it",
      );
    found.set(field, index);
  };
  for (const [index, key] of keys.entries()) {
    if (answers.ignored.has(key)) continue;
    const named = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
    if (key === account) take(named !== undefined && ACCOUNTS.includes(named) ? named : "account_id", index);
    else if (named !== undefined) take(named, index);
    else if (isStatusColumn(header[index] ?? ""))
      throw new Unreadable(line, statusFault(header[index] ?? ""), null, true);
  }
  if (account !== null && !keys.includes(account))
    throw new Unreadable(line, `there is no column ${nameToShow(answers.account ?? "")} (--account-column)`);
  for (const [index, key] of keys.entries()) {
    if (answers.ignored.has(key) || [...found.values()].includes(index)) continue;
    const doubt = doubtIn(header[index] ?? "", key, found);
    if (doubt !== null) throw new Unreadable(line, doubt, null, true);
  }
  requireOneNumber(header, line, found);
  takeWeakDate(header, keys, line, answers.ignored, found);
  requireAccount(header, keys, line, answers, found);
  const taken = new Set(found.values());
  return {
    columns: columnsOf((field) => found.get(field) ?? -1),
    names: Object.fromEntries([...found].map(([field, index]) => [field, header[index]?.trim()])),
    dropped: header.filter((_, index) => !taken.has(index)),
    unread: [...keys.keys()].filter((index) => !taken.has(index) && !answers.ignored.has(keys[index] ?? "")),
  };
}

/** @throws Unreadable when two columns may give one row two accounts on one host */
function requireOneNumber(header: readonly string[], line: number, found: ReadonlyMap<Field, number>): void {
  for (const [any, ...others] of [ACCOUNTS, LOGINS]) {
    const other = others.find((field) => found.has(field));
    const [first, second] = [any, other].map((field) => (field === undefined ? undefined : found.get(field)));
    if (first !== undefined && second !== undefined)
      throw new Unreadable(
        line,
        `the columns ${nameToShow(header[first] ?? "")} and ${nameToShow(header[second] ?? "")} both say whose signature ` +
          "it is: remove one, or use --ignore-column for it",
      );
  }
}

/** @throws Unreadable with a question when a column may contain the accounts' numbers */
function requireAccount(
  header: readonly string[],
  keys: readonly string[],
  line: number,
  { ignored }: ColumnAnswers,
  found: ReadonlyMap<Field, number>,
): void {
  if ([...ACCOUNTS, ...LOGINS].some((field) => found.has(field))) return;
  const maybe = keys.findIndex(
    (key) => (MAYBE_NUMBERS.has(key) || SOMEBODYS_ID.test(key)) && !ignored.has(key),
  );
  if (maybe !== -1) throw new Unreadable(line, accountQuestion(nameToShow(header[maybe] ?? "")), null, true);
  const email = keys.some((key) => /^(e?mail(address)?|邮箱|邮件)$/.test(key));
  throw new Unreadable(
    line,
    "no column says whose signature it is: the first line must name the columns, and one of them must be " +
      "account_id (with host or --host), github_id, gitee_id, or login (with --resolve-logins)" +
      (email ? "; an email address is no evidence of an account" : "") +
      (header.length === 1 ? "; if it is a list of logins alone, --format list" : ""),
  );
}

/** Asks whether a column holds accounts' numbers. @param name as in the file */
export function accountQuestion(name: string): string {
  return (
    `does the column ${name} hold the numbers that the host gave the accounts, or other numbers (of rows, or of your ` +
    `own database)? If they are the accounts': --account-column ${/^\S+$/.test(name) ? name : `"${name}"`} --host github, or gitee. If they are logins, the column ` +
    "must be called login, with --resolve-logins"
  );
}

/** @throws Unreadable when two columns may contain it and neither is certain */
function takeWeakDate(
  header: readonly string[],
  keys: readonly string[],
  line: number,
  ignored: ReadonlySet<string>,
  found: Map<Field, number>,
): void {
  if (found.has("signed_at")) return;
  const dates = [...keys.keys()].filter((index) => {
    const key = keys[index] ?? "";
    return WEAK_DATES.has(key) && !ignored.has(key);
  });
  const [first, second] = dates;
  if (first !== undefined && second !== undefined)
    throw new Unreadable(
      line,
      `the columns ${nameToShow(header[first] ?? "")} and ${nameToShow(header[second] ?? "")} may both say when it was ` +
        "signed: call the right one signed_at, or use --ignore-column for the other",
    );
  if (first !== undefined) found.set("signed_at", first);
}
