import { plural } from "../../report/texts/plural.ts";
import { exitWith, type Declare } from "../command-line.ts";
import type { Opened } from "../opened.ts";

export interface SweepOptions {
  readonly json?: true;
  readonly dryRun?: true;
  readonly resume?: true;
}

export const declareSweep: Declare = (program, console) => {
  program
    .command("sweep")
    .summary("re-check open pull requests")
    .description(
      "Re-checks open pull requests and writes the differences, as the running bot does every six hours. If a " +
        "bot runs on the same database, it does the work and this command waits for it. Otherwise this command " +
        "does the work, within the host's limits, however long that takes.",
    )
    .argument("[repositories...]", "HOST:OWNER/REPO; without any, every repository that the bot serves")
    .option("--dry-run", "report which verdicts would change, and change nothing")
    .option("--resume", "continue an earlier sweep that was stopped, without listing pull requests again")
    .option("--json", "print the numbers as JSON")
    .addHelpText(
      "after",
      `
Ctrl+C stops it. The remaining checks stay in the queue for a running bot, or for a sweep with --resume.

Examples:
  countersign sweep github:octo/hello
  countersign sweep --dry-run`,
    )
    .action(async (names: string[], options: SweepOptions, command) => {
      const { withOpened } = await import("../opened.ts");
      const { leftText, targetsOf, tryOut, work } = await import("./sweep-work.ts");
      const act = async (opened: Opened): Promise<boolean> => {
        const targets = await targetsOf(opened, names, options.resume === true);
        const done =
          options.dryRun === true
            ? await tryOut(opened, targets, console)
            : await work(opened, targets, console, options.resume === true);
        const { pulls, failing, stopped, changes } = done;
        const counts = {
          repositories: targets.length,
          pulls,
          ...(failing > 0 && { failing }),
          ...(changes !== null && { changes }),
          ...(stopped !== null && {
            stopped: true,
            left: { repositories: stopped.repositories, pulls: stopped.pulls },
          }),
        };
        const text = [
          `${plural(pulls, "open pull request")}${stopped === null ? "" : " found so far"} in ${plural(targets.length, "repository", "repositories")}`,
          ...(changes === null ? [] : [`${plural(changes, "verdict")} would change`]),
          ...(failing === 0 ? [] : [`${failing} could not be checked: countersign stats says why`]),
          ...(stopped === null
            ? []
            : [
                `stopped with ${leftText(stopped)} left: a running bot continues; otherwise run countersign sweep --resume`,
              ]),
        ].join("; ");
        console.stdout.write(options.json === true ? `${JSON.stringify(counts)}\n` : `${text}\n`);
        exitWith(command, failing > 0 || stopped !== null ? 1 : 0);
        return stopped !== null;
      };
      const isStopped = await withOpened(console, act, options.dryRun === true ? "trial" : "write");
      // A request that the host has not answered yet would keep the process alive.
      if (isStopped) setTimeout(() => process.exit(1), 100).unref();
    });
};
