import {
  accountOf,
  hostOf,
  HOSTS,
  isHostName,
  numberOf,
  parseAccount,
  type Account,
  type HostName,
} from "../../account.ts";
import type { SignatureRow } from "../../records/signature.ts";
import type { Company } from "../acknowledgments.ts";
import { numberFault, parseAccountNumber } from "./account-number.ts";
import { type Field } from "../columns/column-names.ts";
import { accountQuestion, type Cells, type Columns } from "../columns/columns.ts";
import { count, noFindings } from "../findings.ts";
import type { Import, Terms, Unresolved } from "../import.ts";
import { Unreadable } from "../problems.ts";
import { statusValueFault } from "../columns/status-column.ts";
import { TermsReader } from "./terms.ts";

/** A field that names an account, and its host; null: the row names the host. */
type Place = readonly [Field, HostName | null];

const NUMBERS: readonly Place[] = [
  ["account_id", null],
  ["github_id", "github"],
  ["gitee_id", "gitee"],
];
const LOGINS: readonly Place[] = [
  ["login", null],
  ["github_login", "github"],
  ["gitee_login", "gitee"],
];

const LOGIN = /^[\p{L}\p{N}][\p{L}\p{N}_.-]{0,99}(\[bot\])?$/u;

/** The layout of a file's rows. */
export interface Layout {
  readonly columns: Columns;
  /** The file's own names for the fields, so that people find them. */
  readonly names: Readonly<Partial<Record<Field, string>>>;
  /** The host of a tool that supports only one. */
  readonly host: HostName | null;
  /** Whether another tool's file names people by login, or it is only a list of logins. */
  readonly listed?: boolean;
  /** Whether another tool's version that the configuration lists is exactly that text. */
  readonly digests: boolean;
}

/** The data of another tool's entry in addition to the cells. */
export interface Beside {
  /** The tool's own version; undefined: none. */
  readonly version?: string | undefined;
  /** An employee's acknowledgment: the company; null: the file does not name it. */
  readonly company?: Company | null;
}

const NO_EMPLOYER =
  "an employee's acknowledgment is not a signature of the person's own: it counts only under the employer. Name the " +
  "employer with --entity ID";

const NO_LOGIN =
  "it has digits only: is it a login, or an account's number? Numbers belong in a table with a column github_id or gitee_id";

/** Checks the rows of one file, one by one. Valid rows are collected in `ready` and `unresolved`. */
export class RowCheck {
  ready: SignatureRow[] = [];
  unresolved: Unresolved[] = [];
  readonly findings = noFindings();
  /** The number of the current item, if its line does not distinguish it from others. */
  item: number | null = null;
  /** The current entry's names for the fields; null: the layout's names. */
  accountNames: Layout["names"] | null = null;
  readonly #import: Import;
  readonly #file: string;
  readonly #layout: Layout;
  readonly #numbers: readonly Place[];
  readonly #logins: readonly Place[];
  readonly #terms: TermsReader;
  #line = 0;

