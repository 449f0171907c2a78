/** The people of the playground: each stands for one situation that a CLA bot must get right. */
export const ROLES = [
  "signed",
  "unsigned",
  "renamed",
  "impostor",
  "bot",
  "unlinked",
  "coauthor",
  "employee",
  "restricted",
  "maintainer",
] as const;

export type Role = (typeof ROLES)[number];

export function isRole(text: unknown): text is Role {
  return ROLES.includes(text as Role);
}

/**
 * Their logins. The renamed person signed as `rio` and is `rita` now; the impostor took the free login `rio`, and
 * has another number. On GitHub the bot is Dependabot by its number; Gitee has no bots of its own.
 */
export const LOGINS: Readonly<Record<Role, string>> = {
  signed: "sam",
  unsigned: "una",
  renamed: "rita",
  impostor: "rio",
  bot: "dependabot[bot]",
  unlinked: "lin",
  coauthor: "cora",
  employee: "emil",
  restricted: "resa",
  maintainer: "maya",
};

/** Where the renamed person was when they signed. */
export const FORMER_LOGIN = "rio";

/** The Dependabot of github.com, as it numbers it: https://api.github.com/users/dependabot%5Bbot%5D */
export const DEPENDABOT = 49_699_333;

/** An address that no account has, as on a new laptop. */
export const UNLINKED = { name: "Lin at home", email: "lin@laptop.local" } as const;

/** Who has signed before the story begins; the employee's employer did. */
export const SIGNED_BEFORE: readonly Role[] = ["signed", "renamed", "restricted", "maintainer"];
export const EMPLOYER = "example-corp";
