import { Hono, type Context } from "hono";
import { html } from "hono/html";
import type { Account } from "../../../account.ts";
import type { Agreement } from "../../../records/agreement.ts";
import type { Held } from "../../../records/subject.ts";
import { csrfField, type Html } from "../layout/layout.ts";
import { PageError } from "../page-error.ts";
import { safeReturn } from "../sign-in/return-to.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import type { Site } from "../site-context.ts";
import type { PagesEnv, Visitor } from "../sign-in/visitor.ts";

const YEAR = 365 * 86_400_000;

/** What a person can do about the stored data. Each action is explained and confirmed first. */
const ACTIONS = ["withdraw", "correct", "restrict", "unrestrict", "erase"] as const;
type Action = (typeof ACTIONS)[number];

/** Actions for one agreement; the person chooses it if there are several. */
const ABOUT_ONE: ReadonlySet<Action> = new Set(["withdraw", "correct"]);

export function rightsRoutes(site: Site): Hono<PagesEnv> {
  const routes = new Hono<PagesEnv>();
  for (const action of ACTIONS) {
    routes.get(`/account/${action}`, async (context) => {
      const visitor = context.get("visitor");
      const heading = visitor.texts.confirm[action].heading;
      if (visitor.account === null) {
        const body = html`<h1>${heading}</h1>
          <p class="lead">${visitor.texts.account.signedOut}</p>
          ${signInLinks({ ...visitor, here: "/account" }, site.options.hosts)}`;
        return site.show(context, { title: heading, body });
      }
      return confirmPage(site, context, action, visitor.account);
    });
    routes.post(`/account/${action}`, async (context) => {
      const { account, fields } = await site.form(context);
      if (action === "erase") return erase(site, context, account);
      const done = await perform(site, action, account, fields["agreement"] ?? "");
      site.pulls.forget();
      const back = fields["return_to"] === undefined ? "/account" : safeReturn(fields["return_to"]);
      if (action === "unrestrict" && back !== "/account") return context.redirect(back, 303);
      return context.redirect(context.get("visitor").link(`/account?done=${done}`), 303);
    });
  }
  return routes;
}

/** Erases, signs out, and says what remains, because the person can't ask about it afterward. */
async function erase(site: Site, context: Context<PagesEnv>, account: Account): Promise<Response> {
  const { rights, sessions } = site.options;
  const left = await rights.erase(account);
  await sessions.endAll(account);
  await site.sessions.end(context);
  site.logins.forget(account);
  site.pulls.forget();
  const visitor = { ...context.get("visitor"), account: null, session: null };
  context.set("visitor", visitor);
  const { texts, link } = visitor;
  const years = Math.round(site.options.retention.tombstone / YEAR);
  return site.show(context, {
    title: texts.account.heading,
    body: html`<h1>${texts.account.heading}</h1>
      <p>${texts.done.left[left]}</p>
      <p>${texts.done.erasedMore(years)} <a href="${link("/privacy")}">${texts.site.privacy}</a></p>`,
    notice: { tone: "good", text: texts.done.erased },
  });
}

async function perform(
  site: Site,
  action: Exclude<Action, "erase">,
  account: Account,
  agreementId: string,
): Promise<"withdrawn" | "requested" | "restricted" | "unrestricted"> {
  const { rights } = site.options;
  switch (action) {
    case "withdraw":
    case "correct": {
      const held = await rights.held(account);
      if (!agreementsOf(held, action).includes(agreementId)) throw new PageError("notFound");
      if (action === "withdraw" && selfWithdrawal(site, agreementId)) {
        await rights.withdraw(account, agreementId);
        return "withdrawn";
      }
      const kind = action === "withdraw" ? "withdrawal" : "correction";
      await rights.request(account, { kind, agreement: agreementId });
      return "requested";
    }
    case "restrict":
      await rights.restrict(account);
      return "restricted";
    case "unrestrict":
      await rights.unrestrict(account);
      return "unrestricted";
  }
}

/** The agreements for which the action is possible. */
function agreementsOf(held: Held, action: Action): string[] {
  const fitting = held.signatures.filter(
    ({ revokedAt, entity }) => action === "correct" || (revokedAt === null && entity === null),
  );
  return [...new Set(fitting.map(({ agreement }) => agreement))];
}

/** Withdraws signatures, also for an agreement that the configuration no longer has. */
function selfWithdrawal(site: Site, id: string): boolean {
  const agreement = site.options.agreements.all.find((each) => each.id === id);
  return agreement === undefined || agreement.withdrawal === "self";
}

async function confirmPage(
  site: Site,
  context: Context<PagesEnv>,
  action: Action,
  account: Account,
): Promise<Response> {
  const visitor = context.get("visitor");
  const { texts, link } = visitor;
  if (!ABOUT_ONE.has(action)) {
    const { heading, button } = texts.confirm[action];
    const what = texts.confirm[action].what("");
    const body = html`<h1>${heading}</h1>
      ${confirmForm(visitor, action, { what, button, agreement: null })}`;
    return site.show(context, { title: heading, body });
  }
  const ids = agreementsOf(await site.options.rights.held(account), action);
  const asked = context.req.query("agreement") ?? (ids.length === 1 ? ids[0] : undefined);
  const titled = (id: string): Pick<Agreement, "id" | "title"> =>
    site.options.agreements.all.find((each) => each.id === id) ?? { id, title: id };
  if (asked === undefined || !ids.includes(asked)) {
    if (ids.length === 0) return context.redirect(link("/account"), 303);
    const { heading } = texts.confirm[action];
    const body = html`<h1>${heading}</h1>
      <p class="lead">${texts.confirm.unmanaged}</p>
      <ul class="actions">
        ${ids.map(
          (id) =>
            html`<li>
              <a href="${link(`/account/${action}?agreement=${encodeURIComponent(id)}`)}"
                >${titled(id).title}</a
              >
            </li>`,
        )}
      </ul>`;
    return site.show(context, { title: heading, body });
  }
  const key = action === "withdraw" && !selfWithdrawal(site, asked) ? "askWithdraw" : action;
  const { heading, button } = texts.confirm[key];
  const what = texts.confirm[key].what(titled(asked).title);
  const body = html`<h1>${heading}</h1>
    ${confirmForm(visitor, action, { what, button, agreement: asked })}`;
  return site.show(context, { title: heading, body });
}

function confirmForm(
  visitor: Visitor,
  action: Action,
  form: { readonly what: readonly string[]; readonly button: string; readonly agreement: string | null },
): Html {
  const { texts, link } = visitor;
  const grave = action === "erase" || action === "withdraw" ? "grave" : "";
  return html`<form class="panel" method="post" action="${link(`/account/${action}`)}">
    ${form.what.map((line) => html`<p>${line}</p>`)} ${csrfField(visitor)}
    ${form.agreement === null ? "" : html`<input type="hidden" name="agreement" value="${form.agreement}" />`}
    <p class="buttons">
      <button class="button ${grave}" type="submit">${form.button}</button>
      <a class="button quiet" href="${link("/account")}">${texts.site.cancel}</a>
    </p>
  </form>`;
}
