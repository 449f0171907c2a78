import { Hono, type Context } from "hono";
import { html } from "hono/html";
import { hostOf, isHostName, parseAccount, type Account } from "../../../account.ts";
import type { EmployerRoster, RosterMember } from "../../../records/entity.ts";
import { foreign } from "../layout/foreign.ts";
import { languageField } from "../layout/language-field.ts";
import { csrfField, date, type Html, type Notice } from "../layout/layout.ts";
import { PageError } from "../page-error.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import { doneHere, type PagesEnv, type Visitor } from "../sign-in/visitor.ts";
import type { Site } from "../site-context.ts";
import { addForm, previewPage } from "./add-members.ts";
import { LOGIN_LIMIT, readLogins } from "./login-list.ts";
import { pageOf, pageLinks, PAGE_SIZE } from "./page-links.ts";

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
    return rosterPage(site, context, entity);
  });

  routes.post("/entities/:id/members", async (context) => {
    const { account, fields } = await site.form(context);
    const visitor = context.get("visitor");
    const entity = await rosters.managedBy(account, context.req.param("id"));
    const host = fields["host"] ?? "";
    if (entity === null || !isHostName(host)) throw new PageError("notFound");
    if (fields["confirmed"] !== undefined) {
      const accounts = (fields["confirmed"] ?? "").split(/\s+/).flatMap((text) => parseAccount(text) ?? []);
      await rosters.add(entity.id, accounts.slice(0, LOGIN_LIMIT));
      // The answer is the same for every account, so that nobody learns who erased their data.
      return changed(entity.id, "added", visitor);
    }
    const written = `${fields["logins"] ?? ""}\n${fields["file"] ?? ""}`.trim();
    const list = readLogins(written, host, site.options.hosts.get(host)?.emailsUrl ?? null);
    const asked = { host, written, list };
    if (written === "")
      return site.show(
        context,
        {
          ...previewPage(site, visitor, entity, { ...asked, found: new Map(), tooMany: false }),
          notice: { tone: "bad", text: visitor.texts.entity.nothing },
        },
        400,
      );
    if (list.accounts.length + list.logins.length > LOGIN_LIMIT)
      return site.show(
        context,
        previewPage(site, visitor, entity, { ...asked, found: new Map(), tooMany: true }),
        400,
      );
    const found =
      list.logins.length === 0 ? new Map<string, Account>() : await rosters.lookUp(host, list.logins);
    return site.show(context, previewPage(site, visitor, entity, { ...asked, found, tooMany: false }));
  });

  routes.get("/entities/:id/members/remove", async (context) => {
    const visitor = context.get("visitor");
    const { texts, account, link } = visitor;
    const member = parseAccount(context.req.query("account") ?? "");
    const entity = account === null ? null : await rosters.managedBy(account, context.req.param("id"));
    if (entity === null || member === null || !entity.members.some((each) => each.account === member))
      throw new PageError("notFound");
    const name = await site.name(context, member);
    const title = texts.entity.removeHeading(name);
    const path = `/entities/${encodeURIComponent(entity.id)}`;
    const body = html`<h1><bdi dir="auto">${title}</bdi></h1>
      <form class="panel" method="post" action="${link(`${path}/members/remove`)}">
        <p>${texts.entity.removeMore(entity.name ?? entity.id)}</p>
        <p><code>${member}</code></p>
        ${csrfField(visitor)}<input type="hidden" name="account" value="${member}" />
        <p class="buttons">
          <button class="button grave" type="submit">${texts.entity.removeWhom(name)}</button>
          <a class="button quiet" href="${link(path)}">${texts.site.cancel}</a>
        </p>
      </form>`;
    return site.show(context, { title, body });
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

async function rosterPage(site: Site, context: Context<PagesEnv>, entity: EmployerRoster): Promise<Response> {
  const visitor = context.get("visitor");
  const { texts } = visitor;
  const now = site.options.now();
  const find = (context.req.query("find") ?? "").trim().slice(0, 100);
  const all = entity.members.toSorted((a, b) => Number(isOver(a, now)) - Number(isOver(b, now)));
  const members = find === "" ? all : await membersFound(site, find, all);
  const page = pageOf(context.req.query("page"), members.length);
  const shown = members.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  const names = new Map(
    await Promise.all(
      shown.map(async (each) => [each.account, await site.name(context, each.account)] as const),
    ),
  );
  const count = all.filter((member) => !isOver(member, now)).length;
  const title = texts.entity.heading(entity.name ?? entity.id);
  const agreement = site.options.agreements.all.find(({ id }) => id === entity.agreement);
  const body = html`<h1><bdi dir="auto">${title}</bdi></h1>
    <p class="lead">
      <bdi dir="auto">${texts.entity.intro(agreement?.title ?? entity.agreement, entity.version)}</bdi>
    </p>
    <dl class="facts">
      <dt>${texts.entity.id}</dt>
      <dd><code>${entity.id}</code></dd>
    </dl>
    <section aria-labelledby="members">
      <h2 id="members">${texts.entity.members(count)}</h2>
      ${all.length > 10 || find !== "" ? searchForm(visitor, entity, find) : ""}
      ${
        shown.length > 0
          ? memberTable(visitor, entity, shown, names, now)
          : html`<p>
              ${find === "" ? texts.entity.none : html`<bdi dir="auto">${texts.entity.searchNone(find)}</bdi>`}
            </p>`
      }
      ${pageLinks(visitor, `/entities/${encodeURIComponent(entity.id)}`, { page, count: members.length, find })}
    </section>
    ${addForm(site, visitor, entity, { host: null, written: "" })}`;
  return site.show(context, { title, body, notice: noticeOf(doneHere(context, "done"), visitor) });
}

/** Logins are not stored, so a search looks up the login on the host and then finds the number. */
async function membersFound(
  site: Site,
  find: string,
  members: readonly RosterMember[],
): Promise<readonly RosterMember[]> {
  const wanted = find.replace(/^@/, "");
  const byNumber = members.filter(
    ({ account }) => account === wanted || account.slice(hostOf(account).length + 1) === wanted,
  );
  if (byNumber.length > 0 || !/^[\w.-]+$/.test(wanted)) return byNumber;
  const accounts = await Promise.all(
    [...site.options.hosts.keys()].map(async (host) =>
      (await site.options.rosters.lookUp(host, [wanted]).catch(() => new Map<string, Account>())).get(wanted),
    ),
  );
  return members.filter(({ account }) => accounts.includes(account));
}

const DONE = ["added", "already", "removed"] as const;

function noticeOf(done: string | undefined, { texts }: Visitor): Notice | null {
  const known = DONE.find((each) => each === done);
  if (known === undefined) return null;
  return { tone: "good", text: texts.entity.done[known] };
}

/** Whether the member left; the place is still shown until its retention ends. */
function isOver({ until }: RosterMember, now: number): boolean {
  return until !== null && until <= now;
}

function searchForm(visitor: Visitor, { id }: EmployerRoster, find: string): Html {
  const { entity: texts } = visitor.texts;
  const path = `/entities/${encodeURIComponent(id)}`;
  return html`<form class="filter" method="get" action="${path}">
    ${languageField(visitor)}
    <div>
      <label for="find">${texts.search}</label>
      <input
        id="find"
        name="find"
        value="${find}"
        maxlength="100"
        autocomplete="off"
        autocapitalize="none"
        spellcheck="false"
      />
    </div>
    <button class="button quiet" type="submit">${texts.searchButton}</button>
    ${find === "" ? "" : html`<a href="${visitor.link(path)}">${texts.showAll}</a>`}
  </form>`;
}

function memberTable(
  visitor: Visitor,
  { id }: EmployerRoster,
  members: readonly RosterMember[],
  names: ReadonlyMap<string, string>,
  now: number,
): Html {
  const { entity: texts } = visitor.texts;
  const row = (member: RosterMember): Html => {
    const { account, from, until } = member;
    const name = names.get(account) ?? account;
    const over = isOver(member, now);
    const href = `/entities/${encodeURIComponent(id)}/members/remove?account=${account}`;
    return html`<tr>
      <td><strong>${foreign(name, account)}</strong> <span class="muted small">${account}</span></td>
      <td data-label="${texts.from}">${date(from)}</td>
      <td data-label="${texts.until}">
        ${until === null ? texts.always : date(until)}
        ${over ? html`<span class="muted small">${texts.ended}</span>` : ""}
      </td>
      <td>
        ${
          over
            ? ""
            : html`<a href="${visitor.link(href)}">${texts.remove}<span class="hidden"> ${name}</span></a>`
        }
      </td>
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
