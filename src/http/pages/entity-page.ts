import { Hono } from "hono";
import { html } from "hono/html";
import { HOSTS, isHostName, parseAccount } from "../../account.ts";
import type { Entity } from "../../pages.ts";
import { csrfField, date, type Html, type Notice } from "./layout.ts";
import { PageError } from "./page-error.ts";
import { signInLinks } from "./sign-in-links.ts";
import type { Site } from "./site-context.ts";
import type { PagesEnv, Visitor } from "./visitor.ts";

/** How many members and changes a page shows; each member's login costs a look-up. */
const PAGE_SIZE = 50;

/** An employer's roster, for the accounts that manage it. */
export function entityRoutes(site: Site): Hono<PagesEnv> {
  const { rosters } = site.options;
  const routes = new Hono<PagesEnv>();

  routes.get("/entities/:id", async (context) => {
    const visitor = context.get("visitor");
    const { texts, account } = visitor;
    const id = context.req.param("id");
    if (account === null) {
      const title = texts.account.manages;
      const body = html`<h1>${title}</h1>
        <p class="lead">${texts.entity.signIn}</p>
        ${signInLinks(visitor, site.options.hosts)}`;
      return site.show(context, { title, body });
    }
    const entity = await rosters.managedBy(account, id);
    if (entity === null) throw new PageError("notFound");
    const page = Math.max(1, Math.trunc(Number(context.req.query("page") ?? 1)) || 1);
    const shown = entity.members.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    const changes = entity.changes.slice(0, PAGE_SIZE);
    const accounts = [...new Set([...shown, ...changes.slice(0, 10)].map((each) => each.account))];
    const names = new Map(
      await Promise.all(accounts.map(async (each) => [each, await site.name(context, each)] as const)),
    );
    const title = texts.entity.heading(entity.id);
    const body = html`<h1>${title}</h1>
      <p class="lead">${texts.entity.intro(entity.agreement, entity.version)}</p>
      ${memberSection(visitor, { ...entity, members: shown }, entity.members.length, names)}
      ${pageLinks(visitor, entity, page)} ${addSection(site, visitor, entity)}
      ${changeSection(visitor, changes, names)}`;
    return site.show(context, { title, body, notice: noticeOf(context.req.query("done"), visitor) });
  });

  routes.post("/entities/:id/members", async (context) => {
    const { account, fields } = await site.form(context);
    const id = context.req.param("id");
    const host = fields["host"] ?? "";
    const login = (fields["login"] ?? "").trim().replace(/^@/, "");
    if ((await rosters.managedBy(account, id)) === null || !isHostName(host)) throw new PageError("notFound");
    // No host has a login of any other form, and none is asked in vain.
    const done = /^[\w.-]{1,100}$/.test(login) ? await rosters.add(account, id, host, login) : "unknown";
    return changed(id, done, context.get("visitor"));
  });

  routes.post("/entities/:id/members/remove", async (context) => {
    const { account, fields } = await site.form(context);
    const id = context.req.param("id");
    const member = parseAccount(fields["account"] ?? "");
    if ((await rosters.managedBy(account, id)) === null || member === null) throw new PageError("notFound");
    await rosters.remove(account, id, member);
    return changed(id, "removed", context.get("visitor"));
  });

  function changed(id: string, done: string, { link }: Visitor): Response {
    site.pulls.forget();
    const location = link(`/entities/${encodeURIComponent(id)}?done=${done}`);
    return new Response(null, { status: 303, headers: { location } });
  }
  return routes;
}

const DONE = ["added", "already", "unknown", "removed"] as const;

function noticeOf(done: string | undefined, { texts }: Visitor): Notice | null {
  const known = DONE.find((each) => each === done);
  if (known === undefined) return null;
  return { tone: known === "unknown" ? "bad" : "good", text: texts.done[known] };
}

type Names = ReadonlyMap<string, string>;

