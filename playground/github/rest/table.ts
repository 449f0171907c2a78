import type { Route } from "./route.ts";
import { appRoutes } from "./routes/app.ts";
import { checkRoutes } from "./routes/checks.ts";
import { commitRoutes } from "./routes/commits.ts";
import { deliveryRoutes } from "./routes/deliveries.ts";
import { grantRoutes } from "./routes/grants.ts";
import { gitRoutes } from "./routes/git.ts";
import { issueRoutes } from "./routes/issues.ts";
import { pullRoutes } from "./routes/pulls.ts";
import { repositoryRoutes } from "./routes/repositories.ts";
import { userRoutes } from "./routes/users.ts";

/** Variables that may contain slashes at the end of a path. */
const LONG = new Set(["path", "ref", "sha", "basehead", "branch"]);

interface Entry {
  route: Route;
  pattern: RegExp;
  names: string[];
}

function entry(route: Route): Entry {
  const names: string[] = [];
  const segments = route.template.split("/");
  const source = segments.map((segment, index) => {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name === undefined) return segment;
    names.push(name);
    return LONG.has(name) && index === segments.length - 1 ? "(.+)" : "([^/]+)";
  });
  return { route, pattern: new RegExp(`^${source.join("/")}$`), names };
}

// Routes with fewer variables are tried first: `/issues/comments/{id}` comes before `/issues/{number}/comments`.
const table = [
  ...appRoutes,
  ...deliveryRoutes,
  ...repositoryRoutes,
  ...commitRoutes,
  ...pullRoutes,
  ...issueRoutes,
  ...checkRoutes,
  ...gitRoutes,
  ...userRoutes,
  ...grantRoutes,
]
  .map(entry)
  .toSorted(
    (a, b) =>
      Number(a.pattern.source.includes("(.+)")) - Number(b.pattern.source.includes("(.+)")) ||
      a.names.length - b.names.length,
  );

/** The route for a method and a path, with the path's variables. */
export function routeFor(
  method: string,
  path: string,
): { route: Route; params: Record<string, string> } | null {
  const wanted = method === "HEAD" ? "GET" : method;
  for (const { route, pattern, names } of table) {
    const values = route.method === wanted ? pattern.exec(path)?.slice(1) : undefined;
    if (!values) continue;
    const params = names.map((name, index) => [name, decodeURIComponent(values[index] ?? "")]);
    return { route, params: Object.fromEntries(params) };
  }
  return null;
}
