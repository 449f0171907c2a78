import type { SignOutcome } from "../../ports/engine.ts";
import type { FileReport } from "../../formats/read.ts";

/** What came of reading the files once. */
export interface Loaded {
  readonly files: readonly FileReport[];
  readonly outcome: SignOutcome;
  /** Rows that said nothing that another row of the files had not said. */
  readonly duplicates: number;
  /** Rows that were left out as invalid. */
  readonly invalid: number;
}

/** Says what an import did, or with `dryRun` would do, for a person or as JSON for a script. */
export function printImport(loaded: Loaded, { dryRun, json }: { dryRun: boolean; json: boolean }): string {
  const { files, outcome, duplicates, invalid } = loaded;
  if (json)
    return `${JSON.stringify({ loaded: !dryRun, dryRun, ...outcome, duplicates, invalid, files }, null, 2)}\n`;
  const counts = [
    `${number(outcome.added, "signature")} added`,
    ...some(outcome.changed, `${outcome.changed} with a corrected date`),
    ...some(outcome.unchanged, `${outcome.unchanged} known already`),
    ...some(duplicates, `${duplicates} repeated in the file`),
    ...some(invalid, `rows left out for ${number(invalid, "problem")}`),
    ...some(outcome.revoked, `${outcome.revoked} left out: revoked here after that date`),
    ...some(outcome.erased, `${outcome.erased} left out: the account was erased`),
    ...some(outcome.removed, `${outcome.removed} revoked: the file lacks them`),
    ...some(outcome.entities, `${number(outcome.entities, "employer")} added`),
    ...some(outcome.marked, `${number(outcome.marked, "open pull request")} to be checked again`),
  ];
  const heading = dryRun ? "Nothing was changed. It would be:" : "Loaded:";
  return [...files.flatMap(aboutFile), heading, ...counts.map((line) => `  ${line}`), ""].join("\n");
}

function aboutFile(file: FileReport): string[] {
  const { format, encoding, source, rows, dropped, leftOut, assumed, outdated } = file;
  const lines = [
    `${file.file}: ${source === null ? "" : `${source}, `}${format.toUpperCase()}, ${encoding.toUpperCase()}, ${number(rows, "row")}`,
  ];
  if (Object.keys(dropped).length > 0) lines.push(`  not read: ${list(dropped)}`);
  if (Object.keys(leftOut).length > 0) lines.push(`  left out: ${list(leftOut)}`);
  if (assumed.agreement !== null)
    lines.push(`  the file names no agreement: ${assumed.agreement} is taken, the only one configured`);
  if (assumed.version !== null)
    lines.push(`  the file says no version of ours: the current one is taken, ${assumed.version}`);
  if (Object.keys(outdated).length > 0)
    lines.push(`  of a version that is neither current nor accepted: ${list(outdated)}`);
  return lines;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, rows]) => `${name} (${rows})`)
    .join(", ");
}

function number(count: number, noun: string): string {
  return `${count} ${noun}${count === 1 ? "" : "s"}`;
}

function some(count: number, line: string): string[] {
  return count === 0 ? [] : [line];
}
