/** The fields of a row; each is an index in the row's cells. */
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
  /** SHA-256 of the signed text, as `export` writes it. */
  "digest",
] as const;
export type Field = (typeof FIELDS)[number];

export const NAMES: Readonly<Record<string, Field>> = {
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
  版本号: "version",
  协议版本号: "version",
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

/** Names that may mean an account's number at its host, or an id in another database. */
export const MAYBE_NUMBERS: ReadonlySet<string> = new Set([
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

export const SOMEBODYS_ID =
  /^(user|github|gitee|git|account|contributor|signer|signatory|author|person|member|developer|profile|owner)+(id|no|number|uid)$/;

/** Less exact names for the time of signing: used if there is no better one. */
export const WEAK_DATES: ReadonlySet<string> = new Set([
  "createdat",
  "time",
  "date",
  "timestamp",
  "时间",
  "日期",
]);

/** A column's name in normalized form. */
export function keyOf(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, "");
}

/** Whether a name belongs to a known column. */
export function isColumnName(name: string): boolean {
  const key = keyOf(name);
  return Object.hasOwn(NAMES, key) || WEAK_DATES.has(key) || MAYBE_NUMBERS.has(key) || HEADINGS.has(key);
}

/** Possible headers of a one-column table, so that a header is never read as a login. */
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
