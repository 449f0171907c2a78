/** Port: which versions of an agreement were in force, and the digest of the text that people were shown. */
import type { Actor } from "./audit.ts";
import type { Agreement } from "./agreement.ts";

/** A text of an agreement's version. A version has several when a typing error was corrected. */
export interface AgreementRecord {
  readonly agreement: string;
  readonly version: string;
  /** BCP 47; absent: the configuration named none. */
  readonly language?: string;
  /** From 0; the highest is the text shown now. */
  readonly revision: number;
  /** SHA-256 of the document's bytes, in hex; null: the text stands elsewhere. */
  readonly digest: string | null;
  /** When the version takes effect, in milliseconds since the epoch; null: it always was in effect. */
  readonly effective: number | null;
  /** When it was recorded, in milliseconds since the epoch. */
  readonly recordedAt: number;
}

/** A text's row as an engine keeps it: an empty language is none. */
export type KeptText = Omit<AgreementRecord, "language"> & { readonly language: string };

/** Reads a kept text. */
export function recordOf({ language, ...record }: KeptText): AgreementRecord {
  return language === "" ? record : { ...record, language };
}

export interface AgreementRecords {
  /** Every text ever recorded, of one agreement where one is named, the oldest first. */
  list(agreement?: string): Promise<readonly AgreementRecord[]>;
  /**
   * The text of a version that was recorded last; null: it was never recorded.
   * @param language null: the text whose language the configuration does not name
   */
  find(agreement: string, version: string, language?: string | null): Promise<AgreementRecord | null>;
  /**
   * Records a version, or a further text of one that is known.
   * @returns the record, which is the one known already where its digest is the same
   */
  record(
    text: Pick<AgreementRecord, "agreement" | "version" | "language" | "digest" | "effective">,
    by: Actor,
  ): Promise<AgreementRecord>;
  /**
   * Keeps what the configuration says about who must sign what, and marks the agreement's open pull requests when
   * it is not what was kept before.
   * @returns how many were marked
   */
  enforce(agreement: Agreement): Promise<number>;
}

/** What of an agreement's configuration can change a verdict. */
export function termsOf({ version, accepts, graceDays, effective }: Agreement): string {
  return JSON.stringify({ version, accepts: accepts.toSorted(), graceDays, effective });
}
