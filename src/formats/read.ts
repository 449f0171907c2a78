import type { HostName, Registered } from "../account.ts";
import { Failure } from "../error.ts";
import { latestOf, type SignatureRow } from "../records/signature.ts";
import { doubtfulKeyFault, saysForAll } from "./columns/doubtful-column.ts";
import { keyOf } from "./columns/column-names.ts";
import { readHeader, type Header } from "./columns/columns.ts";
import { CsvRows } from "./text/csv.ts";
import { detectFormat, HEAD, type ReadFormat } from "./detect.ts";
import { TextOfBytes, type Encoding } from "./text/encoding.ts";
import { noFindings, type Findings } from "./findings.ts";
import type { Import, Unresolved } from "./import.ts";
import { ItemRows } from "./items.ts";
import { JsonItems } from "./text/json.ts";
import { ndjsonItems } from "./text/ndjson.ts";
import { listLines } from "./list.ts";
import { ADDRESS_FAULT, ADDRESSES, isMessage } from "./tools/cla-bot.ts";
import { LISTS, toolOf } from "./tools/tools.ts";
import { Unreadable } from "./problems.ts";
import { RowCheck } from "./cells/row.ts";
import { isStatusColumn, statusFault } from "./columns/status-column.ts";
import { mayDecide, mayEnd } from "./cells/status-value.ts";

/** The number of logins in one call: as many as the host accepts in one request, or as many as it answers quickly. */
const LOOKED_UP: Readonly<Record<HostName, number>> = { github: 100, gitee: 20 };
/** The maximum of columns that a report names. */
const NAMED = 100;

/** A `.clabot` in YAML with an address in place of the list. */
const NAMES_ADDRESS = new RegExp(`^(?:${ADDRESSES.join("|")}):[ \\t]{0,9}["']?https?:`, "m");

/** A signature file to read. */
export interface SignatureFile {
  /** The name that the person gave; "standard input" for a pipe. */
  readonly name: string;
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Null: detected from the content. */
  readonly format: ReadFormat | null;
  /** Null: detected from the content. */
  readonly encoding: Encoding | null;
  /** Finds accounts by login. A login that no longer exists is not in the map. */
  readonly lookUp: (host: HostName, logins: readonly string[]) => Promise<ReadonlyMap<string, Registered>>;
}

/** What was found in a file. */
export interface FileReport extends Omit<Findings, "leftOut" | "outdated" | "accounts"> {
  readonly file: string;
  readonly format: ReadFormat;
  readonly encoding: Encoding;
  /** The tool that wrote it; null: no known tool. */
  readonly source: string | null;
  /** The columns that contain the accounts' numbers. */
  readonly accounts: readonly string[];
  /** Unread columns by name, with the number of rows that have them. */
  readonly dropped: Readonly<Record<string, number>>;
  readonly leftOut: Readonly<Record<string, number>>;
  /** Rows of a version that does not count. */
  readonly outdated: Readonly<Record<string, number>>;
}

/**
 * Reads a signature file, in batches as the bytes arrive. Problems are added to the import's problems; if the file
 * can't be read further, the reading ends. Only the known columns are read.
 * @returns what gives the facts about the file, as the generator's return value: complete once the import's
 * acknowledgments are settled
 */
export async function* readSignatures(
  shared: Import,
  file: SignatureFile,
): AsyncGenerator<readonly SignatureRow[], () => FileReport> {
  const reading = new Reading(shared, file);
  try {
    for await (const bytes of file.bytes) {
      await reading.write(bytes);
      yield* reading.batch(false);
    }
    await reading.end();
    yield* reading.batch(true);
  } catch (error) {
    if (!(error instanceof Failure) || error.code !== "input") throw error;
    shared.problems.addFatal(file.name, error);
  }
  return () => reading.report();
}

interface Rows {
  write(text: string): Promise<void> | void;
  end(): Promise<void> | void;
}

