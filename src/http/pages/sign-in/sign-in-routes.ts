import { Hono } from "hono";
import { html } from "hono/html";
import { isHostName, type HostName } from "../../../account.ts";
import { Failure } from "../../../error.ts";
import { SESSION_MS, SIGN_IN_MS } from "../../../records/session.ts";
import type { SignIn } from "../../../ports/sign-in.ts";
import { PageError } from "../page-error.ts";
import { safeReturn } from "./return-to.ts";
import type { Site } from "../site-context.ts";
import type { PagesEnv } from "./visitor.ts";

/** The routes to sign in at a host and to sign out. */
export function signInRoutes(site: Site): Hono<PagesEnv> {
  const { options, sessions } = site;
  const routes = new Hono<PagesEnv>();
  const redirectUri = (host: HostName): string => `${options.publicUrl}/sign-in/${host}/callback`;
  const signInAt = (host: string): { host: HostName; signIn: SignIn } => {
    const signIn = (isHostName(host) ? options.hosts.get(host)?.signIn : null) ?? null;
    if (!isHostName(host) || signIn === null) throw new PageError("notFound");
    return { host, signIn };
  };

  routes.get("/sign-in/:host", async (context) => {
    const { host, signIn } = signInAt(context.req.param("host"));
    const { url, state, verifier } = await signIn.begin(redirectUri(host));
    const pending = { host, state, verifier, returnTo: safeReturn(context.req.query("return_to")) };
    await sessions.begin(context, { account: null, pending, expiresAt: options.now() + SIGN_IN_MS });
    return context.redirect(url.href, 303);
  });

  routes.get("/sign-in/:host/callback", async (context) => {
    const { host, signIn } = signInAt(context.req.param("host"));
    const visitor = context.get("visitor");
    const pending = visitor.session?.session.pending ?? null;
    const failed = (reason: string): Promise<Response> => {
      const { signIn: texts } = visitor.texts;
      const query = new URLSearchParams({ return_to: pending?.returnTo ?? "/account" }).toString();
      const body = html`<h1>${texts.failed}</h1>
        <p class="lead">${reason}</p>
        <p class="buttons">
          <a class="button" href="${visitor.link(`/sign-in/${host}?${query}`)}">${texts.again}</a>
        </p>`;
      return site.show(context, { title: texts.failed, body }, 400);
    };
    const query = new URL(context.req.url).searchParams;
    // An answer that belongs to another sign-in or to none changes nothing: a link can't sign anybody out, and the
    // sign-in of another tab is not lost.
    if (pending === null || pending.host !== host || query.get("state") !== pending.state)
      return failed(visitor.texts.signIn.expired);
    // The session that began the sign-in ends in any case, so that nothing can be replayed.
    if (!(await sessions.end(context))) return failed(visitor.texts.signIn.expired);
    try {
      const { account, login } = await signIn.finish(query, { ...pending, redirectUri: redirectUri(host) });
      site.logins.put(account, login);
      await sessions.begin(context, { account, pending: null, expiresAt: options.now() + SESSION_MS });
      return context.redirect(pending.returnTo, 303);
    } catch (error) {
      if (error instanceof Failure && error.code === "refused") return failed(visitor.texts.signIn.declined);
      throw error;
    }
  });

  routes.post("/sign-out", async (context) => {
    await site.form(context);
    await sessions.end(context);
    return context.redirect(context.get("visitor").link("/account"), 303);
  });
  return routes;
}
