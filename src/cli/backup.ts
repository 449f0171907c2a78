import type { Command } from "commander";
import { exitWith } from "./command-line.ts";
import type { OpenRights } from "./rights/rights-context.ts";

export function declareBackup(program: Command, open: OpenRights): void {
  program
    .command("backup")
    .summary("a consistent copy while the bot runs")
    .description(
      "Writes a consistent copy of the database to a file that only its owner can read, while the bot runs. A file that " +
        "is there is not replaced. To restore, stop the bot and put the copy in the database's place.",
    )
    .argument("<file>", "where to write it")
    .addHelpText("after", '\nExample:\n  countersign backup "backups/$(date +%F).db"\n')
    .action(async (file: string, _options: object, command: Command) => {
      await using context = await open();
      await context.engine.backup(file);
      context.output.write(`${file}: written. It holds account numbers: keep it as you keep the database.\n`);
      exitWith(command, 0);
    });
}
