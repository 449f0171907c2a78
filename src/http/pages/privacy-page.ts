import { Hono } from "hono";
import { html } from "hono/html";
import { HOSTS } from "../../account.ts";
import type { Localized } from "../../ports/pages.ts";
import { foreign } from "./layout/foreign.ts";
import { contactHref, type Html } from "./layout/layout.ts";
import { signPagePath } from "./pull/pull-path.ts";
import type { Site } from "./site-context.ts";
import type { PagesEnv, Visitor } from "./sign-in/visitor.ts";

const DAY = 86_400_000;

/** The home page, which lists the agreements, and the page about what this instance processes. */
export function privacyRoutes(site: Site): Hono<PagesEnv> {
  const { instance, agreements } = site.options;
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
                ><span class="name"
                  ><a href="${url ?? link(signPagePath(id, null))}">${foreign(title, id)}</a></span
                ><span class="more">${texts.site.version(version)}</span></span
              >
            </li>`,
        )}
      </ul>
      <p><a href="${link("/entities")}">${texts.sign.employer}</a></p>`;
    return site.show(context, { title: texts.site.name, body });
  });

  routes.get("/privacy", (context) => {
    const visitor = context.get("visitor");
    const { privacy } = visitor.texts;
    const body = html`<h1>${privacy.heading}</h1>
      <p class="lead">${privacy.intro(instance.name)}</p>
      ${controllerSection(site, visitor)} ${purposeSection(site, visitor)} ${keptSection(site, visitor)}
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
      ${sourceSection(site, visitor)} ${rightsSection(site, visitor)}`;
    return site.show(context, { title: privacy.heading, body });
  });
  return routes;
}

/** Who is responsible: name, address and contact, as the configuration says. */
function controllerSection({ options: { instance } }: Site, visitor: Visitor): Html {
  const { privacy } = visitor.texts;
  const { contact, url } = instance;
  return html`<section aria-labelledby="controller">
    <h2 id="controller">${privacy.controller}</h2>
    <p>
      <strong
        >${url === null ? instance.name : html`<a href="${url}" rel="noopener">${instance.name}</a>`}</strong
      >
    </p>
    <dl class="facts">
      <dt>${privacy.address}</dt>
      <dd>${textOf(instance.address, visitor)}</dd>
      <dt>${privacy.contact}</dt>
      <dd>${contact === null ? missing(visitor) : html`<a href="${contactHref(contact)}">${contact}</a>`}</dd>
    </dl>
  </section>`;
}

function purposeSection({ options: { agreements, instance } }: Site, visitor: Visitor): Html {
  const { texts, link } = visitor;
  const { privacy } = texts;
  return html`<section aria-labelledby="purpose">
    <h2 id="purpose">${privacy.purpose}</h2>
    <p>${privacy.purposeMore}</p>
    <h3>${privacy.legalBasis}</h3>
    <p>${textOf(instance.legalBasis, visitor)}</p>
    <h3>${privacy.agreements}</h3>
    <ul>
      ${agreements.all.map(
        ({ id, title, version, url }) =>
          html`<li>
            <a href="${url ?? link(signPagePath(id, null))}">${foreign(title, id)}</a
            >${privacy.comma}${texts.site.version(version)}
          </li>`,
      )}
    </ul>
  </section>`;
}

function keptSection({ options: { retention } }: Site, { texts }: Visitor): Html {
  const { privacy } = texts;
  const days = (period: number): number => Math.round(period / DAY);
  const rows = privacy.rows({
    ended: days(retention.ended),
    closedPull: days(retention.closedPull),
    tombstone: days(retention.tombstone),
    audit: days(retention.audit),
  });
  return html`<section aria-labelledby="kept">
    <h2 id="kept">${privacy.kept}</h2>
    <table class="table stack">
      <thead>
        <tr>
          <th scope="col">${privacy.what}</th>
          <th scope="col">${privacy.goes}</th>
        </tr>
      </thead>
      <tbody>
        ${rows.map(
          ([what, goes]) =>
            html`<tr>
              <td>${what}</td>
              <td data-label="${privacy.goes}">${goes}</td>
            </tr>`,
        )}
      </tbody>
    </table>
  </section>`;
}

function sourceSection({ options: { hosts } }: Site, { texts }: Visitor): Html {
  const { privacy } = texts;
  const titles = HOSTS.flatMap((name) => hosts.get(name)?.title ?? []);
  return html`<section aria-labelledby="hosts">
    <h2 id="hosts">${privacy.hosts}</h2>
    <p>${privacy.hostsMore(titles)}</p>
  </section>`;
}

/** Each agreement decides what a person can do at once and what is a request. */
function rightsSection({ options: { agreements, instance } }: Site, visitor: Visitor): Html {
  const { texts, link } = visitor;
  const { privacy } = texts;
  const titles = (withdrawal: "self" | "operator"): string[] =>
    agreements.all.filter((each) => each.withdrawal === withdrawal).map(({ title }) => title);
  const [self, asked] = [titles("self"), titles("operator")];
  return html`<section aria-labelledby="your-rights">
    <h2 id="your-rights">${privacy.rights}</h2>
    <ul>
      <li>${privacy.rightsAtOnce}</li>
      ${self.length === 0 ? "" : html`<li>${privacy.withdrawSelf(self)}</li>`}
      ${asked.length === 0 ? "" : html`<li>${privacy.withdrawAsk(asked)}</li>`}
      <li>${privacy.rightsRequest}</li>
    </ul>
    <p>${privacy.rightsWhere} <a href="${link("/account")}">${texts.site.account}</a></p>
    <h3>${privacy.complain}</h3>
    <p>
      ${
        instance.authority === undefined
          ? missing(visitor)
          : html`${privacy.complainMore} ${textOf(instance.authority, visitor)}`
      }
    </p>
  </section>`;
}

function textOf(text: Localized | undefined, visitor: Visitor): Html {
  if (text === undefined) return missing(visitor);
  const said = typeof text === "string" ? text : text[visitor.language];
  return html`<span class="lines">${said.trim()}</span>`;
}

function missing({ texts }: Visitor): Html {
  return html`<span class="muted">${texts.privacy.missing}</span>`;
}
