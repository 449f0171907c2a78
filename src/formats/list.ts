import { SECOND_LIST, Unreadable } from "./problems.ts";
import { TextLines } from "./text/text-lines.ts";

/** A login, bare or as an item of a YAML list, optionally with a comment. */
const ITEM = /^\s*(?:-\s+)?(?:"([^"]*)"|'([^']*)'|@?([^\s"',;:|#@[\]{}]+(?:\[bot\])?))\s*(?:#.*)?$/u;
/** `contributors:` with a list in the lines below, or in brackets. */
const HEADING = /^\s*([\p{L}\p{N}_-]+):\s*(?:#.*)?$/u;
const FLOW = /^\s*(?:([\p{L}\p{N}_-]+):\s*)?\[(.*)\]\s*(?:#.*)?$/u;
const DOCUMENT = /^(---|\.\.\.)(\s|$)/;
const NOTHING = /^\s*(?:#.*|---|\.\.\.)?$/;

/** The words of headings and comments that say only that these people signed. Any other may say the opposite. */
const HARMLESS = new Set(
  (
    "the a of our all with who have has signed signer signers signatory signatories signature signatures list contributors " +
    "contributor committers members people users usernames logins accounts github gitee cla clas icla individual " +
    "contributor license agreement agreements names alphabetical alphabetically order ordered sorted in by and one per line since ok"
  ).split(" "),
);
const HARMLESS_CHINESE =
  /^(已签署|已签|签署|签署者|签署人|贡献者|个人|许可|协议|名单|列表|人员|用户|用户名|帐号|账号|的|者|人|所有|全部|以下)+$/;

const UNKNOWN =
  "this heading or comment may say that the people below it do not count: remove those who do not, and the line";

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

/** Whether a heading or comment says only that the people signed, and perhaps when. */
function isHarmless(text: string): boolean {
  return text
    .replace(/([a-z])([A-Z])/g, "$1 $2")
    .toLowerCase()
    .split(/[^\p{L}\p{N}]+/u)
    .every((word) => /^\d*$/.test(word) || HARMLESS.has(word) || HARMLESS_CHINESE.test(word));
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
  let begun = false;
  return new TextLines((line, number) => {
    const heading = HEADING.exec(line)?.[1] ?? FLOW.exec(line)?.[1];
    if (heading !== undefined && !isHarmless(heading)) throw new Unreadable(number, UNKNOWN);
    // The meaning of another list is unknown.
    if (begun && (heading !== undefined || DOCUMENT.test(line))) throw new Unreadable(number, SECOND_LIST);
    if (heading !== undefined) begun = true;
    const [text = "", ...comment] = line.split("#");
    if (!isHarmless(comment.join(" "))) {
      if (text.trim() === "" || heading !== undefined) throw new Unreadable(number, UNKNOWN);
      return bad(number, "its comment may say that it does not count: remove the line, or the comment");
    }
    if (NOTHING.test(line) || HEADING.test(line)) return;
    begun = true;
    const logins = loginsIn(line);
    if (logins === null) bad(number, "this line is no login: a list has one a line and nothing else");
    else for (const login of logins) give(login, number);
  });
}
