import { readDocument, recordFor } from "../../bot/documents.ts";
import { Failure } from "../../error.ts";
import type { AgreementRecord } from "../../records/agreement-record.ts";
import { textsOf, type Agreement, type AgreementText } from "../../records/agreement.ts";
import { confirmed } from "../confirm.ts";
import { jsonText } from "../json-text.ts";
import type { RightsContext } from "../rights/rights-context.ts";
import { configuredAgreement } from "./require-agreement.ts";

export interface ReviseOptions {
  /** Of the text; without it, the binding text. */
  readonly language?: string;
  readonly yes?: true;
  readonly json?: true;
}

/** Records the current document as a text of the version in force: nobody has to sign again. */
export async function reviseAgreement(
  context: RightsContext,
  id: string,
  { language, yes, json }: ReviseOptions,
): Promise<number> {
  const { engine, output } = context;
  const agreement = configuredAgreement(context.agreements, id);
  const { version } = agreement;
  const text = textNamed(agreement, language);
  const document = await readDocument(agreement, undefined, text);
  if (document === null)
    throw new Failure(
      "refused",
      `${id}: its text is on another site, so there is no document to record here`,
    );
  const known = await engine.agreements.find(id, version, text.language);
  const before = known?.digest ?? null;
  const result = ({ revision, digest }: AgreementRecord): string =>
    jsonText({
      agreement: id,
      version,
      language: text.language,
      revision,
      digest,
      previous_digest: before,
      changed: digest !== before,
    });
  if (known !== null && before === document.digest) {
    output.write(
      json === true
        ? result(known)
        : `${id} ${version}: the document is the recorded one, sha256:${before}\n`,
    );
    return 0;
  }
  if (known !== null) {
    context.errors.write(
      `${id} ${version}\n  recorded  sha256:${before ?? "none"}\n  now       sha256:${document.digest}\n`,
    );
    const would =
      "An editorial revision does not change the meaning; signatures of this version still count.";
    if (!(await confirmed(context, would, yes === true))) return 1;
  }
  const record = await engine.agreements.record(recordFor(agreement, text, document.digest), context.by);
  output.write(
    json === true
      ? result(record)
      : `${id} ${version}: ${record.revision === 0 ? "recorded" : `editorial revision ${record.revision} recorded`}, sha256:${document.digest}\n`,
  );
  return 0;
}

/** The text in a language; the binding text if none is given. */
function textNamed(agreement: Agreement, language: string | undefined): AgreementText {
  const texts = textsOf(agreement);
  const found = language === undefined ? texts[0] : texts.find((text) => text.language === language);
  if (found !== undefined) return found;
  const known = texts.map((text) => text.language ?? "one text without a language").join(", ");
  throw new Failure("usage", `--language: ${agreement.id} has no text in it (${known})`);
}
