import { Unreadable } from "./problems.ts";

const LONGEST = 1_048_576;

/** Cuts text that arrives piece by piece into lines, numbered from 1. */
export class TextLines {
  #rest = "";
  #line = 0;
  readonly #take: (line: string, number: number) => void;

  constructor(take: (line: string, number: number) => void) {
    this.#take = take;
  }

  /** @throws Unreadable for a line without an end */
  write(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line, ++this.#line);
    if (this.#rest.length > LONGEST) throw new Unreadable(this.#line + 1, "a line is longer than 1 MiB");
  }

  end(): void {
    this.#take(this.#rest, ++this.#line);
    this.#rest = "";
  }
}
