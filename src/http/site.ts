import { Hono } from "hono";
import type { Logger } from "pino";
import { METRICS_TYPE, type Metrics } from "./metrics.ts";

export interface SiteOptions {
  readonly ready: () => Promise<void>;
  readonly metrics: Pick<Metrics, "print">;
  readonly pages: Hono | null;
  readonly log: Logger;
}

/** Everything that is served besides deliveries: health, metrics and the pages. */
export function siteRoutes({ ready, metrics, pages, log }: SiteOptions): Hono {
  const site = new Hono();
  site.get("/healthz", (context) => context.text("alive\n"));
  site.get("/readyz", async (context) => {
    try {
      await ready();
      return context.text("ready\n");
    } catch (error) {
      log.warn({ err: error }, "not ready");
      return context.text("not ready: the database does not answer\n", 503, { "retry-after": "5" });
    }
  });
  site.get("/metrics", async (context) =>
    context.body(await metrics.print(), 200, { "content-type": METRICS_TYPE }),
  );
  for (const path of ["/healthz", "/readyz", "/metrics"])
    site.all(path, (context) => context.text("only GET and HEAD\n", 405, { allow: "GET, HEAD" }));
  if (pages !== null) site.route("/", pages);
  site.notFound((context) => context.json({ error: "nothing is at this address" }, 404));
  site.onError((error, context) => {
    log.error({ err: error }, "a page met a bug");
    return context.json({ error: "something went wrong here" }, 500);
  });
  return site;
}
