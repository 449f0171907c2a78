import { iso } from "../present/site.ts";
import { refusalOf } from "../access/principal.ts";
import { SimulatedRepository } from "../state/repository.ts";
import { readNodeId } from "../state/node-id.ts";
import { payer } from "../traffic/admit.ts";
import { failure, unresolved, visible, type Context, type TypeResolvers } from "./context.ts";
import { CommitSource } from "./sources.ts";

/** The object with a global id, if the caller may see it; null: none. */
function nodeOf(id: string, context: Context): unknown {
  const { world } = context.core;
  const read = readNodeId(id);
  if (!read) return null;
  const number = Number(read.parts[0]);
  const sha = read.parts[1] ?? "";
  const repository = world.repositories.get(number);
  switch (read.prefix) {
    case "R":
      return repository && visible(context, repository) ? repository : null;
    case "C": {
      const commit = repository?.network.commits.get(sha);
      return repository && commit && visible(context, repository)
        ? new CommitSource(repository, commit)
        : null;
    }
    case "PR": {
      const pull = world.pulls.get(number);
      return pull && visible(context, pull.repository) ? pull : null;
    }
    case "IC": {
      const comment = world.comments.get(number);
      return comment && visible(context, comment.pull.repository) ? comment : null;
    }
    case "U":
    case "O":
    case "BOT":
    case "EUA":
    case "M":
      return world.users.get(number) ?? null;
    default:
      return null;
  }
}

function resolved(id: unknown, context: Context): unknown {
  const node = nodeOf(String(id), context);
  if (!node) throw unresolved("node", `global id of '${String(id)}'`);
  return node;
}

/** Why GitHub hides an existing object; null: it does not. */
function refusedBy(node: unknown, { principal }: Context): Error | null {
  if (!(node instanceof SimulatedRepository)) return null;
  const sentence = node.blocked ? "Repository access blocked" : refusalOf(principal);
  return sentence === null ? null : failure("FORBIDDEN", sentence);
}

export const queryResolvers: TypeResolvers<unknown> = {
  repository(_, { owner, name, followRenames }, context) {
    const repository = context.core.world.find(String(owner), String(name));
    const current = repository?.fullName.toLowerCase() === `${String(owner)}/${String(name)}`.toLowerCase();
    if (!repository || !visible(context, repository) || (followRenames === false && !current))
      throw unresolved("Repository", `name '${String(owner)}/${String(name)}'`);
    return repository;
  },
  node(_, { id }, context) {
    const refusal = refusedBy(resolved(id, context), context);
    if (refusal !== null) throw refusal;
    return resolved(id, context);
  },
  nodes: (_, { ids }, context) =>
    (ids as string[]).map((id) => refusedBy(nodeOf(id, context), context) ?? nodeOf(id, context)),
  user(_, { login }, { core }) {
    const user = core.world.userByLogin(String(login));
    if (!user || user.deleted || (user.type !== "User" && user.type !== "EnterpriseUserAccount"))
      throw unresolved("User", `login of '${String(login)}'`);
    return user;
  },
  organization(_, { login }, { core }) {
    const user = core.world.userByLogin(String(login));
    if (user?.type !== "Organization") throw unresolved("Organization", `login of '${String(login)}'`);
    return user;
  },
  repositoryOwner(_, { login }, { core }) {
    const user = core.world.userByLogin(String(login));
    return user && user.type !== "Bot" ? user : null;
  },
  viewer(_, _args, { core, principal }) {
    if (principal.kind === "user") return principal.user;
    if (principal.kind === "installation") return core.world.bot;
    throw failure("FORBIDDEN", "Resource not accessible by integration");
  },
  rateLimit(_, _args, { core, principal, cost }) {
    const { limit, used, remaining, reset } = core.limits.standing(payer(principal));
    const resetAt = iso(new Date(reset * 1000));
    return { cost: cost.points, nodeCount: cost.nodes, limit, used, remaining, resetAt };
  },
};
