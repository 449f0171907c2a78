import { randomBytes } from "node:crypto";
import { Hono } from "hono";
import { z } from "zod";
import { parseBody } from "../rest/request.ts";
import { consentPage } from "../pages/consent-page.ts";
import type { User } from "../state/records.ts";
import type { Grant, World } from "../state/world.ts";
import { ALL_SCOPES } from "./bearer.ts";

export interface OAuthClient {
  clientId: string;
  clientSecret: string;
}

const LIFETIME_SECONDS = 86_400;

const authorizeQuery = z.object({
  response_type: z.literal("code"),
  client_id: z.string(),
  redirect_uri: z.url({ protocol: /^https?$/ }),
  scope: z.string().default("user_info"),
  state: z.string().optional(),
  as: z.string().optional(),
});

const tokenBody = z.discriminatedUnion("grant_type", [
  z.object({
    grant_type: z.literal("authorization_code"),
    client_id: z.string(),
    client_secret: z.string(),
    code: z.string(),
    redirect_uri: z.string(),
  }),
  z.object({ grant_type: z.literal("refresh_token"), refresh_token: z.string() }),
]);

/** `/authorize` and `/token`. A code is valid once, for the `redirect_uri` of its request. */
export function oauth(world: World, client: OAuthClient): Hono {
  const codes = new Map<string, Grant & { redirectUri: string }>();
  const refreshTokens = new Map<string, Grant>();

  const issue = (grant: Grant): Record<string, unknown> => {
    const [accessToken, refreshToken] = [secret(), secret()];
    world.grants.set(accessToken, grant);
    refreshTokens.set(refreshToken, grant);
    return {
      access_token: accessToken,
      token_type: "bearer",
      expires_in: LIFETIME_SECONDS,
      refresh_token: refreshToken,
      scope: [...grant.scopes].join(" "),
      created_at: Math.floor(Date.now() / 1000),
    };
  };

  return new Hono()
    .get("/authorize", (c) => {
      const query = authorizeQuery.safeParse(c.req.query());
      if (!query.success)
        return c.json(refusal("invalid_request", query.error.issues[0]?.path.join(".")), 400);
      const { client_id: clientId, redirect_uri: redirectUri, scope, state, as } = query.data;
      if (clientId !== client.clientId) return c.json(refusal("invalid_client"), 401);
      const scopes = new Set(scope.split(" "));
      const unknown = [...scopes].find((each) => !ALL_SCOPES.has(each));
      if (unknown !== undefined) return c.json(refusal("invalid_scope", unknown), 400);
      if (as === undefined) return c.html(consentPage(world, new URL(c.req.url), [...scopes]));
      const back = new URL(redirectUri);
      if (state !== undefined) back.searchParams.set("state", state);
      const user: User | undefined = world.userByLogin(as);
      if (user === undefined) {
        back.searchParams.set("error", "access_denied");
        return c.redirect(back.href);
      }
      const code = secret();
      codes.set(code, { user, scopes, redirectUri });
      back.searchParams.set("code", code);
      return c.redirect(back.href);
    })
    .post("/token", async (c) => {
      const text = await c.req.text();
      const parsed = z
        .record(z.string(), z.unknown())
        .safeParse(parseBody(c.req.header("content-type"), text));
      const body = tokenBody.safeParse({ ...c.req.query(), ...parsed.data });
      if (!body.success) return c.json(refusal("invalid_request", body.error.issues[0]?.path.join(".")), 400);
      if (body.data.grant_type === "refresh_token") {
        const grant = refreshTokens.get(body.data.refresh_token);
        refreshTokens.delete(body.data.refresh_token);
        return grant === undefined ? c.json(refusal("invalid_grant"), 401) : c.json(issue(grant));
      }
      const { client_id: clientId, client_secret: clientSecret, code, redirect_uri: redirectUri } = body.data;
      if (clientId !== client.clientId || clientSecret !== client.clientSecret) {
        return c.json(refusal("invalid_client"), 401);
      }
      const grant = codes.get(code);
      codes.delete(code);
      if (grant === undefined || grant.redirectUri !== redirectUri) {
        return c.json(refusal("invalid_grant"), 401);
      }
      return c.json(issue({ user: grant.user, scopes: grant.scopes }));
    });
}

function refusal(error: string, what?: string): { error: string; error_description: string } {
  return { error, error_description: what ? `${error}: ${what}` : error };
}

function secret(): string {
  return randomBytes(20).toString("hex");
}
