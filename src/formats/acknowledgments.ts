import { createHash } from "node:crypto";
import { latestOf, type SignatureRow } from "../records/signature.ts";
import { count, type Findings } from "./findings.ts";
import type { ProblemList } from "./problems.ts";

/** A company as a file names it; null: the file does not say. */
export interface Company {
  /** The tool's own id. */
  readonly id: string | null;
  readonly name: string | null;
  /** The part of the company that signed, if it differs from others of the same name. */
  readonly signingEntity: string | null;
}

interface Pending {
  readonly file: string;
  readonly line: number;
  readonly company: Company;
  readonly row: SignatureRow;
  readonly findings: Findings;
}

interface Agreed {
  readonly company: Company;
  readonly holds: boolean;
  /** When it was signed, in milliseconds since the epoch; null: unknown. */
  readonly at: number | null;
}

/**
 * Employees' acknowledgments of their companies' agreements. Each counts only if the files also contain the company's
 * own valid agreement, so they wait until every file is read. Companies are the same if the files say so: by their ids,
 * or by their exact names if an id is missing.
 */
export class Acknowledgments {
  readonly #agreed = new Map<string, Agreed>();
  readonly #pending: Pending[] = [];

  /**
   * A company's agreement. Of several of the same company the latest decides; where the order is not known, all must be
   * valid.
   * @param at when it was signed, in milliseconds since the epoch; null: unknown
   */
  company(company: Company, holds: boolean, at: number | null): void {
    const key = keyOf(company);
    const known = this.#agreed.get(key);
    if (known === undefined || (at !== null && known.at !== null && at > known.at))
      this.#agreed.set(key, { company, holds, at });
    else if (at === null || known.at === null || at === known.at)
      this.#agreed.set(key, { ...known, holds: holds && known.holds });
  }

  add(pending: Pending): void {
    this.#pending.push(pending);
  }

  /**
   * Passes on the rows that count, with their employers; the others are left out or refused. An employee of a company
   * whose agreement does not hold no longer has a place from an earlier import.
   */
  settle(problems: ProblemList): readonly SignatureRow[] {
    const rows: SignatureRow[] = [];
    const named = Map.groupBy(this.#agreed.values(), ({ company: { name } }) => name);
    for (const { file, line, company, row, findings } of this.#pending) {
      const found = this.#matching(company, named);
      const one = found.find(({ company: { id } }) => id !== null) ?? found[0];
      const several = found.some((other) => one !== undefined && !isSame(one.company, other.company));
      const isEnd = row.revokedAt !== undefined;
      if (several) {
        if (isEnd) continue;
        findings.signatures--;
        problems.add(file, line, "companyName", SEVERAL);
      } else if (isEnd || (one !== undefined && holdsOf(found))) {
        rows.push({ ...row, entity: employerId(one?.company ?? company) });
      } else {
        findings.signatures--;
        if (one === undefined) problems.add(file, line, "companyName", NONE);
        else {
          rows.push({ ...row, entity: employerId(one.company), revokedAt: latestOf(row) });
          count(findings.leftOut, "an employee whose company's agreement is not valid");
        }
      }
    }
    return rows;
  }

  /** The agreements of the companies that an employee's company can be. */
  #matching(company: Company, named: ReadonlyMap<string | null, readonly Agreed[]>): readonly Agreed[] {
    const known = company.id === null ? undefined : this.#agreed.get(keyOf(company));
    const { name } = known?.company ?? company;
    // A record without the id may be of the same company.
    const others = (named.get(name) ?? []).filter(
      (one) => one !== known && isSame(one.company, known?.company ?? company),
    );
    return known === undefined ? others : [known, ...others];
  }
}

/** Whether a company's agreement holds, by its latest record; where the order is not known, all must be valid. */
function holdsOf(records: readonly Agreed[]): boolean {
  const last = Math.max(...records.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
  const isOrdered = records.every(({ at }) => at !== null);
  return records.every(({ at, holds }) => holds || (isOrdered && at !== last));
}

const SEVERAL =
  "the files hold several companies of this name, and which of them employs the person is not known: import the " +
  "employees of each company in a file of its own with --entity ID";

const NONE =
  "an employee's acknowledgment counts only under the company's agreement, and the files contain none of this " +
  "company: import its corporate signature in the same command, or one company's employees with --entity ID";

/** Whether two descriptions are of one company, as far as the files say. */
function isSame(one: Company, other: Company): boolean {
  if (one === other) return true;
  const differ = (key: keyof Company): boolean =>
    one[key] !== null && other[key] !== null && one[key] !== other[key];
  return one.name !== null && one.name === other.name && !differ("id") && !differ("signingEntity");
}

function keyOf({ id, name, signingEntity }: Company): string {
  return id === null ? JSON.stringify([name, signingEntity]) : id;
}

/**
 * An employer's id from its name, e.g. `example-corp-1a2b3c4d` from "Example Corp.". The digest distinguishes any two
 * different companies, also across imports and from an employer that was added by hand.
 */
function employerId({ id, name, signingEntity }: Company): string {
  const own = signingEntity === null || signingEntity === name ? name : `${name}\n${signingEntity}`;
  const digest = createHash("sha256")
    .update(id ?? own ?? "")
    .digest("hex")
    .slice(0, 8);
  const readable = (name ?? "")
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  return readable === "" ? `company-${digest}` : `${readable}-${digest}`;
}
