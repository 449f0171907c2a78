import { depthFault } from "./json.ts";
import { Unreadable } from "./problems.ts";

const LONGEST = 1_048_576;

/** Takes NDJSON piece by piece and passes on the value of each line that is not blank. */
export class NdjsonItems {
  #rest = "";
  #line = 0;
  readonly #give: (item: unknown, line: number) => void;
  readonly #bad: (line: number, message: string) => void;

  constructor(give: (item: unknown, line: number) => void, bad: (line: number, message: string) => void) {
    this.#give = give;
    this.#bad = bad;
  }

  /** @throws Unreadable for a line that never ends */
  write(text: string): void {
    const lines = (this.#rest + text).split("\n");
    this.#rest = lines.pop() ?? "";
    for (const line of lines) this.#take(line);
    if (this.#rest.length > LONGEST) throw new Unreadable(this.#line + 1, "a line is longer than 1 MiB");
  }

  end(): void {
    this.#take(this.#rest);
    this.#rest = "";
  }

  #take(line: string): void {
    this.#line++;
    if (line.trim() === "") return;
    const deep = depthFault(line);
    if (deep !== null) return this.#bad(this.#line, deep);
    let value: unknown;
    try {
      value = JSON.parse(line);
    } catch {
      this.#bad(this.#line, "this line is not valid JSON");
      return;
    }
    this.#give(value, this.#line);
  }
}
