import { exitWith, type Declare } from "../command-line.ts";

export const declareBackup: Declare = (program, console) => {
  program
    .command("backup")
    .summary("a consistent copy while the bot runs")
    .description(
      "Writes a consistent copy of the database to a file that only its owner can read, while the bot runs. An existing file is not " +
        "replaced. countersign restore puts it back. For PostgreSQL use pg_dump (docs/operations.md).",
    )
    .argument("<file>", "the file to write")
    .option("--json", "print the result as JSON")
    .addHelpText("after", '\nExample:\n  countersign backup "backups/$(date +%F).db"\n')
    .action(async (target: string, options: { json?: true }, command) => {
      const { databaseUrlOf } = await import("../../bot/environment.ts");
      const { databaseFile } = await import("../../bot/open.ts");
      const { Failure } = await import("../../error.ts");
      const databaseUrl = databaseUrlOf(console.variables);
      const file = databaseFile(databaseUrl);
      if (file === null)
        throw new Failure(
          "refused",
          'PostgreSQL makes its own backups: pg_dump --format=custom --file=countersign.dump "$DATABASE_URL" (docs/operations.md)',
        );
      const { foreignOwner } = await import("./open-database.ts");
      const warning = foreignOwner(file);
      if (warning !== null) console.stderr.write(`countersign: ${warning}\n`);
      const { backupFile } = await import("../../sqlite/file/backup.ts");
      const schema = await backupFile(file, target);
      if (options.json === true) console.stdout.write(`${JSON.stringify({ file: target, schema })}\n`);
      else
        console.stdout.write(
          `${target}: written. It contains account numbers: protect it like the database.\n`,
        );
      exitWith(command, 0);
    });
};
