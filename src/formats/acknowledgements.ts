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
 * Employees' acknowledgements of their companies' agreements. Each counts only where the files also hold the company's
 * own agreement and it holds, so they wait until every file was read. Companies are told apart by their exact names.
 */
export class Acknowledgements {
  readonly #companies = new Map<string, boolean>();
  readonly #pending: Pending[] = [];

  /** A company's agreement. One that holds outweighs others of the same company. */
  company(name: string, holds: boolean): void {
    this.#companies.set(name, holds || this.#companies.get(name) === true);
  }

  add(pending: Pending): void {
    this.#pending.push(pending);
  }

  /** Gives out the rows that count, under their employers; the others are left out or refused. */
  settle(problems: ProblemList): readonly SignatureRow[] {
    const names = new Map<string, Set<string>>();
    for (const { company } of this.#pending) {
      const id = employerId(company);
      names.set(id, (names.get(id) ?? new Set()).add(company));
    }
    const rows: SignatureRow[] = [];
    for (const { file, line, company, row, findings } of this.#pending) {
      const id = employerId(company);
      const holds = this.#companies.get(company);
      const refuse = (message: string): void => {
        findings.signatures--;
        problems.add(file, line, "companyName", message);
      };
      if (holds === false) {
        findings.signatures--;
        count(findings.leftOut, "an employee whose company's agreement does not hold");
      } else if (holds === undefined)
        refuse(
          "an employee's acknowledgement counts only under the company's agreement, and the files hold none of this " +
            "company: import its corporate signature in the same command, or one company's employees with --entity ID",
        );
      else if (id === "" || (names.get(id)?.size ?? 0) > 1)
        refuse(
          "the names of two companies give the same employer id: import one company's employees with --entity ID",
        );
      else rows.push({ ...row, entity: id });
    }
    return rows;
  }
}

/** An employer's id from its name, e.g. `example-corp` from "Example Corp."; empty where nothing is left of it. */
function employerId(name: string): string {
  return name
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, "-")
    .replace(/^-+|-+$/g, "")
    .slice(0, 100);
}
