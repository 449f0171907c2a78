import { Hono } from "hono";
import { oauth, type OAuthClient } from "./access/oauth.ts";
import { pages } from "./pages/pages.ts";
import { STYLESHEET } from "./pages/stylesheet.ts";
import { createApi } from "./rest/api.ts";
import type { World } from "./state/world.ts";

/** The whole server: API, sign-in, pages. */
export function createApp(world: World, client: OAuthClient): Hono {
  const app = new Hono({ strict: false });
  app.notFound((c) => c.json({ message: "404 Not Found" }, 404));
  // Comments hold foreign Markdown, whose images would be requested from elsewhere.
  app.use(async (c, next) => {
    await next();
    if (c.res.headers.get("content-type")?.startsWith("text/html") === true)
      c.header("content-security-policy", "default-src 'none'; style-src 'self'; frame-ancestors 'none'");
  });
  app.get("/style.css", (c) => c.body(STYLESHEET, 200, { "content-type": "text/css; charset=utf-8" }));
  app.route("/api/v5", createApi(world));
  app.route("/oauth", oauth(world, client));
  app.route("/", pages(world));
  return app;
}
