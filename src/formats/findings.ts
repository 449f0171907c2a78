/** Facts about a file in addition to its rows. */
export interface Findings {
  rows: number;
  /** The number of signatures from the rows: a row may name accounts on two hosts, or be invalid. */
  signatures: number;
  /** The columns that contain the accounts' numbers. */
  readonly accounts: Set<string>;
  /** Entries that are not signatures, by reason. */
  readonly leftOut: Map<string, number>;
  /** The defaults used for data that the file lacks. */
  readonly assumed: { agreement: string | null; version: string | null };
  /** Accounts found by login whose creation date the host does not show. */
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
