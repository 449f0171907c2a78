import { TextLines } from "./text-lines.ts";

/** A login, bare or as an item of a YAML list, with a comment perhaps. */
const ITEM = /^\s*(?:-\s+)?(?:"([^"]*)"|'([^']*)'|@?([^\s"',;:#@[\]{}]+))\s*(?:#.*)?$/u;
/** `contributors:` and a list in the lines below, or in brackets. */
const HEADING = /^\s*[\p{L}\p{N}_-]+:\s*(?:#.*)?$/u;
const FLOW = /^\s*(?:[\p{L}\p{N}_-]+:\s*)?\[(.*)\]\s*(?:#.*)?$/u;
const NOTHING = /^\s*(?:#.*|---|\.\.\.)?$/;

/** Whether a line is one of a list of logins. */
export function isListLine(line: string): boolean {
  return NOTHING.test(line) || HEADING.test(line) || loginsIn(line) !== null;
}

function loginsIn(line: string): readonly string[] | null {
  const flow = FLOW.exec(line)?.[1];
  const items = flow === undefined ? [line] : flow.split(",").filter((item) => item.trim() !== "");
  const logins = items.map((item) => {
    const [, double, single, bare] = ITEM.exec(item) ?? [];
    return double ?? single ?? bare;
  });
  return logins.every((login) => login !== undefined) ? logins : null;
}

/**
 * Takes a list of logins piece by piece: one a line in plain text, or a list in YAML.
 * @throws Unreadable, from `write`, for a line without an end
 */
export function listLines(
  give: (login: string, line: number) => void,
  bad: (line: number, message: string) => void,
): TextLines {
  return new TextLines((line, number) => {
    if (NOTHING.test(line) || HEADING.test(line)) return;
    const logins = loginsIn(line);
    if (logins === null) bad(number, "this line is no login: a list has one a line and nothing else");
    else for (const login of logins) give(login, number);
  });
}
