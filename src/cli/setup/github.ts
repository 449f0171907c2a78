import type { Command } from "commander";
import { exitWith, type Console } from "../command-line.ts";
import type { SetupFlags } from "./setup-flags.ts";

/** Declares `setup github` in the group `setup`. */
export function declareSetupGitHub(group: Command, console: Console): void {
  group
    .command("github")
    .summary("register the GitHub App in the browser")
    .description(
      "Serves one page with a button that registers the GitHub App with its permissions, events and webhook, receives " +
        "its credentials from GitHub, writes them to a file that only its owner can read, and says what comes next.",
    )
    .option("--url <url>", "where GitHub and people reach the bot; without it, PUBLIC_URL")
    .option(
      "--organization <login>",
      "register the app for an organization; without it, for the signed-in user",
    )
    .option("--name <name>", "the app's name, which no other app on GitHub may have", "Countersign")
    .option("--file <file>", "where to write the credentials", ".env")
    .option("--port <number>", "where the page is served; without it, any that is free")
    .option("--json", "print the result as JSON; the page's address goes to standard error")
    .addHelpText(
      "after",
      "\nExample:\n  countersign setup github --url https://cla.example.com --organization octo\n",
    )
    .action(async (options: SetupFlags, command) => {
      const { setUpGitHub } = await import("./register-app.ts");
      await setUpGitHub(options, console);
      exitWith(command, 0);
    });
}
