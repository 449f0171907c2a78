/** The documents of agreements: read, hashed, and compared with what was recorded. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import type { AgreementRecords } from "../records/agreement-record.ts";
import type { Agreement } from "../records/agreement.ts";
import { Failure, Problems, type Problem } from "../error.ts";
import type { AgreementDocument } from "../ports/pages.ts";

/** Reads a file's bytes; what it throws means that it can't be read. */
export type ReadFile = (path: string) => Promise<Uint8Array>;

/**
 * Reads an agreement's document; null where it stands elsewhere.
 * @throws Failure `agreement-document` when it can't be read or is not text
 */
export async function readDocument(
  agreement: Agreement,
  read: ReadFile = readFile,
): Promise<AgreementDocument | null> {
  if (agreement.document === null) return null;
  let bytes: Uint8Array;
  try {
    bytes = await read(agreement.document);
  } catch (error) {
    throw new Failure(
      "agreement-document",
      `${agreement.id}: its document ${agreement.document} can't be read: put it there, or mend document: in countersign.yml`,
      { cause: error },
    );
  }
  const digest = createHash("sha256").update(bytes).digest("hex");
  try {
    return { markdown: new TextDecoder("utf-8", { fatal: true }).decode(bytes), digest };
  } catch {
    throw new Failure(
      "agreement-document",
      `${agreement.id}: its document ${agreement.document} is not UTF-8: save it as UTF-8`,
    );
  }
}

/**
 * Reads an agreement's document to show it: only the recorded text is ever shown, and so signed.
 * @throws Failure `agreement-document` also when the document changed since it was recorded
 */
export async function recordedDocument(
  { agreements: records }: { readonly agreements: Pick<AgreementRecords, "find"> },
  agreement: Agreement,
): Promise<AgreementDocument | null> {
  const document = await readDocument(agreement);
  if (document === null) return null;
  const known = await records.find(agreement.id, agreement.version);
  if (known?.digest !== document.digest)
    throw new Failure("agreement-document", changedDocument(agreement).message);
  return document;
}

/**
 * Records each agreement's version with the digest of its document.
 * @throws Problems `agreement-document` with every document that is missing, or that changed under its version;
 *   then nothing is recorded
 */
export async function checkDocuments(
  { agreements: records }: { readonly agreements: Pick<AgreementRecords, "find" | "record"> },
  agreements: readonly Agreement[],
  read: ReadFile = readFile,
): Promise<void> {
  const problems: Problem[] = [];
  const texts: { agreement: Agreement; digest: string | null }[] = [];
  for (const agreement of agreements) {
    try {
      const digest = (await readDocument(agreement, read))?.digest ?? null;
      const known = await records.find(agreement.id, agreement.version);
      if (known === null || (known.digest === null && digest !== null)) texts.push({ agreement, digest });
      else if (digest !== null && digest !== known.digest) problems.push(changedDocument(agreement));
    } catch (error) {
      if (!(error instanceof Failure) || error.code !== "agreement-document") throw error;
      problems.push({ file: null, line: null, field: null, message: error.message });
    }
  }
  if (problems.length > 0) throw new Problems("agreement-document", problems);
  for (const { agreement, digest } of texts)
    await records.record(
      { agreement: agreement.id, version: agreement.version, digest, effective: agreement.effective },
      "bot",
    );
}

/**
 * What a starting bot does about agreements: checks and records the documents, and has the open pull requests of
 * every agreement checked whose terms are not those of the last start.
 * @throws Problems `agreement-document`, see {@link checkDocuments}
 */
export async function enforceAgreements(
  engine: { readonly agreements: AgreementRecords },
  agreements: readonly Agreement[],
): Promise<void> {
  await checkDocuments(engine, agreements);
  for (const agreement of agreements) await engine.agreements.enforce(agreement);
}

function changedDocument({ id, version }: Agreement): Problem {
  const message =
    `${id}: the document changed, and its version is still ${version}. Either it only mends typing errors: say ` +
    `countersign agreement revise ${id}, and nobody signs again. Or it asks for something else: raise version: in ` +
    "countersign.yml, and everybody signs again";
  return { file: null, line: null, field: null, message };
}
