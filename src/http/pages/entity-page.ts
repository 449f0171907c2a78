import { Hono } from "hono";
import { html } from "hono/html";
import { hostOf, HOSTS, isHostName, parseAccount } from "../../account.ts";
import type { EmployerRoster, RosterMember } from "../../records/entity.ts";
import { csrfField, date, type Html, type Notice } from "./layout.ts";
import { PageError } from "./page-error.ts";
import { signInLinks } from "./sign-in/sign-in-links.ts";
import type { Site } from "./site-context.ts";
import { doneHere, type PagesEnv, type Visitor } from "./sign-in/visitor.ts";

/** How many members a page shows; each member's login costs a look-up. */
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
    const now = site.options.now();
    const members = entity.members.toSorted((a, b) => Number(isOver(a, now)) - Number(isOver(b, now)));
    const shown = members.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
    const names = new Map(
      await Promise.all(
        shown.map(async (each) => [each.account, await site.name(context, each.account)] as const),
      ),
    );
    const count = members.filter((member) => !isOver(member, now)).length;
    const title = texts.entity.heading(entity.id);
    const body = html`<h1>${title}</h1>
      <p class="lead">${texts.entity.intro(entity.agreement, entity.version)}</p>
      <section aria-labelledby="members">
        <h2 id="members">${texts.entity.members(count)}</h2>
        ${shown.length === 0 ? html`<p>${texts.entity.none}</p>` : memberTable(visitor, id, shown, names, now)}
      </section>
      ${pageLinks(visitor, entity, page)} ${addSection(site, visitor, entity)}`;
    return site.show(context, { title, body, notice: noticeOf(doneHere(context, "done"), visitor) });
  });

  routes.post("/entities/:id/members", async (context) => {
    const { account, fields } = await site.form(context);
    const id = context.req.param("id");
    const host = fields["host"] ?? "";
    const login = (fields["login"] ?? "").trim().replace(/^@/, "");
    if ((await rosters.managedBy(account, id)) === null || !isHostName(host)) throw new PageError("notFound");
    // No host has a login of any other form, and none is asked in vain.
    const done = /^[\w.-]{1,100}$/.test(login) ? await rosters.add(id, host, login) : "unknown";
    return changed(id, done, context.get("visitor"));
  });

  routes.post("/entities/:id/members/remove", async (context) => {
    const { account, fields } = await site.form(context);
    const id = context.req.param("id");
    const member = parseAccount(fields["account"] ?? "");
    if ((await rosters.managedBy(account, id)) === null || member === null) throw new PageError("notFound");
    await rosters.remove(id, member);
    return changed(id, "removed", context.get("visitor"));
  });

  function changed(id: string, done: string, { link }: Visitor): Response {
    site.pulls.forget();
    const location = link(`/entities/${encodeURIComponent(id)}?done=${done}`);
    return new Response(null, { status: 303, headers: { location } });
  }
  return routes;
}

const DONE = ["added", "already", "erased", "unknown", "removed"] as const;

function noticeOf(done: string | undefined, { texts }: Visitor): Notice | null {
  const known = DONE.find((each) => each === done);
  if (known === undefined) return null;
  return { tone: known === "unknown" || known === "erased" ? "bad" : "good", text: texts.entity.done[known] };
}

type Names = ReadonlyMap<string, string>;

/** Whether the member left; the place is still shown until its retention ends. */
function isOver({ until }: RosterMember, now: number): boolean {
  return until !== null && until <= now;
}

function memberTable(
  visitor: Visitor,
  id: string,
  members: readonly RosterMember[],
  names: Names,
  now: number,
): Html {
  const { entity: texts } = visitor.texts;
  const row = (member: RosterMember): Html => {
    const { account, from, until } = member;
    const name = names.get(account) ?? account;
    return html`<tr>
      <td><strong>${name}</strong> <span class="muted small">${account}</span></td>
      <td data-label="${texts.from}">${date(from)}</td>
      <td data-label="${texts.until}">${until === null ? texts.always : date(until)}</td>
      <td>${isOver(member, now) ? "" : removeForm(visitor, id, account, name)}</td>
    </tr>`;
  };
  return html`<table class="table stack">
    <thead>
      <tr>
        <th scope="col">${texts.account}</th>
        <th scope="col">${texts.from}</th>
        <th scope="col">${texts.until}</th>
        <th scope="col"><span class="hidden">${texts.remove}</span></th>
      </tr>
    </thead>
    <tbody>
      ${members.map(row)}
    </tbody>
  </table>`;
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

function pageLinks(visitor: Visitor, entity: EmployerRoster, page: number): Html | string {
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

function addSection(site: Site, visitor: Visitor, entity: EmployerRoster): Html {
  const { entity: texts } = visitor.texts;
  // Colleagues are most often where the manager is.
  const own = visitor.account === null ? null : hostOf(visitor.account);
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
            ${hosts.map(({ name, title }) => html`<option value="${name}" ${name === own ? "selected" : ""}>${title}</option>`)}
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
