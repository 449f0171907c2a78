import type { Command } from "commander";
import { accountsOfArguments } from "../accounts.ts";
import { requireAgreement } from "../agreements/require-agreement.ts";
import { exitWith } from "../command-line.ts";
import type { OpenSignatures, SignatureContext } from "../context.ts";

export interface RevokeOptions {
  readonly agreement: string;
  readonly json?: boolean;
}

/**
 * Ends signatures. Returns the exit code: 1 when an account had nothing to revoke, so that a mistyped number does
 * not pass for done.
 */
export async function revokeSignatures(
  context: SignatureContext,
  accounts: readonly string[],
  { agreement, json = false }: RevokeOptions,
): Promise<number> {
  requireAgreement(context.agreements, agreement);
  const asked = await accountsOfArguments(accounts, context.hosts);
  const revoked = new Set(await context.engine.signatures.revoke(asked, agreement, context.by));
  const nothing = asked.filter((account) => !revoked.has(account));
  if (json)
    context.output.write(`${JSON.stringify({ agreement, revoked: [...revoked], nothing }, null, 2)}\n`);
  else {
    for (const account of revoked) context.output.write(`${account}: revoked under ${agreement}\n`);
    for (const account of nothing) context.errors.write(`${account}: nothing to revoke under ${agreement}\n`);
  }
  return nothing.length === 0 ? 0 : 1;
}

export function declareRevoke(program: Command, open: OpenSignatures): void {
  program
    .command("revoke")
    .summary("end signatures: they no longer count")
    .description(
      "Ends the signatures of accounts, and their places with employers, under an agreement. Open pull requests " +
        "that this may change are checked again by the running bot.",
    )
    .argument("<account...>", "HOST:NUMBER, e.g. gitee:1234567, or HOST:@login, which is looked up once")
    .requiredOption("--agreement <id>", "the agreement")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExit code 1 when an account had nothing to revoke.\n\nExample:\n  countersign revoke github:583231 gitee:@octocat --agreement icla\n",
    )
    .action(async (accounts: string[], options: RevokeOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await revokeSignatures(context, accounts, options));
    });
}
