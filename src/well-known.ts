/**
 * Accounts that are known everywhere and sign nothing: bots that open pull requests, and coding assistants that
 * commits name as co-authors. By number or exact address only; each with where the number was read.
 */
import { accountOf, type Account } from "./account.ts";
import type { Person } from "./pull.ts";

interface Known {
  /** For the reader of this file; never compared. */
  readonly name: string;
  readonly account: Account;
  readonly source: string;
}

export const BOTS: readonly Known[] = [
  { name: "dependabot[bot]", account: accountOf("github", 49699333), source: "github.com/apps/dependabot" },
  { name: "renovate[bot]", account: accountOf("github", 29139614), source: "github.com/apps/renovate" },
  {
    name: "github-actions[bot]",
    account: accountOf("github", 41898282),
    source: "github.com/apps/github-actions",
  },
];

export const AGENTS: readonly (Known & { readonly addresses: readonly string[] })[] = [];

const bots = new Set<Account>(BOTS.map(({ account }) => account));
const agents = new Set<Account>(AGENTS.map(({ account }) => account));
const addresses = new Set<string>(AGENTS.flatMap((agent) => agent.addresses));

/** Whether the account is a bot whose own pull requests need no signature. */
export function isWellKnownBot(account: Account): boolean {
  return bots.has(account);
}

/** Whether a co-author is a coding assistant. The address must be the very same; case in it does not matter. */
export function isWellKnownAgent(person: Person): boolean {
  if (person.account !== null && agents.has(person.account)) return true;
  return person.email !== null && addresses.has(person.email.toLowerCase());
}
