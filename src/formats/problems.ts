import { Failure, Problems, type Problem } from "../error.ts";

/** The number of problems kept for display; the others are only counted. */
const SHOWN = 1000;

export const SECOND_LIST = "the file has several lists: keep the one of people who signed, and no other";

/** A file can't be read beyond a line, so nothing of it can be loaded. */
export class Unreadable extends Failure {
  readonly line: number | null;
  readonly field: string | null;
  /** Whether it concerns the whole file, even if it was found in one entry. */
  readonly ends: boolean;

  constructor(line: number | null, message: string, field: string | null = null, ends = false) {
    super("input", message);
    this.line = line;
    this.field = field;
    this.ends = ends;
  }
}

/** All problems of the files of one import. It counts all and keeps the first ones. */
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

  /** The problems to show: the first ones, the number of others, and what ended the reading of a file. */
  get shown(): readonly Problem[] {
    const more = this.#total - this.#kept.length - this.#fatal.length;
    const rest = more === 0 ? [] : [{ file: null, line: null, field: null, message: `and ${more} more` }];
    return [...this.#kept, ...rest, ...this.#fatal];
  }

  /** @param item the number of the entry, if the line does not distinguish it from others */
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
