import { isList, LISTS } from "./peers.ts";

export const FORMATS = ["csv", "json", "ndjson"] as const;
export type Format = (typeof FORMATS)[number];

/** How many characters of a file tell its format. */
export const HEAD = 65_536;

/** Tells the format by the first {@link HEAD} characters of the text, or by all of a shorter one. */
export function detectFormat(head: string): Format {
  const text = head.trimStart();
  if (text.startsWith("[")) return "json";
  if (!text.startsWith("{")) return "csv";
  const [first = ""] = text.split("\n", 1);
  const value = parsed(first);
  // Whole in its first line: a line of NDJSON, unless it is the wrapping of one of the peers' lists.
  if (typeof value !== "object" || value === null) return "json";
  return LISTS.some((name) => name in value && isList(value, name)) ? "json" : "ndjson";
}

function parsed(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return null;
  }
}
