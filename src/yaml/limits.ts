import { Lexer } from "yaml";

/** The most bytes that are read, in UTF-8; a policy of a hundred rules has four thousand. */
export const MOST_BYTES = 64 * 1024;
/** The most problems that are reported for one file. */
export const MOST_PROBLEMS = 50;

const MOST_DEPTH = 16;
const MOST_ALIASES = 100;
/** Colons without a comma or, outside brackets, a line break between them: each begins another mapping. */
const MOST_COLONS = 100;
/** What begins or ends an entry within brackets. */
const SEPARATORS: ReadonlySet<string> = new Set([",", "[", "]", "{", "}"]);

/** The lexer's marks of a document, of an error and of a scalar, which are not in the text. */
const MARKS: ReadonlySet<string> = new Set(["\u0002", "\u0018", "\u001F", "\uFEFF"]);
/** After these, another collection may begin on the same line. */
const INDICATORS: ReadonlySet<string> = new Set(["-", "?", ":"]);

/**
 * Why a text is not parsed at all; null if it can be. The parser's time is more than linear in how deeply collections
 * are nested, by brackets, dashes, question marks or indentation, and in the number of aliases; the lexer's is not.
 */
export function refusalOf(text: string): { readonly line: number; readonly message: string } | null {
  if (Buffer.byteLength(text) > MOST_BYTES)
    return { line: 1, message: `the file is longer than ${MOST_BYTES / 1024} kB: shorten it` };
  const blocks = new Blocks();
  let line = 1;
  let brackets = 0;
  let colons = 0;
  let aliases = 0;
  for (const token of new Lexer().lex(text)) {
    // Also within brackets: the parser leaves them at a line that is indented less.
    blocks.read(token);
    for (let at = token.indexOf("\n"); at !== -1; at = token.indexOf("\n", at + 1)) {
      line += 1;
      if (brackets === 0) colons = 0;
    }
    if (SEPARATORS.has(token)) colons = 0;
    if (token === ":") colons += 1;
    if (token === "[" || token === "{") brackets += 1;
    if ((token === "]" || token === "}") && brackets > 0) brackets -= 1;
    if (token.startsWith("*")) aliases += 1;
    if (blocks.depth + brackets > MOST_DEPTH || colons > MOST_COLONS)
      return { line, message: `nested more than ${MOST_DEPTH} levels deep` };
    if (aliases > MOST_ALIASES) return { line, message: "too many YAML aliases" };
  }
  return null;
}

/** How deeply a text is nested without brackets, by the columns at which collections begin. */
class Blocks {
  /** For each open level its column, doubled; odd for a list, which may begin at the column of its own key. */
  readonly #levels: number[] = [];
  #column = 0;
  /** Whether a collection may begin here. */
  #begins = true;

  get depth(): number {
    return this.#levels.length;
  }

  read(token: string): void {
    if (MARKS.has(token)) return;
    const isBlank = /^[ \t]*$/.test(token);
    if (!isBlank && !token.startsWith("#") && !/^[\r\n]/.test(token)) {
      const isIndicator = INDICATORS.has(token);
      if (this.#begins || (isIndicator && token !== ":"))
        this.#begin(this.#column * 2 + (isIndicator ? 1 : 0));
      this.#begins = isIndicator && (token !== ":" || this.#begins);
    }
    const end = token.lastIndexOf("\n");
    if (end === -1) this.#column += token.length;
    else {
      this.#column = token.length - end - 1;
      this.#begins = true;
    }
  }

  #begin(level: number): void {
    while ((this.#levels.at(-1) ?? -1) > level) this.#levels.pop();
    if (this.#levels.at(-1) !== level) this.#levels.push(level);
  }
}
