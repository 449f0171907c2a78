import { existsSync } from "node:fs";
import { exitWith, type Declare } from "../command-line.ts";
import { plural } from "../../report/texts/plural.ts";

export const declareRestore: Declare = (program, console) => {
  program
    .command("restore")
    .summary("replace the database with a backup")
    .description(
      "Checks that a backup is complete and not from a newer version, and replaces the database with it while " +
        "no bot runs. The old database is kept next to it. Accounts that were erased after the backup are erased " +
        "again.",
    )
    .argument("<file>", "a file written by countersign backup")
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign restore backups/2026-01-31.db\n")
    .action(async (backup: string, options: { yes?: true; json?: true }, command) => {
      const { Failure } = await import("../../error.ts");
      const { databaseUrlOf } = await import("../../bot/environment.ts");
      const { databaseFile, openEngine } = await import("../../bot/open.ts");
      const environment = { databaseUrl: databaseUrlOf(console.variables) };
      const file = databaseFile(environment.databaseUrl);
      if (file === null)
        throw new Failure(
          "refused",
          'restore PostgreSQL with pg_restore --clean --if-exists --dbname="$DATABASE_URL", and load the tombstones (docs/operations.md)',
        );
      const { stageBackup } = await import("../../sqlite/file/restore.ts");
      const { foreignOwner, linesOf } = await import("./open-database.ts");
      const staged = stageBackup(file, backup);
      const { schema, sameInstance } = staged;
      for (const warning of [
        foreignOwner(file),
        sameInstance === false
          ? "warning: the backup is not of this database, so erasures made since can't be repeated in it"
          : null,
        existsSync(file) || existsSync(`${file}-tombstones`)
          ? null
          : `warning: ${file}-tombstones is not there, so accounts that were erased after the backup come back: if the database was on another machine, copy that file first`,
      ])
        if (warning !== null) console.stderr.write(`countersign: ${warning}\n`);
      const { confirmed } = await import("../confirm.ts");
      const context = {
        input: console.stdin,
        errors: console.stderr,
        isTerminal: console.stdin.isTTY && console.stderr.isTTY,
      };
      if (
        !(await confirmed(context, `${backup} (schema ${schema}) replaces ${file}.`, options.yes === true))
      ) {
        staged.remove();
        exitWith(command, 1);
        return;
      }
      const kept = staged.replace();
      const changed: string[] = [];
      let erasedAgain = 0;
      const engine = await openEngine(environment, undefined, {
        opened: (opening) => {
          changed.push(...linesOf(opening));
          erasedAgain = opening.erasedAgain;
        },
      });
      try {
        const signatures = (await engine.signatures.count()).reduce((sum, one) => sum + one.signatures, 0);
        if (options.json === true)
          console.stdout.write(
            `${JSON.stringify({ file, kept, schema, signatures, erased_again: erasedAgain })}\n`,
          );
        else
          for (const line of [
            `${file}: restored from ${backup}, with ${plural(signatures, "signature")}`,
            ...changed,
            ...(kept === null
              ? []
              : [`the database that was there is kept in ${kept}; remove it when all is well`]),
            "start the bot: it checks open pull requests again",
          ])
            console.stdout.write(`${line}\n`);
      } finally {
        await engine.close();
      }
      exitWith(command, 0);
    });
};
