import { existsSync, statSync } from "node:fs";
import { dirname } from "node:path";
import { databaseFile, openEngine } from "../../bot/open.ts";
import type { Environment } from "../../bot/environment.ts";
import type { Engine } from "../../ports/engine.ts";
import type { Opening } from "../../ports/opening.ts";
import type { Console } from "../command-line.ts";
import { plural } from "../../report/texts/plural.ts";
import type { Intent } from "../context.ts";

/**
 * Opens the database for a command, and prints the resulting changes on standard error.
 * @throws Failure `database-unreachable`; `refused` for a schema that the command can't work with
 */
export async function openDatabase(
  environment: Pick<Environment, "databaseUrl" | "github" | "gitee">,
  { stderr }: Pick<Console, "stderr">,
  intent: Intent,
): Promise<Engine> {
  const file = databaseFile(environment.databaseUrl);
  const warning = file === null ? null : foreignOwner(file);
  if (warning !== null) stderr.write(`countersign: ${warning}\n`);
  return openEngine(environment, undefined, {
    asItIs: intent === "read",
    trial: intent === "trial",
    warned: (sentence) => stderr.write(`countersign: ${sentence}\n`),
    opened: (opening) => {
      // In a wrong folder, or without the bot's variables, a command would otherwise fill a database that no bot reads.
      if (opening.from === 0)
        stderr.write(`countersign: there was no database; ${file ?? "the one in PostgreSQL"} is new\n`);
      for (const line of linesOf(opening)) stderr.write(`countersign: ${line}\n`);
    },
  });
}

/** The changes made by opening a database, in sentences; empty if it was up to date. */
export function linesOf({ from, to, copy, erasedAgain }: Opening): readonly string[] {
  return [
    ...(from > 0 && from < to ? [`the database's schema was ${from} and is ${to} now`] : []),
    ...(copy === null ? [] : [`the database as it was before is kept in ${copy} until the next upgrade`]),
    ...(erasedAgain === 0
      ? []
      : [
          `${plural(erasedAgain, "account")} that had been erased was in the database again, and is erased again`,
        ]),
  ];
}

/**
 * Root may create files that the bot's user can't write. A file that does not exist yet is judged by its folder.
 * @param what the file is called, e.g. "the database"
 * @returns a warning; null if there is none
 */
export function foreignOwner(
  file: string,
  user: number | undefined = process.getuid?.(),
  what = "the database",
): string | null {
  const isThere = existsSync(file);
  const owner = foreignOwnerOf(isThere ? file : dirname(file), user);
  if (owner === null) return null;
  return `warning: this runs as root, and ${isThere ? what : `the folder of ${what}`} belongs to user ${owner}: run commands as that user (sudo -u '#${owner}' …), or the bot may not be able to read what root writes`;
}

/** The user to whom the file belongs, if this runs as root and the file is not root's; null otherwise. */
export function foreignOwnerOf(file: string, user: number | undefined = process.getuid?.()): number | null {
  if (user !== 0) return null;
  return statSync(file, { throwIfNoEntry: false })?.uid || null;
}
