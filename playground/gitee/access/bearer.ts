import type { MiddlewareHandler } from "hono";
import { z } from "zod";
import { ApiError } from "../state/api-error.ts";
import { parseBody, type ApiContext, type ApiEnv } from "../rest/request.ts";
import type { World } from "../state/world.ts";

/** The scopes of a personal token; a token from the sign-in page has the requested scopes. */
export const ALL_SCOPES: ReadonlySet<string> = new Set(
  "user_info emails projects pull_requests issues notes hook groups enterprises".split(" "),
);

const tokenInBody = z.object({ access_token: z.string() });

/**
 * Identifies the caller: `Authorization: Bearer T` or `token T`, `access_token` in the query or in the body.
 * @throws ApiError 401 without a known token, or if it lacks the scope
 */
export function bearer(world: World): MiddlewareHandler<ApiEnv> {
  return async (c, next) => {
    const grant = world.grants.get((await tokenOf(c)) ?? "");
    if (grant === undefined) throw new ApiError(401, "401 Unauthorized: Access token does not exist");
    const scope = scopeFor(c.req.path);
    if (!grant.scopes.has(scope)) throw new ApiError(401, "401 Unauthorized: scope refused");
    c.set("world", world);
    c.set("grant", grant);
    await next();
  };
}

async function tokenOf(c: ApiContext): Promise<string | undefined> {
  const header = /^(?:Bearer|token) (.+)$/i.exec(c.req.header("authorization") ?? "")?.[1];
  if (header !== undefined) return header;
  const query = c.req.query("access_token");
  if (query !== undefined || c.req.method === "GET") return query;
  const body = tokenInBody.safeParse(parseBody(c.req.header("content-type"), await c.req.text()));
  return body.success ? body.data.access_token : undefined;
}

function scopeFor(path: string): string {
  const rest = path.replace("/api/v5", "");
  if (rest === "/emails") return "emails";
  if (/^\/repos\/[^/]+\/[^/]+\/hooks/.test(rest)) return "hook";
  if (/^\/repos\/[^/]+\/[^/]+\/pulls\/(?:\d+\/)?comments/.test(rest)) return "notes";
  if (/^\/repos\/[^/]+\/[^/]+\/pulls/.test(rest)) return "pull_requests";
  if (rest.startsWith("/orgs/")) return "groups";
  if (/^\/enterprises?\//.test(rest)) return "enterprises";
  if (rest.startsWith("/repos/") || rest.endsWith("/repos")) return "projects";
  return "user_info";
}
