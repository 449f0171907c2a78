import { Failure, Problems, type Problem } from "../error.ts";

/** How many problems are kept to be shown; the rest is counted. */
const SHOWN = 1000;

/** A file can't be read on from a line; nothing of it can be loaded. */
export class Unreadable extends Failure {
  readonly line: number | null;
  readonly field: string | null;
  /** Whether it is about the whole file, even where only one entry of it is at hand. */
  readonly ends: boolean;

  constructor(line: number | null, message: string, field: string | null = null, ends = false) {
    super("input", message);
    this.line = line;
    this.field = field;
    this.ends = ends;
  }
}

/** Everything that is wrong with the files of one import. It counts all and keeps as many as anybody reads. */
export class ProblemList {
  readonly #kept: Problem[] = [];
  #total = 0;
  readonly #fatal: Problem[] = [];

  get total(): number {
    return this.#total;
  }

  /** Whether a file could not be read to its end, so that leaving rows out does not help. */
  get fatal(): boolean {
    return this.#fatal.length > 0;
  }

  /** What is shown: the first ones, how many more there are, and what ended the reading of a file. */
  get shown(): readonly Problem[] {
    const more = this.#total - this.#kept.length - this.#fatal.length;
    const rest = more === 0 ? [] : [{ file: null, line: null, field: null, message: `and ${more} more` }];
    return [...this.#kept, ...rest, ...this.#fatal];
  }

  /** @param item the number of the entry, where the line does not tell it from others */
  add(
    file: string,
    line: number | null,
    field: string | null,
    message: string,
    item: number | null = null,
  ): void {
    this.#total++;
    if (this.#kept.length < SHOWN)
      this.#kept.push({ file, line, ...(item !== null && { item }), field, message });
  }

  addFatal(file: string, failure: Failure): void {
    const shown = this.#fatal.some((problem) => problem.file === file && problem.message === failure.message);
    if (shown) return;
    this.#total++;
    const { line, field } = failure instanceof Unreadable ? failure : { line: null, field: null };
    this.#fatal.push({ file, line, field, message: failure.message });
  }

  toFailure(): Problems {
    return new Problems("input", this.shown);
  }
}
