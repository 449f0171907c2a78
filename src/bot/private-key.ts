/** How a private key in PEM is damaged on its way into a variable, and read nevertheless. */

/** The lines of https://www.rfc-editor.org/rfc/rfc7468#section-2 */
const BEGIN = /-----BEGIN [A-Z ]*PRIVATE KEY-----/;
const END = /-----END [A-Z ]*PRIVATE KEY-----/;
/** The length of a line in a PEM file. */
const LINE = 64;

/**
 * A private key as a PEM file has it, from a variable that holds it in quotes, indented, in one line with `\n`, blanks
 * or nothing for line ends, or in base64.
 * @returns what is wrong with it, as `fault`; it repeats nothing of the key
 */
export function privateKeyIn(text: string): string | { readonly fault: string } {
  const pem = BEGIN.test(text) ? text : Buffer.from(text, "base64").toString("utf8");
  const begin = BEGIN.exec(pem);
  if (begin === null)
    return {
      fault:
        "does not contain a PEM private key: set it to the whole content of the .pem file, from -----BEGIN to -----END",
    };
  const rest = pem.slice(begin.index + begin[0].length);
  const end = END.exec(rest);
  if (end === null)
    return { fault: "is cut: its line -----END is missing; set it to the whole content of the .pem file" };
  const body = rest.slice(0, end.index).replace(/\\+[rn]/g, "\n");
  // The header of a key with a password.
  if (/^[A-Z][A-Za-z-]*:/m.test(body.trimStart())) return `${begin[0]}\n${body.trim()}\n${end[0]}`;
  const lines = body.split(/[^A-Za-z0-9+/=]+/).flatMap((line) => line.match(LINES) ?? []);
  return [begin[0], ...lines, end[0]].join("\n");
}

const LINES = new RegExp(`.{1,${LINE}}`, "g");
