import { Hono } from "hono";
import { html } from "hono/html";
import { HOSTS } from "../../account.ts";
import { contactHref } from "./layout.ts";
import { signPagePath } from "./pull/pull-path.ts";
import type { Site } from "./site-context.ts";
import type { PagesEnv } from "./sign-in/visitor.ts";

/** The first page, which lists the agreements, and what this instance processes. */
export function privacyRoutes(site: Site): Hono<PagesEnv> {
  const { instance, agreements, hosts } = site.options;
  const routes = new Hono<PagesEnv>();

  routes.get("/", (context) => {
    const visitor = context.get("visitor");
    const { texts, link } = visitor;
    const body = html`<h1>${texts.site.name}</h1>
      <p class="lead">${texts.site.home}</p>
      <ul class="rows">
        ${agreements.all.map(
          ({ id, title, version, url }) =>
            html`<li>
              <span class="who"
                ><span class="name"><a href="${url ?? link(signPagePath(id, null))}">${title}</a></span
                ><span class="more">${texts.site.version(version)}</span></span
              >
            </li>`,
        )}
      </ul>`;
    return site.show(context, { title: texts.site.name, body });
  });

  routes.get("/privacy", (context) => {
    const { texts, link, language } = context.get("visitor");
    const { privacy } = texts;
    const titles = HOSTS.flatMap((name) => hosts.get(name)?.title ?? []);
    const body = html`<h1>${privacy.heading}</h1>
      <p class="lead">${privacy.intro(instance.name)}</p>
      <section aria-labelledby="purpose">
        <h2 id="purpose">${privacy.purpose}</h2>
        <p>${privacy.purposeMore}</p>
        <h3>${privacy.agreements}</h3>
        <ul>
          ${agreements.all.map(
            ({ id, title, version, url }) =>
              html`<li>
                <a href="${url ?? link(signPagePath(id, null))}">${title}</a>, ${texts.site.version(version)}
              </li>`,
          )}
        </ul>
      </section>
      <section aria-labelledby="kept">
        <h2 id="kept">${privacy.kept}</h2>
        <table class="table stack">
          <thead>
            <tr>
              <th scope="col">${privacy.what}</th>
              <th scope="col">${privacy.goes}</th>
            </tr>
          </thead>
          <tbody>
            ${privacy.rows.map(
              ([what, goes]) =>
                html`<tr>
                  <td>${what}</td>
                  <td data-label="${privacy.goes}">${goes}</td>
                </tr>`,
            )}
          </tbody>
        </table>
      </section>
      <section aria-labelledby="not">
        <h2 id="not">${privacy.not}</h2>
        <ul>
          ${privacy.notList.map((line) => html`<li>${line}</li>`)}
        </ul>
      </section>
      <section aria-labelledby="cookie">
        <h2 id="cookie">${privacy.cookie}</h2>
        <p>${privacy.cookieMore}</p>
      </section>
      <section aria-labelledby="hosts">
        <h2 id="hosts">${privacy.hosts}</h2>
        <p>${privacy.hostsMore(new Intl.ListFormat(language).format(titles))}</p>
      </section>
      <section aria-labelledby="your-rights">
        <h2 id="your-rights">${privacy.rights}</h2>
        <p>${privacy.rightsMore} <a href="${link("/account")}">${texts.site.account}</a></p>
        <p>
          ${
            instance.contact === null
              ? privacy.noContact
              : html`${privacy.contact} <a href="${contactHref(instance.contact)}">${instance.contact}</a>`
          }
        </p>
      </section>`;
    return site.show(context, { title: privacy.heading, body });
  });
  return routes;
}
