import { accountOf, type Account } from "../../../account.ts";
import type { Claim, Person } from "../../../pull.ts";
import * as schema from "../schema.ts";
import { knownBotNamed } from "../../../verdict/well-known.ts";
import type { GitHubServer } from "../../traffic/server.ts";

/**
 * A bot's id for GraphQL, which names its type: `BOT_…`, or `03:Bot…` in Base64 if the bot is older. `GitActor.user`
 * calls every account a `User` and may leave `[bot]` out of the login (`Copilot`), but the id is the bot's, as recorded
 * answers to `gh pr view --json commits` show. https://docs.github.com/graphql/guides/migrating-graphql-global-node-ids
 */
const BOT_ID = /^(?:BOT_|MDM6Qm90)/;

/** The opener of a pull request, as far as GitHub showed it. */
export interface Opener {
  /** Null for an account that is gone (GitHub's ghost), or one that GitHub did not return. */
  readonly opener: Person | null;
  /** Whether GitHub did not return it, so that it must be read again. */
  readonly unanswered: boolean;
}

export function openerOf(author: schema.Account | schema.Unanswered | null): Opener {
  if (schema.isUnanswered(author)) return { opener: null, unanswered: true };
  if (author === null) return { opener: null, unanswered: false };
  const number = schema.told(author.databaseId) ?? schema.told(schema.told(author.user)?.databaseId);
  const opener = {
    account: number === null ? null : accountOf("github", number),
    login: author.login,
    name: null,
    email: null,
    claimed: null,
    ...(author.type === "Bot" && { bot: true }),
  };
  return { opener, unanswered: number === null };
}

/**
 * The people of a commit; null if GitHub did not list them.
 * @param opener who opened the pull request that holds the commit; null: unknown, or no pull request
 */
export function personOf(
  actor: schema.Person | schema.Unanswered | null,
  server: GitHubServer,
  opener: Person | null = null,
): Person | null {
  if (actor === null || schema.isUnanswered(actor)) return null;
  const { name, email, user } = actor;
  // A Git commit always has an address, so GitHub left a missing one out.
  if (schema.isUnanswered(user) || schema.isUnanswered(name) || schema.told(email) === null) return null;
  const typed = { name, email: schema.told(email) };
  if (user === null)
    return { account: null, login: null, ...typed, claimed: claimOf(typed.email, server, opener) };
  const number = schema.told(user.databaseId);
  if (number === null) return null;
  const known = { account: accountOf("github", number), login: user.login, ...typed, claimed: null };
  // A person's login can't contain brackets, so such a login from the server proves a bot, too.
  return BOT_ID.test(user.id ?? "") || user.login.endsWith("[bot]") ? { ...known, bot: true } : known;
}

/**
 * The bot that a GitHub noreply address claims. GitHub often links such an address of a bot to no account:
 * `NUMBER+NAME[bot]@…`, `198982749+Copilot@…`, `github-actions[bot]@…`. Anyone can type it.
 */
function claimOf(email: string | null, server: GitHubServer, opener: Person | null): Claim | null {
  const [, digits, name, domain] = /^(?:([1-9]\d{0,14})\+)?([^@+]+)@([^@]+)$/.exec(email ?? "") ?? [];
  if (name === undefined || domain?.toLowerCase() !== server.noreplyDomain) return null;
  if (digits !== undefined) return { account: accountOf("github", Number(digits)), by: "number" };
  const account = (server.ownNumbers ? null : knownBotNamed(name)) ?? openerNamed(name, opener);
  return account === null ? null : { account, by: "name" };
}

/** The name of a bot that is not listed can only claim the bot that opened the pull request. */
function openerNamed(name: string, opener: Person | null): Account | null {
  if (opener?.bot !== true || opener.login === null || !name.endsWith("[bot]")) return null;
  const bare = (login: string): string => login.toLowerCase().replace(/\[bot\]$/, "");
  return bare(opener.login) === bare(name) ? opener.account : null;
}
