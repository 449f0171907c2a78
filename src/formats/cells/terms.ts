import { isInForce, type Agreement } from "../../records/agreement.ts";
import { EMPLOYER_ID, isEmployerId, meansNoEmployer } from "../../records/entity.ts";
import { DAY, LATER } from "../../records/signature.ts";
import type { Field } from "../columns/column-names.ts";
import type { Cells, Columns } from "../columns/columns.ts";
import { readDate, type ReadDate } from "./date.ts";
import { count, type Findings } from "../findings.ts";
import type { Import, Terms } from "../import.ts";

/** `2`, `v1.2`, `2024-01-31`, `2.0-rc.1`, or a commit's or document's digest. */
const VERSION =
  /^(v?\d{1,9}([._-]\d{1,9}){0,5}([._+-]?(alpha|beta|rc|draft|final)\.?\d{0,3})?|[0-9a-f]{12,64})$/i;

/** A version that only a digest can be: another tool's `1.0` may be of another text than ours. */
const DIGEST = /^(?=.*[a-f])[0-9a-f]{4,64}$/i;

/** Whether a text looks like a version. */
export function isVersion(text: string): boolean {
  return VERSION.test(text);
}

const SOME_VERSIONED = "some entries name a version and others do not: use --agreement-version for those";

/** The number of cached dates and times; a file of whole days has fewer. */
const DATES = 4_000;

/** Records a problem of the current row. Returns null, so that a reader can return it. */
export type Complain = (field: Field | null, message: string) => null;

/** Reads, for each row of one file, what was signed and when. */
export class TermsReader {
  readonly #import: Import;
  readonly #columns: Columns;
  readonly #findings: Findings;
  readonly #complain: Complain;
  readonly #digests: boolean;
  // The cells of a column often repeat, so the last results are cached.
  #agreementCell: string | undefined;
  #agreement: Agreement | null = null;
  #versionCell: string | undefined;
  #versionOf: Agreement | null = null;
  #version: string | null = null;
  readonly #dates = new Map<string, ReadDate>();
  // Whether the rows so far name a version; all rows of a file do, or none.
  #versioned: boolean | null = null;

  /** @param digests whether another tool's version that the configuration lists is exactly that text */
  constructor(shared: Import, columns: Columns, findings: Findings, complain: Complain, digests: boolean) {
    this.#digests = digests;
    this.#import = shared;
    this.#columns = columns;
    this.#findings = findings;
    this.#complain = complain;
  }

  /**
   * Null after reporting all problems, or if the row's version is left out.
   * @param foreign the version that another tool's entry names; undefined: our own columns name it
   */
  read(cells: Cells, foreign?: string): Terms | null {
    const agreement = this.#agreementIn(cells[this.#columns.agreement]);
    const date = this.#dateIn(cells[this.#columns.signed_at]);
    const version =
      agreement === null
        ? null
        : foreign === undefined
          ? this.#versionIn(agreement, cells)
          : this.#foreignVersion(agreement, foreign, date);
    const entity = this.#entityIn(cells[this.#columns.entity]);
    const digest = this.#digestIn(cells[this.#columns.digest]);
    if (agreement === null || version === null || date === null) return null;
    if (entity === undefined || digest === undefined) return null;
    return {
      agreement: agreement.id,
      version,
      signedAt: date.at,
      precision: date.precision,
      entity,
      ...(digest === null ? {} : { digest }),
    };
  }

