/** The playground's page: renders everything from the current scene. */
import { html, raw } from "hono/html";
import MarkdownIt from "markdown-it";
import type { ActName } from "./acts.ts";
import { STEPS } from "./guide.ts";
import {
  adminPanel,
  costsPanel,
  faultsPanel,
  journalPanel,
  journalRow,
  peoplePanel,
  verdictsInWords,
} from "./panels.ts";
import { NUMBER_SIGNS, type PullCard, type SiteHost } from "./host/site-host.ts";
import type { At } from "./watch.ts";
import { roles, type Html, type View } from "./view.ts";

/** People write comments: their HTML is escaped, their images are links, and the bot's hidden marker is not shown. */
const markdown = new MarkdownIt({ html: false, linkify: false }).disable("image");

export function playgroundPage(view: View): Html {
  const { texts, scene, notice } = view;
  const [github, gitee] = scene.sites;
  return html`<!doctype html>
    <html lang="${texts.lang}">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <meta name="color-scheme" content="light dark" />
        <title>${texts.title}</title>
        <link rel="icon" href="data:," />
        <link rel="stylesheet" href="/site.css" />
        <script type="module" src="/live.js"></script>
      </head>
      <body>
        <a class="skip" href="#github">${texts.skip}</a>
        <header>
          <h1>${texts.title}</h1>
          <nav>
            <span id="live" class="quiet" data-live-text="${texts.live}" role="status"
              ><noscript>${texts.notLive}</noscript></span
            >
            <form method="post" action="/language"><button>${texts.otherLanguage}</button></form>
            <form method="post" action="/reset" data-busy="${texts.guide.running}">
              <button>${texts.reset}</button>
            </form>
          </nav>
        </header>
        <main>
          <div class="intro">${texts.intro.map((sentence) => html`<p>${sentence}</p>`)}</div>
          <div id="notice" role="alert">${notice === null ? "" : html`<p class="notice">${notice}</p>`}</div>
          ${guidePanel(view)}
          <div class="columns">
            ${github === undefined ? "" : hostPanel(view, github)} ${adminPanel(view)}
            ${gitee === undefined ? "" : hostPanel(view, gitee)}
          </div>
          <div class="pair">${peoplePanel(view)} ${faultsPanel(view)}</div>
          ${journalPanel(view)} ${costsPanel(view)}
        </main>
      </body>
    </html>`;
}

function guidePanel({ guide, texts, scene }: View): Html {
  const all = STEPS.length;
  const before = STEPS[guide.done - 1];
  const next = STEPS[guide.done];
  return html`<section id="guide" class="box guide" data-live aria-labelledby="guide-heading">
    <h2 id="guide-heading">${texts.guide.heading}</h2>
    ${
      before === undefined
        ? ""
        : guide.outcome?.held === true
          ? html`<p class="result held">
                <strong>${texts.guide.result}${texts.colon.trimEnd()}</strong> ${texts.steps[before].result} ✓
              </p>
              ${costsOf(guide.outcome.opened, { scene, texts })}`
          : html`<p class="result not-held">
              <strong>✗ ${texts.guide.notHeld}</strong>
              ${texts.guide.expected}${texts.colon}${texts.steps[before].result}
            </p>`
    }
    ${
      next === undefined
        ? html`<p>${texts.guide.done}</p>
            <form method="post" action="/reset" data-busy="${texts.guide.running}">
              <button>${texts.guide.again}</button>
            </form>`
        : html`<p class="quiet">${texts.guide.of(guide.done + 1, all)}</p>
            <h3>${texts.steps[next].title}</h3>
            <p>${texts.steps[next].explains}</p>
            <form method="post" action="/guide/next" data-busy="${texts.guide.running}">
              <button class="main">${texts.guide.next}</button>
            </form>`
    }
  </section>`;
}

/** What a step's pull requests have cost so far. */
function costsOf(opened: readonly At[], { scene, texts }: Pick<View, "scene" | "texts">): Html | string {
  if (opened.length === 0) return "";
  return html`<ul class="quiet">
    ${opened.map(({ host, number }) => {
      const { deliveries, reads, writes } = scene.journal.costOf(host, number);
      const pull = `${scene.site(host).title} ${NUMBER_SIGNS[host]}${number}`;
      return html`<li>${pull}${texts.colon}${texts.pulls.cost(deliveries, reads, writes)}</li>`;
    })}
  </ul>`;
}

function hostPanel(view: View, site: SiteHost): Html {
  const { texts } = view;
  const pulls = site.pulls();
  return html`<section id="${site.name}" class="host" aria-labelledby="${site.name}-heading">
    <h2 id="${site.name}-heading">${texts.pulls.heading(site.title)}</h2>
    <details class="box" id="${site.name}-open">
      <summary>${texts.pulls.open}</summary>
      ${openForm(view, site)}
      <div id="${site.name}-size" data-live>${sizeForm(view, site)}</div>
    </details>
    <p class="quiet">${texts.pulls.protected[site.name]}</p>
    <div id="${site.name}-pulls" data-live-list>
      ${
        pulls.length === 0
          ? html`<p class="quiet" id="${site.name}-none" data-live>${texts.pulls.none}</p>`
          : pulls.map((pull) => pullCard(view, site, pull))
      }
    </div>
  </section>`;
}

/** Whether the policy exempts small changes, and the button that changes it. */
function sizeForm({ texts }: View, { name, exemptsSmall }: SiteHost): Html {
  const exempts = exemptsSmall();
  const change = exempts ? "exempt-nothing" : "exempt-small";
  return html`<form method="post" action="/act/${change}">
    <input type="hidden" name="host" value="${name}" />
    <p>${exempts ? texts.pulls.exemptsSmall : texts.pulls.exemptsNothing}</p>
    <button>${texts.acts[change]}</button>
  </form>`;
}

