import { allows } from "../access/principal.ts";
import type { User } from "../state/user.ts";
import { connection, same } from "./connection.ts";
import { failure, unresolved, visible, type Context, type TypeResolvers } from "./context.ts";

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

const owner: TypeResolvers<User> = {
  ...actor,
  repository(user, { name }, context) {
    const repository = context.core.world.find(user.login, String(name));
    if (!repository || !visible(context, repository))
      throw unresolved("Repository", `name '${user.login}/${String(name)}'`);
    return repository;
  },
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
  ...owner,
  email: () => "",
  organizations: (user, args, context) => connection(organizations(user, context), args, same),
  organization: (user, { login }, context) =>
    organizations(user, context).find((one) => one.login.toLowerCase() === String(login).toLowerCase()) ??
    null,
};

export const organizationResolvers: TypeResolvers<User> = {
  ...owner,
  membersWithRole: (user, args, context) => connection(members(user, context), args, same),
};

export const enterpriseAccountResolvers: TypeResolvers<User> = { ...actor, user: same };

export const botResolvers: TypeResolvers<User> = {
  ...actor,
  // GraphQL omits the suffix that REST and the website show.
  login: (user) => user.login.replace(/\[bot\]$/, ""),
};
