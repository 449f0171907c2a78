import { Hono } from "hono";
import { html } from "hono/html";
import { HOSTS, type Account, type HostName } from "../../account.ts";
import type { Agreement } from "../../records/agreement.ts";
import type { AgreementDocument } from "../../ports/pages.ts";
import { csrfField, date, type Html } from "./layout.ts";
import { renderDocument } from "./markdown.ts";
import { PageError } from "./page-error.ts";
import { parsePullPath, pullPagePath, signPagePath, type PullPath } from "./pull/pull-path.ts";
import { signInLinks } from "./sign-in/sign-in-links.ts";
import type { Site } from "./site-context.ts";
import { doneHere, type PagesEnv, type Visitor } from "./sign-in/visitor.ts";

interface Signing {
  readonly agreement: Agreement;
  readonly document: AgreementDocument | null;
  readonly pull: PullPath | null;
}

/** Read the agreement, sign in, sign it, and go back to the pull request. */
export function signRoutes(site: Site): Hono<PagesEnv> {
  const { agreements } = site.options;
  const routes = new Hono<PagesEnv>();

  const find = async (id: string, pull: string | undefined): Promise<Signing> => {
    const agreement = agreements.all.find((each) => each.id === id);
    if (agreement === undefined) throw new PageError("notFound");
    const document = await agreements.documentOf(agreement);
    return { agreement, document, pull: parsePullPath(pull) };
  };

  routes.get("/sign/:agreement", async (context) => {
    const visitor = context.get("visitor");
    const signing = await find(context.req.param("agreement"), context.req.query("pull"));
    const own = visitor.account === null ? null : await site.name(context, visitor.account);
    const changed = doneHere(context, "changed") !== undefined;
    return site.show(context, {
      title: signing.agreement.title,
      body: await signPage(site, visitor, signing, own),
      notice: changed ? { tone: "doubt", text: visitor.texts.sign.changed } : null,
    });
  });

  routes.post("/sign/:agreement", async (context) => {
    const { link } = context.get("visitor");
    const signing = await find(context.req.param("agreement"), context.req.query("pull"));
    const { account, fields } = await site.form(context);
    const { agreement, document, pull } = signing;
    if (document === null || !agreement.sign.includes("page")) throw new PageError("method");
    // What is signed must be what was read.
    if (fields["version"] !== agreement.version || fields["digest"] !== document.digest) {
      const path = signPagePath(agreement.id, pull);
      return context.redirect(link(`${path}${path.includes("?") ? "&" : "?"}changed`), 303);
    }
    await agreements.sign(account, agreement);
    site.pulls.forget();
    return context.redirect(
      link(pull === null ? "/account?done=signed" : `${pullPagePath(pull)}?signed`),
      303,
    );
  });
  return routes;
}

async function signPage(site: Site, visitor: Visitor, signing: Signing, own: string | null): Promise<Html> {
  const { agreement, document, pull } = signing;
  const { texts, link } = visitor;
  const { effective } = agreement;
  const about = pull === null ? null : `${pull.path}#${pull.number}`;
  const signs = document !== null && agreement.sign.includes("page");
  return html`${
      pull === null
        ? ""
        : html`<p class="crumb">
            <a href="${link(pullPagePath(pull))}">${texts.sign.about(about ?? "")}</a>
          </p>`
    }
    <h1>${agreement.title}</h1>
    <dl class="facts">
      <dt>${texts.site.version(agreement.version)}</dt>
      <dd>${effective === null ? "" : effectiveLine(visitor, effective, site.options.now())}</dd>
      ${
        document === null
          ? ""
          : html`<dt>${texts.sign.digest}</dt>
              <dd><code>${document.digest}</code></dd>`
      }
    </dl>
    ${signs ? html`<p class="buttons"><a class="button quiet" href="#sign">${texts.sign.jump}</a></p>` : ""}
    ${
      document === null
        ? elsewhere(visitor, agreement)
        : html`<article
              class="document"
              lang="${languageOf(document.markdown)}"
              aria-label="${texts.sign.text}"
            >
              ${renderDocument(document.markdown)}
            </article>
            <section id="sign" aria-labelledby="sign-heading">
              <h2 id="sign-heading">${texts.sign.heading}</h2>
              ${
                signs
                  ? await signPanel(site, visitor, signing, own)
                  : html`<p>
                      ${agreement.sign.includes("comment") ? texts.sign.onlyComment : texts.sign.nowhere}
                    </p>`
              }
            </section>`
    }`;
}