function openForm({ texts }: View, site: SiteHost): Html {
  const { name } = site;
  const field = (key: string) => `${name}-open-${key}`;
  return html`<form method="post" action="/act/open" class="form">
    <input type="hidden" name="host" value="${name}" />
    <label for="${field("title")}">${texts.pulls.title}</label>
    <input id="${field("title")}" name="title" maxlength="200" />
    <label for="${field("opener")}">${texts.pulls.opener}</label>
    <select id="${field("opener")}" name="opener">
      ${roles(site, "unsigned")}
    </select>
    <label for="${field("author")}">${texts.pulls.author}</label>
    <select id="${field("author")}" name="author">
      ${roles(site, "unsigned")}
    </select>
    <label for="${field("coauthor")}">${texts.pulls.coauthor}</label>
    <select id="${field("coauthor")}" name="coauthor">
      <option value="">${texts.pulls.nobody}</option>
      ${roles(site, null)}
    </select>
    <label for="${field("lines")}">${texts.pulls.lines}</label>
    <input id="${field("lines")}" name="lines" type="number" min="1" max="2000" value="3" />
    <button class="main">${texts.acts.open}</button>
  </form>`;
}

function pullCard(view: View, site: SiteHost, pull: PullCard): Html {
  const { texts, scene } = view;
  const key = `${pull.host}-${pull.number}`;
  const { deliveries, reads, writes } = scene.journal.costOf(pull.host, pull.number);
  const verdict = texts.pulls.verdict[pull.verdict];
  const said = scene.history.of(pull.host, pull.number);
  return html`<article class="box pull ${pull.verdict}" id="pull-${key}" aria-labelledby="title-${key}">
    <div id="shown-${key}" data-live>
      <h3 id="title-${key}">
        ${pull.title} <span class="quiet">${NUMBER_SIGNS[pull.host]}${pull.number}</span>
      </h3>
      <p class="quiet">
        ${texts.pulls.by(pull.opener)} · ${texts.pulls.state[pull.state]} ·
        <code>${pull.head.slice(0, 7)}</code>
      </p>
      <p class="verdict">
        <strong><span aria-hidden="true">${MARKS[pull.verdict]}</span> ${verdict}</strong>
        ${pull.labels.map((label) => html`<span class="label">${label}</span>`)}
        <span>${pull.line}</span>
        ${pull.details === null ? "" : html`<a href="${pull.details}">${texts.pulls.details}</a>`}
      </p>
      ${
        pull.queue === null
          ? ""
          : html`<p>
              ${texts.pulls.queue[pull.queue.state]} ${MARKS[pull.queue.verdict]}
              ${texts.pulls.verdict[pull.queue.verdict]} ${pull.queue.line}
            </p>`
      }
      ${said.length < 2 ? "" : html`<p class="quiet">${texts.pulls.history} ${verdictsInWords(said, texts)}</p>`}
      <details id="cost-${key}" class="quiet">
        <summary>${texts.pulls.cost(deliveries, reads, writes)}</summary>
        <ol class="journal" tabindex="0" aria-labelledby="cost-${key}">
          ${scene.journal.callsOf(pull.host, pull.number).map((entry) => journalRow(entry, texts, "call"))}
        </ol>
      </details>
      ${
        pull.comments.length === 0
          ? ""
          : html`<details id="comments-${key}">
              <summary>${texts.pulls.comments(pull.comments.length)}</summary>
              ${pull.comments.map(
                ({ by, body, bot, edited }) =>
                  html`<div class="comment ${bot ? "bot" : ""}">
                    <p class="quiet"><bdi>${by}</bdi>${edited ? ` · ${texts.pulls.edited}` : ""}</p>
                    ${raw(markdown.render(body.replaceAll(/<!--[\s\S]*?-->/g, "")))}
                  </div>`,
              )}
            </details>`
      }
    </div>
    <details id="act-${key}">
      <summary>${texts.pulls.act}</summary>
      ${actForms(view, site, pull, key)}
      <div id="links-${key}" data-live>
        <p><a href="${pull.url}">${texts.pulls.view}</a></p>
        ${pull.details === null || pull.state !== "open" ? "" : html`<p><a href="${pull.details}">${texts.pulls.sign}</a></p>`}
      </div>
    </details>
  </article>`;
}

const MARKS = { success: "●", failure: "✕", error: "!", pending: "○", none: "–" } as const;

const ACTS_OF = {
  open: [
    ...(["push", "force-push", "check-cla", "sign-by-comment", "waive", "by-hand"] as const),
    ...(["merge", "enqueue", "close"] as const),
  ],
  closed: ["reopen"],
  merged: [],
} as const satisfies Record<PullCard["state"], readonly ActName[]>;

/** One form: the pressed button determines the action. */
function actForms({ texts }: View, site: SiteHost, pull: PullCard, key: string): Html {
  const acts = ACTS_OF[pull.state].filter((name) => name !== "enqueue" || site.enqueue !== null);
  return html`<form method="post" action="/act/check-cla" class="acts">
    <input type="hidden" name="host" value="${pull.host}" />
    <input type="hidden" name="number" value="${pull.number}" />
    <label for="as-${key}">${texts.pulls.as}</label>
    <select id="as-${key}" name="as">
      ${roles(site, "unsigned")}
    </select>
    <div class="buttons" id="buttons-${key}" data-live>
      ${acts.map((name) => html`<button formaction="/act/${name}">${texts.acts[name]}</button>`)}
    </div>
    <label for="body-${key}">${texts.pulls.comment}</label>
    <textarea id="body-${key}" name="body" rows="2"></textarea>
    <button formaction="/act/comment">${texts.acts.comment}</button>
  </form>`;
}
