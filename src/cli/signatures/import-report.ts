import { plural } from "../../report/texts/plural.ts";
import type { SignOutcome } from "../../ports/engine.ts";
import type { FileReport } from "../../formats/read.ts";

/** The result of reading the files once. */
export interface Loaded {
  readonly files: readonly FileReport[];
  readonly outcome: SignOutcome;
  /** Rows that repeat another row of the files. */
  readonly duplicates: number;
  /** Invalid rows that were left out. */
  readonly invalid: number;
}

/** Reports what an import did, or would do with `dryRun`, for a person or as JSON for a script. */
export function printImport(loaded: Loaded, { dryRun, json }: { dryRun: boolean; json: boolean }): string {
  const { files, outcome, duplicates, invalid } = loaded;
  if (json)
    return `${JSON.stringify({ loaded: !dryRun, dryRun, ...outcome, duplicates, invalid, files }, null, 2)}\n`;
  const counts = [
    `${plural(outcome.added, "signature")} added`,
    ...some(outcome.restored, `${outcome.restored} brought back: an earlier --replace had ended them`),
    ...some(outcome.changed, `${outcome.changed} with a corrected date: an earlier import had another one`),
    ...some(outcome.unchanged, `${outcome.unchanged} known already`),
    ...some(
      outcome.kept,
      `${outcome.kept} left as they are: signed on the page or in a comment, at another date than the file says`,
    ),
    ...some(duplicates, `${duplicates} repeated in the file`),
    ...some(invalid, `rows left out for ${plural(invalid, "problem")}`),
    ...some(outcome.revoked, `${outcome.revoked} left out: revoked after that date, here or in a file`),
    ...some(
      outcome.unclear,
      `${outcome.unclear} left out: the person was revoked at about that date; give a time and a zone, e.g. 2024-01-31T10:00:00Z`,
    ),
    ...some(outcome.erased, `${outcome.erased} left out: the account was erased`),
    ...some(outcome.ended, `${outcome.ended} ended: imported before, and revoked according to the file`),
    ...some(outcome.removed, `${outcome.removed} ended: the file lacks them`),
    ...some(outcome.entities, `${plural(outcome.entities, "employer")} added`),
    ...some(outcome.marked, `${plural(outcome.marked, "open pull request")} to be checked again`),
  ];
  const heading = dryRun ? "Nothing was changed. It would be:" : "Loaded:";
  return [...files.flatMap(aboutFile), heading, ...counts.map((line) => `  ${line}`), ""].join("\n");
}

function aboutFile(file: FileReport): string[] {
  const { format, encoding, source, rows, accounts, dropped, leftOut, assumed, outdated, ageless } = file;
  const lines = [
    `${file.file}: ${source === null ? "" : `${source}, `}${format.toUpperCase()}, ${encoding.toUpperCase()}, ${plural(rows, "row")}`,
  ];
  if (accounts.length > 0) lines.push(`  account numbers from: ${accounts.join(", ")}`);
  if (Object.keys(dropped).length > 0) lines.push(`  not read: ${list(dropped)}`);
  if (Object.keys(leftOut).length > 0) lines.push(`  left out: ${list(leftOut)}`);
  if (assumed.agreement !== null)
    lines.push(`  the file names no agreement: taken as ${assumed.agreement}, the only one configured`);
  if (assumed.version !== null)
    lines.push(`  the file names no version: taken as the current one, ${assumed.version}`);
  if (Object.keys(outdated).length > 0)
    lines.push(`  of a version that is neither current nor accepted, so not counted: ${list(outdated)}`);
  if (ageless > 0)
    lines.push(`  looked up by login, and the host does not say since when the account exists: ${ageless}`);
  return lines;
}

function list(counts: Readonly<Record<string, number>>): string {
  return Object.entries(counts)
    .map(([name, rows]) => `${name} (${rows})`)
    .join(", ");
}

function some(count: number, line: string): string[] {
  return count === 0 ? [] : [line];
}