  constructor(shared: Import, file: string, layout: Layout) {
    this.#import = shared;
    this.#file = file;
    this.#layout = layout;
    const there = ([field]: Place): boolean => layout.columns[field] !== -1;
    this.#numbers = NUMBERS.filter(there);
    this.#logins = LOGINS.filter(there);
    const complain = (field: Field | null, message: string): null => this.problem(this.#line, field, message);
    this.#terms = new TermsReader(shared, layout.columns, this.findings, complain, layout.digests);
  }

  problem(line: number, field: string | null, message: string, item: number | null = this.item): null {
    const { names } = this.#layout;
    const name = field === null ? null : (names[field as Field] ?? field);
    this.#import.problems.add(this.#file, line, name, message, item);
    return null;
  }

  /** A row with an unread column that may say that the row does not count. @param name as in the file */
  refuseStatus(line: number, name: string): void {
    this.findings.rows++;
    this.problem(line, null, statusValueFault(name));
  }

  /** The tool's version in an entry that is refused: the question about versions includes it. */
  noteVersion(version: unknown): void {
    if (typeof version === "string" && version !== "") this.#terms.noteVersion(version);
  }

  /** An entry that is not a signature. */
  leaveOut(reason: string): void {
    this.findings.rows++;
    count(this.findings.leftOut, reason);
  }

  /** @throws Unreadable when the file has only logins and lookups are disabled */
  check(line: number, cells: Cells, { version, company }: Beside = {}): void {
    this.#line = line;
    this.findings.rows++;
    if (company === null && this.#import.defaults.entity === null)
      return void this.problem(line, null, NO_EMPLOYER);
    // The terms are read even if the account is wrong, so that a report shows all problems of a row.
    const terms = this.#terms.read(cells, version);
    this.#give(cells, terms !== null && company !== undefined ? { ...terms, company } : terms);
  }

  /**
   * An entry that says that a person withdrew a signature, or no longer belongs to an employer.
   * @param at as in the file
   * @param company the employer; null: the file does not name it; undefined: it is the person's own signature
   */
  revoke(line: number, cells: Cells, at: string, reason: string, company?: Company | null): void {
    this.#line = line;
    this.leaveOut(reason);
    const { entity } = this.#import.defaults;
    if (company === null && entity === null) return;
    const terms = this.#terms.readRevocation(cells, at);
    if (terms === null) return;
    this.#give(cells, company === undefined ? terms : { ...terms, entity, company });
  }

  /** Takes a row after the host has returned its account. */
  resolve({ terms, line }: Unresolved, account: Account): void {
    this.#line = line;
    this.#take(account, terms);
  }

  /** The row's account can no longer be determined. A revocation without an account can be dropped. */
  unresolvable({ terms, line, item }: Unresolved, message: string): void {
    if (terms.revokedAt === undefined) this.problem(line, "login", message, item);
  }

  /** Takes the terms for each account that the row names. */
  #give(cells: Cells, terms: Terms | null): void {
    const { columns } = this.#layout;
    let some = false;
    for (const [field, host] of this.#numbers) {
      const text = cells[columns[field]]?.trim() ?? "";
      if (text === "") continue;
      some = true;
      const account = this.#account(field, host, text, cells);
      if (account !== null && terms !== null) this.#take(account, terms);
    }
    if (!some) this.#login(cells, terms);
  }

  #account(field: Field, fixed: HostName | null, text: string, cells: Cells): Account | null {
    // Our own notation of an account also names the host.
    const whole = parseAccount(text);
    const host =
      whole !== null && fixed === null && (cells[this.#layout.columns.host] ?? "") === ""
        ? hostOf(whole)
        : (fixed ?? this.#host(cells));
    const digits = whole !== null && hostOf(whole) === host ? String(numberOf(whole)) : text;
    const number = parseAccountNumber(digits);
    if (number === null) return this.problem(this.#line, field, numberFault(digits));
    if (host === null) return null;
    this.findings.accounts.add((this.accountNames ?? this.#layout.names)[field] ?? field);
    return accountOf(host, number);
  }

  #host(cells: Cells): HostName | null {
    const text = cells[this.#layout.columns.host]?.trim().toLowerCase() ?? "";
    if (isHostName(text)) return text;
    if (text !== "")
      return this.problem(this.#line, "host", `no such host: it is one of ${HOSTS.join(", ")}`);
    return (
      this.#import.defaults.host ??
      this.#layout.host ??
      this.problem(this.#line, "host", "the host is missing: add a column host, or use --host")
    );
  }

  #login(cells: Cells, terms: Terms | null): void {
    let some = false;
    for (const [field, fixed] of this.#logins) {
      const login = cells[this.#layout.columns[field]]?.trim().replace(/^@/, "") ?? "";
      if (login === "") continue;
      some = true;
      if (/^\d+$/.test(login) && this.#layout.listed === true) {
        this.problem(this.#line, null, NO_LOGIN);
        continue;
      }
      if (/^\d+$/.test(login))
        throw new Unreadable(this.#line, accountQuestion(this.#layout.names[field] ?? field), null);
      if (!this.#import.resolving) this.#refuseLogin(field);
      else if (!LOGIN.test(login)) this.problem(this.#line, field, "this is not a login");
      else {
        const host = fixed ?? this.#host(cells);
        if (host !== null && terms !== null)
          this.unresolved.push({ line: this.#line, item: this.item, host, login, terms });
      }
    }
    if (!some && terms?.revokedAt === undefined)
      this.problem(
        this.#line,
        this.#numbers[0]?.[0] ?? this.#logins[0]?.[0] ?? null,
        "the row does not identify an account",
      );
  }

  #refuseLogin(field: Field): void {
    if (this.#numbers.length === 0)
      throw new Unreadable(
        this.#line,
        "the file has logins and no account numbers: --resolve-logins looks the numbers up at the host",
      );
    this.problem(
      this.#line,
      field,
      "a login without a number: --resolve-logins looks the number up at the host",
    );
  }

  #take(account: Account, terms: Terms): void {
    const { company, agreement, version, signedAt, entity, precision, revokedAt, digest } = terms;
    if (revokedAt === undefined) this.findings.signatures++;
    const bare = { account, agreement, version, signedAt, entity, precision };
    const row: SignatureRow =
      revokedAt !== undefined ? { ...bare, revokedAt } : digest === undefined ? bare : { ...bare, digest };
    if (company === undefined || company === null) this.ready.push(row);
    else
      this.#import.acknowledgments.add({
        file: this.#file,
        line: this.#line,
        company,
        row,
        findings: this.findings,
      });
  }
}
