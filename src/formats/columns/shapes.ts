import type { HostName } from "../../account.ts";
import { keyOf } from "./column-names.ts";
import { readHeader, type ColumnAnswers, type Header } from "./columns.ts";
import { doubtfulKeyFault, isDoubtfulKey, saysWhose, whoseFault } from "./doubtful-column.ts";
import { Unreadable } from "../problems.ts";
import { isStatusColumn, statusFault } from "./status-column.ts";
import type { Tool } from "../tools/tool.ts";
import { toolOf } from "../tools/tools.ts";

/** The shared facts about entries with the same keys. */
export interface Shape {
  /** Null: the keys are our own columns. */
  readonly tool: Tool | null;
  readonly keys: readonly string[];
  /** The indexes of a tool's keys that are not read and whose values may still say that the entry does not count. */
  readonly unread: readonly number[];
  /** For our own columns: the header, or why it can't be read. */
  readonly header: Header | Unreadable | null;
  /** Why no entry of this shape can be read; null: it can. */
  readonly fault: Unreadable | null;
}

/** Why a file of a tool that supports only GitHub is refused with `--host` of another host. */
export function onlyGitHub(tool: string, host: HostName): string {
  return `this is a file of ${tool}, which has only accounts on github, and --host says ${host}: import it without --host`;
}

/** Keys whose values name somebody or something. */
const NAMING = /name$|mail|lfid|url$|id$|acl$/;

function unreadOf(
  { reads, harmless }: Tool,
  keys: readonly string[],
  ignored: ReadonlySet<string>,
): readonly number[] {
  if (harmless === null) return [];
  return [...keys.keys()].filter((index) => {
    const key = keys[index] ?? "";
    return !reads.has(key) && !harmless.has(key) && !ignored.has(key) && !NAMING.test(key);
  });
}

const MOST_SHAPES = 1_000;

/** Interprets the keys of entries, once for entries with the same keys. */
export class Shapes {
  readonly #known = new Map<Tool | null, Map<string, Shape>>();
  readonly #answers: ColumnAnswers;

  readonly #host: HostName | null;

  /** @param host of `--host`; null: not given */
  constructor(answers: ColumnAnswers, host: HostName | null) {
    this.#answers = answers;
    this.#host = host;
  }

  /**
   * @param list the name of the list that contains the entry; null: none
   * @param told the tool that earlier entries identified; null: none
   */
  of(names: readonly string[], list: string | null, told: Tool | null): Shape {
    const key = JSON.stringify([list, names]);
    const known = this.#known.get(told) ?? new Map<string, Shape>();
    this.#known.set(told, known);
    let shape = known.get(key);
    if (shape === undefined) {
      shape = this.#find(names, list, told);
      if (known.size === MOST_SHAPES) known.clear();
      known.set(key, shape);
    }
    return shape;
  }

  #find(names: readonly string[], list: string | null, told: Tool | null): Shape {
    const keys = names.map(keyOf);
    const { ignored, account } = this.#answers;
    const tool = toolOf(keys, list, this.#answers);
    const reader = tool ?? told;
    const unread = reader === null ? [] : unreadOf(reader, keys, ignored);
    const shape = { tool, keys, unread, header: null, fault: null };
    if (reader === null) {
      try {
        return { ...shape, header: readHeader(names, 0, this.#answers) };
      } catch (error) {
        if (error instanceof Unreadable) return { ...shape, header: error };
        throw error;
      }
    }
    // First: another host is no remedy for a file that can't be imported at all.
    const lacks = reader.lacks(new Set(keys));
    if (lacks !== null) return { ...shape, fault: new Unreadable(0, lacks) };
    if (this.#host !== null && this.#host !== "github")
      return { ...shape, fault: new Unreadable(0, onlyGitHub(reader.name, this.#host), null, true) };
    const unknown = keys.findIndex(
      (key, index) => !reader.reads.has(key) && !ignored.has(key) && isStatusColumn(names[index] ?? ""),
    );
    if (unknown !== -1)
      return { ...shape, fault: new Unreadable(0, statusFault(names[unknown] ?? ""), null, true) };
    // Other files of the same import may need it.
    const asked = account === null ? -1 : keys.indexOf(keyOf(account));
    if (asked !== -1 && keys[asked] !== keyOf(reader.numbers ?? "")) {
      const message = `--account-column does not fit a file of ${reader.name}, whose columns are known`;
      return { ...shape, fault: new Unreadable(0, message, null, true) };
    }
    const doubtful = keys.findIndex(
      (key) => !reader.reads.has(key) && !ignored.has(key) && isDoubtfulKey(key),
    );
    if (doubtful !== -1)
      return { ...shape, fault: new Unreadable(0, doubtfulKeyFault(names[doubtful] ?? ""), null, true) };
    // Where a project chose the fields, one may have any name.
    const other = keys.findIndex(
      (key) => reader.harmless !== null && !reader.reads.has(key) && !ignored.has(key) && saysWhose(key),
    );
    if (other !== -1)
      return { ...shape, fault: new Unreadable(0, whoseFault(names[other] ?? "", reader.name), null, true) };
    return shape;
  }
}
