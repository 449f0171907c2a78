/** Prints rows as columns, each as wide as its widest cell; no spaces at the ends of lines. */
export function columns(rows: readonly (readonly string[])[]): string {
  const widths: number[] = [];
  for (const row of rows)
    for (const [index, cell] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, cell.length);
  return rows
    .map(
      (row) =>
        `${row
          .map((cell, index) => cell.padEnd(widths[index] ?? 0))
          .join("  ")
          .trimEnd()}\n`,
    )
    .join("");
}

/** Prints a time as its date if it is midnight, otherwise to the second; always UTC. */
export function moment(at: number): string {
  return new Date(at)
    .toISOString()
    .replace("T00:00:00.000Z", "")
    .replace(/\.\d{3}Z$/, "Z");
}
