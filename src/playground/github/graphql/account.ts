import { allows } from "../access/principal.ts";
import type { User } from "../state/user.ts";
import { connection, same } from "./connection.ts";
import { failure, type Context, type TypeResolvers } from "./context.ts";

const actor: TypeResolvers<User> = {
  id: (user) => user.nodeId,
  databaseId: (user) => user.id,
  login: (user) => user.login,
  name: (user) => user.name,
  url: (user, _, { core }) => `${core.site().web}/${user.login}`,
  avatarUrl: (user, _, { core }) => `${core.site().web}/avatars/u/${user.id}?v=4`,
  resourcePath: (user) => `/${user.login}`,
  createdAt: (user) => user.createdAt.toISOString(),
};

function members(user: User, { principal }: Context): User[] {
  const own = principal.kind === "installation" && principal.installation.account === user;
  if (!own || !allows(principal.permissions, "members", "read"))
    throw failure("FORBIDDEN", "Resource not accessible by integration");
  return [...user.members.keys()];
}

const organizations = (user: User, { core }: Context) =>
  [...core.world.users.values()].filter(({ members }) => members.has(user));

export const userResolvers: TypeResolvers<User> = {
  ...actor,
  email: () => "",
  organizations: (user, args, context) => connection(organizations(user, context), args, same),
  organization: (user, { login }, context) =>
    organizations(user, context).find((one) => one.login.toLowerCase() === String(login).toLowerCase()) ??
    null,
};

export const organizationResolvers: TypeResolvers<User> = {
  ...actor,
  membersWithRole: (user, args, context) => connection(members(user, context), args, same),
};

export const botResolvers: TypeResolvers<User> = {
  ...actor,
  // GraphQL leaves out the suffix that REST and the website show.
  login: (user) => user.login.replace(/\[bot\]$/, ""),
};
