/** What was found in a file besides the rows. */
export interface Findings {
  rows: number;
  /** How many signatures the rows gave: a row may name accounts on two hosts, or be wrong. */
  signatures: number;
  /** The columns that the accounts' numbers were taken from. */
  readonly accounts: Set<string>;
  /** Entries that are not signatures, by reason. */
  readonly leftOut: Map<string, number>;
  /** The defaults used because the file does not tell. */
  readonly assumed: { agreement: string | null; version: string | null };
  /** Accounts looked up by login whose date of creation the host does not tell. */
  ageless: number;
  /** Rows of a version that does not count, by agreement and version. */
  readonly outdated: Map<string, number>;
}

export function noFindings(): Findings {
  return {
    rows: 0,
    signatures: 0,
    accounts: new Set(),
    leftOut: new Map(),
    assumed: { agreement: null, version: null },
    outdated: new Map(),
    ageless: 0,
  };
}

export function count(counts: Map<string, number>, key: string): void {
  counts.set(key, (counts.get(key) ?? 0) + 1);
}
