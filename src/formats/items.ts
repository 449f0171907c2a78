import { FIELDS, keyOf, type Field } from "./columns/column-names.ts";
import { ALL_COLUMNS, type Cells } from "./columns/columns.ts";
import { count } from "./findings.ts";
import type { Import } from "./import.ts";
import { Unreadable } from "./problems.ts";
import { parseDate } from "./cells/date.ts";
import { RowCheck } from "./cells/row.ts";
import { onlyGitHub, Shapes, type Shape } from "./columns/shapes.ts";
import { mayDecide, mayEnd } from "./cells/status-value.ts";
import { statusFault } from "./columns/status-column.ts";
import { claBot, readLogin } from "./tools/cla-bot.ts";
import type { Entry, Said, Tool, Values } from "./tools/tool.ts";
import { flagOf } from "./tools/values.ts";

/** An entry whose keys do not identify the tool that wrote it. */
interface Waiting {
  readonly names: readonly string[];
  readonly values: readonly unknown[];
  readonly line: number;
  readonly item: number | null;
}

const MOST_WAITING = 1_000;

/** Reads the entries of a JSON or NDJSON file, and the rows of another tool's CSV: our own columns, or that tool's. */
export class ItemRows {
  readonly dropped = new Map<string, number>();
  check: RowCheck | null = null;
  readonly #import: Import;
  readonly #file: string;
  readonly #shapes: Shapes;
  // Entries before the first one that identified the tool.
  #waiting: Waiting[] = [];
  /** The tool of the first entry that identified one; null: our own columns; undefined: none yet. */
  #tool: Tool | null | undefined;

  constructor(shared: Import, file: string) {
    this.#import = shared;
    this.#file = file;
    this.#shapes = new Shapes(shared.columns, shared.defaults.host);
  }

  get source(): string | null {
    return this.#tool?.name ?? null;
  }

  /** Whether the tool of the file writes a table's texts without quotes. */
  get isUnquoted(): boolean {
    return this.#tool?.unquoted === true;
  }

  /**
   * @param list the name of the list that contains the entry; null: none
   * @param item the number of the entry, if its line does not distinguish it from others
   */
  take(value: unknown, line: number, list: string | null = null, item: number | null = null): void {
    if (typeof value === "string") return this.#login(value, line, item, list);
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      const check = this.#begin(this.#tool ?? null);
      check.findings.rows++;
      check.problem(line, null, "expected an object with the columns as its keys", item);
      return;
    }
    const names = Object.keys(value);
    this.takeRow(names, Object.values(value), line, this.#shapes.of(names, list, this.#tool ?? null), item);
  }

  /** @throws Unreadable when rows with this header of another tool's CSV can't be read */
  requireReadable(names: readonly string[], line: number): void {
    const { tool, fault } = this.#shapes.of(names, null, this.#tool ?? null);
    this.#tool = tool;
    const lacks = fault?.message ?? tool?.lacksInTable?.(new Set(names.map(keyOf))) ?? null;
    if (lacks !== null) throw new Unreadable(line, lacks);
  }

  /** A bare login from a list for any host. */
  login(text: string, line: number): void {
    const check = this.#begin(claBot, null);
    this.#takeLogin(check, text, line, null);
  }

  /** @param names the keys of the entry or the header of the row, in the order of `values` */
  takeRow(
    names: readonly string[],
    values: readonly unknown[],
    line: number,
    shape: Shape = this.#shapes.of(names, null, this.#tool ?? null),
    item: number | null = null,
  ): void {
    if (this.#tool === undefined) {
      if (shape.tool === null && shape.header instanceof Unreadable && this.#waiting.length < MOST_WAITING) {
        this.#waiting.push({ names, values, line, item });
        return;
      }
      this.#tool = shape.tool;
      this.settle();
    }
    // The first entry may differ from the others: an entry without clues is read in the format of the file's tool.
    const tool = shape.tool ?? this.#tool ?? null;
    if (this.#tool !== undefined && tool !== this.#tool)
      return this.#mixed(tool, line, item, valuesOf(shape, values));
    const check = this.#begin(tool);
    check.item = item;
    if (shape.fault !== null) check.noteVersion(tool?.versionIn?.(valuesOf(shape, values)));
    if (shape.fault !== null) return this.#refuse(check, shape.fault, line, item);
    if (tool !== null) return this.#takeTools(check, tool, shape, names, values, line);
    if (shape.header === null) return;
    if (shape.header instanceof Unreadable) return this.#refuse(check, shape.header, line, item);
    const { columns, dropped, unread, names: fields } = shape.header;
    check.accountNames = fields;
    const decides = unread.find((index) => mayDecide(values[index], shape.keys[index] ?? ""));
    if (decides !== undefined)
      return this.#refuse(
        check,
        new Unreadable(line, statusFault(names[decides] ?? ""), null, true),
        line,
        item,
      );
    const ended = unread.find((index) => mayEnd(values[index]));
    if (ended !== undefined) return check.refuseStatus(line, names[ended] ?? "");
    const cells = FIELDS.map((field) => (columns[field] === -1 ? undefined : textOf(values[columns[field]])));
    check.check(line, cells);
    for (const name of dropped) count(this.dropped, name);
  }

