import { html } from "hono/html";
import { hostOf, type Account, type HostName } from "../../../account.ts";
import type { Agreement } from "../../../records/agreement.ts";
import { languageName } from "../layout/languages-of-text.ts";
import { csrfField, date, isoDate, type Html } from "../layout/layout.ts";
import { commentWay, liftForm } from "../pull/pull-action.ts";
import { pullPagePath } from "../pull/pull-path.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import type { Visitor } from "../sign-in/visitor.ts";
import { hostsOf, pathTo, receiptPath, type Signing } from "./signing.ts";
import type { Site } from "../site-context.ts";

/** The box for signing or signing in, or the reason why there is nothing to sign. */
export async function signBox(
  site: Site,
  visitor: Visitor,
  signing: Signing,
  own: string | null,
): Promise<Html> {
  const { agreement, pull } = signing;
  const { texts, account } = visitor;
  if (!agreement.sign.includes("page")) {
    if (!agreement.sign.includes("comment")) return html`<p>${texts.sign.nowhere}</p>`;
    const host = pull === null ? undefined : site.options.hosts.get(pull.host);
    const url = pull === null || host === undefined ? null : pullUrlOf(host.emailsUrl, signing);
    const intro = url === null ? texts.sign.onlyCommentAnywhere : texts.sign.onlyComment;
    const where = url === null || host === undefined ? null : { url, title: host.title };
    return html`<div class="panel">${commentWay(visitor, agreement, intro, where)}</div>`;
  }
  const useful = pull === null ? hostsOf(agreement) : new Set([pull.host]);
  if (account === null || own === null || !useful.has(hostOf(account)))
    return signInBox(site, visitor, signing, useful);
  const { signed, restricted, lines } = await standingLines(site, visitor, agreement, account);
  const said = html`${lines.map((line) => html`<p>${line}</p>`)}`;
  if (restricted)
    return html`<div class="panel">
      ${said}
      <p>${signed ? texts.sign.restrictedSigned : texts.sign.restricted}</p>
      ${liftForm({ ...visitor, here: `${visitor.here}#sign` })}
    </div>`;
  return signed
    ? html`${said} ${signedLinks(visitor, signing)}`
    : html`${said} ${form(visitor, signing, own)}`;
}

/** @param only the hosts whose accounts can sign for this; the visitor may be signed in with another one's */
function signInBox(site: Site, visitor: Visitor, signing: Signing, only: ReadonlySet<HostName>): Html {
  const { pull } = signing;
  const { texts, account } = visitor;
  const { hosts } = site.options;
  const own = account === null ? null : hostOf(account);
  return html`<div class="panel">
    ${own === null ? "" : html`<p>${texts.sign.otherAccount(hosts.get(own)?.title ?? own)}</p>`}
    <p>${texts.sign.who}</p>
    ${signInLinks({ ...visitor, here: `${pathTo(signing)}#sign` }, hosts, only)}
    ${
      pull === null
        ? ""
        : html`<p class="muted small">${texts.sign.otherHost(hosts.get(pull.host)?.title ?? pull.host)}</p>`
    }
  </div>`;
}

function form(visitor: Visitor, signing: Signing, own: string): Html {
  const { agreement, document } = signing;
  const { texts, link, account, language } = visitor;
  const textLanguage = document === null ? null : document.language;
  return html`<form class="panel" method="post" action="${link(pathTo(signing))}">
      ${csrfField(visitor)}
      <input type="hidden" name="version" value="${agreement.version}" />
      <input type="hidden" name="digest" value="${document?.digest ?? ""}" />
      <p class="statement">${texts.sign.statement(agreement.title, agreement.version)}</p>
      <p class="muted small">
        ${texts.sign.statementMore(account ?? "", textLanguage === null ? null : languageName(textLanguage, language))}
      </p>
      <p class="buttons"><button class="button" type="submit">${texts.sign.button(own)}</button></p>
    </form>
    <p class="small"><a href="${link("/entities")}">${texts.sign.employer}</a></p>`;
}

function signedLinks({ texts, link }: Visitor, { agreement, pull }: Signing): Html {
  return html`<p class="buttons">
    ${pull === null ? "" : html`<a class="button" href="${link(pullPagePath(pull))}">${texts.sign.backToPull}</a>`}
    <a class="button quiet" href="${link(receiptPath(agreement.id))}">${texts.sign.receipt.link}</a>
    <a class="button quiet" href="${link("/account")}">${texts.sign.seeData}</a>
  </p>`;
}

/** The person's current coverage, and whether anything is left to sign. */
async function standingLines(
  site: Site,
  { texts }: Visitor,
  agreement: Agreement,
  account: Account,
): Promise<{ signed: boolean; restricted: boolean; lines: Html[] }> {
  const { restrictedSince, signatures } = await site.options.rights.held(account);
  const standing = await site.options.agreements.standing(account, agreement);
  const lines: Html[] = [];
  const own = signatures.find(
    ({ agreement: id, entity, revokedAt, version }) =>
      id === agreement.id && entity === null && revokedAt === null && version === agreement.version,
  );
  if (own !== undefined) lines.push(html`${texts.sign.already} ${date(own.signedAt)}`);
  else if (standing.kind === "signed" && standing.graceUntil !== null)
    lines.push(html`${texts.sign.grace(isoDate(standing.graceUntil))}`);
  if (standing.kind === "signed" && own === undefined)
    for (const entity of standing.through)
      if (entity !== null) lines.push(html`${texts.sign.alreadyThrough(entity)}`);
  return { signed: own !== undefined, restricted: restrictedSince !== null, lines };
}

/** GitHub shows a pull request under `/pull/`, Gitee under `/pulls/`. */
function pullUrlOf(hostUrl: string, { pull }: Signing): string | null {
  if (pull === null) return null;
  const kind = pull.host === "github" ? "pull" : "pulls";
  return new URL(`/${pull.path}/${kind}/${pull.number}`, hostUrl).href;
}
