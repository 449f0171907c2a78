/** The schemas that were ever committed, each with the migrations that its program applied to a new database. */
import { readdirSync } from "node:fs";

const FOLDER = new URL("../../db/sqlite/", import.meta.url);

/**
 * Branches that were merged gave some migrations another number, and for a time two had the same one. Those programs
 * skipped the second one: a row with its number was there.
 */
const OF_BRANCHES: readonly (readonly string[])[] = [
  ["0006_texts.sql"],
  ["0006_need.sql", "0007_revocation.sql"],
  ["0006_need.sql", "0007_notice.sql", "0007_revocation.sql"],
  ["0006_need.sql", "0007_revocation.sql", "0008_notice.sql"],
  ["0006_need.sql", "0008_notice.sql", "0008_revocation.sql"],
  ["0006_need.sql", "0008_revocation.sql", "0009_notice.sql"],
];
const OF_TWO_TENS = ["0010_count.sql", "0010_deliveries.sql"];

const NAMES = readdirSync(FOLDER)
  .filter((name) => /^\d/.test(name))
  .toSorted();

/** Each with the names of its migrations, in order. */
export const HISTORY: readonly (readonly string[])[] = [
  ...NAMES.map((_, index) => NAMES.slice(0, index + 1)),
  ...OF_BRANCHES.map((names) => [...NAMES.slice(0, 5), ...names]),
  [...NAMES.slice(0, 9), ...OF_TWO_TENS],
];

export interface Applied {
  readonly version: number;
  readonly name: string;
  /** Today's name of the file. */
  readonly file: string;
}

/** What a program with these migrations applied to a new database. */
export function appliedOf(names: readonly string[]): readonly Applied[] {
  const numbers = new Set<number>();
  return names.flatMap((name) => {
    const version = Number(name.slice(0, 4));
    if (numbers.has(version)) return [];
    numbers.add(version);
    const title = name.slice(4);
    return [{ version, name, file: NAMES.find((one) => one.endsWith(title)) ?? name }];
  });
}
