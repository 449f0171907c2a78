import { html } from "hono/html";
import { hostOf, HOSTS, type Account, type HostName } from "../../../account.ts";
import type { EmployerRoster } from "../../../records/entity.ts";
import { foreign } from "../layout/foreign.ts";
import { csrfField, type Html, type Page } from "../layout/layout.ts";
import type { Visitor } from "../sign-in/visitor.ts";
import type { Site } from "../site-context.ts";
import { LOGIN_LIMIT, type LoginList } from "./login-list.ts";

/** What a manager entered, and the results of the lookups. */
export interface Preview {
  readonly host: HostName;
  /** As it was typed, so that nothing is lost when a login is unknown. */
  readonly written: string;
  readonly list: LoginList;
  readonly found: ReadonlyMap<string, Account>;
  readonly tooMany: boolean;
}

/** The form that asks for logins; nobody is added before a preview. */
export function addForm(
  site: Site,
  visitor: Visitor,
  { id }: EmployerRoster,
  { host: chosen, written }: { readonly host: HostName | null; readonly written: string },
): Html {
  const { entity: texts } = visitor.texts;
  // Colleagues are most often on the manager's host.
  const own = chosen ?? (visitor.account === null ? null : hostOf(visitor.account));
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
      enctype="multipart/form-data"
      action="${visitor.link(`/entities/${encodeURIComponent(id)}/members`)}"
    >
      ${csrfField(visitor)}
      <p>
        <label for="host">${texts.host}</label>
        <select id="host" name="host">
          ${hosts.map(({ name, title }) => html`<option value="${name}" ${name === own ? "selected" : ""}>${title}</option>`)}
        </select>
      </p>
      <p>
        <label for="logins">${texts.logins}</label>
        <textarea
          id="logins"
          name="logins"
          rows="6"
          autocomplete="off"
          autocapitalize="none"
          spellcheck="false"
        >
${written}</textarea>
      </p>
      <p>
        <label for="file">${texts.file}</label>
        <input id="file" name="file" type="file" accept=".csv,.txt,text/csv,text/plain" />
      </p>
      <p class="buttons">
        <button class="button" type="submit">${written === "" ? texts.addButton : texts.again}</button>
      </p>
    </form>
  </section>`;
}

/** Who was found, who is already on the roster and who is unknown; nobody is added yet. */
export function previewPage(site: Site, visitor: Visitor, entity: EmployerRoster, preview: Preview): Page {
  const { entity: texts, site: words } = visitor.texts;
  const { list, found, host, written } = preview;
  const now = site.options.now();
  const covered = new Set(
    entity.members.filter(({ until }) => until === null || until > now).map(({ account }) => account),
  );
  const logins = new Map<Account, string>([...found].map(([login, account]) => [account, login]));
  const all = [...new Set([...list.accounts, ...found.values()])];
  const fresh = all.filter((account) => !covered.has(account));
  const there = all.filter((account) => covered.has(account));
  const unknown = [...list.unknown, ...list.logins.filter((login) => !found.has(login))];
  const name = (account: Account): Html => {
    const login = logins.get(account);
    return html`<li>
      ${login === undefined ? "" : html`<bdi dir="auto">@${login}</bdi>`}
      <span class="muted small">${account}</span>
    </li>`;
  };
  const title = texts.previewHeading;
  const path = `/entities/${encodeURIComponent(entity.id)}`;
  const body = html`<h1>${title}</h1>
    <p class="crumb">
      <a href="${visitor.link(path)}"><bdi dir="auto">${texts.heading(entity.name ?? entity.id)}</bdi></a>
    </p>
    ${preview.tooMany ? html`<p class="notice bad">${texts.tooMany(LOGIN_LIMIT)}</p>` : ""}
    ${
      unknown.length === 0 || preview.tooMany
        ? ""
        : html`<section aria-labelledby="unknown">
            <h2 id="unknown">
              ${texts.unknown(unknown.length, site.options.hosts.get(host)?.title ?? host)}
            </h2>
            <ul>
              ${unknown.map((login) => html`<li>${foreign(login, "–")}</li>`)}
            </ul>
            <p class="muted">${texts.unknownMore}</p>
          </section>`
    }
    ${
      fresh.length === 0
        ? ""
        : html`<section aria-labelledby="found">
            <h2 id="found">${texts.found(fresh.length)}</h2>
            <ul class="names">
              ${fresh.map(name)}
            </ul>
            <form method="post" action="${visitor.link(`${path}/members`)}">
              ${csrfField(visitor)}<input type="hidden" name="host" value="${host}" /><input
                type="hidden"
                name="confirmed"
                value="${fresh.join(" ")}"
              />
              <p class="buttons">
                <button class="button" type="submit">${texts.addFound(fresh.length)}</button>
                <a class="button quiet" href="${visitor.link(path)}">${words.cancel}</a>
              </p>
            </form>
          </section>`
    }
    ${
      there.length === 0
        ? ""
        : html`<section aria-labelledby="there">
            <h2 id="there">${texts.alreadyThere(there.length)}</h2>
            <ul class="names">
              ${there.map(name)}
            </ul>
          </section>`
    }
    ${unknown.length > 0 || preview.tooMany || all.length === 0 ? addForm(site, visitor, entity, { host, written }) : ""}`;
  return { title, body };
}
