import { Hono } from "hono";
import { bearer } from "../access/bearer.ts";
import { checkRoutes } from "./checks.ts";
import { commentRoutes } from "./comments.ts";
import { contentRoutes } from "./contents.ts";
import { ApiError } from "../state/api-error.ts";
import { hookRoutes } from "./hooks.ts";
import { labelRoutes } from "./labels.ts";
import { peopleRoutes } from "./people.ts";
import { pullRoutes } from "./pulls.ts";
import { repositoryRoutes } from "./repositories.ts";
import type { ApiEnv } from "./request.ts";
import type { World } from "../state/world.ts";

/** API v5, mounted at `/api/v5`. */
export function createApi(world: World): Hono<ApiEnv> {
  const api = new Hono<ApiEnv>({ strict: false });
  api.onError((error, c) => {
    if (error instanceof ApiError) return c.json({ message: error.message }, error.status);
    throw error;
  });
  api.use(bearer(world));
  for (const routes of [
    // Before the routes of commits, whose names may contain slashes.
    checkRoutes,
    peopleRoutes,
    repositoryRoutes,
    contentRoutes,
    hookRoutes,
    labelRoutes,
    commentRoutes,
    pullRoutes,
  ]) {
    api.route("/", routes);
  }
  return api;
}
