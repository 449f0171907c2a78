import { createHash } from "node:crypto";
import { isInForce, type Agreement } from "../records/agreement.ts";
import { latestOf, type SignatureRow } from "../records/signature.ts";
import { count, type Findings } from "./findings.ts";
import type { ProblemList } from "./problems.ts";
import type { ForeignVersions } from "./versions.ts";

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
  /** Its entity is the employer of `--entity`; null: the company that the file names. */
  readonly row: SignatureRow;
  readonly findings: Findings;
}

interface CompanyAgreement {
  readonly company: Company;
  /** An attempt that nobody signed to the end says nothing about an earlier agreement. */
  readonly signed: boolean;
  readonly holds: boolean;
  /** When it was signed, in milliseconds since the epoch; null: unknown. */
  readonly at: number | null;
}

interface Agreed extends CompanyAgreement {
  /** The tool's versions of the text; none if its files never name one. */
  readonly versions: readonly string[];
}

/** What the files of an import share, as far as it decides which version a company signed. */
interface Shared {
  readonly agreements: ReadonlyMap<string, Agreement>;
  readonly defaults: { readonly version: string | null };
  readonly versionMap: ReadonlyMap<string, string | null>;
  readonly versions: ForeignVersions;
  readonly problems: ProblemList;
}

/**
 * Employees' acknowledgments of their companies' agreements. Each counts only if the files also contain the company's
 * own valid agreement, or the command names the employer. So they wait until every file is read. Companies are the same
 * if the files say so: by their ids, or by their exact names if an id is missing.
 */
export class Acknowledgments {
  readonly #agreed = new Map<string, Agreed>();
  readonly #pending: Pending[] = [];

  /**
   * A company's agreement. Of several signed ones of the same company the latest decides; where the order is not known,
   * all must be valid.
   * @param versions the tool's own; none if its files name none
   */
  company(agreement: CompanyAgreement, versions: readonly string[]): void {
    const { signed, at } = agreement;
    const key = keyOf(agreement.company);
    const known = this.#agreed.get(key);
    if (known !== undefined && known.signed && !signed) return;
    const isLater = (than: number | null): boolean => at !== null && than !== null && at > than;
    if (known === undefined || isLater(known.at) || known.signed !== signed)
      this.#agreed.set(key, { ...agreement, versions });
    else if (at === null || known.at === null || at === known.at)
      this.#agreed.set(key, {
        ...known,
        holds: agreement.holds && known.holds,
        versions: [...known.versions, ...versions],
      });
  }

  add(pending: Pending): void {
    this.#pending.push(pending);
  }

  /**
   * Passes on the rows that count, with their employers; the others are left out or refused. An employee of a company
   * whose agreement does not hold no longer has a place from an earlier import.
   */
  settle(shared: Shared): readonly SignatureRow[] {
    const { problems } = shared;
    const rows: SignatureRow[] = [];
    const named = this.#named();
    const noted = new Set<Agreed>();
    let first: Company | null = null;
    for (const { file, line, company, row, findings } of this.#pending) {
      const isEnd = row.revokedAt !== undefined;
      const refuse = (reason: string): void => {
        if (isEnd) return;
        findings.signatures--;
        problems.add(file, line, "companyName", reason);
      };
      const found = this.#matching(company, named);
      const one = found.find(({ company: { id } }) => id !== null) ?? found[0];
      const several = found.some((other) => one !== undefined && !isSame(one.company, other.company));
      const isGiven = row.entity !== null;
      if (isGiven) first ??= company;
      const entity = row.entity ?? employerId(one?.company ?? company);
      if (isGiven && first !== null && differ(first, company)) refuse(OTHERS);
      else if (several && !(isGiven && found.every(({ holds }) => holds))) refuse(SEVERAL);
      else if (isEnd) rows.push({ ...row, entity });
      else if (one === undefined && !isGiven) refuse(NONE);
      else if (one === undefined || (holdsOf(found) && hasText(found, row, shared, noted)))
        rows.push({ ...row, entity });
      else {
        findings.signatures--;
        rows.push({ ...row, entity, revokedAt: latestOf(row) });
        count(findings.leftOut, "an employee whose company's agreement is not valid");
      }
    }
    return rows;
  }

  /** The employers whose own agreement does not hold: nobody has a place with them from a file. */
  ended(): readonly string[] {
    const named = this.#named();
    const ids = [...this.#agreed.values()]
      .filter(({ company }) => {
        const found = this.#matching(company, named);
        const isOne = found.every((other) => isSame(company, other.company));
        return isOne && found.some(({ signed }) => signed) && !holdsOf(found);
      })
      .map(({ company }) => employerId(company));
    return [...new Set(ids)];
  }

  #named(): ReadonlyMap<string | null, readonly Agreed[]> {
    return Map.groupBy(this.#agreed.values(), ({ company: { name } }) => name);
  }

  /** The agreements of the companies that an employee's company can be. */
  #matching(company: Company, named: ReadonlyMap<string | null, readonly Agreed[]>): readonly Agreed[] {
    const known = this.#agreed.get(keyOf(company));
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
  return decisive(records).every(({ holds }) => holds);
}

/** The latest signed records; where the order is not known, all of them. */
function decisive(all: readonly Agreed[]): readonly Agreed[] {
  const signed = all.filter((one) => one.signed);
  const records = signed.length > 0 ? signed : all;
  const last = Math.max(...records.map(({ at }) => at ?? Number.POSITIVE_INFINITY));
  return records.every(({ at }) => at !== null) ? records.filter(({ at }) => at === last) : records;
}

/**
 * Whether the text that the company signed counts here, also under the employee's agreement. A version that nobody
 * mapped is noted, so that the import asks for it.
 * @param noted the records of which it was
 */
function hasText(
  records: readonly Agreed[],
  { agreement: id }: SignatureRow,
  { agreements, defaults, versionMap, versions }: Shared,
  noted: Set<Agreed>,
): boolean {
  const agreement = agreements.get(id);
  const isOurs = (version: string): boolean => agreement !== undefined && isInForce(agreement, version);
  return decisive(records).every((one) => {
    const isNew = !noted.has(one);
    noted.add(one);
    return one.versions.every((version) => {
      const mapped = versionMap.get(version);
      if (mapped !== undefined) return mapped !== null && isOurs(mapped);
      // Then only the employee's acknowledgment says which text.
      if (version === "") return true;
      if (isNew) versions.note(version, one.at);
      return defaults.version === null || isOurs(defaults.version);
    });
  });
}

const SEVERAL =
  "the files hold several companies of this name, and which of them employs the person is not known: import the " +
  "employees of each company in a file of its own with --entity ID";

const OTHERS =
  "--entity names one employer, and the file holds employees of several companies: import each company's employees from " +
  "a file of its own, or all of them without --entity, with the companies' corporate signatures";

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

/** Whether two descriptions are of different companies, as far as the files say. */
function differ(one: Company, other: Company): boolean {
  if (one.id !== null && other.id !== null) return one.id !== other.id;
  return one.name !== null && other.name !== null && !isSame(one, other);
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
