import type { Installation, Level, Permissions, Repository } from "../state/model.ts";
import type { User } from "../state/user.ts";

/**
 * The caller: the app itself by its JWT, the application with its client id and secret, an installation or a signed-in
 * user by a token, or nobody.
 */
export type Principal =
  | { kind: "app" }
  | { kind: "client" }
  | { kind: "installation"; installation: Installation; permissions: Permissions; only: Set<number> | null }
  | { kind: "user"; user: User; scopes: string[] }
  | { kind: "anonymous" };

const LEVELS: readonly Level[] = ["read", "write", "admin"];

/** Whether a set of permissions contains the requested one; every installation has `metadata: read`. */
export function allows(permissions: Permissions, name: string, level: Level): boolean {
  const held = name === "metadata" ? (permissions[name] ?? "read") : permissions[name];
  return held !== undefined && LEVELS.indexOf(held) >= LEVELS.indexOf(level);
}

/**
 * The sentence with which an organization's rule refuses an installation; null: allowed. Reported in
 * https://github.com/renovatebot/renovate/issues/20253 and https://github.com/github/github-mcp-server/issues/748.
 */
export function refusalOf(principal: Principal): string | null {
  if (principal.kind !== "installation") return null;
  const { refuses, account } = principal.installation;
  switch (refuses) {
    case null:
      return null;
    case "ip allow list":
      return `Although you appear to have the correct authorization credentials, the \`${account.login}\` organization has an IP allow list enabled, and your IP address is not permitted to access this resource.`;
    case "sso":
      return "Resource protected by organization SAML enforcement. You must grant your OAuth token access to this organization.";
  }
}

/** Whether the repository exists for the caller. An invisible repository is 404, not 403. */
export function sees(principal: Principal, repository: Repository): boolean {
  switch (principal.kind) {
    case "app":
    case "client":
      return false;
    case "anonymous":
      return !repository.private;
    case "user":
      return repository.roleOf(principal.user) !== "none";
    case "installation": {
      const { installation, only } = principal;
      const covered = installation.covers(repository) && (!only || only.has(repository.id));
      return covered || !repository.private;
    }
  }
}

/** Whether the caller has a permission there. Everybody may read public data, whatever the token's permissions. */
export function may(principal: Principal, repository: Repository, name: string, level: Level): boolean {
  if (level === "read" && !repository.private) return true;
  switch (principal.kind) {
    case "app":
    case "client":
    case "anonymous":
      return false;
    case "user":
      return level === "read" || repository.mayPush(principal.user);
    case "installation": {
      const { installation, only, permissions } = principal;
      const covered = installation.covers(repository) && (!only || only.has(repository.id));
      return covered && allows(permissions, name, level);
    }
  }
}