  /** Takes the entries that still wait for one that identifies the tool. */
  settle(): void {
    const waiting = this.#waiting;
    this.#waiting = [];
    if (waiting.length > 0) this.#tool ??= null;
    for (const { names, values, line, item } of waiting)
      this.takeRow(names, values, line, this.#shapes.of(names, null, this.#tool ?? null), item);
  }

  /** A login in JSON: of a GitHub account if cla-bot's key names the list, otherwise of the host that is given. */
  #login(text: string, line: number, item: number | null, list: string | null): void {
    if (this.#tool !== undefined && this.#tool !== claBot) return this.#mixed(claBot, line, item);
    const { host } = this.#import.defaults;
    if (list !== null && host !== null && host !== "github")
      throw new Unreadable(line, onlyGitHub(claBot.name, host));
    this.#takeLogin(this.#begin(claBot, "github"), text, line, item);
  }

  #takeLogin(check: RowCheck, text: string, line: number, item: number | null): void {
    check.item = item;
    const entry = readLogin(text);
    if (entry.kind === "row") check.check(line, cellsOf(entry.said));
    else if (entry.kind === "refused") {
      check.findings.rows++;
      check.problem(line, null, entry.message);
    }
  }

  #mixed(tool: Tool | null, line: number, item: number | null, values?: Values): void {
    const check = this.#begin(this.#tool ?? null);
    if (values !== undefined) check.noteVersion(tool?.versionIn?.(values));
    check.findings.rows++;
    const name = (one: Tool | null | undefined): string =>
      one ? `of ${one.name}${one.part === undefined ? "" : `'s ${one.part}`}` : "with columns of our own";
    check.problem(
      line,
      null,
      `this entry is one ${name(tool)}, the ones before it are ${name(this.#tool)}: import them as two files`,
      item,
    );
  }

  /** A problem of all entries of a shape ends the import, unless it concerns only the current entry. */
  #refuse(check: RowCheck, fault: Unreadable, line: number, item: number | null): void {
    check.findings.rows++;
    if (fault.ends)
      this.#import.problems.addFatal(this.#file, new Unreadable(line, fault.message, fault.field));
    else check.problem(line, fault.field, fault.message, item);
  }

  #begin(tool: Tool | null, host: "github" | null = tool === null ? null : "github"): RowCheck {
    this.#tool ??= tool;
    const columns =
      tool !== null && tool.numbers === undefined
        ? { ...ALL_COLUMNS, account_id: -1, github_id: -1, gitee_id: -1 }
        : ALL_COLUMNS;
    return (this.check ??= new RowCheck(this.#import, this.#file, {
      columns,
      names: tool?.numbers === undefined ? {} : { github_id: tool.numbers },
      host,
      digests: tool?.versionsAreDigests ?? false,
      listed: tool !== null,
    }));
  }

  #takeTools(
    check: RowCheck,
    tool: Tool,
    { keys, unread }: Shape,
    names: readonly string[],
    values: readonly unknown[],
    line: number,
  ): void {
    const byKey = new Map<string, unknown>();
    for (const [index, key] of keys.entries()) {
      const first = byKey.get(key);
      if (byKey.has(key) && tool.repeats?.has(key) === true) {
        byKey.set(key, flagOf(first) === true ? values[index] : first);
        continue;
      }
      if (byKey.has(key) && tool.reads.has(key)) {
        check.findings.rows++;
        check.problem(line, names[index] ?? null, "it appears twice, in two spellings: remove one");
        return;
      }
      byKey.set(key, values[index]);
    }
    const odd = unread.find((index) => mayDecide(values[index], keys[index] ?? "") || mayEnd(values[index]));
    if (odd !== undefined) {
      check.noteVersion(tool.versionIn?.(byKey));
      return check.refuseStatus(line, names[odd] ?? "");
    }
    const entry = tool.read(byKey);
    switch (entry.kind) {
      case "row":
        check.check(line, cellsOf(entry.said), entry);
        break;
      case "left-out":
        check.leaveOut(entry.reason);
        break;
      case "revoked":
        check.revoke(line, cellsOf(entry.said), entry.at, entry.reason, entry.company);
        break;
      case "company":
        check.leaveOut(entry.holds ? "a company's own agreement" : "a company's agreement that is not valid");
        this.#takeCompany(entry);
        break;
      case "refused":
        check.findings.rows++;
        check.noteVersion(tool.versionIn?.(byKey));
        check.problem(line, entry.field, entry.message);
    }
    for (const [index, key] of keys.entries())
      if (!tool.reads.has(key)) count(this.dropped, names[index] ?? "");
  }

  #takeCompany({ at, version, ...entry }: Extract<Entry, { kind: "company" }>): void {
    const time = at === null ? null : parseDate(at, Number.MAX_SAFE_INTEGER);
    this.#import.acknowledgments.company(
      { ...entry, at: typeof time === "number" ? time : null },
      version === undefined ? [] : [version],
    );
  }
}

function valuesOf({ keys }: Shape, values: readonly unknown[]): Values {
  return new Map(keys.map((key, index) => [key, values[index]]));
}

/** Arranges a row's fields in the order of `FIELDS`. */
function cellsOf(said: Said): Cells {
  return FIELDS.map((field: Field) => said[field]);
}

/** A cell's text. A number that JSON read as too large to be exact stays recognizable. */
function textOf(content: unknown): string {
  if (typeof content === "string") return content;
  if (typeof content === "number" || typeof content === "boolean") return String(content);
  return content === null || content === undefined ? "" : "(not a text)";
}
