import { allows } from "../../access/principal.ts";
import { presentApp, presentInstallation } from "../../present/app.ts";
import { presentRepository } from "../../present/repository.ts";
import { iso } from "../../present/site.ts";
import type { Installation, Permissions } from "../../state/model.ts";
import { invalid, notFound, Refusal } from "../refusal.ts";
import { json, nothing, pageOf, paged, route, type Request } from "../route.ts";

function installation({ core, params }: Request): Installation {
  const found = core.world.installations.get(Number(params["installation_id"]));
  if (!found || found.deleted) throw notFound();
  return found;
}

function presented({ core }: Request, found: Installation | undefined) {
  if (!found || found.deleted) throw notFound();
  return json(presentInstallation(core.site(), core.app, found));
}

function onAccount(request: Request, login: string | undefined) {
  const found = request.core.world.installations
    .values()
    .find(({ account, deleted }) => !deleted && account.login.toLowerCase() === login?.toLowerCase());
  return presented(request, found);
}

function askedPermissions(held: Permissions, asked: unknown): Permissions {
  if (asked === undefined) return held;
  const wanted = Object.entries(asked as Permissions);
  const missing = wanted.find(([name, level]) => !allows(held, name, level));
  if (missing) throw new Refusal(422, "The permissions requested are not granted to this installation.");
  return Object.fromEntries(wanted);
}

export const appRoutes = [
  route("GET /app", { app: true }, ({ core }) => json(presentApp(core.site(), core.world, core.app))),

  route("GET /app/installations", { app: true }, (request) => {
    const { core } = request;
    const all = [...core.world.installations.values()].filter(({ deleted }) => !deleted);
    return paged(request, all, (one) => presentInstallation(core.site(), core.app, one));
  }),

  route("GET /app/installations/{installation_id}", { app: true }, (request) =>
    presented(request, installation(request)),
  ),

  route("GET /repos/{owner}/{repo}/installation", { app: true }, (request, repository) =>
    presented(request, request.core.world.installationFor(repository)),
  ),

  route("GET /orgs/{org}/installation", { app: true }, (request) =>
    onAccount(request, request.params["org"]),
  ),
  route("GET /users/{username}/installation", { app: true }, (request) =>
    onAccount(request, request.params["username"]),
  ),

  route("POST /app/installations/{installation_id}/access_tokens", { app: true }, (request) => {
    const { core, body } = request;
    const found = installation(request);
    if (found.suspendedAt) throw new Refusal(403, "This installation has been suspended");
    const permissions = askedPermissions(found.permissions, body["permissions"]);
    const names = (body["repositories"] as string[] | undefined) ?? [];
    const ids = (body["repository_ids"] as number[] | undefined) ?? [];
    const asked = found.repositories.filter(({ id, name }) => ids.includes(id) || names.includes(name));
    if (asked.length < ids.length + names.length)
      throw invalid(
        "There is at least one repository that does not exist or is not accessible to the parent installation.",
      );
    const narrowed = asked.length > 0 ? asked : null;
    const { token, expiresAt } = core.tokens.forInstallation(found, permissions, narrowed);
    return json(
      {
        token,
        expires_at: iso(expiresAt),
        permissions,
        repository_selection: found.selection || narrowed ? "selected" : "all",
        ...(narrowed ? { repositories: narrowed.map((one) => presentRepository(core.site(), one)) } : {}),
      },
      201,
    );
  }),

  route("DELETE /installation/token", {}, () => nothing()),

  route("GET /installation/repositories", {}, (request) => {
    const { core, principal } = request;
    if (principal.kind !== "installation") throw new Refusal(403, "Resource not accessible by integration");
    const { only } = principal;
    const all = principal.installation.repositories.filter(({ id }) => !only || only.has(id));
    const { slice, headers } = pageOf(request, all);
    const repositories = slice.map((one) => presentRepository(core.site(), one));
    return json(
      {
        total_count: all.length,
        repository_selection: principal.installation.selection ? "selected" : "all",
        repositories,
      },
      200,
      headers,
    );
  }),
];
