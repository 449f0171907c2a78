import { html } from "hono/html";
import { hostOf } from "../../../account.ts";
import type { Agreement } from "../../../records/agreement.ts";
import { sentenceOf } from "../../../report/sentence.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import type { Site } from "../site-context.ts";
import type { Visitor } from "../sign-in/visitor.ts";
import { csrfField, isoDate, type Html } from "../layout/layout.ts";
import { graceOf } from "./headline.ts";
import type { PullContext } from "./pull-context.ts";
import { pathOf, signPagePath } from "./pull-path.ts";

/** What the visitor can do about the verdict: sign, sign in to sign, lift a restriction, or go back to the host. */
export function pullAction(site: Site, context: PullContext): Html | null {
  const { pull, judgment, host, visitor, restricted } = context;
  const { pull: texts } = visitor.texts;
  if (pull.state === "closed") return null;
  const { agreement, signers, verdict, exemption } = judgment;
  const back = html`<p class="buttons">
    <a class="button quiet" href="${pull.url}" rel="noopener">${texts.open(host.title)}</a>
  </p>`;
  const own = signers.find((signer) => signer.account === visitor.account)?.standing ?? null;
  const grace = graceOf(judgment);
  if (own?.kind === "missing" && exemption === null && restricted)
    return html`<p>${texts.youRestricted}</p>
      ${liftForm(visitor)}`;
  const ownGrace = own?.kind === "signed" ? own.graceUntil : null;
  const mine = own?.kind === "missing" || ownGrace !== null;
  const missing = exemption === null && signers.some(({ standing }) => standing.kind === "missing");
  if (exemption !== null || (!missing && grace === null)) return verdict === "signed" ? back : null;
  if (visitor.account === null || isElsewhere(context))
    return html`${elsewhereLine(site, context)} ${signingWays(site, context)}
    ${verdict === "signed" ? back : ""}`;
  if (!mine)
    return html`${own?.kind === "signed" ? html`<p>${texts.youSigned}</p>` : own === null ? html`<p>${texts.youUnneeded}</p>` : ""}
    ${back}`;
  return html`<p>
      ${ownGrace === null ? texts.youMissing : texts.youGrace(agreement.version, isoDate(ownGrace))}
    </p>
    ${signingWays(site, context)}`;
}

/** Whether the visitor is signed in with an account of another host, whose standing says nothing about this one. */
function isElsewhere({ pull, visitor }: PullContext): boolean {
  return visitor.account !== null && hostOf(visitor.account) !== pull.ref.host;
}

function elsewhereLine(site: Site, { host, visitor }: PullContext): Html | string {
  if (visitor.account === null) return "";
  const own = hostOf(visitor.account);
  const title = site.options.hosts.get(own)?.title ?? own;
  return html`<p>${visitor.texts.pull.otherHost(title, host.title)}</p>`;
}

/** How to sign the agreement: here, at another URL, or by a comment. */
function signingWays(site: Site, context: PullContext): Html {
  const { pull, judgment, host, visitor } = context;
  const { agreement } = judgment;
  const { pull: texts } = visitor.texts;
  if (agreement.document === null)
    return agreement.url === null
      ? html``
      : html`<p class="buttons"><a class="button" href="${agreement.url}">${texts.signElsewhere}</a></p>`;
  const path = signPagePath(agreement.id, pathOf(pull));
  const onPage = agreement.sign.includes("page");
  return html`${
    onPage
      ? visitor.account === null || isElsewhere(context)
        ? html`${signInLinks({ ...visitor, here: `${path}#sign` }, site.options.hosts, new Set([pull.ref.host]), texts.signInToSign)}
            <p><a href="${visitor.link(path)}">${texts.readAndSign}</a></p>`
        : html`<p class="buttons">
            <a class="button" href="${visitor.link(`${path}#sign`)}">${texts.readAndSign}</a>
          </p>`
      : html`<p><a href="${visitor.link(path)}">${texts.read}</a></p>`
  }
  ${
    agreement.sign.includes("comment")
      ? commentWay(visitor, agreement, onPage ? texts.byCommentToo : texts.byComment, {
          url: pull.url,
          title: host.title,
        })
      : ""
  }`;
}

/** The signing sentence to copy into a comment, and where to write it. */
export function commentWay(
  { texts, words }: Visitor,
  agreement: Agreement,
  intro: string,
  pull: { readonly url: string; readonly title: string } | null,
): Html {
  return html`<p>${intro}</p>
    <blockquote class="sentence">${sentenceOf(agreement, words)}</blockquote>
    ${
      pull === null
        ? ""
        : html`<p><a href="${pull.url}" rel="noopener">${texts.pull.writeComment(pull.title)}</a></p>`
    }`;
}

/** Lifts the restriction at once and returns to this page. */
export function liftForm(visitor: Visitor): Html {
  return html`<form method="post" action="${visitor.link("/account/unrestrict")}">
    ${csrfField(visitor)}<input type="hidden" name="return_to" value="${visitor.link(visitor.here)}" />
    <p class="buttons"><button class="button" type="submit">${visitor.texts.pull.lift}</button></p>
  </form>`;
}
