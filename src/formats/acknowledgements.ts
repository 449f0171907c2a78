import { createHash } from "node:crypto";
import type { SignatureRow } from "../records/signature.ts";
import { count, type Findings } from "./findings.ts";
import type { ProblemList } from "./problems.ts";

interface Pending {
  readonly file: string;
  readonly line: number;
  readonly company: string;
  readonly row: SignatureRow;
  readonly findings: Findings;
}

/**
 * Employees' acknowledgements of their companies' agreements. Each counts only if the files also contain the company's
 * own valid agreement, so they wait until every file is read. Companies are distinguished by their exact names.
 */
export class Acknowledgements {
  readonly #companies = new Map<string, boolean>();
  readonly #pending: Pending[] = [];

  /** A company's agreement. A valid one outweighs others of the same company. */
  company(name: string, holds: boolean): void {
    this.#companies.set(name, holds || this.#companies.get(name) === true);
  }

  add(pending: Pending): void {
    this.#pending.push(pending);
  }

  /** Passes on the rows that count, with their employers; the others are left out or refused. */
  settle(problems: ProblemList): readonly SignatureRow[] {
    const rows: SignatureRow[] = [];
    for (const { file, line, company, row, findings } of this.#pending) {
      const holds = this.#companies.get(company);
      if (holds === false) {
        findings.signatures--;
        count(findings.leftOut, "an employee whose company's agreement does not hold");
      } else if (holds === undefined) {
        findings.signatures--;
        problems.add(
          file,
          line,
          "companyName",
          "an employee's acknowledgement counts only under the company's agreement, and the files hold none of this " +
            "company: import its corporate signature in the same command, or one company's employees with --entity ID",
        );
      } else rows.push({ ...row, entity: employerId(company) });
    }
    return rows;
  }
}

/**
 * An employer's id from its name, e.g. `example-corp-1a2b3c4d` from "Example Corp.". The digest distinguishes any two
 * different names, also across imports and from an employer that was added by hand.
 */
function employerId(name: string): string {
  const digest = createHash("sha256").update(name).digest("hex").slice(0, 8);
  const readable = name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .slice(0, 60)
    .replace(/^-+|-+$/g, "");
  return readable === "" ? `company-${digest}` : `${readable}-${digest}`;
}
