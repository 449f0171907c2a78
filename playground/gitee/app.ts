import { Hono } from "hono";
import { oauth, type OAuthClient } from "./access/oauth.ts";
import { pages } from "./pages/pages.ts";
import { createApi } from "./rest/api.ts";
import type { World } from "./state/world.ts";

/** The whole server: API, sign-in, pages. */
export function createApp(world: World, client: OAuthClient): Hono {
  const app = new Hono({ strict: false });
  app.notFound((c) => c.json({ message: "404 Not Found" }, 404));
  app.route("/api/v5", createApi(world));
  app.route("/oauth", oauth(world, client));
  app.route("/", pages(world));
  return app;
}
