import { Unreadable } from "./problems.ts";
import { isStatusColumn } from "./columns/status-column.ts";
import { tellsOfEnd } from "./cells/status-value.ts";
import { TextLines } from "./text/text-lines.ts";

/** A login, bare or as an item of a YAML list, optionally with a comment. */
const ITEM = /^\s*(?:-\s+)?(?:"([^"]*)"|'([^']*)'|@?([^\s"',;:|#@[\]{}]+))\s*(?:#.*)?$/u;
/** `contributors:` with a list in the lines below, or in brackets. */
const HEADING = /^\s*([\p{L}\p{N}_-]+):\s*(?:#.*)?$/u;
const FLOW = /^\s*(?:([\p{L}\p{N}_-]+):\s*)?\[(.*)\]\s*(?:#.*)?$/u;
const NOTHING = /^\s*(?:#.*|---|\.\.\.)?$/;

const HEADED_ENDED =
  "this heading or comment may say that the people below it do not count: remove those who do not, and the line";

const SECOND_LIST = "the file has several lists: keep the one of people who signed, and no other";

/** Whether a line can be part of a list of logins. */
export function isListLine(line: string): boolean {
  return NOTHING.test(line) || HEADING.test(line) || loginsIn(line) !== null;
}

function loginsIn(line: string): readonly string[] | null {
  const flow = FLOW.exec(line)?.[2];
  const items = flow === undefined ? [line] : flow.split(",").filter((item) => item.trim() !== "");
  const logins = items.map((item) => {
    const [, double, single, bare] = ITEM.exec(item) ?? [];
    return double ?? single ?? bare;
  });
  return logins.every((login) => login !== undefined) ? logins : null;
}

/**
 * Takes a list of logins piece by piece: one a line in plain text, or a list in YAML.
 * @throws Unreadable, from `write` and `end`, for an endless line, a second list, or a heading or comment that may say
 * that people do not count
 */
export function listLines(
  give: (login: string, line: number) => void,
  bad: (line: number, message: string) => void,
): TextLines {
  let headed = false;
  return new TextLines((line, number) => {
    const heading = HEADING.exec(line)?.[1] ?? FLOW.exec(line)?.[1];
    if (heading !== undefined) {
      if (isStatusColumn(heading)) throw new Unreadable(number, HEADED_ENDED);
      // The meaning of another list is unknown.
      if (headed) throw new Unreadable(number, SECOND_LIST);
      headed = true;
    }
    const [text = "", ...comment] = line.split("#");
    if (comment.length > 0 && tellsOfEnd(comment.join(" "))) {
      if (text.trim() === "") throw new Unreadable(number, HEADED_ENDED);
      return bad(number, "its comment may say that it does not count: remove the line, or the comment");
    }
    if (NOTHING.test(line) || HEADING.test(line)) return;
    const logins = loginsIn(line);
    if (logins === null) bad(number, "this line is no login: a list has one a line and nothing else");
    else for (const login of logins) give(login, number);
  });
}
