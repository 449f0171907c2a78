import { allows } from "../../access/principal.ts";
import { presentFullUser, presentUser } from "../../present/user.ts";
import type { Role } from "../../state/model.ts";
import type { User } from "../../state/user.ts";
import { payer } from "../../traffic/admit.ts";
import { notFound, Refusal } from "../refusal.ts";
import { json, nothing, paged, route, type Request } from "../route.ts";

function userNamed({ core }: Request, login: string | undefined): User {
  const user = core.world.userByLogin(login ?? "");
  if (!user || user.deleted) throw notFound();
  return user;
}

function organization(request: Request): User {
  const found = userNamed(request, request.params["org"]);
  if (found.type !== "Organization") throw notFound();
  return found;
}

/** Whether the caller sees concealed members; here all memberships are concealed. */
function seesMembers({ principal }: Request, organization: User): boolean {
  if (principal.kind === "user") return organization.members.has(principal.user);
  if (principal.kind !== "installation") return false;
  return principal.installation.account === organization && allows(principal.permissions, "members", "read");
}

/** REST's older name for a role, with only three values. */
function permission(role: Role): string {
  if (role === "maintain") return "write";
  return role === "triage" ? "read" : role;
}

export const userRoutes = [
  route("GET /user", {}, ({ core, principal }) => {
    if (principal.kind !== "user") throw new Refusal(403, "Resource not accessible by integration");
    return json(presentFullUser(core.site(), principal.user));
  }),

  route("GET /user/{account_id}", {}, ({ core, params }) => {
    const user = core.world.users.get(Number(params["account_id"]));
    if (!user) throw notFound();
    return json(presentFullUser(core.site(), user));
  }),

  route("GET /users/{username}", {}, (request) =>
    json(presentFullUser(request.core.site(), userNamed(request, request.params["username"]))),
  ),

  route("GET /orgs/{org}/members", {}, (request) => {
    const found = organization(request);
    const members = seesMembers(request, found) ? [...found.members.keys()] : [];
    return paged(request, members, (user) => presentUser(request.core.site(), user));
  }),

  route("GET /orgs/{org}/members/{username}", {}, (request) => {
    const found = organization(request);
    const { core, params } = request;
    if (!seesMembers(request, found)) {
      const location = `${core.site().api}/orgs/${found.login}/public_members/${params["username"]}`;
      return json(null, 302, { location });
    }
    const user = core.world.userByLogin(params["username"] ?? "");
    if (!user || !found.members.has(user)) throw notFound();
    return nothing();
  }),

  route("GET /orgs/{org}/public_members/{username}", {}, () => {
    throw notFound();
  }),

  route(
    "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
    { needs: [["metadata", "read"]] },
    (request, repository) => {
      const user = userNamed(request, request.params["username"]);
      const role = repository.roleOf(user);
      const held = ["read", "triage", "write", "maintain", "admin"].indexOf(role);
      return json({
        permission: permission(role),
        role_name: role,
        user: {
          ...presentUser(request.core.site(), user),
          permissions: {
            pull: held >= 0,
            triage: held >= 1,
            push: held >= 2,
            maintain: held >= 3,
            admin: held >= 4,
          },
          role_name: role,
        },
      });
    },
  ),

  route("GET /rate_limit", {}, ({ core, principal }) => {
    const rate = core.limits.standing(payer(principal));
    return json({ resources: { core: rate, search: rate, graphql: rate }, rate });
  }),
];
