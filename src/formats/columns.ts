import { Unreadable } from "./problems.ts";
import { isStatusColumn, nameToShow, statusFault } from "./status-column.ts";

/** What a row can say; each is a place in the row's cells. */
export const FIELDS = [
  "host",
  "account_id",
  "github_id",
  "gitee_id",
  "login",
  "github_login",
  "gitee_login",
  "agreement",
  "version",
  "signed_at",
  "entity",
  /** SHA-256 of the text that was signed, as `export` writes it. */
  "digest",
] as const;
export type Field = (typeof FIELDS)[number];

/** Where each field stands in a row's cells; -1: nowhere. */
export type Columns = Readonly<Record<Field, number>>;

/** A row's cells. Undefined: the row does not have it. */
export type Cells = readonly (string | undefined)[];

/** The columns of rows that stand in the order of {@link FIELDS}, as JSON items are laid out. */
export const ALL_COLUMNS: Columns = columnsOf((field) => FIELDS.indexOf(field));

function columnsOf(place: (field: Field) => number): Columns {
  return Object.fromEntries(FIELDS.map((field) => [field, place(field)])) as Record<Field, number>;
}

const NAMES: Readonly<Record<string, Field>> = {
  host: "host",
  平台: "host",
  accountid: "account_id",
  account: "account_id",
  accountnumber: "account_id",
  githubid: "github_id",
  githubuserid: "github_id",
  githubaccountid: "github_id",
  giteeid: "gitee_id",
  giteeuserid: "gitee_id",
  giteeaccountid: "gitee_id",
  gitee用户id: "gitee_id",
  gitee账号id: "gitee_id",
  码云id: "gitee_id",
  码云用户id: "gitee_id",
  码云账号id: "gitee_id",
  login: "login",
  githublogin: "github_login",
  githubusername: "github_login",
  giteelogin: "gitee_login",
  giteeusername: "gitee_login",
  gitee用户名: "gitee_login",
  gitee账号: "gitee_login",
  码云用户名: "gitee_login",
  码云账号: "gitee_login",
  agreement: "agreement",
  协议: "agreement",
  version: "version",
  agreementversion: "version",
  claversion: "version",
  版本: "version",
  协议版本: "version",
  signedat: "signed_at",
  signedon: "signed_at",
  datesigned: "signed_at",
  签署时间: "signed_at",
  签署日期: "signed_at",
  签订时间: "signed_at",
  签订日期: "signed_at",
  签名时间: "signed_at",
  entity: "entity",
  digest: "digest",
};

/** Names that may be an account's number at its host, or a number in somebody's own database. */
const MAYBE_NUMBERS: ReadonlySet<string> = new Set([
  "github",
  "gitee",
  "码云",
  "id",
  "uid",
  "userid",
  "usernumber",
  "number",
  "no",
  "用户id",
  "用户编号",
  "编号",
  "账号",
]);

/** Names that say less of when it was signed: taken where no better one says it. */
const WEAK_DATES: Readonly<Record<string, Field>> = {
  createdat: "signed_at",
  time: "signed_at",
  date: "signed_at",
  timestamp: "signed_at",
  时间: "signed_at",
  日期: "signed_at",
};

const ACCOUNTS: readonly Field[] = ["account_id", "github_id", "gitee_id"];
const LOGINS: readonly Field[] = ["login", "github_login", "gitee_login"];

/** What a person said about the columns of the files. */
export interface ColumnAnswers {
  /** Columns that do not matter, as {@link keyOf} prints them. */
  readonly ignored: ReadonlySet<string>;
  /** The column that holds the accounts' numbers; null: nobody said. */
  readonly account: string | null;
}

/** What the header of a table says. */
export interface Header {
  readonly columns: Columns;
  /** The recognized fields as the file itself names them. */
  readonly names: Readonly<Partial<Record<Field, string>>>;
  /** The names of the columns that are not read. */
  readonly dropped: readonly string[];
}

