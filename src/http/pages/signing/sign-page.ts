import { Hono } from "hono";
import { html } from "hono/html";
import { textFor, textsOf, type AgreementText } from "../../../records/agreement.ts";
import { renderDocument } from "../document/render-document.ts";
import { foreign } from "../layout/foreign.ts";
import { guessLanguage, languageName, ownName } from "../layout/languages-of-text.ts";
import { isoDate, type Html } from "../layout/layout.ts";
import { PageError } from "../page-error.ts";
import { parsePullPath, pullPagePath } from "../pull/pull-path.ts";
import { signBox } from "./sign-box.ts";
import { pathTo, receiptPath, withQuery, type Signing } from "./signing.ts";
import type { Site } from "../site-context.ts";
import { doneHere, type PagesEnv, type Visitor } from "../sign-in/visitor.ts";

/** Read the agreement, sign in, sign it, and go back to the pull request. */
export function signRoutes(site: Site): Hono<PagesEnv> {
  const { agreements } = site.options;
  const routes = new Hono<PagesEnv>();

  const find = async (
    id: string,
    visitor: Visitor,
    query: (key: string) => string | undefined,
  ): Promise<Signing> => {
    const agreement = agreements.all.find((each) => each.id === id);
    if (agreement === undefined) throw new PageError("notFound");
    const asked = query("text");
    const text =
      textsOf(agreement).find(({ language }) => language !== null && language === asked) ??
      textFor(agreement, visitor.language);
    const document = await agreements.documentOf(agreement, text.language);
    return { agreement, text, document, pull: parsePullPath(query("pull")) };
  };

  routes.get("/sign/:agreement", async (context) => {
    const visitor = context.get("visitor");
    const signing = await find(context.req.param("agreement"), visitor, (key) => context.req.query(key));
    const own = visitor.account === null ? null : await site.name(context, visitor.account);
    const changed = doneHere(context, "changed") !== undefined;
    return site.show(context, {
      title: signing.agreement.title,
      body: await signPage(site, visitor, signing, own),
      notice: changed ? { tone: "doubt", text: visitor.texts.sign.changed } : null,
    });
  });

  routes.post("/sign/:agreement", async (context) => {
    const visitor = context.get("visitor");
    const { link } = visitor;
    const signing = await find(context.req.param("agreement"), visitor, (key) => context.req.query(key));
    const { account, fields } = await site.form(context);
    const { agreement, document, pull } = signing;
    if (document === null || !agreement.sign.includes("page")) throw new PageError("method");
    // The signed text must be the text that the person read.
    if (fields["version"] !== agreement.version || fields["digest"] !== document.digest)
      return context.redirect(link(withQuery(pathTo(signing), "changed")), 303);
    await agreements.sign(account, agreement, document.digest);
    site.pulls.forget();
    const done = pull === null ? `${receiptPath(agreement.id)}?done=signed` : `${pullPagePath(pull)}?signed`;
    return context.redirect(link(done), 303);
  });
  return routes;
}

async function signPage(site: Site, visitor: Visitor, signing: Signing, own: string | null): Promise<Html> {
  const { agreement, text, document, pull } = signing;
  const { texts, link } = visitor;
  const { effective } = agreement;
  const signs = document !== null && agreement.sign.includes("page");
  return html`${
      pull === null
        ? ""
        : html`<p class="crumb">
            <a href="${link(pullPagePath(pull))}">${texts.sign.about(`${pull.path}#${pull.number}`)}</a>
          </p>`
    }
    <h1 id="top">${foreign(agreement.title, agreement.id)}</h1>
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
    ${languageSwitch(visitor, signing)}
    ${signs ? html`<p class="buttons"><a class="button quiet" href="#sign">${texts.sign.jump}</a></p>` : ""}
    ${
      document === null
        ? elsewhere(visitor, text)
        : html`<article
              class="document"
              lang="${document.language ?? guessLanguage(document.markdown)}"
              aria-label="${texts.sign.text}"
            >
              ${renderDocument(document.markdown, { base: agreement.documentBase ?? null, scrolls: texts.sign.scrolls })}
            </article>
            <section id="sign" aria-labelledby="sign-heading">
              <h2 id="sign-heading">${texts.sign.heading}</h2>
              ${await signBox(site, visitor, signing, own)}
              <p class="small"><a href="#top">${texts.sign.top}</a></p>
            </section>`
    }`;
}

/** The other texts, and which one is binding; empty if there is only one text. */
function languageSwitch(visitor: Visitor, signing: Signing): Html | string {
  const { agreement, text } = signing;
  const { texts, link, language } = visitor;
  const all = textsOf(agreement);
  const [binding] = all;
  if (all.length < 2 || binding.language === null || text.language === null) return "";
  const name = languageName(binding.language, language);
  return html`<nav class="texts" aria-label="${texts.sign.languages}">
    <span class="muted">${texts.sign.languages}${texts.site.colon}</span>
    <ul>
      ${all.map(({ language: code }) =>
        code === null
          ? ""
          : html`<li>
              ${
                code === text.language
                  ? html`<strong lang="${code}" aria-current="true">${ownName(code)}</strong>`
                  : html`<a
                      href="${link(pathTo({ ...signing, text: { ...text, language: code } }))}"
                      lang="${code}"
                      hreflang="${code}"
                      >${ownName(code)}</a
                    >`
              }
            </li>`,
      )}
    </ul>
    <span>${text.language === binding.language ? texts.sign.bindingThis : texts.sign.notBinding(name)}</span>
  </nav>`;
}

function effectiveLine({ texts }: Visitor, effective: number, now: number): string {
  const day = isoDate(effective);
  return effective <= now ? texts.sign.effective(day) : texts.sign.effectiveFrom(day);
}

function elsewhere({ texts }: Visitor, { url }: AgreementText): Html {
  if (url === null) return html`<p class="lead">${texts.sign.nowhere}</p>`;
  return html`<p class="lead">${texts.sign.elsewhere}</p>
    <p><a href="${url}" rel="noopener">${url}</a></p>`;
}
