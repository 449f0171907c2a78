import { Lexer } from "yaml";

/** The most bytes that are read, in UTF-8; a policy of a hundred rules has four thousand. */
export const MOST_BYTES = 64 * 1024;
/** The most problems that are reported for one file. */
export const MOST_PROBLEMS = 50;

const MOST_DEPTH = 16;
const MOST_ALIASES = 100;

/**
 * Why a text is not parsed at all; null if it can be. The parser's time is more than linear in how deeply brackets,
 * dashes and question marks are nested and in the number of aliases; the lexer's is not.
 */
export function refusalOf(text: string): { readonly line: number; readonly message: string } | null {
  if (Buffer.byteLength(text) > MOST_BYTES)
    return { line: 1, message: `the file is longer than ${MOST_BYTES / 1024} kB: shorten it` };
  let line = 1;
  let depth = 0;
  let dashes = 0;
  let aliases = 0;
  for (const token of new Lexer().lex(text)) {
    for (let at = token.indexOf("\n"); at !== -1; at = token.indexOf("\n", at + 1)) {
      line += 1;
      dashes = 0;
    }
    if (token === "[" || token === "{") depth += 1;
    if ((token === "]" || token === "}") && depth > 0) depth -= 1;
    if (token === "-" || token === "?") dashes += 1;
    if (token.startsWith("*")) aliases += 1;
    if (depth > MOST_DEPTH || dashes > MOST_DEPTH)
      return { line, message: `nested more than ${MOST_DEPTH} levels deep` };
    if (aliases > MOST_ALIASES) return { line, message: "too many YAML aliases" };
  }
  return null;
}
