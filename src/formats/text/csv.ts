import { CsvError, parse, type Parser } from "csv-parse";
import type { Cells } from "../columns/columns.ts";
import { Unreadable } from "../problems.ts";

const LONGEST = 1_048_576;
const DELIMITERS = [",", ";", "\t", "|"] as const;

/**
 * Reads CSV piece by piece: with commas, semicolons, tabs or vertical bars, and quotes as in RFC 4180. Until the first
 * quote of a file each row is a line, and splitting those takes a tenth of the parser's time.
 */
export class CsvRows {
  #header: readonly string[] | null = null;
  readonly #parser: Parser;
  // The end of the text that is not yet a whole line; null: there was a quote, and the parser reads the rest.
  #rest: string | null = "";
  readonly #head: (names: readonly string[], line: number) => void;
  readonly #give: (cells: Cells, line: number, present: number) => void;
  readonly #bad: (line: number, message: string) => void;
  readonly #separator: string;
  #width = 0;
  #line = 0;
  // Line ends within quotes that the parser counts twice.
  #excess = 0;
  // The number of rows, the last row with fewer cells than the header, and the number of such rows.
  #rows = 0;
  #short: { readonly line: number; readonly row: number; readonly cells: number } | null = null;
  #shorts = 0;
  #open = true;

  /**
   * @param head the beginning of the text, to detect the separator
   * @param on.header called once, before any row
   */
  constructor(
    head: string,
    on: {
      readonly header: (names: readonly string[], line: number) => void;
      /** `present`: how many cells the row itself has; the others are empty. */
      readonly row: (cells: Cells, line: number, present: number) => void;
      readonly bad: (line: number, message: string) => void;
    },
  ) {
    this.#give = on.row;
    this.#bad = on.bad;
    this.#separator = separatorOf(head);
    this.#parser = parse({
      bom: false,
      delimiter: this.#separator,
      record_delimiter: ["\r\n", "\n", "\r"],
      relax_column_count: true,
      max_record_size: LONGEST,
      // The parser outputs no record: this callback uses each one.
      on_record: (record: string[], { lines }) => {
        const begins = this.#line + 1;
        this.#line = lines - this.#excess;
        if (this.#line > begins) this.#recount(record);
        this.#record(record, begins);
        return null;
      },
    });
    this.#head = on.header;
    this.#parser.on("error", () => {});
    this.#parser.resume();
  }

  /** @throws Unreadable when a quote is wrong or a required column is missing */
  async write(text: string): Promise<void> {
    if (text !== "") this.#open = !/[\r\n]$/.test(text);
    if (this.#rest === null) return this.#parse(text);
    const all = this.#rest + text;
    if (!text.includes('"')) return this.#split(all);
    this.#rest = null;
    this.#excess = -this.#line;
    await this.#parse(all);
  }

  async #parse(text: string): Promise<void> {
    await new Promise<void>((resolve, reject) => {
      this.#parser.write(text, (error) => (error ? reject(this.#explain(error)) : resolve()));
    });
  }

  /** Takes the lines of a text without quotes. */
  #split(text: string): void {
    // A line feed may follow in the next piece.
    const whole = text.endsWith("\r") ? text.slice(0, -1) : text;
    const lines = whole.split(/\r\n|\n|\r/);
    const last = lines.pop() ?? "";
    this.#rest = last + text.slice(whole.length);
    for (const line of lines) {
      this.#line += 1;
      if (line.length > LONGEST) throw this.#tooLong(this.#line);
      this.#record(line.split(this.#separator), this.#line);
    }
    if (last.length > LONGEST) throw this.#tooLong(this.#line + 1);
  }

  #tooLong(line: number): Unreadable {
    return new Unreadable(line, "the row is longer than 1 MiB: is a quote left open?");
  }

  #record(record: string[], line: number): void {
    if (record.length === 1 && record[0] === "") return;
    if (this.#header !== null) this.#row(record, line);
    else if (line > 1 || !SEPARATOR_LINE.test(record.join(this.#separator))) {
      this.#header = record;
      this.#width = record.length;
      this.#head(record, line);
    }
  }

  /** @throws Unreadable as {@link write} does, and when the file ends inside a cell or a row */
  async end(): Promise<void> {
    if (this.#rest !== null && this.#rest !== "") this.#split(`${this.#rest.replace(/\r$/, "")}\n`);
    await new Promise<void>((resolve, reject) => {
      this.#parser.once("end", resolve);
      this.#parser.once("error", (error) => reject(this.#explain(error)));
      this.#parser.end();
    });
    const [short, rows] = [this.#short, this.#rows];
    // The last cell of a truncated row may be half of a number.
    if (this.#open && short?.row === rows && rows > 1 && this.#shorts === 1)
      throw new Unreadable(
        short.line,
        `the file breaks off in this row, which has ${short.cells} cells where the header has ${this.#width}; if it is ` +
          "complete, end the file with a line break",
      );
  }

  #row(record: string[], line: number): void {
    this.#rows += 1;
    if (record.length < this.#width) {
      this.#short = { line, row: this.#rows, cells: record.length };
      this.#shorts += 1;
    }
    const present = record.length;
    // Spreadsheets leave out empty cells at the end, or add some.
    while (record.length < this.#width) record.push("");
    if (record.length > this.#width && !record.slice(this.#width).every((cell) => cell.trim() === ""))
      return this.#bad(line, `it has ${record.length} cells where the header has ${this.#width}`);
    if (record.every((cell) => cell === "")) return;
    this.#give(record, line, present);
  }

  /** The parser counts a CRLF within a quoted cell as two lines. */
  #recount(record: readonly string[]): void {
    const twice = record.reduce((sum, cell) => sum + cell.split("\r\n").length - 1, 0);
    this.#excess += twice;
    this.#line -= twice;
  }

  #explain(error: Error): Error {
    if (!(error instanceof CsvError)) return error;
    const line = this.#line + 1;
    switch (error.code) {
      case "CSV_QUOTE_NOT_CLOSED":
        return new Unreadable(line, "a quote that opens in this row is never closed");
      case "INVALID_OPENING_QUOTE":
      case "CSV_INVALID_CLOSING_QUOTE":
        return new Unreadable(
          line,
          'there is a quote within a cell: quote the whole cell and write "" for it',
        );
      case "CSV_MAX_RECORD_SIZE":
        return this.#tooLong(line);
      default:
        return new Unreadable(line, "the row is not valid CSV");
    }
  }
}

/** A first line in which spreadsheets name the separator: `sep=;`. */
const SEPARATOR_LINE = /^"?sep=([,;\t|])?"?$/i;

/** The separator that the first line names, or the one that the header has most often outside quotes. */
function separatorOf(head: string): string {
  const [named = ""] = head.split(/[\r\n]/, 1);
  const separator = SEPARATOR_LINE.exec(named)?.[1];
  if (separator !== undefined) return separator;
  const [line = ""] = head.trimStart().split(/[\r\n]/, 1);
  const bare = line.replace(/"[^"]*"/g, "");
  const times = (separator: string): number => bare.split(separator).length - 1;
  return DELIMITERS.reduce((best, separator) => (times(separator) > times(best) ? separator : best));
}
