import { Option, type Command } from "commander";
import { commandGroup } from "../command-group.ts";
import { ACCOUNT, exitWith } from "../command-line.ts";
import type { OpenRights } from "./rights-context.ts";
import {
  correctSubject,
  eraseSubject,
  exportSubject,
  restrictSubject,
  settleRequests,
  showSubject,
  type CorrectOptions,
} from "./subject-rights.ts";

export function declareSubject(program: Command, open: OpenRights): void {
  const group = commandGroup(
    program,
    "subject",
    "a person's rights over their stored data",
    "\nExample:\n  countersign subject show github:583231\n",
  );
  group
    .command("show")
    .description("Shows everything that is stored about an account.")
    .argument("<account>", ACCOUNT)
    .option("--json", "print it as JSON, as export does")
    .addHelpText("after", "\nExample:\n  countersign subject show github:583231\n")
    .action(async (account: string, options: { json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await showSubject(context, account, options.json === true));
    });
  group
    .command("export")
    .description("Exports everything that is stored about an account, as JSON.")
    .argument("<account>", ACCOUNT)
    .option("--json", "changes nothing: the output is always JSON")
    .addHelpText("after", "\nExample:\n  countersign subject export github:583231 > 583231.json\n")
    .action(async (account: string, _options: object, command: Command) => {
      await using context = await open("read");
      exitWith(command, await exportSubject(context, account));
    });
  group
    .command("correct")
    .description("Corrects imported records with a wrong number, date or version; the audit log records it.")
    .argument("<account>", ACCOUNT)
    .option("--account <account>", "the right account: signatures and roster places move to it")
    .option("--agreement <id>", "only of this agreement")
    .option("--agreement-version <version>", "the signature's version as stored")
    .option("--signed-at <date>", "the right date")
    .option("--new-version <version>", "the right version")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  countersign subject correct github:58323 --account github:583231\n  countersign subject correct github:583231 --agreement icla --agreement-version 1.0 --signed-at 2025-03-01\n",
    )
    .action(async (account: string, options: CorrectOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await correctSubject(context, account, options));
    });
  for (const [name, on, description, example] of [
    [
      "restrict",
      true,
      "The account counts as unsigned, and its data is not used until the restriction is lifted.",
      "",
    ],
    ["unrestrict", false, "Lifts a restriction.", ""],
  ] as const)
    group
      .command(name)
      .description(description)
      .argument("<account>", ACCOUNT)
      .option("--json", "print the result as JSON")
      .addHelpText("after", `\nExample:\n  countersign subject ${name} github:583231${example}\n`)
      .action(async (account: string, options: { json?: true }, command: Command) => {
        await using context = await open();
        exitWith(command, await restrictSubject(context, account, on, options.json === true));
      });
  group
    .command("settle")
    .description("Marks a person's request as done; countersign stats lists the pending ones.")
    .argument("<account>", ACCOUNT)
    .addOption(new Option("--agreement <id>", "the agreement of the request").makeOptionMandatory())
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign subject settle github:583231 --agreement icla\n")
    .action(async (account: string, options: { agreement: string; json?: true }, command: Command) => {
      await using context = await open();
      exitWith(command, await settleRequests(context, account, options.agreement, options.json === true));
    });
  group
    .command("erase")
    .description(
      "Removes everything that is stored about an account, down to the bytes of the file, and leaves it out of later " +
        "imports. Before you erase, consider whether the signatures are needed for a legal claim (docs/privacy.md).",
    )
    .argument("<account>", ACCOUNT)
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign subject erase github:583231\n")
    .action(async (account: string, options: { yes?: true; json?: true }, command: Command) => {
      await using context = await open();
      exitWith(command, await eraseSubject(context, account, options));
    });
}
