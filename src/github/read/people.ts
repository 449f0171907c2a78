import { accountOf, type Account } from "../../account.ts";
import type { Person } from "../../pull.ts";
import * as schema from "./schema.ts";
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
  };
}

/** Who stands behind a part of a commit; null where GitHub did not say. */
export function personOf(
  actor: schema.Person | schema.Unanswered | null,
  server: GitHubServer,
): Person | null {
  if (actor === null || schema.isUnanswered(actor) || schema.isUnanswered(actor.user)) return null;
  const { name, email, user } = actor;
  if (user !== null) return { account: accountOf("github", user.databaseId), login: user.login, name, email };
  return { account: botAccount(email, server), login: null, name, email };
}

/**
 * GitHub links no commit to a bot. It hands each an address that carries its number; anyone can type it, which
 * gives nothing away: a bot's account in a commit needs a signature like any other.
 */
function botAccount(email: string | null, server: GitHubServer): Account | null {
  const [, digits, domain] = /^([1-9]\d{0,14})\+[^@]+\[bot\]@(.+)$/i.exec(email ?? "") ?? [];
  if (digits === undefined || domain?.toLowerCase() !== server.noreplyDomain) return null;
  return accountOf("github", Number(digits));
}