function memberSection(visitor: Visitor, entity: Entity, count: number, names: Names): Html {
  const { entity: texts } = visitor.texts;
  const day = (at: number | null): Html | string => (at === null ? texts.always : date(at));
  return html`<section aria-labelledby="members">
    <h2 id="members">${texts.members(count)}</h2>
    ${
      count === 0
        ? html`<p>${texts.none}</p>`
        : html`<table class="table stack">
            <thead>
              <tr>
                <th scope="col">${texts.account}</th>
                <th scope="col">${texts.from}</th>
                <th scope="col">${texts.until}</th>
                <th scope="col"><span class="hidden">${texts.remove}</span></th>
              </tr>
            </thead>
            <tbody>
              ${entity.members.map(
                ({ account, from, until }) =>
                  html`<tr>
                    <td>
                      <strong>${names.get(account) ?? account}</strong>
                      <span class="muted small">${account}</span>
                    </td>
                    <td data-label="${texts.from}">${day(from)}</td>
                    <td data-label="${texts.until}">${day(until)}</td>
                    <td>${removeForm(visitor, entity.id, account, names.get(account) ?? account)}</td>
                  </tr>`,
              )}
            </tbody>
          </table>`
    }
  </section>`;
}

function removeForm(visitor: Visitor, id: string, account: string, name: string): Html {
  const { entity: texts } = visitor.texts;
  return html`<form
    method="post"
    action="${visitor.link(`/entities/${encodeURIComponent(id)}/members/remove`)}"
  >
    ${csrfField(visitor)}<input type="hidden" name="account" value="${account}" />
    <button class="plain" type="submit" aria-label="${texts.removeWhom(name)}">${texts.remove}</button>
  </form>`;
}

function pageLinks(visitor: Visitor, entity: Entity, page: number): Html | string {
  const pages = Math.ceil(entity.members.length / PAGE_SIZE);
  if (pages < 2) return "";
  const path = `/entities/${encodeURIComponent(entity.id)}`;
  return html`<p class="buttons">
    ${Array.from({ length: pages }, (_, index) => index + 1).map((number) =>
      number === page
        ? html`<strong aria-current="page">${number}</strong>`
        : html`<a href="${visitor.link(`${path}?page=${number}`)}">${number}</a>`,
    )}
  </p>`;
}

function addSection(site: Site, visitor: Visitor, entity: Entity): Html {
  const { entity: texts } = visitor.texts;
  const hosts = HOSTS.flatMap((name) => {
    const host = site.options.hosts.get(name);
    return host === undefined ? [] : [{ name, title: host.title }];
  });
  return html`<section aria-labelledby="add">
    <h2 id="add">${texts.add}</h2>
    <p class="muted">${texts.addMore}</p>
    <form
      class="panel"
      method="post"
      action="${visitor.link(`/entities/${encodeURIComponent(entity.id)}/members`)}"
    >
      ${csrfField(visitor)}
      <div class="fields">
        <div>
          <label for="host">${texts.host}</label>
          <select id="host" name="host">
            ${hosts.map(({ name, title }) => html`<option value="${name}">${title}</option>`)}
          </select>
        </div>
        <div>
          <label for="login">${texts.login}</label>
          <input
            id="login"
            name="login"
            required
            maxlength="100"
            autocomplete="off"
            autocapitalize="none"
            spellcheck="false"
          />
        </div>
        <div><button class="button" type="submit">${texts.addButton}</button></div>
      </div>
    </form>
  </section>`;
}

function changeSection(visitor: Visitor, changes: Entity["changes"], names: Names): Html | string {
  const { entity: texts } = visitor.texts;
  if (changes.length === 0) return "";
  return html`<section aria-labelledby="changes">
    <h2 id="changes">${texts.changes}</h2>
    <ul class="rows">
      ${changes.map(
        ({ kind, at, account }) =>
          html`<li><span>${texts.change[kind](names.get(account) ?? account)}</span> ${date(at)}</li>`,
      )}
    </ul>
  </section>`;
}
