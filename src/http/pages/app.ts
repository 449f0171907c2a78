import { Hono, type MiddlewareHandler } from "hono";
import { bodyLimit } from "hono/body-limit";
import { csrf } from "hono/csrf";
import { HTTPException } from "hono/http-exception";
import { secureHeaders } from "hono/secure-headers";
import { Failure, FAILURES } from "../../error.ts";
import { SESSION_MS } from "../../records/session.ts";
import { MOST_OF_A_PAGE } from "../body.ts";
import { accountRoutes } from "./account/account-page.ts";
import { assetRoutes } from "./layout/assets.ts";
import { browserSessions } from "./sign-in/browser-session.ts";
import { clientKey } from "./client.ts";
import { entityRoutes } from "./entity/entity-page.ts";
import { entityRequestRoutes } from "./entity/request-page.ts";
import { compressStrangers } from "./compress-strangers.ts";
import { dressOf } from "./layout/dress.ts";
import { errorPage } from "./error-page.ts";
import type { PagesOptions } from "./options.ts";
import { PageError } from "./page-error.ts";
import { privacyRoutes } from "./privacy-page.ts";
import { pullRoutes } from "./pull/pull-page.ts";
import { methodsOf } from "./methods.ts";
import { RateLimit } from "./rate-limit.ts";
import { recentPulls } from "./pull/recent-pulls.ts";
import { receiptRoutes } from "./account/receipt-page.ts";
import { Recent } from "./pull/recent.ts";
import { rightsRoutes } from "./account/rights-pages.ts";
import { signInRoutes } from "./sign-in/sign-in-routes.ts";
import { signRoutes } from "./signing/sign-page.ts";
import { siteContext } from "./site-context.ts";
import { strangerOf, visitorOf, type PagesEnv } from "./sign-in/visitor.ts";

/**
 * The pages. They load no script, style, picture or other file from another site, have no inline script or style, and
 * set one cookie.
 */
export function createPages(options: PagesOptions): Hono {
  const sessions = browserSessions(options.sessions, options);
  const logins = new Recent<string | null>(SESSION_MS, 4 * 1024 * 1024);
  const pulls = recentPulls(options.pulls, logins, options);
  const dress = dressOf(options.instance);
  const site = siteContext(options, sessions, pulls, logins, dress);
  const looks = new RateLimit({ burst: 120, perSecond: 2 });
  const acts = new RateLimit({ burst: 30, perSecond: 0.5 });
  // Each sign-in adds a row to the database for ten minutes, even if it is never completed.
  const signIns = new RateLimit({ burst: 600, perSecond: 20 });
  const pages = new Hono<PagesEnv>();

  pages.use(securityOf(options.publicUrl));
  pages.use(async (context, next) => {
    const stranger = strangerOf(context);
    context.set("visitor", stranger);
    context.header("cache-control", "no-store");
    const client = clientKey(context.env.incoming);
    const acting = context.req.method === "POST" || context.req.path.startsWith("/sign-in/");
    const wait = acting ? acts.take(client) : looks.take(client);
    const isBeginning = wait === 0 && /^\/sign-in\/[^/]+$/.test(context.req.path);
    const crowded = isBeginning ? signIns.take("everybody") : 0;
    if (wait > 0 || crowded > 0) throw new PageError("tooMany", Math.max(wait, crowded));
    const visitor = await visitorOf(stranger, context, sessions);
    context.set("visitor", visitor);
    // What a person does is stored and audited, so it is limited from any number of addresses.
    const own = acting && visitor.account !== null ? acts.take(visitor.account) : 0;
    if (own > 0) throw new PageError("tooMany", own);
    await next();
  });
  pages.use(compressStrangers());
  pages.use(csrf({ origin: new URL(options.publicUrl).origin }));
  pages.use(limitedBody());
  for (const routes of [
    pullRoutes,
    signRoutes,
    accountRoutes,
    rightsRoutes,
    entityRoutes,
    entityRequestRoutes,
    receiptRoutes,
    privacyRoutes,
    signInRoutes,
  ])
    pages.route("/", routes(site));
  pages.all("*", (context) => {
    const allowed = methodsOf(context.req.path);
    if (allowed === null) throw new PageError("notFound");
    context.header("allow", allowed);
    throw new PageError("method");
  });
  pages.onError((error, context) => {
    const pageError = asPageError(error, options);
    const { status, retryAfter } = pageError;
    if (retryAfter !== null) context.header("retry-after", String(retryAfter));
    return site.show(context, errorPage(pageError, context.get("visitor"), options.hosts), status);
  });

  const all = new Hono();
  all.route("/", assetRoutes(dress));
  all.route("/", pages);
  return all;
}

/** Reads a chunked body, up to the maximum. One that is cut off or malformed is its sender's fault. */
function limitedBody(): MiddlewareHandler {
  const limit = bodyLimit({
    maxSize: MOST_OF_A_PAGE,
    onError: () => {
      throw new PageError("tooLarge");
    },
  });
  return async (context, next) => {
    let isRead = false;
    try {
      return await limit(context, () => {
        isRead = true;
        return next();
      });
    } catch (error) {
      if (isRead || error instanceof PageError) throw error;
      throw new PageError("stale");
    }
  };
}

function asPageError(error: Error, { log, now }: PagesOptions): PageError {
  if (error instanceof PageError) return error;
  // Thrown by the check of a form's origin.
  if (error instanceof HTTPException && error.status === 403) return new PageError("stale");
  if (error instanceof Failure) {
    if (error.code === "not-found") return new PageError("pullNotFound");
    if (error.code === "host-limit") return new PageError("busy", secondsUntil(error.retryAt, now()));
    log.warn({ code: error.code }, "a page could not be shown");
    // The operator must learn of these; trying again in a minute would not help.
    if (FAILURES[error.code].retry === "never") return new PageError("bug");
    return new PageError("host", 60);
  }
  log.error({ err: error }, "a page failed because of a bug");
  return new PageError("bug");
}

/** Whole seconds until a time; one minute if the host gave none. */
function secondsUntil(moment: number | null, now: number): number {
  return moment === null ? 60 : Math.max(1, Math.ceil((moment - now) / 1000));
}

function securityOf(publicUrl: string): ReturnType<typeof secureHeaders> {
  const self = ["'self'"];
  return secureHeaders({
    contentSecurityPolicy: {
      defaultSrc: ["'none'"],
      scriptSrc: self,
      styleSrc: self,
      imgSrc: self,
      connectSrc: self,
      formAction: self,
      baseUri: ["'none'"],
      frameAncestors: ["'none'"],
    },
    // With `no-referrer` a browser would also hide the origin of a form, which the check needs.
    referrerPolicy: "same-origin",
    strictTransportSecurity: publicUrl.startsWith("https:") ? "max-age=31536000" : false,
    xFrameOptions: "DENY",
    permissionsPolicy: { camera: [], geolocation: [], microphone: [], payment: [] },
  });
}
