import type { Command } from "commander";
import { Failure } from "../error.ts";

/** Declares a command that has commands of its own, and says which where none or an unknown one is given. */
export function commandGroup(program: Command, name: string, summary: string, help: string): Command {
  const group = program.command(name).summary(summary).description(`${summary}.`);
  return (
    group
      // Any number of words, so that what they have in common with no verb is said below.
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
