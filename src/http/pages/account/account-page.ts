import { Hono } from "hono";
import { html } from "hono/html";
import type { Signature } from "../../../records/signature.ts";
import { personDocument } from "../../../records/person-document.ts";
import type { Held } from "../../../records/subject.ts";
import { foreign } from "../layout/foreign.ts";
import { chip, date, isoDate, type Html, type Notice } from "../layout/layout.ts";
import { liftForm } from "../pull/pull-action.ts";
import { signPagePath } from "../pull/pull-path.ts";
import { howSigned, placeChip, signatureState } from "./signature-state.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import type { Site } from "../site-context.ts";
import { doneHere, type PagesEnv, type Visitor } from "../sign-in/visitor.ts";

/** The data about the signed-in person, and what the person can do with it. */
export function accountRoutes(site: Site): Hono<PagesEnv> {
  const { rights } = site.options;
  const routes = new Hono<PagesEnv>();

  routes.get("/account", async (context) => {
    const visitor = context.get("visitor");
    const { texts, account, session } = visitor;
    if (account === null || session === null) {
      const body = html`<h1>${texts.account.heading}</h1>
        <p class="lead">${texts.account.signedOut}</p>
        <div class="panel">
          <p>${texts.sign.who}</p>
          ${signInLinks(visitor, site.options.hosts)}
        </div>`;
      return site.show(context, { title: texts.account.heading, body });
    }
    const name = await site.name(context, account);
    const held = await rights.held(account);
    const until = new Date(session.session.expiresAt).toISOString().slice(11, 16);
    const body = html`<h1>${texts.account.heading}</h1>
      <p class="lead">${texts.account.intro}</p>
      <section aria-labelledby="identity">
        <h2 id="identity">${texts.account.identity}</h2>
        <p><strong>${name}</strong> <code>${account}</code></p>
        <p class="muted small">${texts.account.identityMore(`${until} UTC`)}</p>
      </section>
      ${signatureSection(site, held, visitor)} ${rosterSection(held, site.options.now(), visitor)}
      ${requestSection(held, visitor)} ${recordSection(held, visitor)} ${rightsSection(held, visitor)}`;
    return site.show(context, {
      title: texts.account.heading,
      body,
      notice: noticeOf(doneHere(context, "done"), visitor),
    });
  });

  routes.get("/account/data.json", async (context) => {
    const { account } = context.get("visitor");
    if (account === null) return context.redirect(context.get("visitor").link("/account"), 303);
    const held = personDocument(await rights.held(account));
    context.header(
      "content-disposition",
      `attachment; filename="countersign-${account.replace(":", "-")}.json"`,
    );
    context.header("cache-control", "no-store");
    return context.body(`${JSON.stringify(held, null, 2)}\n`, 200, { "content-type": "application/json" });
  });
  return routes;
}

const DONE = ["signed", "withdrawn", "requested", "restricted", "unrestricted"] as const;

function noticeOf(done: string | undefined, { texts }: Visitor): Notice | null {
  const known = DONE.find((each) => each === done);
  return known === undefined ? null : { tone: "good", text: texts.done[known] };
}

function signatureSection(site: Site, held: Held, visitor: Visitor): Html {
  const { account: texts } = visitor.texts;
  return html`<section aria-labelledby="signatures">
    <h2 id="signatures">${texts.signatures}</h2>
    ${
      held.restrictedSince === null
        ? ""
        : html`<p>${chip("doubt", texts.restrictedSince(isoDate(held.restrictedSince)))}</p>
            ${liftForm({ ...visitor, here: "/account" })}`
    }
    ${
      held.signatures.length === 0
        ? html`<p>${texts.noSignatures}</p>`
        : html`<table class="table stack">
            <thead>
              <tr>
                <th scope="col">${texts.agreement}</th>
                <th scope="col">${texts.signedOn}</th>
                <th scope="col">${texts.how}</th>
                <th scope="col">${texts.state}</th>
              </tr>
            </thead>
            <tbody>
              ${held.signatures.map((signature) => signatureRow(site, signature, held.restrictedSince !== null, visitor))}
            </tbody>
          </table>`
    }
  </section>`;
}

