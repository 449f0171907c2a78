/** A result for `--json`: one JSON value, indented, with a line's end. */
export function jsonText(value: object): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}
