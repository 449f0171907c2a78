import { keyOf, isColumnName } from "./columns/column-names.ts";
import { isListLine } from "./list.ts";
import { ADDRESSES } from "./tools/cla-bot.ts";
import { LISTS } from "./tools/tools.ts";

/** What is written and read. */
export const FORMATS = ["csv", "json", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** What is read: also a list of logins, one a line, as plain text or YAML. */
export const READ_FORMATS = [...FORMATS, "list"] as const;
export type ReadFormat = (typeof READ_FORMATS)[number];

/** How many characters of a file tell its format. */
export const HEAD = 65_536;

/** How many lines tell a list of logins. */
const LINES = 100;

/** Tells the format by the first {@link HEAD} characters of the text, or by all of a shorter one. */
export function detectFormat(head: string): ReadFormat {
  const text = head.trimStart();
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return isList(text) ? "list" : "csv";
  const [first = ""] = text.split(/[\r\n]/, 1);
  const value = parsed(first);
  // Complete in its first line: a line of NDJSON, unless it holds one of the tools' lists, or its address.
  if (typeof value !== "object" || value === null) return "json";
  return [...LISTS, ...ADDRESSES].some((name) => isHolder(value, name)) ? "json" : "ndjson";
}

function isHolder(value: object, name: string): boolean {
  const held: unknown = Object.getOwnPropertyDescriptor(value, name)?.value;
  return Array.isArray(held) || (ADDRESSES.some((address) => address === name) && typeof held === "string");
}

/** Two lines at least, each a login, an item of a YAML list or the list's name, and the first no column's name. */
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
