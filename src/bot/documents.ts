/** The documents of agreements: read, hashed, and compared with what was recorded. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { AgreementRecord, AgreementRecords } from "../records/agreement-record.ts";
import { textsOf, type Agreement, type AgreementText } from "../records/agreement.ts";
import { Failure, Problems, type Problem } from "../error.ts";
import type { AgreementDocument } from "../ports/pages.ts";

/** Reads a file's bytes; throws if it can't be read. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

type Find = Pick<AgreementRecords, "find" | "list">;

/**
 * Reads a document of an agreement; null if it is hosted elsewhere.
 * @param text the text to show; the binding text if omitted
 * @throws Failure `agreement-document` if it can't be read or is not text
 */
export async function readDocument(
  agreement: Agreement,
  read: ReadFile = readFile,
  text: AgreementText = textsOf(agreement)[0],
): Promise<AgreementDocument | null> {
  if (text.document === null) return null;
  let bytes: Uint8Array;
  try {
    bytes = await read(text.document);
  } catch (error) {
    throw new Failure(
      "agreement-document",
      `${agreement.id}: its document ${text.document} can't be read: put it there, or correct document: in countersign.yml`,
      { cause: error },
    );
  }
  const digest = createHash("sha256").update(bytes).digest("hex");
  try {
    const markdown = new TextDecoder("utf-8", { fatal: true }).decode(bytes);
    return { markdown, digest, language: text.language };
  } catch {
    throw new Failure(
      "agreement-document",
      `${agreement.id}: its document ${text.document} is not UTF-8: save it as UTF-8`,
    );
  }
}

/**
 * Reads an agreement's document to show it. Only the recorded text is shown, and so signed.
 * @param language of the text; null: the binding text
 * @throws Failure `agreement-document` also if the document changed since it was recorded
 */
export async function recordedDocument(
  { agreements: records }: { readonly agreements: Find },
  agreement: Agreement,
  language: string | null = null,
): Promise<AgreementDocument | null> {
  const texts = textsOf(agreement);
  const text = texts.find((each) => each.language === language) ?? texts[0];
  const document = await readDocument(agreement, readFile, text);
  if (document === null) return null;
  const known = await standingRecord(records, agreement, text, document.digest);
  if (known?.digest !== document.digest)
    throw new Failure("agreement-document", changedDocument(agreement, text).message);
  return document;
}

/**
 * Records each agreement's version with the digest of each of its documents.
 * @throws Problems `agreement-document` with every document that is missing, or that changed without a new version;
 *   then nothing is recorded
 */
export async function checkDocuments(
  { agreements: records }: { readonly agreements: Find & Pick<AgreementRecords, "record"> },
  agreements: readonly Agreement[],
  read: ReadFile = readFile,
): Promise<void> {
  const problems: Problem[] = [];
  const texts: Parameters<AgreementRecords["record"]>[0][] = [];
  for (const agreement of agreements)
    for (const text of textsOf(agreement))
      try {
        const digest = (await readDocument(agreement, read, text))?.digest ?? null;
        const known = await standingRecord(records, agreement, text, digest);
        const own = await records.find(agreement.id, agreement.version, text.language);
        if (known !== null && known.digest !== null && digest !== null && digest !== known.digest)
          problems.push(changedDocument(agreement, text));
        else if (own === null || (own.digest === null && digest !== null))
          texts.push(recordFor(agreement, text, digest));
      } catch (error) {
        if (!(error instanceof Failure) || error.code !== "agreement-document") throw error;
        problems.push({ file: null, line: null, field: null, message: error.message });
      }
  if (problems.length > 0) throw new Problems("agreement-document", problems);
  for (const text of texts) await records.record(text, "bot");
}

/** The record of a text. */
export function recordFor(
  { id, version, effective }: Agreement,
  { language }: AgreementText,
  digest: string | null,
): Parameters<AgreementRecords["record"]>[0] {
  return { agreement: id, version, ...(language === null ? {} : { language }), digest, effective };
}

/**
 * The record that a text must match: the last one in its language. A binding text without such a record must match a
 * text that was recorded before its language was configured. A new translation need not match.
 */
async function standingRecord(
  records: Find,
  agreement: Agreement,
  text: AgreementText,
  digest: string | null,
): Promise<AgreementRecord | null> {
  const { id, version } = agreement;
  const own = await records.find(id, version, text.language);
  if (own !== null || text !== textsOf(agreement)[0]) return own;
  const others = (await records.list(id)).filter((record) => record.version === version);
  const latest = Map.groupBy(others, ({ language }) => language ?? "")
    .values()
    .flatMap((revisions) => revisions.toSorted((a, b) => b.revision - a.revision).slice(0, 1))
    .toArray();
  return latest.find((record) => record.digest === digest) ?? latest[0] ?? null;
}

/**
 * Runs at the start: checks and records the documents. If an agreement's terms changed since the last start, queues its
 * open pull requests for a check.
 * @throws Problems `agreement-document`, see {@link checkDocuments}
 */
export async function enforceAgreements(
  engine: { readonly agreements: AgreementRecords },
  agreements: readonly Agreement[],
): Promise<void> {
  await checkDocuments(engine, agreements);
  for (const agreement of agreements) await engine.agreements.enforce(agreement);
}

function changedDocument({ id, version }: Agreement, { language }: AgreementText): Problem {
  const which = language === null ? "the document" : `the document in ${language}`;
  const message =
    `${id}: ${which} changed, and its version is still ${version}. If only typing errors were corrected, run ` +
    `countersign agreement revise ${id}, and nobody signs again. If it asks for something else, raise version: in ` +
    "countersign.yml, and everybody signs again";
  return { file: null, line: null, field: null, message };
}
