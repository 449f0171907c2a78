import type { Command } from "commander";
import { commandGroup } from "../command-group.ts";
import { ACCOUNT, exitWith } from "../command-line.ts";
import { addToEntity, removeFromEntity, type AddOptions, type RemoveOptions } from "./entity-roster.ts";
import { acceptEntity, declineEntity, type AcceptOptions } from "./entity-request.ts";
import { listEntities, showEntity } from "./show-entity.ts";
import type { OpenRights } from "../rights/rights-context.ts";

const ID = "the employer's id, as you choose it";

export function declareEntity(program: Command, open: OpenRights): void {
  const group = commandGroup(
    program,
    "entity",
    "employers whose corporate CLA covers a roster of accounts",
    "\nThe command import also loads rosters, with the column entity.\n\nExample:\n  countersign entity add acme github:583231 --agreement ccla\n",
  );
  group
    .command("list")
    .description("Lists every employer and the number of accounts that it covers now.")
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExample:\n  countersign entity list\n")
    .action(async (options: { json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await listEntities(context, options.json === true));
    });
  group
    .command("show")
    .description("Shows one employer's roster and managers.")
    .argument("<id>", ID)
    .option("--json", "print it as JSON")
    .addHelpText("after", "\nExample:\n  countersign entity show acme\n")
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await showEntity(context, id, options.json === true));
    });
  group
    .command("add")
    .description("Adds an employer if it is new, and adds accounts and managers to its roster.")
    .argument("<id>", ID)
    .argument("[account...]", ACCOUNT)
    .option("--agreement <id>", "the agreement that a new employer signed")
    .option("--agreement-version <version>", "its version; without it, the one in force")
    .option("--signed-at <date>", "when the employer signed; without it, now")
    .option("--from <date>", "since when the accounts are covered; without it, since the employer signed")
    .option("--until <date>", "until when; without it, until they leave")
    .option("--manager <account...>", "accounts that may change the roster on its page")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExamples:\n  countersign entity add acme --agreement ccla --signed-at 2026-01-05\n  countersign entity add acme github:583231 --from 2026-02-01 --until 2027-02-01\n  countersign entity add acme --manager github:1024025\n",
    )
    .action(async (id: string, accounts: string[], options: AddOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await addToEntity(context, id, accounts, options));
    });
  group
    .command("accept")
    .description(
      "Accepts a roster that a person requested on the site: adds the employer, and lets that person manage it.",
    )
    .argument("<id>", ID)
    .argument("<account>", `who requested it: ${ACCOUNT}`)
    .option("--agreement <id>", "the agreement of the request, if the person requested several rosters")
    .option(
      "--agreement-version <version>",
      "the version that the employer signed; without it, the one in force",
    )
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign entity accept acme github:583231\n")
    .action(async (id: string, account: string, options: AcceptOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await acceptEntity(context, id, account, options));
    });
  group
    .command("decline")
    .description("Declines a roster that a person requested on the site.")
    .argument("<account>", `who requested it: ${ACCOUNT}`)
    .option("--agreement <id>", "the agreement of the request, if the person requested several rosters")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign entity decline github:583231\n")
    .action(async (account: string, options: { agreement?: string; json?: true }, command: Command) => {
      await using context = await open();
      exitWith(command, await declineEntity(context, account, options));
    });
  group
    .command("remove")
    .description(
      "Removes accounts from an employer's roster or managers; without accounts, ends the employer's agreement.",
    )
    .argument("<id>", ID)
    .argument("[account...]", ACCOUNT)
    .option("--manager <account...>", "accounts that no longer manage the roster")
    .option("--at <date>", "the first moment at which the accounts are no longer covered; without it, now")
    .option("--yes", "do not ask before the whole agreement ends")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign entity remove acme github:583231 --at 2026-06-30\n")
    .action(async (id: string, accounts: string[], options: RemoveOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await removeFromEntity(context, id, accounts, options));
    });
}
