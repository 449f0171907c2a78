import { Unreadable } from "../problems.ts";

const LONGEST = 1_048_576;
const TOO_LONG = "a line is longer than 1 MiB";

/** Splits text that arrives piece by piece into lines, numbered from 1. Lines end with LF, CRLF or CR. */
export class TextLines {
  #rest = "";
  #line = 0;
  readonly #take: (line: string, number: number, open: boolean) => void;
  readonly #faultOf: (begin: string) => string | null;

  /**
   * @param take `open` marks the last line of a text that does not end with a line break
   * @param faultOf what else is wrong with the beginning of an endless line; null: nothing
   */
  constructor(
    take: (line: string, number: number, open: boolean) => void,
    faultOf: (begin: string) => string | null = () => null,
  ) {
    this.#take = take;
    this.#faultOf = faultOf;
  }

  /** @throws Unreadable for an endless line */
  write(text: string): void {
    const all = this.#rest + text;
    // A CR at the end may be half of a CRLF.
    const held = all.endsWith("\r") ? "\r" : "";
    const lines = (held === "" ? all : all.slice(0, -1)).split(/\r\n|\n|\r/);
    this.#rest = (lines.pop() ?? "") + held;
    for (const line of lines) this.#take(line, ++this.#line, false);
    if (this.#rest.length > LONGEST)
      throw new Unreadable(this.#line + 1, this.#faultOf(this.#rest) ?? TOO_LONG);
  }

  end(): void {
    const rest = this.#rest.split("\r");
    this.#rest = "";
    for (const [index, line] of rest.entries()) this.#take(line, ++this.#line, index === rest.length - 1);
  }
}
