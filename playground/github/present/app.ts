import type { Installation, World } from "../state/model.ts";
import { nodeId } from "../state/node-id.ts";
import { iso, isoOrNull, type Site } from "./site.ts";
import { presentUser } from "./user.ts";

/** The bot's GitHub App. */
export interface App {
  id: number;
  slug: string;
  clientId: string;
  permissions: Record<string, string>;
  events: readonly string[];
}

export function presentApp(site: Site, world: World, app: App) {
  return {
    id: app.id,
    slug: app.slug,
    client_id: app.clientId,
    node_id: nodeId("A", app.id),
    owner: presentUser(site, world.ghost),
    name: app.slug,
    description: "",
    external_url: site.web,
    html_url: `${site.web}/apps/${app.slug}`,
    created_at: iso(world.bot.createdAt),
    updated_at: iso(world.bot.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

export function presentInstallation(site: Site, app: App, installation: Installation) {
  const { account } = installation;
  return {
    id: installation.id,
    client_id: app.clientId,
    account: presentUser(site, account),
    repository_selection: installation.selection ? "selected" : "all",
    access_tokens_url: `${site.api}/app/installations/${installation.id}/access_tokens`,
    repositories_url: `${site.api}/installation/repositories`,
    html_url: `${site.web}/settings/installations/${installation.id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type === "Organization" ? "Organization" : "User",
    permissions: installation.permissions,
    events: app.events,
    created_at: iso(installation.createdAt),
    updated_at: iso(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt && presentUser(site, account),
    suspended_at: isoOrNull(installation.suspendedAt),
  };
}
