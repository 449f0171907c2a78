import {
  accountOf,
  hostOf,
  HOSTS,
  isHostName,
  numberOf,
  parseAccount,
  type Account,
  type HostName,
} from "../account.ts";
import type { SignatureRow } from "../records/signature.ts";
import { numberFault, parseAccountNumber } from "./account-number.ts";
import type { Cells, Columns, Field } from "./columns.ts";
import { count, noFindings, type Import, type Terms, type Unresolved } from "./import.ts";
import { Unreadable } from "./problems.ts";
import { TermsReader } from "./terms.ts";

/** A field that names an account, and the host that it speaks of; null: the row says which. */
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

/** How the rows of a file are laid out. */
export interface Layout {
  readonly columns: Columns;
  /** Fields as the file itself names them, to be found again. */
  readonly names: Readonly<Partial<Record<Field, string>>>;
  /** Whether the numbers may be those of the rows, by the name of their column. */
  readonly weakAccount: boolean;
  /** The host of a tool that knows only one. */
  readonly host: HostName | null;
}

/** Checks the rows of one file, one by one. What is right gathers in `ready` and `unresolved`. */
export class RowCheck {
  ready: SignatureRow[] = [];
  unresolved: Unresolved[] = [];
  readonly findings = noFindings();
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
    this.#terms = new TermsReader(shared, layout.columns, this.findings, (field, message) =>
      this.problem(this.#line, field, message),
    );
  }

  problem(line: number, field: Field | null, message: string): null {
    const name = field === null ? null : (this.#layout.names[field] ?? field);
    this.#import.problems.add(this.#file, line, name, message);
    return null;
  }

  /** An entry that is nobody's signature. */
  leaveOut(reason: string): void {
    this.findings.rows++;
    count(this.findings.leftOut, reason);
  }

  /** @throws Unreadable when the file has nothing but logins and none is to be looked up */
  check(line: number, cells: Cells): void {
    this.#line = line;
    const { columns } = this.#layout;
    if (isNo(cells[columns.signed])) return this.leaveOut("not signed");
    if (isNo(cells[columns.approved])) return this.leaveOut("not approved");
    this.findings.rows++;
    // The terms are read even where the account is wrong, so that a report shows all that is wrong with a row.
    const terms = this.#terms.read(cells);
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

  /** Takes a row whose account the host has told. */
  resolve({ terms }: Unresolved, account: Account): void {
    this.#take(account, terms);
  }

  #account(field: Field, fixed: HostName | null, text: string, cells: Cells): Account | null {
    // Our own way to write an account says the host, too.
    const whole = parseAccount(text);
    const host =
      whole !== null && fixed === null && (cells[this.#layout.columns.host] ?? "") === ""
        ? hostOf(whole)
        : (fixed ?? this.#host(cells));
    const digits = whole !== null && hostOf(whole) === host ? String(numberOf(whole)) : text;
    const number = parseAccountNumber(digits);
    if (number === null) return this.problem(this.#line, field, numberFault(digits));
    if (this.#layout.weakAccount && this.findings.rows === 1 && number === 1)
      return this.problem(
        this.#line,
        field,
        "this looks like the number of the row; if it is the account's, name the column account_id",
      );
    return host === null ? null : accountOf(host, number);
  }

  #host(cells: Cells): HostName | null {
    const text = cells[this.#layout.columns.host]?.trim().toLowerCase() ?? "";
    if (isHostName(text)) return text;
    if (text !== "")
      return this.problem(this.#line, "host", `no such host: it is one of ${HOSTS.join(", ")}`);
    return (
      this.#import.defaults.host ??
      this.#layout.host ??
      this.problem(this.#line, "host", "which host it is, is not said: add a column host, or say --host")
    );
  }

  #login(cells: Cells, terms: Terms | null): void {
    let some = false;
    for (const [field, fixed] of this.#logins) {
      const login = cells[this.#layout.columns[field]]?.trim().replace(/^@/, "") ?? "";
      if (login === "") continue;
      some = true;
      if (!this.#import.resolving) this.#refuseLogin(field);
      else if (!LOGIN.test(login)) this.problem(this.#line, field, "this can't be a login");
      else {
        const host = fixed ?? this.#host(cells);
        if (host !== null && terms !== null) this.unresolved.push({ line: this.#line, host, login, terms });
      }
    }
    if (!some)
      this.problem(
        this.#line,
        this.#numbers[0]?.[0] ?? this.#logins[0]?.[0] ?? null,
        "the row does not say whose signature it is",
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
    this.findings.signatures++;
    const { agreement, version, signedAt, entity } = terms;
    this.ready.push({ account, agreement, version, signedAt, entity });
  }
}

function isNo(cell: string | undefined): boolean {
  return cell !== undefined && /^\s*(false|no|0)\s*$/i.test(cell);
}
