/** Port: the versions of an agreement, and the digests of the texts that people read. */
import type { Actor } from "./audit.ts";
import type { Agreement } from "./agreement.ts";

/** A text of an agreement's version. A version has several texts if a typing error was corrected. */
export interface AgreementRecord {
  readonly agreement: string;
  readonly version: string;
  /** BCP 47; absent: not named in the configuration. */
  readonly language?: string;
  /** From 0; the highest is the text shown now. */
  readonly revision: number;
  /** SHA-256 of the document's bytes, in hex; null: the text is hosted elsewhere. */
  readonly digest: string | null;
  /** When the version takes effect, in milliseconds since the epoch; null: it always was in effect. */
  readonly effective: number | null;
  /** When it was recorded, in milliseconds since the epoch. */
  readonly recordedAt: number;
}

/** A text's row in an engine; an empty language means that it has no language. */
export type KeptText = Omit<AgreementRecord, "language"> & { readonly language: string };

/** Reads a text's row. */
export function recordOf({ language, ...record }: KeptText): AgreementRecord {
  return language === "" ? record : { ...record, language };
}

export interface AgreementRecords {
  /** Every recorded text, of all agreements or of one, the oldest first. */
  list(agreement?: string): Promise<readonly AgreementRecord[]>;
  /**
   * The last recorded text of a version; null: it was never recorded.
   * @param language null: the text without a language in the configuration
   */
  find(agreement: string, version: string, language?: string | null): Promise<AgreementRecord | null>;
  /**
   * Records a version, or another text of a known version.
   * @returns the record; the existing one if its digest is the same
   */
  record(
    text: Pick<AgreementRecord, "agreement" | "version" | "language" | "digest" | "effective">,
    by: Actor,
  ): Promise<AgreementRecord>;
  /**
   * Stores the configuration's rules on who must sign, and marks the agreement's open pull requests if the rules
   * changed.
   * @returns how many were marked
   */
  enforce(agreement: Agreement): Promise<number>;
}

/** The parts of an agreement's configuration that can change a verdict. */
export function termsOf({ version, accepts, graceDays, effective }: Agreement): string {
  return JSON.stringify({ version, accepts: accepts.toSorted(), graceDays, effective });
}
