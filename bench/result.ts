/** One line of a bench's result. */
export interface Result {
  readonly what: string;
  readonly measured: string;
  /** The goal, for a person to read; empty: none, for comparison only. */
  readonly goal: string;
  /** Null: there is no goal, or it could not be measured here. */
  readonly met: boolean | null;
}

/** The options of a bench, from the command line. */
export interface BenchOptions {
  /** Fewer rounds and rows, for a quick run of a minute. */
  readonly quick: boolean;
  /** The number of signatures in the lookup bench; null: the default. */
  readonly signatures: number | null;
}

export type Bench = (options: BenchOptions) => Promise<readonly Result[]>;

export function printResults(results: readonly Result[]): string {
  const rows = [
    ["", "measured", "goal", ""],
    ...results.map(({ what, measured, goal, met }) => [
      what,
      measured,
      goal,
      met === null ? "" : met ? "✓" : "✗",
    ]),
  ];
  const widths = [0, 1, 2].map((at) => Math.max(...rows.map((row) => (row[at] ?? "").length)));
  return rows
    .map((row) =>
      row
        .map((cell, at) => cell.padEnd(widths[at] ?? 0))
        .join("  ")
        .trimEnd(),
    )
    .map((line) => `  ${line}\n`)
    .join("");
}

/** A number in what was measured, and its unit. */
export interface Value {
  readonly value: number;
  /** Empty: a plain number, or one that other words follow. */
  readonly unit: string;
}

// A percentile's own name, such as p50, is no value.
const NUMBER = /(?<![\w.])(\d[\d,]*(?:\.\d+)?)(?: (ms|s|MB|kB|bytes|×|calls|a second)(?![\w]))?/gu;

/** The numbers of a sentence such as "p50 9.77 ms, p99 22 ms", in its order. */
export function valuesOf(measured: string): readonly Value[] {
  return [...measured.matchAll(NUMBER)].map(([, digits = "", unit = ""]) => ({
    value: Number(digits.replaceAll(",", "")),
    unit,
  }));
}

export function median(values: readonly number[]): number {
  return quantile(values, 0.5);
}

/** @param at from 0 to 1 */
export function quantile(values: readonly number[], at: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * at))] ?? Number.NaN;
}

export function milliseconds(value: number): string {
  return `${value < 10 ? value.toFixed(2) : Math.round(value)} ms`;
}

export function megabytes(bytes: number): string {
  return `${Math.round(bytes / 1e6)} MB`;
}