class Reading {
  readonly #import: Import;
  readonly #file: SignatureFile;
  readonly #text: TextOfBytes;
  readonly #items: ItemRows;
  #format: ReadFormat | null;
  #head = "";
  #rows: Rows | null = null;
  #header: Header | null = null;
  #check: RowCheck | null = null;

  constructor(shared: Import, file: SignatureFile) {
    this.#import = shared;
    this.#file = file;
    this.#format = file.format;
    this.#text = new TextOfBytes(file.encoding);
    this.#items = new ItemRows(shared, file.name);
  }

  async write(bytes: Uint8Array): Promise<void> {
    const text = this.#text.write(bytes);
    if (this.#rows !== null) return this.#rows.write(text);
    this.#head += text;
    if (this.#head.length >= HEAD) await this.#begin();
  }

  async end(): Promise<void> {
    const text = this.#text.end();
    if (this.#rows === null) {
      this.#head += text;
      if (this.#head.trim() === "") throw new Unreadable(null, "the file is empty");
      await this.#begin();
    } else await this.#rows.write(text);
    await this.#rows?.end();
    this.#items.settle();
  }

  /** The rows that are ready; with `all`, also the last logins that do not fill a call. */
  async *batch(all: boolean): AsyncGenerator<readonly SignatureRow[]> {
    const check = this.#check ?? this.#items.check;
    if (check === null) return;
    if (check.unresolved.length >= LOOKED_UP.gitee || all) await this.#resolve(check, all);
    if (check.ready.length === 0) return;
    const rows = check.ready;
    check.ready = [];
    yield rows;
  }

  report(): FileReport {
    const findings = (this.#check ?? this.#items.check)?.findings ?? noFindings();
    const columns =
      this.#header === null
        ? this.#items.dropped
        : new Map(this.#header.dropped.map((name) => [name, findings.rows]));
    return {
      ...findings,
      file: this.#file.name,
      format: this.#format ?? "csv",
      encoding: this.#text.encoding,
      source: this.#items.source,
      accounts: [...findings.accounts],
      dropped: presentable(columns),
      leftOut: Object.fromEntries(findings.leftOut),
      outdated: Object.fromEntries(findings.outdated),
    };
  }

  async #begin(): Promise<void> {
    const head = this.#head;
    this.#head = "";
    if (NAMES_ADDRESS.test(head)) throw new Unreadable(null, ADDRESS_FAULT);
    this.#format ??= detectFormat(head);
    this.#rows = this.#reader(this.#format, head);
    await this.#rows.write(head);
  }

  #reader(format: ReadFormat, head: string): Rows {
    const { problems } = this.#import;
    const bad = (line: number, message: string): void => problems.add(this.#file.name, line, null, message);
    switch (format) {
      case "json":
        return new JsonItems(
          LISTS,
          (item, line, list, number) => this.#items.take(item, line, list, number),
          (line, message, item) => problems.add(this.#file.name, line, null, message, item),
          (name, value, line) => {
            if (typeof value === "string" && ADDRESSES.some((one) => one === name))
              throw new Unreadable(line, ADDRESS_FAULT, name);
            // A list next to the signatures, or a member about all of them, may revoke them.
            const ignored = this.#import.columns.ignored.has(keyOf(name)) || isMessage(name, value);
            if (!ignored && (isStatusColumn(name) ? says(value) : mayEnd(value)))
              throw new Unreadable(line, statusFault(name));
            const { defaults } = this.#import;
            const about = saysForAll(keyOf(name));
            const answered = about === null || defaults[about] !== null;
            if (!ignored && !answered && (typeof value === "number" || says(value)))
              throw new Unreadable(line, doubtfulKeyFault(name));
          },
        );
      case "ndjson":
        return ndjsonItems((item, line) => this.#items.take(item, line), bad);
      case "list":
        return listLines((login, line) => this.#items.login(login, line), bad);
      case "csv":
        return this.#csvReader(head, bad);
    }
  }

  #csvReader(head: string, bad: (line: number, message: string) => void): Rows {
    let names: readonly string[] = [];
    let keys: readonly string[] = [];
    return new CsvRows(head, {
      header: (header, line) => {
        names = header;
        keys = header.map(keyOf);
        const tool = toolOf(keys, null, this.#import.columns);
        if (tool !== null) return this.#items.requireReadable(header, line);
        this.#header = readHeader(header, line, this.#import.columns);
        const { columns, names: fields } = this.#header;
        const layout = { columns, names: fields, host: null, digests: false };
        this.#check = new RowCheck(this.#import, this.#file.name, layout);
      },
      row: (cells, line, present) => {
        // A cell too many, also an empty one: a separator in a text shifted the others.
        if (this.#items.isUnquoted && present > names.length)
          return bad(line, `it has ${present} cells where the header has ${names.length}`);
        if (this.#check === null)
          // A tool writes every cell: a status that is not there is not an empty one.
          return this.#items.takeRow(
            names,
            present < cells.length ? cells.map((cell, at) => (at < present ? cell : undefined)) : cells,
            line,
          );
        const decides = this.#header?.unread.find((index) => mayDecide(cells[index], keys[index] ?? ""));
        if (decides !== undefined) throw new Unreadable(line, statusFault(names[decides] ?? ""), null, true);
        const ended = this.#header?.unread.find((index) => mayEnd(cells[index]));
        if (ended === undefined) this.#check.check(line, cells);
        else this.#check.refuseStatus(line, names[ended] ?? "");
      },
      bad,
    });
  }

  async #resolve(check: RowCheck, all: boolean): Promise<void> {
    const waiting = Map.groupBy(check.unresolved, ({ host }) => host);
    check.unresolved = [];
    for (const [host, rows] of waiting)
      for (let from = 0; from < rows.length; from += LOOKED_UP[host]) {
        const some = rows.slice(from, from + LOOKED_UP[host]);
        // A call that is not full waits for more rows.
        if (some.length < LOOKED_UP[host] && !all) check.unresolved.push(...some);
        else await this.#lookUp(check, host, some);
      }
  }

  async #lookUp(check: RowCheck, host: HostName, rows: readonly Unresolved[]): Promise<void> {
    const found = await this.#file.lookUp(host, [...new Set(rows.map(({ login }) => login))]);
    for (const row of rows) {
      const registered = found.get(row.login);
      if (registered === undefined)
        check.unresolvable(row, `${host} no longer has an account with this login`);
      else if (registered.createdAt !== null && registered.createdAt > latestOf(row.terms))
        check.unresolvable(
          row,
          "the account that has this login now was created after the signature: somebody else signed under it",
        );
      else if (
        registered.createdAt !== null &&
        registered.createdAt > row.terms.signedAt &&
        row.terms.revokedAt === undefined
      )
        check.unresolvable(
          row,
          "the account that has this login now was created on about the day of the signature, and which was first is " +
            "not certain: write signed_at with its time and zone, as 2024-01-31T10:00:00Z",
        );
      else {
        // A revocation counts if it may be of this account.
        if (registered.createdAt === null) check.findings.ageless++;
        check.resolve(row, registered.account);
      }
    }
  }
}

/** Whether a member of a JSON document has content. */
function says(value: unknown): boolean {
  if (typeof value === "object" && value !== null) return Object.keys(value).length > 0;
  return typeof value === "boolean" || (typeof value === "string" && value !== "");
}

/** Names of columns for a report: a limited number, without names that may be personal data. */
function presentable(columns: ReadonlyMap<string, number>): Record<string, number> {
  const shown: Record<string, number> = {};
  let others = 0;
  for (const [name, rows] of columns)
    if (/^[\p{L}\p{M}\p{N} ._:()?/-]{1,64}$/u.test(name.trim()) && Object.keys(shown).length < NAMED)
      shown[name.trim()] = rows;
    else others += rows;
  if (others > 0) shown["(others)"] = others;
  return shown;
}
