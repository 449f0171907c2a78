import type { Account } from "../../../account.ts";
import type { PageHost } from "../../../ports/pages.ts";
import type { Commit, Pull } from "../../../pull.ts";
import type { Judgment } from "../../../verdict/verdict.ts";
import type { Visitor } from "../sign-in/visitor.ts";

/** Which part of a large pull request is shown, as the URL says. */
export interface PullQuery {
  /** The search: part of a login, a name, a commit's id or message; empty: everything. */
  readonly find: string;
  readonly onlyMissing: boolean;
  /** The account whose commits are all listed; null: the people with a few of each. */
  readonly of: string | null;
  /** From 1. */
  readonly page: number;
}

/** What the parts of a pull request's page need. */
export interface PullContext {
  readonly pull: Pull;
  readonly judgment: Judgment;
  readonly host: PageHost;
  readonly visitor: Visitor;
  /** Whether the visitor restricted the use of their data, so that their signature does not count. */
  readonly restricted: boolean;
  readonly query: PullQuery;
  readonly commits: ReadonlyMap<string, Commit>;
  /** Names that commits give an account, for the search. */
  readonly names: ReadonlyMap<Account, ReadonlySet<string>>;
}

export function pullQuery(query: (key: string) => string | undefined): PullQuery {
  return {
    find: (query("find") ?? "").trim().slice(0, 100),
    onlyMissing: query("show") === "missing",
    of: query("of") ?? null,
    page: Math.max(1, Math.trunc(Number(query("page") ?? 1)) || 1),
  };
}

/** The names that the commits give each account. */
export function namesIn(pull: Pull): ReadonlyMap<Account, ReadonlySet<string>> {
  const names = new Map<Account, Set<string>>();
  for (const { author, coauthors, committer } of pull.commits)
    for (const person of [author, ...coauthors, committer]) {
      if (person === null || person.account === null || person.name === null) continue;
      const known = names.get(person.account);
      if (known === undefined) names.set(person.account, new Set([person.name]));
      else known.add(person.name);
    }
  return names;
}
