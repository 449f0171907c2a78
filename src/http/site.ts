import type { HttpBindings } from "@hono/node-server";
import { Hono } from "hono";
import type { Logger } from "pino";
import { Failure } from "../error.ts";
import { refusalOfReader, type MetricsAccess } from "./metrics-access.ts";
import { METRICS_TYPE, type Metrics } from "./metrics.ts";

export interface SiteOptions {
  /** The program's version; part of the answer to `/healthz`. */
  readonly version?: string;
  readonly ready: () => Promise<void>;
  readonly metrics: Pick<Metrics, "print">;
  readonly metricsAccess: MetricsAccess;
  readonly pages: Hono | null;
  readonly log: Logger;
}

/** Everything that is served in addition to deliveries: health, metrics and the pages. */
export function siteRoutes(options: SiteOptions): Hono {
  const { version, ready, pages, log } = options;
  const site = new Hono();
  site.get("/healthz", (context) =>
    context.text(version === undefined ? "alive\n" : `alive, version ${version}\n`),
  );
  site.get("/readyz", async (context) => {
    try {
      await ready();
      return context.text("ready\n");
    } catch (error) {
      if (error instanceof Failure) log.warn({ code: error.code }, `not ready: ${error.message}`);
      else log.error({ err: error }, "not ready because of a bug");
      return context.text("not ready: the database can't be used; the log says why\n", 503, {
        "retry-after": "5",
      });
    }
  });
  for (const path of ["/healthz", "/readyz"])
    site.all(path, (context) => context.text("only GET and HEAD\n", 405, { allow: "GET, HEAD" }));
  if (options.metricsAccess.port === null) site.route("/", metricsRoutes(options));
  if (pages !== null) site.route("/", pages);
  return withErrors(site, log);
}

/** The metrics alone. */
export function metricsRoutes({
  metrics,
  metricsAccess,
  log,
}: Pick<SiteOptions, "metrics" | "metricsAccess" | "log">): Hono {
  const routes = new Hono<{ Bindings: HttpBindings }>();
  routes.get("/metrics", async (context) => {
    const refusal = refusalOfReader(context.env.incoming, metricsAccess);
    if (refusal === null) return context.body(await metrics.print(), 200, { "content-type": METRICS_TYPE });
    if (refusal.status === 401) context.header("www-authenticate", "Bearer");
    return context.text(`${refusal.reason}\n`, refusal.status);
  });
  routes.all("/metrics", (context) => context.text("only GET and HEAD\n", 405, { allow: "GET, HEAD" }));
  const all = new Hono();
  all.route("/", routes);
  return withErrors(all, log);
}

function withErrors(routes: Hono, log: Logger): Hono {
  routes.notFound((context) => context.json({ error: "nothing is at this address" }, 404));
  routes.onError((error, context) => {
    log.error({ err: error }, "a page failed because of a bug");
    return context.json({ error: "something went wrong here" }, 500);
  });
  return routes;
}
