import { Hono } from "hono";
import { ApiError } from "../state/api-error.ts";
import { answerPage, param, type ApiEnv } from "./request.ts";
import { ownerShape, userShape } from "./shapes.ts";

/** Gitee has no lookup of an account by number or by email. */
export const peopleRoutes = new Hono<ApiEnv>({ strict: false })
  .get("/user", (c) => c.json({ ...userShape(c.get("world"), c.get("grant").user), email: null }))
  .get("/emails", (c) =>
    c.json(
      c.get("grant").user.emails.map((email, index) => ({
        email,
        state: "confirmed",
        scope: index === 0 ? ["primary", "committed"] : ["committed"],
      })),
    ),
  )
  .get("/users/:login", (c) => {
    const user = c.get("world").userByLogin(param(c, "login"));
    if (user === undefined) throw new ApiError(404, "404 User Not Found");
    return c.json(userShape(c.get("world"), user));
  })
  .get("/user/orgs", (c) => {
    const { user } = c.get("grant");
    const own = c.get("world").organizations.filter(({ members }) => members.has(user));
    return answerPage(c, own, (organization) => ownerShape(c.get("world"), organization));
  })
  .get("/orgs/:org", (c) => {
    const organization = c.get("world").organizationByLogin(param(c, "org"));
    if (organization === undefined) throw new ApiError(404, "404 Group Not Found");
    return c.json(ownerShape(c.get("world"), organization));
  })
  .get("/orgs/:org/members", (c) => {
    const organization = c.get("world").organizationByLogin(param(c, "org"));
    if (organization === undefined) throw new ApiError(404, "404 Group Not Found");
    const wanted = c.req.query("role") ?? "all";
    const members = [...organization.members].filter(([, role]) => wanted === "all" || role === wanted);
    return answerPage(c, members, ([user, role]) => ({ ...userShape(c.get("world"), user), role }));
  });