  /**
   * The signature that a person withdrew, and when: at the latest moment that the file's date can mean. Its own date
   * says whose login it was.
   */
  readRevocation(cells: Cells, at: string): Terms | null {
    const agreement = this.#agreementIn(cells[this.#columns.agreement]);
    const date = readDate(at, Number.MAX_SAFE_INTEGER);
    if ("fault" in date)
      return this.#complain(null, `the time of the revocation can't be read: ${date.fault}`);
    if (agreement === null) return null;
    const vague = date.precision === "exact" ? 0 : LATER;
    const revokedAt = date.at + vague + (date.precision === "day" ? DAY - 1 : 0);
    const signed = readDate(cells[this.#columns.signed_at]?.trim() ?? "", Number.MAX_SAFE_INTEGER);
    const { at: signedAt, precision } = "fault" in signed ? date : signed;
    const { id, version } = agreement;
    return { agreement: id, version, signedAt, precision, entity: null, revokedAt };
  }

  #agreementIn(cell: string | undefined): Agreement | null {
    if (this.#agreement !== null && cell === this.#agreementCell) return this.#agreement;
    this.#agreementCell = cell;
    return (this.#agreement = this.#findAgreement(cell?.trim() ?? ""));
  }

  #findAgreement(text: string): Agreement | null {
    const { agreements, defaults, replace } = this.#import;
    const known = [...agreements.keys()].join(", ");
    const [only = "", ...others] = agreements.keys();
    if (text === "" && defaults.agreement === null && others.length > 0)
      return this.#complain("agreement", `it is missing: use --agreement (${known})`);
    const id = text === "" ? (defaults.agreement ?? only) : text;
    const agreement = agreements.get(id);
    // The message does not repeat the cell: it may be a name if the row's cells are shifted.
    if (agreement === undefined)
      return this.#complain("agreement", `it is not one of the configured agreements (${known})`);
    if (replace !== null && id !== replace)
      return this.#complain("agreement", `--replace takes only signatures of ${replace}`);
    if (text === "" && defaults.agreement === null) this.#findings.assumed.agreement = id;
    return agreement;
  }

  #versionIn(agreement: Agreement, cells: Cells): string | null {
    const cell = cells[this.#columns.version];
    if (this.#versioned !== (cell !== undefined)) {
      if (this.#versioned !== null && this.#import.defaults.version === null)
        return this.#complain("version", SOME_VERSIONED);
      this.#versioned = cell !== undefined;
      this.#version = null;
    }
    if (this.#version === null || cell !== this.#versionCell || agreement !== this.#versionOf) {
      this.#versionCell = cell;
      this.#versionOf = agreement;
      this.#version =
        cell === undefined ? this.#defaultVersion(agreement) : this.#ownVersion(agreement, cell.trim());
    }
    return this.#counted(agreement, this.#version);
  }

  #counted(agreement: Agreement, version: string | null): string | null {
    if (version !== null && !isInForce(agreement, version))
      count(this.#findings.outdated, `${agreement.id} ${version}`);
    return version;
  }

  #ownVersion(agreement: Agreement, text: string): string | null {
    const { versionMap, defaults } = this.#import;
    const mapped = versionMap.get(text);
    if (mapped !== undefined) return mapped ?? this.#leftOut(text);
    if (text === "")
      return defaults.version ?? this.#complain("version", "it is empty: use --agreement-version");
    // A stored value must not be a name that was shifted into the column.
    if (isInForce(agreement, text) || VERSION.test(text)) return text;
    return this.#complain(
      "version",
      "it does not look like a version; if it is one, list it under the agreement's accepts, or map it with --version-map",
    );
  }

  /** The version if a file can't name one. */
  #defaultVersion(agreement: Agreement): string {
    const { version } = this.#import.defaults;
    if (version !== null) return version;
    this.#findings.assumed.version = agreement.version;
    return agreement.version;
  }

  /** Another tool's version matches one of ours only if somebody said so. */
  #foreignVersion(agreement: Agreement, text: string, date: ReadDate | null): string | null {
    const { versionMap, versions, defaults } = this.#import;
    if (this.#versioned === false && defaults.version === null)
      return this.#complain("version", SOME_VERSIONED);
    this.#versioned = true;
    const mapped = versionMap.get(text);
    if (mapped !== undefined) return mapped === null ? this.#leftOut(text) : this.#counted(agreement, mapped);
    if (this.#isDigestOf(agreement, text)) return text;
    versions.note(text, date?.at ?? null);
    return defaults.version === null ? null : this.#counted(agreement, defaults.version);
  }

  /** Whether another tool's version is the digest of a text that counts here. */
  #isDigestOf(agreement: Agreement, text: string): boolean {
    return this.#digests && DIGEST.test(text) && isInForce(agreement, text);
  }

  /** Notes another tool's version of a row that can't be read. */
  noteVersion(text: string): void {
    const { agreements, versionMap, versions } = this.#import;
    const ours = [...agreements.values()].some((agreement) => this.#isDigestOf(agreement, text));
    if (!versionMap.has(text) && !ours) versions.note(text, null);
  }

  #leftOut(version: string): null {
    count(this.#findings.leftOut, `of version ${version === "" ? "(none)" : version}`);
    return null;
  }

  #dateIn(cell: string | undefined): ReadDate | null {
    const known = this.#dates.get(cell ?? "");
    if (known !== undefined) return known;
    const text = cell?.trim() ?? "";
    if (text === "")
      return (
        this.#import.defaults.signedAt ?? this.#complain("signed_at", "the date is missing: use --signed-at")
      );
    const date = readDate(text, this.#import.now);
    if ("fault" in date) return this.#complain("signed_at", date.fault);
    if (this.#dates.size === DATES) this.#dates.clear();
    // A copy: a part of a longer text keeps the whole of it in memory.
    this.#dates.set(Buffer.from(cell ?? "").toString(), date);
    return date;
  }

  /** Undefined: the value can't be a text's digest. */
  #digestIn(cell: string | undefined): string | null | undefined {
    const digest = cell?.trim().toLowerCase() ?? "";
    if (digest === "") return null;
    if (/^[0-9a-f]{64}$/.test(digest)) return digest;
    this.#complain("digest", "expected the SHA-256 of the signed text, as 64 hexadecimal digits");
    return undefined;
  }

  /** Undefined: the value can't be an employer's id. */
  #entityIn(cell: string | undefined): string | null | undefined {
    const id = cell?.trim() ?? "";
    if (id === "") return this.#import.defaults.entity;
    if (meansNoEmployer(id)) {
      this.#complain(
        "entity",
        "it may mean that there is no employer: leave the cell empty, or name the employer's id",
      );
      return undefined;
    }
    if (isEmployerId(id)) return id;
    this.#complain("entity", EMPLOYER_ID);
    return undefined;
  }
}
