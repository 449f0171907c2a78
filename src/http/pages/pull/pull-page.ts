import { createHash } from "node:crypto";
import { Hono } from "hono";
import { html } from "hono/html";
import { isHostName } from "../../../account.ts";
import { printProblem } from "../../../error.ts";
import { stateOf } from "../../../verdict/finding.ts";
import type { PageHost, PullView } from "../../../ports/pages.ts";
import type { Html } from "../layout.ts";
import { PageError } from "../page-error.ts";
import { commitList } from "./pull-commits.ts";
import { isPathName, pathOf, signPagePath } from "./pull-path.ts";
import { peopleList, unlinkedSection } from "./pull-people.ts";
import type { Site } from "../site-context.ts";
import { verdictBanner } from "./verdict-banner.ts";
import type { PagesEnv, Visitor } from "../sign-in/visitor.ts";

/** Who still has to sign, commit by commit, with what to do for each. */
export function pullRoutes(site: Site): Hono<PagesEnv> {
  const routes = new Hono<PagesEnv>();
  routes.get("/pulls/:host/:owner/:repo/:number{[1-9][0-9]{0,9}}", async (context) => {
    const { host: hostName, owner, repo, number } = context.req.param();
    const host = isHostName(hostName) ? site.options.hosts.get(hostName) : undefined;
    if (!isHostName(hostName) || host === undefined || ![owner, repo].every(isPathName))
      throw new PageError("pullNotFound");
    const visitor = context.get("visitor");
    const view = await site.pulls.view(hostName, `${owner}/${repo}`, Number(number), visitor.account);
    const { pull } = view;
    // The page names people; they are found on the host, not by a search engine here.
    context.header("x-robots-tag", "noindex");
    const state = await stateRegion(view, host, visitor);
    const thanks = context.req.query("signed") !== undefined && ownStanding(view, visitor) === "signed";
    const body = html`<p class="crumb">
        ${host.title} · ${pull.path} · <a href="${pull.url}" rel="noopener">#${pull.ref.number}</a>
      </p>
      <h1>${pull.title === "" ? visitor.texts.pull.heading(pull.ref.number) : pull.title}</h1>
      <p id="news" class="hidden" role="status"></p>
      ${state}
      <p class="muted small" id="updating" hidden>${visitor.texts.pull.updating}</p>`;
    return site.show(context, {
      title: visitor.texts.pull.heading(pull.ref.number),
      body,
      updates: true,
      notice:
        view.busyFor !== null
          ? { tone: "doubt", text: visitor.texts.error.busyLast(view.busyFor) }
          : thanks
            ? { tone: "good", text: visitor.texts.pull.youThanks }
            : null,
    });
  });
  return routes;
}

/** The part of the page that may change by itself, under its digest, so that a change is found without reading it. */
async function stateRegion(view: PullView, host: PageHost, visitor: Visitor): Promise<Html> {
  const { pull, finding } = view;
  const waiting = pull.state === "open" && stateOf(finding) !== "success";
  const inner = await html`${
    pull.state === "closed" ? html`<p class="lead">${visitor.texts.pull.closed}</p>` : ""
  }
  ${verdictBanner(view, visitor, action(view, host, visitor))} ${details(view, host, visitor)}`;
  const digest = createHash("sha256").update(inner.toString()).digest("base64url").slice(0, 12);
  return html`<div id="state" data-digest="${digest}" ${waiting ? "data-waiting" : ""}>${inner}</div>`;
}

function details({ pull, finding }: PullView, host: PageHost, visitor: Visitor): Html | string {
  switch (finding.kind) {
    case "uncovered":
      return "";
    case "policy-broken":
      return html`<section>
        <p>${visitor.words.comment.policyBroken(finding.path).replaceAll("`", "")}</p>
        <ul>
          ${finding.problems.map((problem) => html`<li><code>${printProblem(problem)}</code></li>`)}
        </ul>
      </section>`;
    case "judged": {
      const { judgement } = finding;
      const { agreement } = judgement;
      const href = agreement.url ?? visitor.link(signPagePath(agreement.id, pathOf(pull)));
      return html`<dl class="facts">
          <dt>${visitor.texts.pull.agreement}</dt>
          <dd><a href="${href}">${agreement.title}</a> · ${visitor.texts.site.version(agreement.version)}</dd>
        </dl>
        ${peopleList(pull, judgement, host, visitor)} ${unlinkedSection(judgement, host, visitor)}
        ${commitList(pull, judgement, visitor)}`;
    }
  }
}

/** What the visitor can do about it: sign, where somebody has still to. */
function action(view: PullView, host: PageHost, visitor: Visitor): Html | null {
  const { pull, finding } = view;
  if (finding.kind !== "judged" || pull.state === "closed") return null;
  const { agreement, signers, verdict } = finding.judgement;
  const { pull: texts } = visitor.texts;
  const own = ownStanding(view, visitor);
  if (verdict === "signed")
    return html`<a class="button quiet" href="${pull.url}" rel="noopener">${texts.open(host.title)}</a>`;
  if (own === "signed") return html`<p>${texts.youSigned}</p>`;
  if (!signers.some(({ standing }) => standing.kind === "missing")) return null;
  // Whoever is signed in and has nothing to sign here would be sent in vain.
  if (visitor.account !== null && own !== "missing") return null;
  const elsewhere = agreement.document === null;
  const href = elsewhere ? agreement.url : visitor.link(signPagePath(agreement.id, pathOf(pull)));
  if (href === null) return null;
  return html`${own === "missing" ? html`<p>${texts.youMissing}</p>` : ""}<a class="button" href="${href}"
      >${elsewhere ? texts.signElsewhere : texts.readAndSign}</a
    >`;
}

function ownStanding({ finding }: PullView, { account }: Visitor): string | null {
  if (finding.kind !== "judged" || account === null) return null;
  return finding.judgement.signers.find((signer) => signer.account === account)?.standing.kind ?? null;
}
