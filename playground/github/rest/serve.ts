import { may, sees, type Principal } from "../access/principal.ts";
import type { Core } from "../core.ts";
import type { Repository } from "../state/model.ts";
import { admit } from "../traffic/admit.ts";
import { endpoint } from "./description.ts";
import { notAccessible, notFound, Refusal } from "./refusal.ts";
import type { Reply, Request, Route } from "./route.ts";
import { routeFor } from "./table.ts";

const PREFIX = "/api/v3";

/** GitHub also accepts numbers for repositories and organizations; those paths mean the same. */
function byName(core: Core, path: string): string {
  const [, kind, number, rest = ""] = /^\/(repositories|organizations)\/(\d+)(\/.*)?$/.exec(path) ?? [];
  if (kind === "repositories")
    return `/repos/${core.world.repositories.get(Number(number))?.fullName ?? "-/-"}${rest}`;
  if (kind === "organizations") return `/orgs/${core.world.users.get(Number(number))?.login ?? "-"}${rest}`;
  return path;
}

/** A request with an old name is redirected to the number. */
function movedTo(
  core: Core,
  repository: Repository,
  { params, url }: Request,
  method: string,
): Refusal | null {
  if (`${params["owner"]}/${params["repo"]}`.toLowerCase() === repository.fullName.toLowerCase()) return null;
  const rest = url.pathname.slice(PREFIX.length).split("/").slice(4).join("/");
  const location = `${core.site().api}/repositories/${repository.id}${rest ? `/${rest}` : ""}${url.search}`;
  const read = method === "GET" || method === "HEAD";
  return new Refusal(read ? 301 : 307, read ? "Moved Permanently" : "Temporary Redirect", {
    headers: { location },
  });
}

function allowed(
  { app, client, needs, method }: Route,
  principal: Principal,
  repository: Repository | null,
): void {
  if (app && principal.kind !== "app") throw new Refusal(401, "A JSON web token could not be decoded");
  if (!app && principal.kind === "app") throw new Refusal(403, "Resource not accessible by integration");
  if (client !== (principal.kind === "client" || undefined)) throw new Refusal(401, "Bad credentials");
  if (method !== "GET" && principal.kind === "anonymous") throw new Refusal(401, "Requires authentication");
  if (!repository) return;
  if (!app && !sees(principal, repository)) throw notFound();
  if (repository.blocked) throw new Refusal(403, "Repository access blocked");
  if (needs && !needs.some(([name, level]) => may(principal, repository, name, level)))
    throw principal.kind === "user" ? notFound() : notAccessible();
  if (repository.archived && method !== "GET")
    throw new Refusal(403, "Repository was archived so is read-only.");
}

async function bodyOf(raw: globalThis.Request): Promise<Record<string, unknown>> {
  const text = await raw.text();
  if (text === "") return {};
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    throw new Refusal(400, "Problems parsing JSON");
  }
}

/** Validates the request against GitHub's description of the endpoint. */
function check(core: Core, { method, template }: Route, request: Request): void {
  const described = endpoint(method, template);
  if (!described) return;
  const problems = (["path", "query", "body"] as const).flatMap((part) => {
    const validate = described[part];
    const value = part === "path" ? { ...request.params } : request[part];
    if (!validate || validate(value)) return [];
    return (validate.errors ?? []).map(({ instancePath, message }) => `${part}${instancePath} ${message}`);
  });
  if (problems.length === 0) return;
  core.violations.push({ route: `${method} ${template}`, problem: problems.join("; ") });
  throw new Refusal(422, `Invalid request.\n\n${problems.join("\n")}`);
}

function replyOf({ status, body, headers = {} }: Reply, limits: Record<string, string>): Response {
  const all = new Headers({ "x-github-media-type": "github.v3; format=json", ...limits });
  if (body === null) {
    for (const [name, value] of Object.entries(headers)) all.set(name, value);
    return new Response(null, { status, headers: all });
  }
  all.set("content-type", "application/json; charset=utf-8");
  for (const [name, value] of Object.entries(headers)) all.set(name, value);
  return new Response(typeof body === "string" ? body : JSON.stringify(body), { status, headers: all });
}

/** Answers a request under `/api/v3`. Null: close the connection. */
export async function serveRest(core: Core, raw: globalThis.Request): Promise<Response | null> {
  const url = new URL(raw.url);
  const found = routeFor(raw.method, byName(core, url.pathname.slice(PREFIX.length)));
  const template = found?.route.template ?? url.pathname.slice(PREFIX.length);
  const principal = core.tokens.principalOf(raw.headers.get("authorization") ?? undefined);
  const call = {
    kind: template.endsWith("/access_tokens") ? ("token" as const) : ("rest" as const),
    method: raw.method,
    route: template,
    about: url.pathname,
    write: raw.method !== "GET" && raw.method !== "HEAD",
  };
  return admit(core, call, principal, found?.route.creates ?? false, async (limits) => {
    try {
      if (typeof principal === "string") throw new Refusal(401, principal);
      if (!found) {
        core.violations.push({ route: `${raw.method} ${template}`, problem: "not simulated" });
        throw notFound();
      }
      const request: Request = {
        core,
        principal,
        params: found.params,
        query: Object.fromEntries(url.searchParams),
        body: await bodyOf(raw),
        accept: raw.headers.get("accept") ?? "",
        url,
      };
      const { owner, repo } = found.params;
      const repository = owner && repo ? core.world.find(owner, repo) : null;
      if (repository === undefined) throw notFound();
      allowed(found.route, principal, repository);
      const moved = repository && movedTo(core, repository, request, raw.method);
      if (moved && !url.pathname.startsWith(`${PREFIX}/repositories/`)) throw moved;
      check(core, found.route, request);
      return replyOf(await found.route.answer(request, repository as Repository), limits);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return replyOf({ status: error.status, body: error.body, headers: error.headers }, limits);
    }
  });
}