/**
 * Finds the fields in the header of a table, or in the keys of a JSON entry. Case, blanks and punctuation in a name do
 * not matter.
 * @throws Unreadable when no column says whose signature it is, when two say the same, or when one may say that a row
 *   does not count; without repeating what may be data
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
          "remove one, or say --ignore-column for it",
      );
    found.set(field, index);
  };
  for (const [index, key] of keys.entries()) {
    if (answers.ignored.has(key)) continue;
    const named = Object.hasOwn(NAMES, key) ? NAMES[key] : undefined;
    if (key === account) take(named !== undefined && ACCOUNTS.includes(named) ? named : "account_id", index);
    else if (named !== undefined) take(named, index);
    else if (isStatusColumn(key)) throw new Unreadable(line, statusFault(header[index] ?? ""), null, true);
  }
  if (account !== null && !keys.includes(account))
    throw new Unreadable(line, `there is no column ${nameToShow(answers.account ?? "")} (--account-column)`);
  takeWeakDate(keys, answers.ignored, found);
  requireAccount(header, keys, line, answers, found);
  const taken = new Set(found.values());
  return {
    columns: columnsOf((field) => found.get(field) ?? -1),
    names: Object.fromEntries([...found].map(([field, index]) => [field, header[index]?.trim()])),
    dropped: header.filter((_, index) => !taken.has(index)),
  };
}

/** @throws Unreadable with a question where a column may hold the accounts' numbers */
function requireAccount(
  header: readonly string[],
  keys: readonly string[],
  line: number,
  { ignored }: ColumnAnswers,
  found: ReadonlyMap<Field, number>,
): void {
  if ([...ACCOUNTS, ...LOGINS].some((field) => found.has(field))) return;
  const maybe = keys.findIndex((key) => MAYBE_NUMBERS.has(key) && !ignored.has(key));
  if (maybe !== -1) throw new Unreadable(line, accountQuestion(nameToShow(header[maybe] ?? "")), null, true);
  const email = keys.some((key) => /^(e?mail(address)?|邮箱|邮件)$/.test(key));
  throw new Unreadable(
    line,
    "no column says whose signature it is: the first line must name the columns, and one of them must be " +
      "account_id (with host or --host), github_id, gitee_id, or login (with --resolve-logins)" +
      (email ? "; an email address is no evidence of an account" : ""),
  );
}

/** Asks whether a column holds accounts' numbers. @param name as the file has it */
export function accountQuestion(name: string): string {
  return (
    `does the column ${name} hold the numbers that the host gave the accounts, or other numbers (of rows, or of your ` +
    `own database)? If they are the accounts': --account-column ${/^\S+$/.test(name) ? name : `"${name}"`} --host github, or gitee. If they are logins, the column ` +
    "must be called login, with --resolve-logins"
  );
}

function takeWeakDate(
  keys: readonly string[],
  ignored: ReadonlySet<string>,
  found: Map<Field, number>,
): void {
  for (const [index, key] of keys.entries()) {
    const field = Object.hasOwn(WEAK_DATES, key) && !ignored.has(key) ? WEAK_DATES[key] : undefined;
    if (field !== undefined && !found.has(field)) found.set(field, index);
  }
}

/** A column's name without what does not matter in it. */
export function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Whether a name is that of a column that is known here. */
export function isColumnName(name: string): boolean {
  const key = keyOf(name);
  return (
    Object.hasOwn(NAMES, key) || Object.hasOwn(WEAK_DATES, key) || MAYBE_NUMBERS.has(key) || HEADINGS.has(key)
  );
}

/** What a one-column table may be headed, so that a heading is never taken for a login. */
const HEADINGS: ReadonlySet<string> = new Set([
  "user",
  "users",
  "username",
  "usernames",
  "name",
  "names",
  "handle",
  "handles",
  "logins",
  "account",
  "accounts",
  "contributor",
  "contributors",
  "signer",
  "signers",
  "author",
  "authors",
  "email",
  "emails",
  "member",
  "members",
  "people",
  "person",
  "用户",
  "用户名",
  "姓名",
  "名单",
]);
