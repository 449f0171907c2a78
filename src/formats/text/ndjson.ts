import { KEY_TWICE, keptTwice, textShape } from "./json-shape.ts";
import { TextLines } from "./text-lines.ts";

/**
 * Takes NDJSON piece by piece and passes on the value of each line that is not blank.
 * @throws Unreadable, from `write`, for a line without an end
 */
export function ndjsonItems(
  give: (item: unknown, line: number) => void,
  bad: (line: number, message: string) => void,
): TextLines {
  return new TextLines((line, number) => {
    if (line.trim() === "") return;
    const { fault, members } = textShape(line);
    if (fault !== null) return bad(number, fault);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      return bad(number, "this line is not valid JSON");
    }
    if (keptTwice(value, members)) return bad(number, KEY_TWICE);
    give(value, number);
  });
}
