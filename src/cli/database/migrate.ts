import type { Opening } from "../../ports/opening.ts";
import { exitWith, type Declare } from "../command-line.ts";

export const declareMigrate: Declare = (program, console) => {
  program
    .command("migrate")
    .summary("create the database, or upgrade its schema")
    .description(
      "Creates the database if there is none, and upgrades its schema to this version. The bot does the same " +
        "when it starts. A SQLite database is first copied to the same folder; back up a PostgreSQL database with " +
        "pg_dump.",
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign migrate\n")
    .action(async (options: { json?: true }, command) => {
      const { databaseUrlOf } = await import("../../bot/environment.ts");
      const { databaseFile, openEngine } = await import("../../bot/open.ts");
      const { foreignOwner, linesOf } = await import("./open-database.ts");
      const environment = { databaseUrl: databaseUrlOf(console.variables) };
      const file = databaseFile(environment.databaseUrl);
      const warning = file === null ? null : foreignOwner(file);
      if (warning !== null) console.stderr.write(`countersign: ${warning}\n`);
      let found: Opening | null = null;
      const engine = await openEngine(environment, undefined, {
        warned: (sentence) => console.stderr.write(`countersign: ${sentence}\n`),
        opened: (opening) => (found = opening),
      });
      await engine.close();
      console.stdout.write(options.json === true ? json(found) : text(found, linesOf));
      exitWith(command, 0);
    });
};

function json(opening: Opening | null): string {
  const { from = null, to = null, copy = null, erasedAgain = 0 } = opening ?? {};
  return `${JSON.stringify({ from, to, copy, erased_again: erasedAgain })}\n`;
}

function text(opening: Opening | null, linesOf: (opening: Opening) => readonly string[]): string {
  if (opening === null) return "";
  const { from, to } = opening;
  const lines = linesOf(opening);
  const first =
    from === 0
      ? [`the database is made, with schema ${to}`]
      : from === to
        ? [`the schema is ${to} already`]
        : [];
  return [...first, ...lines].map((line) => `${line}\n`).join("");
}
