import { keyOf, isColumnName } from "./columns/column-names.ts";
import { isListLine } from "./list.ts";
import { ADDRESSES } from "./tools/cla-bot.ts";
import { LISTS } from "./tools/tools.ts";

/** What is written and read. */
export const FORMATS = ["csv", "json", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** The formats that are read, including a list of logins, one a line, as plain text or YAML. */
export const READ_FORMATS = [...FORMATS, "list"] as const;
export type ReadFormat = (typeof READ_FORMATS)[number];

/** The number of characters that determine a file's format. */
export const HEAD = 65_536;

/** The number of lines that identify a list of logins. */
const LINES = 100;

/** Detects the format from the first {@link HEAD} characters of the text, or from all of a shorter one. */
export function detectFormat(head: string): ReadFormat {
  const text = head.trimStart();
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return isList(text) ? "list" : "csv";
  const [first = ""] = text.split(/[\r\n]/, 1);
  const value = parsed(first);
  // A complete first line is NDJSON, unless it contains one of the tools' lists or a list's URL.
  if (typeof value !== "object" || value === null) return "json";
  return [...LISTS, ...ADDRESSES].some((name) => isHolder(value, name)) ? "json" : "ndjson";
}

function isHolder(value: object, name: string): boolean {
  const held: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return Array.isArray(held) || (ADDRESSES.some((address) => address === name) && typeof held === "string");
}

/** At least two lines, each a login, an item of a YAML list or the list's name; the first is not a column's name. */
function isList(text: string): boolean {
  const lines = text.split(/\r\n|\n|\r/).slice(0, LINES);
  // The last line may be cut off.
  if (lines.length === LINES) lines.pop();
  const said = lines.filter((line) => line.trim() !== "" && !line.trimStart().startsWith("#"));
  const [first = ""] = said;
  const heading = /^\s*(-|@)/.test(first) || /:\s*(\[|$)/.test(first) || !isColumnName(keyOf(first));
  return (said.length > 1 || /\[.*\]/.test(first)) && heading && said.every(isListLine);
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