function signatureRow(site: Site, signature: Signature, restricted: boolean, visitor: Visitor): Html {
  const { account: texts, site: words } = visitor.texts;
  const { agreement, version, entity } = signature;
  const configured = site.options.agreements.all.find(({ id }) => id === agreement);
  const how = howSigned(signature, visitor);
  const state = signatureState(signature, configured, { restricted, now: site.options.now() }, visitor);
  return html`<tr>
    <td>
      <strong>${foreign(configured?.title ?? agreement, agreement)}</strong><br /><span class="muted small"
        >${agreement} · ${words.version(version)}</span
      >
      <br /><a
        class="small"
        href="${visitor.link(`/account/receipt/${encodeURIComponent(agreement)}?version=${encodeURIComponent(version)}`)}"
        >${visitor.texts.sign.receipt.link}<span class="hidden"> ${agreement} ${version}</span></a
      >
    </td>
    <td data-label="${texts.signedOn}">${date(signature.signedAt)}</td>
    <td data-label="${texts.how}">${entity === null ? how : `${how}, ${texts.entity(entity)}`}</td>
    <td>
      ${chip(state.tone, state.text)}
      ${
        state.sign === null
          ? ""
          : html`<br /><a class="small" href="${visitor.link(signPagePath(agreement, null))}"
                >${state.sign}</a
              >`
      }
    </td>
  </tr>`;
}

function rosterSection(held: Held, now: number, visitor: Visitor): Html {
  const { account: texts } = visitor.texts;
  return html`<section aria-labelledby="places">
      <h2 id="places">${texts.places}</h2>
      ${
        held.places.length === 0
          ? html`<p>${texts.noPlaces}</p>`
          : html`<ul>
                ${held.places.map(
                  (place) =>
                    html`<li>
                      <bdi dir="auto">${texts.place(place.entity, place.agreement)}</bdi>
                      ${placeChip(place, held.restrictedSince !== null, now, visitor)}
                    </li>`,
                )}
              </ul>
              <p class="muted small">${texts.placeMore}</p>`
      }
    </section>
    <p><a href="${visitor.link("/entities")}">${texts.employer}</a></p>
    ${
      held.manages.length === 0
        ? ""
        : html`<section aria-labelledby="manages">
            <h2 id="manages">${texts.manages}</h2>
            <ul>
              ${held.manages.map(
                (entity) =>
                  html`<li>
                    <a href="${visitor.link(`/entities/${encodeURIComponent(entity)}`)}">${entity}</a>
                  </li>`,
              )}
            </ul>
          </section>`
    }`;
}

function requestSection(held: Held, visitor: Visitor): Html | string {
  const { account: texts } = visitor.texts;
  const asked = held.entityRequests ?? [];
  if (held.requests.length + asked.length === 0) return "";
  return html`<section aria-labelledby="requests">
    <h2 id="requests">${texts.requests}</h2>
    <ul>
      ${held.requests.map(
        ({ kind, agreement, at }) => html`<li>${texts.request[kind](agreement, isoDate(at))}</li>`,
      )}
      ${asked.map(
        ({ name, agreement, at }) =>
          html`<li><bdi dir="auto">${texts.entityRequest(name, agreement, isoDate(at))}</bdi></li>`,
      )}
    </ul>
  </section>`;
}

/** Other data is folded, because people rarely read it. */
function recordSection(held: Held, visitor: Visitor): Html {
  const { account: texts } = visitor.texts;
  return html`${
    held.waivers.length === 0
      ? ""
      : html`<section aria-labelledby="waivers">
          <h2 id="waivers">${texts.waivers}</h2>
          <ul>
            ${held.waivers.map(
              ({ commit, at }) => html`<li><code>${commit.slice(0, 7)}</code> ${date(at)}</li>`,
            )}
          </ul>
        </section>`
  }
  ${
    held.acts.length === 0
      ? ""
      : html`<details>
          <summary>${texts.acts}</summary>
          <ul>
            ${held.acts.map(
              ({ act, at, details }) =>
                html`<li>
                  ${date(at)} ${texts.act[act]} ${details["agreement"] ?? ""} ${details["version"] ?? ""}
                </li>`,
            )}
          </ul>
        </details>`
  }`;
}

function rightsSection(held: Held, visitor: Visitor): Html {
  const { account: texts } = visitor.texts;
  const current = held.signatures.some(({ revokedAt }) => revokedAt === null);
  const ways: [string, string, string][] = [["/account/data.json", texts.download, texts.downloadMore]];
  if (held.signatures.length > 0) ways.push(["/account/correct", texts.correct, texts.correctMore]);
  if (current) ways.push(["/account/withdraw", texts.withdraw, texts.withdrawMore]);
  if (held.restrictedSince === null) ways.push(["/account/restrict", texts.restrict, texts.restrictMore]);
  else ways.push(["/account/unrestrict", texts.unrestrict, texts.unrestrictMore]);
  ways.push(["/account/erase", texts.erase, texts.eraseMore]);
  return html`<section aria-labelledby="rights">
    <h2 id="rights">${texts.rights}</h2>
    <ul class="actions">
      ${ways.map(
        ([path, title, more]) =>
          html`<li>
            <a href="${visitor.link(path)}">${title}</a>
            <p>${more}</p>
          </li>`,
      )}
    </ul>
  </section>`;
}
