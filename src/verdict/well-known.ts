/**
 * The bots and coding assistants that Countersign knows, by number or exact address only, each with its source.
 * A wrong number opens the gate to a stranger, so an entry that public material does not establish is left out.
 * docs/known-bots.md lists them for readers and says how to propose one. No bot of Gitee is established.
 */
import { numberOf, type Account } from "../account.ts";
import type { Person } from "../pull.ts";
import { AGENTS, BOTS } from "./known-bots.ts";

const own = new Set<Account>(BOTS.filter(({ writes }) => writes === "own").map(({ account }) => account));
const bots = new Set<Account>(BOTS.flatMap(({ account, authors }) => [account, ...authors]));
const companions = new Map<Account, readonly Account[]>(
  BOTS.map(({ account, authors }) => [account, authors]),
);
const agents = new Set<Account>(AGENTS.flatMap(({ accounts }) => accounts));
const addresses = new Set<string>(AGENTS.flatMap((agent) => agent.addresses).flatMap(alsoBare));
const botAddresses = new Set<string>(BOTS.flatMap(({ account, name }) => addressesOf(account, name)));
const carriers = new Set<string>(
  BOTS.filter(({ writes }) => writes === "carrier").map(({ name }) => bareName(name)),
);
const names = new Map<string, Account>(
  BOTS.filter(({ name }) => name.endsWith("[bot]")).map(({ name, account }) => [name, account]),
);

/** Whether the account is a listed bot that writes its own content, so that its own pull requests are exempt. */
export function writesOwnContent(account: Account): boolean {
  return own.has(account);
}

/** Whether the account is a listed bot of any class, or one under which a listed bot commits. */
export function isKnownBot(account: Account): boolean {
  return bots.has(account);
}

/** The accounts under which a listed bot commits, beside its own. */
export function companionsOf(bot: Account): readonly Account[] {
  return companions.get(bot) ?? [];
}

/** Whether the account is a listed coding assistant's. */
export function isKnownAgent(account: Account): boolean {
  return agents.has(account);
}

/**
 * Whether somebody is a coding assistant. The address must match exactly, except for case.
 * @param ownNumbers the server numbers its accounts by itself, so that only the address counts
 */
export function isWellKnownAgent(person: Person, ownNumbers = false): boolean {
  const account = person.account ?? (person.claimed?.by === "number" ? person.claimed.account : null);
  if (!ownNumbers && account !== null && agents.has(account)) return true;
  return person.email !== null && addresses.has(person.email.toLowerCase());
}

/** Whether the address is one with which github.com shows a listed bot, in any case. */
export function isKnownBotAddress(email: string | null): boolean {
  return email !== null && botAddresses.has(email.toLowerCase());
}

/** Whether an address looks like a bot's, listed or not. Anyone can type it, so it may only choose the wording. */
export function isBotAddress(email: string | null): boolean {
  return email !== null && /\[bot\]@[^@]+$/i.test(email);
}

/**
 * Whether a bot has the name of one that carries other people's text. It is only used to exempt less, on a server whose
 * account numbers say nothing about its bots.
 */
export function isCarrierName(login: string | null): boolean {
  return login !== null && carriers.has(bareName(login));
}

/** GraphQL leaves the suffix out. */
function bareName(login: string): string {
  return login.toLowerCase().replace(/\[bot\]$/, "");
}

function addressesOf(account: Account, name: string): readonly string[] {
  return alsoBare(`${numberOf(account)}+${name}@users.noreply.github.com`.toLowerCase());
}

/**
 * An address of a bot also without its number, which workflows and trailers often leave out. Only a bot's login can have
 * brackets, so another name without its number may be a person's.
 */
function alsoBare(address: string): readonly string[] {
  const [, bare] = /^\d+\+([^+@]+\[bot\]@.+)$/.exec(address) ?? [];
  return bare === undefined ? [address] : [address, bare];
}

/** The listed bot of a name that GitHub reserves, e.g. `github-actions[bot]`; only ever used as a claim. */
export function knownBotNamed(name: string): Account | null {
  return names.get(name.toLowerCase()) ?? null;
}
