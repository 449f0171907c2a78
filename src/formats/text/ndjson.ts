import { KEY_TWICE, keptTwice, notJson, parseEntry, textShape } from "./json-shape.ts";
import { Unreadable } from "../problems.ts";
import { TextLines } from "./text-lines.ts";

/**
 * Takes NDJSON piece by piece and passes on the value of each line that is not blank.
 * @throws Unreadable for an endless line, and for a truncated last line
 */
export function ndjsonItems(
  give: (item: unknown, line: number) => void,
  bad: (line: number, message: string) => void,
): TextLines {
  const take = (line: string, number: number, open: boolean): void => {
    if (line.trim() === "") return;
    const { fault, members } = textShape(line);
    if (fault !== null) return bad(number, fault);
    let value: unknown;
    try {
      value = parseEntry(line);
    } catch {
      if (open) throw new Unreadable(number, "the file breaks off in this line");
      return bad(number, notJson(line, "this line"));
    }
    if (keptTwice(value, members)) return bad(number, KEY_TWICE);
    give(value, number);
  };
  return new TextLines(take, (begin) => textShape(begin).fault);
}