/** The document's own language, for those who hear it: it need not be the page's. */
function languageOf(markdown: string): "en" | "zh-CN" {
  return /\p{Script=Han}/u.test(markdown) ? "zh-CN" : "en";
}

function effectiveLine({ texts }: Visitor, effective: number, now: number): string {
  const day = new Date(effective).toISOString().slice(0, 10);
  return effective <= now ? texts.sign.effective(day) : texts.sign.effectiveFrom(day);
}

function elsewhere({ texts }: Visitor, { url }: Agreement): Html {
  if (url === null) return html`<p class="lead">${texts.sign.nowhere}</p>`;
  return html`<p class="lead">${texts.sign.elsewhere}</p>
    <p><a href="${url}" rel="noopener">${url}</a></p>`;
}

async function signPanel(site: Site, visitor: Visitor, signing: Signing, own: string | null): Promise<Html> {
  const { agreement, document, pull } = signing;
  const { texts, link, account } = visitor;
  const { hosts } = site.options;
  if (account === null || own === null)
    return html`<div class="panel">
      <p>${texts.sign.who}</p>
      ${signInLinks(visitor, hosts, pull === null ? hostsOf(agreement) : new Set([pull.host]))}
      ${
        pull === null
          ? ""
          : html`<p class="muted small">${texts.sign.otherHost(hosts.get(pull.host)?.title ?? pull.host)}</p>`
      }
    </div>`;
  const { signed, lines } = await standingLines(site, visitor, agreement, account);
  return html`${lines.map((line) => html`<p>${line}</p>`)}
  ${
    signed
      ? html`<p class="buttons">
          ${
            pull === null
              ? ""
              : html`<a class="button" href="${link(pullPagePath(pull))}">${texts.sign.backToPull}</a>`
          }
          <a class="button quiet" href="${link("/account")}">${texts.sign.seeData}</a>
        </p>`
      : html`<form class="panel" method="post" action="${link(signPagePath(agreement.id, pull))}">
          ${csrfField(visitor)}
          <input type="hidden" name="version" value="${agreement.version}" />
          <input type="hidden" name="digest" value="${document?.digest ?? ""}" />
          <p class="statement">${texts.sign.statement(agreement.title, agreement.version)}</p>
          <p class="muted small">${texts.sign.statementMore(account)}</p>
          <p class="buttons"><button class="button" type="submit">${texts.sign.button(own)}</button></p>
        </form>`
  }`;
}

/** How the person stands already, and whether there is nothing left to sign. */
async function standingLines(
  site: Site,
  { texts }: Visitor,
  agreement: Agreement,
  account: Account,
): Promise<{ signed: boolean; lines: Html[] }> {
  const { restrictedSince, signatures } = await site.options.rights.held(account);
  const standing = await site.options.agreements.standing(account, agreement);
  const lines: Html[] = [];
  const own = signatures.find(
    ({ agreement: id, entity, revokedAt, version }) =>
      id === agreement.id && entity === null && revokedAt === null && version === agreement.version,
  );
  if (own !== undefined) lines.push(html`${texts.sign.already(null)} ${date(own.signedAt)}`);
  else if (standing.kind === "signed" && standing.graceUntil !== null)
    lines.push(html`${texts.sign.already(new Date(standing.graceUntil).toISOString().slice(0, 10))}`);
  if (standing.kind === "signed")
    for (const entity of standing.through)
      if (entity !== null) lines.push(html`${texts.sign.alreadyThrough(entity)}`);
  if (restrictedSince !== null) lines.push(html`${texts.sign.restricted}`);
  return { signed: own !== undefined, lines };
}

/** The hosts whose repositories an agreement covers. */
function hostsOf(agreement: Agreement): ReadonlySet<HostName> {
  return new Set(
    HOSTS.filter((host) => agreement.repositories.some((pattern) => pattern.startsWith(`${host}:`))),
  );
}
