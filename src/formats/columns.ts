import { Unreadable } from "./problems.ts";

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
  /** The version by the reckoning of the tool that the file comes from, e.g. a gist's commit. */
  "peer_version",
  /** "false" where the tool lists an entry that nobody signed or approved. */
  "signed",
  "approved",
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
};

/** Names that say less: taken where no better one says the same. */
const WEAK: Readonly<Record<string, Field>> = {
  id: "account_id",
  userid: "account_id",
  用户id: "account_id",
  createdat: "signed_at",
  time: "signed_at",
  date: "signed_at",
  timestamp: "signed_at",
  时间: "signed_at",
  日期: "signed_at",
};

/** EasyCLA calls the login an id: `GitHub ID,LF_ID,Name,Email,Date Signed,Approved,Signed`. */
const EASYCLA: Readonly<Record<string, Field>> = {
  githubid: "github_login",
  datesigned: "signed_at",
  approved: "approved",
  signed: "signed",
};

/** CLA Assistant: `User Name,Repository Owner,Repository Name,CLA Title,Gist URL,Gist Version,Signed At,…`. */
const CLA_ASSISTANT: Readonly<Record<string, Field>> = {
  username: "github_login",
  gistversion: "peer_version",
  signedat: "signed_at",
};

const ACCOUNTS: readonly Field[] = ["account_id", "github_id", "gitee_id"];
const LOGINS: readonly Field[] = ["login", "github_login", "gitee_login"];

/** What the header of a file says. */
export interface Header {
  readonly columns: Columns;
  /** The recognised fields as the file itself names them. */
  readonly names: Readonly<Partial<Record<Field, string>>>;
  /** The names of the columns that are not read. */
  readonly dropped: readonly string[];
  /** The tool that wrote the file; null: none that is known. */
  readonly source: string | null;
  /** Whether the account column is one whose name says little, so that its numbers may be row numbers. */
  readonly weakAccount: boolean;
}

/**
 * Finds the fields in a header. Case, blanks and punctuation in a name do not matter.
 * @throws Unreadable when no column says whose signature it is, without repeating what the file says: it may be data
 */
export function readHeader(header: readonly string[], line: number): Header {
  const keys = header.map(keyOf);
  const source = keys.includes("lfid") ? "EasyCLA" : keys.includes("gistversion") ? "CLA Assistant" : null;
  const names = source === "EasyCLA" ? EASYCLA : source === "CLA Assistant" ? CLA_ASSISTANT : NAMES;
  const found = new Map<Field, number>();
  for (const [index, key] of keys.entries()) {
    const field = Object.hasOwn(names, key) ? names[key] : undefined;
    if (field === undefined) continue;
    const other = found.get(field);
    if (other !== undefined)
      throw new Unreadable(
        line,
        `the columns ${header[other]} and ${header[index]} both say the ${field}: remove one`,
      );
    found.set(field, index);
  }
  const weakAccount = source === null && takeWeak(keys, found);
  if (![...ACCOUNTS, ...LOGINS].some((field) => found.has(field)))
    throw new Unreadable(
      line,
      "no column says whose signature it is: the first line must name the columns, and one of them must be " +
        "account_id (with host or --host), github_id, gitee_id, or login (with --resolve-logins)",
    );
  const taken = new Set(found.values());
  return {
    columns: columnsOf((field) => found.get(field) ?? -1),
    names: Object.fromEntries([...found].map(([field, index]) => [field, header[index]?.trim()])),
    dropped: header.filter((_, index) => !taken.has(index)),
    source,
    weakAccount,
  };
}

/** Lets weak names fill what is lacking. Returns whether the account is among that. */
function takeWeak(keys: readonly string[], found: Map<Field, number>): boolean {
  const accounted = [...ACCOUNTS, ...LOGINS].some((field) => found.has(field));
  let weakAccount = false;
  for (const [index, key] of keys.entries()) {
    const field = Object.hasOwn(WEAK, key) ? WEAK[key] : undefined;
    if (field === undefined || found.has(field)) continue;
    // Beside a login or a better id, a bare `id` is as likely the row's own number.
    if (field === "account_id" && accounted) continue;
    if (field === "account_id") weakAccount = true;
    found.set(field, index);
  }
  return weakAccount;
}

/** The field that a JSON key names; null: none. */
export function fieldOfKey(key: string): Field | null {
  const name = keyOf(key);
  return (Object.hasOwn(NAMES, name) ? NAMES[name] : undefined) ?? null;
}

function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}
