import { createHash } from "node:crypto";
import { Hono } from "hono";
import { html } from "hono/html";
import { isHostName } from "../../../account.ts";
import { stateOf } from "../../../verdict/finding.ts";
import type { PageHost, PullView } from "../../../ports/pages.ts";
import { foreign, isBlank } from "../layout/foreign.ts";
import type { Html, Page } from "../layout/layout.ts";
import { PageError } from "../page-error.ts";
import type { Site } from "../site-context.ts";
import type { PagesEnv, Visitor } from "../sign-in/visitor.ts";
import { headlineOf } from "./headline.ts";
import { automatedSection } from "./automated.ts";
import { policyProblems } from "./policy-problems.ts";
import { pullAction } from "./pull-action.ts";
import { namesIn, pullQuery, type PullContext, type PullQuery } from "./pull-context.ts";
import { noticeList } from "./notice-list.ts";
import { isPathName, pathOf, signPagePath } from "./pull-path.ts";
import { peopleList } from "./pull-people.ts";
import { unlinkedSection } from "./unlinked.ts";
import { verdictBanner } from "./verdict-banner.ts";

/** Who still has to sign, and what to do. */
export function pullRoutes(site: Site): Hono<PagesEnv> {
  const routes = new Hono<PagesEnv>();
  routes.get("/pulls/:host/:owner/:repo/:number{[1-9][0-9]{0,9}}", async (context) => {
    const { host: hostName, owner, repo, number } = context.req.param();
    const host = isHostName(hostName) ? site.options.hosts.get(hostName) : undefined;
    if (!isHostName(hostName) || host === undefined || ![owner, repo].every(isPathName))
      throw new PageError("pullNotFound");
    const visitor = context.get("visitor");
    const view = await site.pulls.view(hostName, `${owner}/${repo}`, Number(number), visitor.account);
    // The page names people. Search engines must not index it.
    context.header("x-robots-tag", "noindex");
    if (view === null) return site.show(context, readingPage(visitor, `${owner}/${repo}`, Number(number)));
    const { pull } = view;
    const { texts } = visitor;
    const restricted = visitor.account !== null && (await site.restricted(visitor.account));
    const query = pullQuery((key) => context.req.query(key));
    const state = await stateRegion(site, view, { host, visitor, restricted, query });
    const standing = ownStanding(view, visitor);
    const thanks = context.req.query("signed") !== undefined && standing === "signed";
    const agreement = view.finding.kind === "judged" ? view.finding.judgment.agreement : null;
    const body = html`<p class="crumb">
        ${host.title} · <bdi>${pull.path}</bdi> · <a href="${pull.url}" rel="noopener">#${pull.ref.number}</a>
      </p>
      <h1>${foreign(pull.title, texts.pull.heading(pull.ref.number))}</h1>
      <p id="news" class="hidden" role="status"></p>
      ${state}
      <p class="muted small" id="updating" hidden>${texts.pull.updating}</p>`;
    const name = isBlank(pull.title) ? "" : `${pull.title} · `;
    return site.show(context, {
      title: `${name}#${pull.ref.number} · ${pull.path}`,
      body,
      updates: true,
      notice:
        view.busyFor !== null
          ? { tone: "doubt", text: texts.error.busyLast(view.busyFor) }
          : thanks && agreement !== null
            ? {
                tone: "good",
                text: texts.pull.youThanks,
                link: {
                  href: `/account/receipt/${encodeURIComponent(agreement.id)}`,
                  text: texts.pull.receipt,
                },
              }
            : null,
    });
  });
  return routes;
}

/** Shown while a large pull request is read for the first time. The script replaces it; without, the link does. */
function readingPage({ texts, here, link }: Visitor, path: string, number: number): Page {
  const more = html`<p><a href="${link(here)}">${texts.pull.readingAgain}</a></p>`;
  return {
    title: `#${number} · ${path}`,
    updates: true,
    body: html`<h1>${texts.pull.heading(number)}</h1>
      <p id="news" class="hidden" role="status"></p>
      <div id="state" data-digest="" data-waiting data-reading>
        ${verdictBanner({ tone: "doubt", heading: texts.pull.reading, more: [texts.pull.readingMore] }, more)}
      </div>
      <p class="muted small" id="updating" hidden>${texts.pull.updating}</p>`,
  };
}

interface Looking {
  readonly host: PageHost;
  readonly visitor: Visitor;
  readonly restricted: boolean;
  readonly query: PullQuery;
}

/**
 * The part of the page that may change, with its digest, so that the script notices a change without comparing the
 * text.
 */
async function stateRegion(site: Site, view: PullView, looking: Looking): Promise<Html> {
  const { pull, finding } = view;
  const waiting = pull.state === "open" && stateOf(finding) !== "success";
  const context = contextOf(view, looking);
  const inner = await html`${verdictBanner(
    headlineOf(view, looking.visitor),
    context === null ? null : pullAction(site, context),
  )}
  ${noticeList(view, looking.visitor)}
  ${context === null ? policyProblems(view, looking.visitor) : details(context)}`;
  const digest = createHash("sha256").update(inner.toString()).digest("base64url").slice(0, 12);
  return html`<div id="state" data-digest="${digest}" ${waiting ? "data-waiting" : ""}>${inner}</div>`;
}

/** Null if there is no judgment to show. */
function contextOf({ pull, finding }: PullView, looking: Looking): PullContext | null {
  if (finding.kind !== "judged") return null;
  const commits = new Map(pull.commits.map((commit) => [commit.sha, commit]));
  return { pull, judgment: finding.judgment, commits, names: namesIn(pull), ...looking };
}

function details(context: PullContext): Html {
  const { pull, judgment, visitor } = context;
  const { agreement } = judgment;
  const href = agreement.url ?? visitor.link(signPagePath(agreement.id, pathOf(pull)));
  return html`<dl class="facts">
      <dt>${visitor.texts.pull.agreement}</dt>
      <dd><a href="${href}">${agreement.title}</a> · ${visitor.texts.site.version(agreement.version)}</dd>
    </dl>
    ${unlinkedSection(context)} ${automatedSection(context)} ${peopleList(context)}`;
}

function ownStanding({ finding }: PullView, { account }: Visitor): string | null {
  if (finding.kind !== "judged" || account === null) return null;
  return finding.judgment.signers.find((signer) => signer.account === account)?.standing.kind ?? null;
}
