import { accountOf } from "../../account.ts";
import type { Person } from "../../pull.ts";
import * as schema from "./schema.ts";
import { knownBotNamed } from "../../verdict/well-known.ts";
import type { GitHubServer } from "../traffic/server.ts";

/** Who opened a pull request; null for an account that is gone (GitHub's ghost). */
export function openerOf(author: schema.Account | schema.Unanswered | null): Person | null {
  if (author === null || schema.isUnanswered(author)) return null;
  const number = author.databaseId ?? author.user?.databaseId ?? null;
  return {
    account: number === null ? null : accountOf("github", number),
    login: author.login,
    name: null,
    email: null,
    claimed: null,
  };
}

/** Who has a part in a commit; null where GitHub did not say. */
export function personOf(
  actor: schema.Person | schema.Unanswered | null,
  server: GitHubServer,
): Person | null {
  if (actor === null || schema.isUnanswered(actor) || schema.isUnanswered(actor.user)) return null;
  const { name, email, user } = actor;
  if (user !== null)
    return { account: accountOf("github", user.databaseId), login: user.login, name, email, claimed: null };
  return { account: null, login: null, name, email, claimed: claimOf(email, server) };
}

/**
 * What an address of GitHub's own claims where GitHub links it to no account, as it often does for a bot:
 * `NUMBER+NAME[bot]@…`, `198982749+Copilot@…`, `github-actions[bot]@…`. Anyone can type it.
 */
function claimOf(email: string | null, server: GitHubServer): Person["claimed"] {
  const [, digits, name, domain] = /^(?:([1-9]\d{0,14})\+)?([^@+]+)@([^@]+)$/.exec(email ?? "") ?? [];
  if (name === undefined || domain?.toLowerCase() !== server.noreplyDomain) return null;
  if (digits !== undefined) return { account: accountOf("github", Number(digits)), by: "number" };
  const account = knownBotNamed(name);
  return account === null ? null : { account, by: "name" };
}
