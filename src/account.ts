/** The code hosts that Countersign knows. */
export const HOSTS = ["github", "gitee"] as const;
export type HostName = (typeof HOSTS)[number];

declare const brand: unique symbol;

/** What only a text that was checked to be an account has. */
export interface AccountBrand {
  readonly [brand]: true;
}

/**
 * A person or a bot, as its host numbers it: `github:583231`. A string, so that accounts compare with `===`
 * and stand as keys of a `Map`. Numbers are never reused by a host; logins are, which is why none is kept.
 */
export type Account = `${HostName}:${number}` & AccountBrand;

/** An account as its host knows it now. */
export interface Registered {
  readonly account: Account;
  /** When it was created, in milliseconds since the epoch; null: the host does not say. */
  readonly createdAt: number | null;
}

/** Buckets in which open pull requests remember their people; see {@link bucketOf}. */
export const BUCKETS = 256;

export function isHostName(text: string): text is HostName {
  return (HOSTS as readonly string[]).includes(text);
}

/** Whether a number can be an account's: a whole number from 1 up to the largest that JSON carries exactly. */
export function isAccountNumber(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

/** @throws RangeError when `number` cannot be an account's. */
export function accountOf(host: HostName, number: number): Account {
  if (!isAccountNumber(number)) throw new RangeError(`${number} is not the number of an account`);
  return `${host}:${number}` as Account;
}

/** Reads `HOST:NUMBER`. Returns null for anything else, `github:07` and `github:@login` included. */
export function parseAccount(text: string): Account | null {
  const match = /^([a-z]+):([1-9][0-9]*)$/.exec(text);
  const [, host = "", digits = ""] = match ?? [];
  if (!isHostName(host) || !isAccountNumber(Number(digits))) return null;
  return text as Account;
}

export function hostOf(account: Account): HostName {
  return account.slice(0, account.indexOf(":")) as HostName;
}

export function numberOf(account: Account): number {
  return Number(account.slice(account.indexOf(":") + 1));
}

/**
 * The bucket an account falls in. An open pull request remembers only buckets: enough to find the pull
 * requests that a signature may have changed, too little to name who is behind one.
 */
export function bucketOf(account: Account): number {
  return numberOf(account) % BUCKETS;
}
