import type { Context } from "hono";
import { html } from "hono/html";
import type { Core } from "../core.ts";
import type { User } from "../state/user.ts";
import { admit } from "../traffic/admit.ts";
import { layout } from "./layout.ts";
import { realPeople } from "./people.ts";

/** The data that the sign-in page needs to send the browser back. */
const CARRIED = ["client_id", "redirect_uri", "state", "scope", "code_challenge", "code_challenge_method"];

type Fields = Record<string, string | undefined>;

function back(core: Core, fields: Fields, user: User | null): string {
  const target = new URL(fields["redirect_uri"] ?? core.signIns.callbackUrl ?? core.site().web);
  if (fields["state"] !== undefined) target.searchParams.set("state", fields["state"]);
  if (!user) {
    target.searchParams.set("error", "access_denied");
    target.searchParams.set("error_description", "The user has denied your application access.");
    return target.href;
  }
  const code = core.signIns.codeFor({
    user,
    redirectUri: fields["redirect_uri"] ?? null,
    codeChallenge: fields["code_challenge"] ?? null,
    scopes: (fields["scope"] ?? "").split(/[ ,]+/).filter(Boolean),
  });
  target.searchParams.set("code", code);
  return target.href;
}

/** The error of a sign-in request, checked before the account is chosen. */
function mistake(core: Core, fields: Fields): { status: 404 | 422; message: string } | null {
  const { signIns } = core;
  if (fields["client_id"] !== signIns.clientId)
    return { status: 404, message: "There is no such application." };
  const redirect = fields["redirect_uri"];
  const wrong = redirect !== undefined && !signIns.mayReturnTo(redirect);
  if (wrong) return { status: 422, message: "The redirect_uri is not associated with this application." };
  const method = fields["code_challenge_method"];
  if (fields["code_challenge"] !== undefined && method !== "S256")
    return { status: 422, message: "The code_challenge_method must be S256." };
  return null;
}

function page(core: Core, fields: Fields) {
  const hidden = CARRIED.flatMap((name) =>
    fields[name] === undefined ? [] : [html`<input type="hidden" name="${name}" value="${fields[name]}" />`],
  );
  return layout(
    "Sign in to the simulated GitHub",
    html`<h1>Sign in</h1>
      <p><strong>${core.app.slug}</strong> asks who you are. Choose one of the simulated people.</p>
      <section class="box">
        <form class="row" method="post" action="/login/oauth/authorize">
          ${hidden}
          ${realPeople(core).map(({ login }) => html`<button name="as" value="${login}">${login}</button>`)}
          <button name="as" value="">Cancel</button>
        </form>
      </section>`,
  );
}

/** `GET` and `POST /login/oauth/authorize`. `as=LOGIN` signs in without the page. */
export function authorize(core: Core) {
  return async (c: Context): Promise<Response> => {
    const form = c.req.method === "POST" ? await c.req.parseBody() : {};
    const fields: Fields = { ...c.req.query() };
    for (const [name, value] of Object.entries(form)) if (typeof value === "string") fields[name] = value;
    const wrong = mistake(core, fields);
    if (wrong) return c.html(layout("Not possible", html`<h1>${wrong.message}</h1>`), wrong.status);
    if (fields["as"] === undefined) return c.html(page(core, fields));
    const user = core.world.userByLogin(fields["as"]);
    return c.redirect(back(core, fields, user ?? null));
  };
}

const DESCRIPTIONS: Record<string, string> = {
  incorrect_client_credentials: "The client_id and/or client_secret passed are incorrect.",
  bad_verification_code: "The code passed is incorrect or expired.",
  redirect_uri_mismatch: "The redirect_uri MUST match the registered callback URL for this application.",
};

async function fieldsOf(c: Context): Promise<Fields> {
  const isJson = c.req.header("content-type")?.includes("json") ?? false;
  const given: Record<string, unknown> = isJson
    ? await c.req.json<Record<string, unknown>>()
    : await c.req.parseBody();
  const fields: Fields = {};
  for (const [name, value] of Object.entries(given)) if (typeof value === "string") fields[name] = value;
  return fields;
}

/** `POST /login/oauth/access_token`: as on GitHub, a refusal is 200 with an `error`. */
export function accessToken(core: Core) {
  return async (c: Context): Promise<Response | null> => {
    const fields = await fieldsOf(c);
    const call = {
      kind: "sign-in" as const,
      about: "",
      method: "POST",
      route: "/login/oauth/access_token",
      write: false,
    };
    return admit(core, call, { kind: "anonymous" }, false, async () => {
      const result = core.signIns.exchange(fields);
      const answer: Record<string, string> =
        "error" in result
          ? { error: result.error, error_description: DESCRIPTIONS[result.error] ?? result.error }
          : { access_token: result.token, scope: result.scopes.join(","), token_type: "bearer" };
      if (c.req.header("accept")?.includes("json")) return c.json(answer);
      return c.body(new URLSearchParams(answer).toString(), 200, {
        "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      });
    });
  };
}
