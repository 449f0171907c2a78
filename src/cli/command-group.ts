import type { Command } from "commander";
import { Failure } from "../error.ts";

/** Declares a command with subcommands, and lists them if none or an unknown one is given. */
export function commandGroup(program: Command, name: string, summary: string, help: string): Command {
  const group = program.command(name).summary(summary).description(sentence(summary));
  return (
    group
      // Accepts any number of words, so that the message below covers every wrong subcommand.
      .argument("[verb...]")
      .usage("<verb> [options]")
      .addHelpText("after", help)
      .action(([verb]: string[]) => {
        const verbs = group.commands.map((command) => command.name()).join(", ");
        const said = verb === undefined ? "what to do is missing" : "there is no such verb";
        throw new Failure("usage", `${name}: ${said}: one of ${verbs}; see countersign ${name} --help`);
      })
  );
}

function sentence(summary: string): string {
  return `${summary.charAt(0).toUpperCase()}${summary.slice(1)}.`;
}
