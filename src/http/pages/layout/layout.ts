import { html } from "hono/html";
import type { Instance } from "../../../ports/pages.ts";
import { ICON, SCRIPT, STYLESHEET } from "./assets.ts";
import { ICONS, type Tone } from "./icons.ts";
import type { Dress } from "./dress.ts";
import { LANGUAGES } from "./language.ts";
import type { Visitor } from "../sign-in/visitor.ts";

export type Html = ReturnType<typeof html>;

/** What was just done, or what failed. */
export interface Notice {
  readonly tone: Tone;
  readonly text: string;
  readonly link?: { readonly href: string; readonly text: string };
}

export interface Page {
  readonly title: string;
  readonly body: Html;
  /** Whether the page updates itself. */
  readonly updates?: boolean;
  readonly notice?: Notice | null;
}

export interface LayoutOptions {
  readonly instance: Instance;
  /** The name shown for the signed-in person. */
  readonly name: string | null;
  /** The operator's own logo and colors. */
  readonly dress: Dress;
}

/** A whole page: head, site name and navigation, body, and footer. */
export function layout(visitor: Visitor, page: Page, { instance, name, dress }: LayoutOptions): Html {
  const { texts, link } = visitor;
  // A title has no element that could keep a foreign text's direction to itself.
  const title = `${page.title} · ${instance.name}`.replace(/[\p{Bidi_Control}\p{Cc}]/gu, "");
  return html`<!doctype html>
    <html lang="${visitor.language}">
      <head>
        <meta charset="utf-8" />
        <title>${title}</title>
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <link rel="stylesheet" href="${STYLESHEET.path}" />
        ${dress.stylesheet === null ? "" : html`<link rel="stylesheet" href="${dress.stylesheet.path}" />`}
        <link rel="icon" type="image/svg+xml" href="${ICON.path}" />
        ${page.updates === true ? html`<script type="module" src="${SCRIPT.path}"></script>` : ""}
      </head>
      <body>
        <a class="skip" href="#main">${texts.site.skip}</a>
        <header class="top">
          <div class="wrap">
            <p class="brand">
              <a href="${instance.url ?? link("/")}" ${instance.url === null ? "" : html`rel="noopener"`}
                >${dress.logo === null ? "" : html`<img src="${dress.logo.path}" alt="" />`}${instance.name}</a
              >
            </p>
            <nav aria-label="${texts.site.navigation}">
              <ul>
                <li><a href="${link("/")}" ${current(visitor, "/")}>${texts.site.name}</a></li>
                <li>
                  <a href="${link("/account")}" ${current(visitor, "/account")}>${texts.site.account}</a>
                </li>
              </ul>
            </nav>
            ${visitor.account === null || name === null ? "" : signedIn(visitor, name)}
            <nav aria-label="${texts.site.languages}">
              <ul>
                ${LANGUAGES.filter(({ code }) => code !== visitor.language).map(
                  ({ code, name: language }) =>
                    html`<li>
                      <a href="${visitor.inLanguage(code)}" lang="${code}" hreflang="${code}">${language}</a>
                    </li>`,
                )}
              </ul>
            </nav>
          </div>
        </header>
        <main id="main" class="wrap" tabindex="-1">
          ${page.notice ? noticeBox(visitor, page.notice) : ""} ${page.body}
        </main>
        <footer class="foot">
          <div class="wrap">
            <a href="${link("/privacy")}">${texts.site.privacy}</a>
            ${
              instance.contact === null
                ? ""
                : html`<a href="${contactHref(instance.contact)}">${texts.site.contact}</a>`
            }
          </div>
        </footer>
      </body>
    </html>`;
}

function noticeBox(visitor: Visitor, { tone, text, link }: Notice): Html {
  return html`<p class="notice ${tone}" role="status">
    ${ICONS[tone]}<span
      >${text}${link === undefined ? "" : html` <a href="${visitor.link(link.href)}">${link.text}</a>`}</span
    >
  </p>`;
}

function signedIn(visitor: Visitor, name: string): Html {
  const { texts, link } = visitor;
  return html`<form class="who" method="post" action="${link("/sign-out")}">
    ${csrfField(visitor)}<span class="hidden">${texts.site.signedInAs("")}</span
    ><bdi dir="auto">${name}</bdi> · <button class="plain" type="submit">${texts.site.signOut}</button>
  </form>`;
}

/** The hidden field by which a form shows that it came from this session's page. */
export function csrfField(visitor: Visitor): Html {
  return html`<input type="hidden" name="csrf" value="${visitor.session?.csrf ?? ""}" />`;
}

/** A state: its icon and its word. */
export function chip(tone: Tone, text: string): Html {
  return html`<span class="chip ${tone}">${ICONS[tone]}${text}</span>`;
}

/** @param at milliseconds since the epoch */
export function date(at: number): Html {
  return html`<time datetime="${new Date(at).toISOString()}">${isoDate(at)}</time>`;
}

/** A day in UTC, e.g. `2026-01-31`. @param at milliseconds since the epoch */
export function isoDate(at: number): string {
  return new Date(at).toISOString().slice(0, 10);
}

export function contactHref(contact: string): string {
  return /^https?:/.test(contact) ? contact : `mailto:${contact}`;
}

function current(visitor: Visitor, path: string): Html | string {
  return visitor.here === path ? html`aria-current="page"` : "";
}
