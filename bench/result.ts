/** One line of a bench's answer. */
export interface Result {
  readonly what: string;
  readonly measured: string;
  /** What it is measured against, as a person reads it; empty: nothing, it is there for comparison. */
  readonly goal: string;
  /** Null: there is no goal, or it could not be measured here. */
  readonly met: boolean | null;
}

/** What may be asked of a bench, from the command line. */
export interface BenchOptions {
  /** Fewer rounds and rows, for a look of a minute. */
  readonly quick: boolean;
  /** How many signatures the look-up is measured among; null: the bench's own number. */
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
