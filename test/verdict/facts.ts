/** Builders of the values that a verdict is made from; each test names only what it is about. */
import { accountOf, type Account } from "../../src/account.ts";
import type { Agreement } from "../../src/records/agreement.ts";
import { policyOf, type Policy, type PolicyFile } from "../../src/verdict/policy.ts";
import type { Commit, Person, Pull } from "../../src/pull.ts";
import type { Coverage } from "../../src/records/signature.ts";
import type { Facts } from "../../src/verdict/verdict.ts";

export const NOW = Date.UTC(2026, 10, 25);
export const DAY = 86_400_000;

export const agreement: Agreement = {
  id: "icla",
  title: "Individual Contributor License Agreement",
  version: "1.0",
  url: "https://example.com/icla",
  document: null,
  repositories: ["github:octo/*"],
  accepts: ["1.0"],
  graceDays: 0,
  effective: null,
  sign: ["page"],
  withdrawal: "self",
};

export function policy(file: PolicyFile = {}): Policy {
  return policyOf(
    file,
    {},
    {
      name: "github",
      reportByDefault: "status",
      labelsByDefault: false,
      coauthorsByDefault: "require",
    },
  );
}

/** Somebody with a GitHub account. */
export function person(number: number, more: Partial<Person> = {}): Person {
  return {
    account: accountOf("github", number),
    login: `user-${number}`,
    name: `Person ${number}`,
    email: `${number}@example.com`,
    claimed: null,
    ...more,
  };
}

/** Somebody of whom the host knows only what a commit says. */
export function stranger(more: Partial<Person> = {}): Person {
  return { account: null, login: null, name: "Alex Doe", email: "alex@example.com", claimed: null, ...more };
}

export function commit(sha: string, author: Person, more: Partial<Commit> = {}): Commit {
  return {
    sha,
    author,
    coauthors: [],
    committer: null,
    parents: 1,
    message: "A change",
    signedByHost: false,
    ...more,
  };
}

export function pull(opener: Person | null, commits: readonly Commit[], more: Partial<Pull> = {}): Pull {
  return {
    ref: { host: "github", repository: 1296269, number: 7 },
    path: "octo/repo",
    url: "https://github.com/octo/repo/pull/7",
    title: "A change",
    state: "open",
    private: false,
    opener,
    own: false,
    head: "head",
    base: "main",
    commits,
    gaps: [],
    ...more,
  };
}

export const own: Coverage = { version: "1.0", entity: null, from: null, until: null };

/** The coverage of people who each signed the current version themselves. */
export function signedBy(...people: readonly Person[]): ReadonlyMap<Account, readonly Coverage[]> {
  return new Map(
    people.flatMap(({ account }) => (account === null ? [] : [[account, [own]] as [Account, Coverage[]]])),
  );
}

export function facts(pull: Pull, more: Partial<Facts> = {}): Facts {
  return {
    pull,
    policy: policy(),
    agreement,
    coverage: new Map(),
    waived: new Set(),
    members: new Set(),
    unanswered: new Set(),
    merged: new Set(),
    backports: new Set(),
    exemption: null,
    now: NOW,
    ...more,
  };
}
