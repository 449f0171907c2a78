import type { Agreement } from "../records/agreement.ts";
import { EMPLOYER_ID, isEmployerId } from "../records/entity.ts";
import type { Cells, Columns, Field } from "./columns.ts";
import { parseDate } from "./date.ts";
import { count, type Findings, type Import, type Terms } from "./import.ts";

/** `2`, `v1.2`, `2024-01-31`, `2.0-rc.1`, or a commit's or document's digest. */
const VERSION =
  /^(v?\d{1,9}([._-]\d{1,9}){0,5}([._+-]?(alpha|beta|rc|draft|final)\.?\d{0,3})?|[0-9a-f]{12,64})$/i;

/** How many days and times are remembered; a file of whole days has fewer. */
const DATES = 4_000;

/** Notes a problem of the row at hand. Returns null, so that a reader can end with it. */
export type Complain = (field: Field | null, message: string) => null;

/** Reads what a row says was signed, and when; row by row of one file. */
export class TermsReader {
  readonly #import: Import;
  readonly #columns: Columns;
  readonly #findings: Findings;
  readonly #complain: Complain;
  #peerVersion: string | null = null;
  // The cells of a column repeat from row to row, so the last answers are kept.
  #agreementCell: string | undefined;
  #agreement: Agreement | null = null;
  #versionCell: string | undefined;
  #versionOf: Agreement | null = null;
  #version: string | null = null;
  readonly #dates = new Map<string, number>();

  constructor(shared: Import, columns: Columns, findings: Findings, complain: Complain) {
    this.#import = shared;
    this.#columns = columns;
    this.#findings = findings;
    this.#complain = complain;
  }

  /** Null when something is wrong, after complaining of all that is. */
  read(cells: Cells): Terms | null {
    const agreement = this.#agreementIn(cells[this.#columns.agreement]);
    const version = agreement === null ? null : this.#versionIn(agreement, cells);
    const signedAt = this.#dateIn(cells[this.#columns.signed_at]);
    const entity = this.#entityIn(cells[this.#columns.entity]);
    if (agreement === null || version === null || signedAt === null || entity === undefined) return null;
    return { agreement: agreement.id, version, signedAt, entity };
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
      return this.#complain("agreement", `none is said: say --agreement (${known})`);
    const id = text === "" ? (defaults.agreement ?? only) : text;
    const agreement = agreements.get(id);
    // The cell is not repeated: in a row that has slipped it may be a name.
    if (agreement === undefined)
      return this.#complain("agreement", `it is not one of the configured agreements (${known})`);
    if (replace !== null && id !== replace)
      return this.#complain("agreement", `--replace takes only signatures of ${replace}`);
    if (text === "" && defaults.agreement === null) this.#findings.assumed.agreement = id;
    return agreement;
  }

  #versionIn(agreement: Agreement, cells: Cells): string | null {
    const own = cells[this.#columns.version];
    const peers = cells[this.#columns.peer_version];
    const cell = own ?? peers;
    if (this.#version === null || cell !== this.#versionCell || agreement !== this.#versionOf) {
      this.#versionCell = cell;
      this.#versionOf = agreement;
      this.#version =
        own === undefined
          ? this.#peersVersion(agreement, peers?.trim() ?? "")
          : this.#ownVersion(agreement, own.trim());
    }
    if (this.#version !== null && !counts(agreement, this.#version))
      count(this.#findings.outdated, `${agreement.id} ${this.#version}`);
    return this.#version;
  }

  #ownVersion(agreement: Agreement, text: string): string | null {
    if (text === "")
      return (
        this.#import.defaults.version ?? this.#complain("version", "none is said: say --agreement-version")
      );
    // What is kept must not be somebody's name that has slipped into the column.
    if (counts(agreement, text) || VERSION.test(text)) return text;
    return this.#complain(
      "version",
      "it does not look like a version; if it is one, list it under the agreement's accepts",
    );
  }

  /** The version where the file says none, or one only by another tool's reckoning. */
  #peersVersion(agreement: Agreement, text: string): string | null {
    if (text !== "" && counts(agreement, text)) return text;
    const { version } = this.#import.defaults;
    if (version !== null) return version;
    if (text !== "") {
      this.#peerVersion ??= text;
      // Which of several is the text in force, nobody here can know.
      if (this.#peerVersion !== text)
        return this.#complain(
          "version",
          "the file holds signatures of several versions: import them one by one with --agreement-version",
        );
    }
    this.#findings.assumed.version = agreement.version;
    return agreement.version;
  }

  #dateIn(cell: string | undefined): number | null {
    const known = this.#dates.get(cell ?? "");
    if (known !== undefined) return known;
    const text = cell?.trim() ?? "";
    if (text === "")
      return (
        this.#import.defaults.signedAt ??
        this.#complain("signed_at", "when it was signed is not said: say --signed-at")
      );
    const date = parseDate(text, this.#import.now);
    if (typeof date !== "number") return this.#complain("signed_at", date.fault);
    if (this.#dates.size === DATES) this.#dates.clear();
    this.#dates.set(cell ?? "", date);
    return date;
  }

  /** Undefined: what stands there can't be an employer's id. */
  #entityIn(cell: string | undefined): string | null | undefined {
    const id = cell?.trim() ?? "";
    if (id === "") return null;
    if (isEmployerId(id)) return id;
    this.#complain("entity", EMPLOYER_ID);
    return undefined;
  }
}

function counts(agreement: Agreement, version: string): boolean {
  return version === agreement.version || agreement.accepts.includes(version);
}
