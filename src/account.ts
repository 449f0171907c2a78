/** The code hosts that Countersign knows. */
export const HOSTS = ["github", "gitee"] as const;
export type HostName = (typeof HOSTS)[number];

declare const brand: unique symbol;

/** The brand of a text that was checked to be an account. */
export interface AccountBrand {
  readonly [brand]: true;
}

/**
 * A person or a bot, by its number at the host: `github:583231`. A string, so that accounts compare with `===` and work
 * as keys of a `Map`. Hosts never reuse numbers, but they reuse logins, so no login is stored.
 */
export type Account = `${HostName}:${number}` & AccountBrand;

/** An account as it is at its host now. */
export interface Registered {
  readonly account: Account;
  /** When it was created, in milliseconds since the epoch; null: unknown. */
  readonly createdAt: number | null;
}

/** The number of buckets for the people of open pull requests; see {@link bucketOf}. */
export const BUCKETS = 256;

export function isHostName(text: string): text is HostName {
  return (HOSTS as readonly string[]).includes(text);
}

/** Whether a number can be an account's: a whole number from 1 up to the largest that JSON carries exactly. */
export function isAccountNumber(number: number): boolean {
  return Number.isSafeInteger(number) && number > 0;
}

/** @throws RangeError if `number` can't be an account's. */
export function accountOf(host: HostName, number: number): Account {
  if (!isAccountNumber(number)) throw new RangeError(`${number} is not the number of an account`);
  return `${host}:${number}` as Account;
}

/** Reads `HOST:NUMBER`. Returns null for anything else, including `github:07` and `github:@login`. */
export function parseAccount(text: string): Account | null {
  const match = /^([a-z]+):([1-9][0-9]*)$/.exec(text);
  if (match === null) return null;
  const [, host = "", digits = ""] = match;
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
 * The bucket of an account. An open pull request stores only buckets: they are enough to find the pull requests that a
 * signature may change, but they do not identify people.
 */
export function bucketOf(account: Account): number {
  return numberOf(account) % BUCKETS;
}
