import { Hono, type Context } from "hono";
import { html } from "hono/html";
import type { Account } from "../../../account.ts";
import type { Agreement } from "../../../records/agreement.ts";
import type { Signature } from "../../../records/signature.ts";
import { languageName } from "../layout/languages-of-text.ts";
import type { Html } from "../layout/layout.ts";
import { PageError } from "../page-error.ts";
import { signInLinks } from "../sign-in/sign-in-links.ts";
import { doneHere, type PagesEnv, type Visitor } from "../sign-in/visitor.ts";
import type { Site } from "../site-context.ts";
import { howSigned, signatureState } from "./signature-state.ts";

/** A line of a receipt: a label and a value. `code` is set in a monospaced font. */
interface ReceiptLine {
  readonly what: string;
  readonly is: string;
  readonly code?: boolean;
}

/** A page to print and a file to keep, for each signature. Both contain only what is stored. */
export function receiptRoutes(site: Site): Hono<PagesEnv> {
  const routes = new Hono<PagesEnv>();

  routes.get("/account/receipt/:agreement", async (context) => {
    const visitor = context.get("visitor");
    const { texts, link, account } = visitor;
    const { receipt } = texts.sign;
    if (account === null) {
      const body = html`<h1>${receipt.heading}</h1>
        <p class="lead">${texts.account.signedOut}</p>
        ${signInLinks(visitor, site.options.hosts)}`;
      return site.show(context, { title: receipt.heading, body });
    }
    const signature = await signatureOf(site, context, account);
    const lines = await receiptLines(site, signature, visitor);
    const file = `/account/receipt/${encodeURIComponent(signature.agreement)}/file?version=${encodeURIComponent(signature.version)}`;
    return site.show(context, {
      title: `${receipt.heading} · ${signature.agreement} ${signature.version}`,
      body: receiptPage(visitor, lines, link(file)),
      notice: doneHere(context, "done") === "signed" ? { tone: "good", text: texts.done.signed } : null,
    });
  });

  routes.get("/account/receipt/:agreement/file", async (context) => {
    const visitor = context.get("visitor");
    const { account } = visitor;
    if (account === null) return context.redirect(visitor.link("/account"), 303);
    const signature = await signatureOf(site, context, account);
    const lines = await receiptLines(site, signature, visitor);
    const { receipt } = visitor.texts.sign;
    const text = [
      receipt.heading,
      "",
      ...lines.map(({ what, is }) => `${what}${visitor.texts.site.colon}${is}`),
      "",
    ];
    // Other characters are not allowed in file names on every system.
    const name = `${signature.agreement}-${signature.version}`.replace(/[^\w.-]/g, "_");
    context.header("content-disposition", `attachment; filename="countersign-${name}.txt"`);
    return context.body(text.join("\n"), 200, { "content-type": "text/plain; charset=utf-8" });
  });
  return routes;
}

/** The signature that an address names: the one for the version, or the person's latest. */
async function signatureOf(site: Site, context: Context<PagesEnv>, account: Account): Promise<Signature> {
  const { signatures } = await site.options.rights.held(account);
  const version = context.req.query("version");
  const found = signatures
    .filter(({ agreement, entity }) => agreement === context.req.param("agreement") && entity === null)
    .filter((signature) => version === undefined || signature.version === version)
    .toSorted((a, b) => b.signedAt - a.signedAt);
  const [signature] = found;
  if (signature === undefined) throw new PageError("notFound");
  return signature;
}

async function receiptLines(site: Site, signature: Signature, visitor: Visitor): Promise<ReceiptLine[]> {
  const { texts, language } = visitor;
  const { receipt } = texts.sign;
  const { agreements, instance, publicUrl, rights, now } = site.options;
  const { digest } = signature;
  const configured = agreements.all.find(({ id }) => id === signature.agreement);
  const { restrictedSince } = await rights.held(signature.account);
  const textLanguage = digest === undefined ? null : await agreements.languageOf(signature.agreement, digest);
  const state = signatureState(
    signature,
    configured,
    { restricted: restrictedSince !== null, now: now() },
    visitor,
  );
  return [
    { what: receipt.agreement, is: titleOf(signature, configured) },
    { what: receipt.version, is: signature.version },
    ...(textLanguage === null ? [] : [{ what: receipt.language, is: languageName(textLanguage, language) }]),
    { what: receipt.digest, is: digest ?? receipt.noDigest, code: digest !== undefined },
    { what: receipt.account, is: signature.account, code: true },
    { what: receipt.signedAt, is: new Date(signature.signedAt).toISOString() },
    { what: receipt.how, is: howSigned(signature, visitor) },
    { what: receipt.state, is: state.text },
    {
      what: receipt.operator,
      is: [instance.name, instance.contact].filter((part) => part !== null).join(", "),
    },
    ...(signature.revokedAt === null
      ? [
          {
            what: receipt.withdraw,
            is: (configured?.withdrawal === "operator" ? receipt.withdrawAsk : receipt.withdrawSelf)(
              `${publicUrl}/account`,
            ),
          },
        ]
      : []),
  ];
}

function titleOf({ agreement }: Signature, configured: Agreement | undefined): string {
  return configured === undefined ? agreement : `${configured.title} (${agreement})`;
}

function receiptPage({ texts, link }: Visitor, lines: readonly ReceiptLine[], file: string): Html {
  const { receipt } = texts.sign;
  return html`<h1>${receipt.heading}</h1>
    <p class="lead">${receipt.intro}</p>
    <dl class="facts receipt">
      ${lines.map(
        ({ what, is, code }) =>
          html`<dt>${what}</dt>
            <dd>${code === true ? html`<code>${is}</code>` : html`<bdi dir="auto">${is}</bdi>`}</dd>`,
      )}
    </dl>
    <p class="buttons">
      <a class="button" href="${file}">${receipt.download}</a>
      <a class="button quiet" href="${link("/account")}">${texts.sign.seeData}</a>
    </p>
    <p class="muted small no-print">${receipt.print}</p>`;
}
