import { Hono } from "hono";
import { html } from "hono/html";
import { isBlank } from "../layout/foreign.ts";
import { ICONS } from "../layout/icons.ts";
import { csrfField, isoDate, type Html } from "../layout/layout.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import { doneHere, type PagesEnv, type Visitor } from "../sign-in/visitor.ts";
import type { Site } from "../site-context.ts";

interface Filled {
  readonly name: string;
  readonly agreement: string;
  readonly faults: readonly string[];
}

/** A person who may act for a company asks for a roster; the operator accepts the request on the command line. */
export function entityRequestRoutes(site: Site): Hono<PagesEnv> {
  const { agreements, rosters, rights } = site.options;
  const routes = new Hono<PagesEnv>();

  const page = async (visitor: Visitor, filled: Filled): Promise<Html> => {
    const { texts, account } = visitor;
    const { request } = texts.entity;
    const head = html`<h1>${request.heading}</h1>
      <p class="lead">${request.intro}</p>`;
    if (account === null)
      return html`${head}
        <p>${request.signIn}</p>
        ${signInLinks(visitor, site.options.hosts)}`;
    const { entityRequests = [] } = await rights.held(account);
    return html`${head} ${requestForm(site, visitor, filled)}
    ${
      entityRequests.length === 0
        ? ""
        : html`<section aria-labelledby="pending">
            <h2 id="pending">${request.pending}</h2>
            <ul>
              ${entityRequests.map(
                ({ name, agreement, at }) =>
                  html`<li>
                    <bdi dir="auto">${texts.account.entityRequest(name, agreement, isoDate(at))}</bdi>
                  </li>`,
              )}
            </ul>
          </section>`
    }`;
  };

  routes.get("/entities", async (context) => {
    const visitor = context.get("visitor");
    const { entity } = visitor.texts;
    const done = doneHere(context, "done") === "requested";
    return site.show(context, {
      title: entity.request.heading,
      body: await page(visitor, { name: "", agreement: "", faults: [] }),
      notice: done ? { tone: "good", text: entity.done.requested } : null,
    });
  });

  routes.post("/entities", async (context) => {
    const { account, fields } = await site.form(context);
    const visitor = context.get("visitor");
    const { request } = visitor.texts.entity;
    const name = (fields["name"] ?? "").trim().replace(/[\s\p{C}]+/gu, " ");
    const agreement = agreements.all.find(({ id }) => id === fields["agreement"]);
    const faults: string[] = [];
    if (isBlank(name) || name.length > 100) faults.push(request.faultName);
    if (fields["bind"] !== "yes") faults.push(request.faultBind);
    if (faults.length > 0 || agreement === undefined)
      return site.show(
        context,
        {
          title: request.heading,
          body: await page(visitor, { name, agreement: fields["agreement"] ?? "", faults }),
        },
        400,
      );
    await rosters.request({ account, name, agreement: agreement.id });
    return context.redirect(visitor.link("/entities?done=requested"), 303);
  });
  return routes;
}

function requestForm(site: Site, visitor: Visitor, { name, agreement, faults }: Filled): Html {
  const { request } = visitor.texts.entity;
  return html`<form class="panel" method="post" action="${visitor.link("/entities")}">
    ${csrfField(visitor)}
    ${
      faults.length === 0
        ? ""
        : html`<div class="notice bad" role="alert">
            ${ICONS.bad}
            <ul>
              ${faults.map((fault) => html`<li>${fault}</li>`)}
            </ul>
          </div>`
    }
    <p>
      <label for="name">${request.name}</label>
      <input
        id="name"
        name="name"
        value="${name}"
        required
        maxlength="100"
        autocomplete="organization"
        dir="auto"
      />
    </p>
    <p>
      <label for="agreement">${request.agreement}</label>
      <select id="agreement" name="agreement">
        ${site.options.agreements.all.map(
          ({ id, title, version }) =>
            html`<option value="${id}" ${id === agreement ? "selected" : ""}>
              ${title}, ${visitor.texts.site.version(version)}
            </option>`,
        )}
      </select>
    </p>
    <p>
      <label class="check"><input type="checkbox" name="bind" value="yes" required /> ${request.bind}</label>
    </p>
    <p class="muted small">${request.stored(visitor.account ?? "")}</p>
    <p class="buttons"><button class="button" type="submit">${request.button}</button></p>
  </form>`;
}
