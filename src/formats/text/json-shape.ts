/** No tool nests its entries this deep. */
export const DEEPEST = 64;
export const TOO_DEEP = `it is nested more than ${DEEPEST} levels deep, which no signature is`;

/** JSON.parse keeps the last of two equal keys, but the first may be the intended one. */
export const KEY_TWICE = "a key is there twice: remove one";

/** https://www.mongodb.com/docs/mongodb-shell/reference/data-types/ */
const SHELL = /\b(?:ISODate|ObjectId|NumberLong|NumberInt|NumberDecimal|Timestamp)\s*\(/;

/** Why a text is no JSON. @param what names it */
export function notJson(text: string, what: string): string {
  const shell = SHELL.test(text)
    ? ", but in the notation of MongoDB's shell: export it with mongoexport"
    : "";
  return `${what} is not valid JSON${shell}`;
}

/** Whether JSON.parse kept fewer members of an object than its text has. @param members as in the text */
export function keptTwice(value: unknown, members: number): boolean {
  return (
    typeof value === "object" &&
    value !== null &&
    !Array.isArray(value) &&
    Object.keys(value).length !== members
  );
}

/** Facts about a JSON text before it is parsed. */
export interface TextShape {
  /** The problem of a text that is nested too deep; null: it is not. */
  readonly fault: string | null;
  /** The number of an object's members, counting duplicate keys twice. */
  readonly members: number;
}

export function textShape(text: string): TextShape {
  let depth = 0;
  let members = 0;
  let inString = false;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (inString) {
      if (code === 92) at++;
      else if (code === 34) inString = false;
    } else if (code === 34) inString = true;
    else if (code === 123 || code === 91) depth++;
    else if (code === 125 || code === 93) depth--;
    else if (code === 58 && depth === 1) members++;
    if (depth > DEEPEST) return { fault: TOO_DEEP, members };
  }
  return { fault: null, members };
}

/** A number with a fraction or an exponent as the value of a key. */
const INEXACT = /"\s*:\s*-?\d+(?:\.\d|[eE])/;

/**
 * Parses an entry. A number in a form that JavaScript would not write stays a string: `1.23E+08` is an account's number
 * damaged by a spreadsheet, and the version `1.0` is not `1`.
 * @throws SyntaxError
 */
export function parseEntry(text: string): unknown {
  return INEXACT.test(text) ? JSON.parse(text, asWritten) : JSON.parse(text);
}

function asWritten(
  this: unknown,
  _: string,
  value: unknown,
  context?: { readonly source?: string },
): unknown {
  const source = context?.source;
  return typeof value === "number" && source !== undefined && source !== String(value) ? source : value;
}
