/** The people of the playground: each represents one situation that a CLA bot must handle correctly. */
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

/** The time zone of the renamed person at signing. */
export const FORMER_LOGIN = "rio";

/** The number of Dependabot on github.com: https://api.github.com/users/dependabot%5Bbot%5D */
export const DEPENDABOT = 49_699_333;

/** An address without an account, as on a new laptop. */
export const UNLINKED = { name: "Lin at home", email: "lin@laptop.local" } as const;

/** The people who have signed before the story begins; for the employee, the employer has. */
export const SIGNED_BEFORE: readonly Role[] = ["signed", "renamed", "restricted", "maintainer"];
export const EMPLOYER = "example-corp";
