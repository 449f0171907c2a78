import type { Command } from "commander";
import { accountsOfArguments } from "../accounts.ts";
import { requireAgreement } from "../agreements/require-agreement.ts";
import { ACCOUNT, exitWith } from "../command-line.ts";
import type { OpenSignatures, SignatureContext } from "../context.ts";

export interface RevokeOptions {
  readonly agreement: string;
  readonly undo?: boolean;
  readonly json?: boolean;
}

/**
 * Revokes signatures, or undoes a revocation. Returns the exit code: 1 if an account had nothing to revoke or undo, so
 * that a mistyped number does not seem to succeed.
 */
export async function revokeSignatures(
  context: SignatureContext,
  accounts: readonly string[],
  { agreement, undo = false, json = false }: RevokeOptions,
): Promise<number> {
  requireAgreement(context.agreements, agreement);
  const asked = await accountsOfArguments(accounts, context.hosts);
  const { signatures } = context.engine;
  const done = new Set(
    undo
      ? await signatures.undoRevoke(asked, agreement, context.by)
      : await signatures.revoke(asked, agreement, context.by),
  );
  const nothing = asked.filter((account) => !done.has(account));
  const [key, did, lacks] = undo
    ? ["restored", "the revocation is undone", "no revocation to undo"]
    : ["revoked", "revoked", "nothing to revoke"];
  const kept = undo ? "" : "; the revocation is kept, and an older signature in a file does not count";
  if (json) context.output.write(`${JSON.stringify({ agreement, [key]: [...done], nothing }, null, 2)}\n`);
  else {
    for (const account of done) context.output.write(`${account}: ${did} under ${agreement}\n`);
    for (const account of nothing) context.errors.write(`${account}: ${lacks} under ${agreement}${kept}\n`);
  }
  return nothing.length === 0 ? 0 : 1;
}

export function declareRevoke(program: Command, open: OpenSignatures): void {
  program
    .command("revoke")
    .summary("end signatures: they no longer count")
    .description(
      "Revokes the signatures of accounts under an agreement, and removes the accounts from employers' rosters. " +
        "An import can't restore them; only a signature given after the revocation counts. The running bot " +
        "re-checks open pull requests that this may change.",
    )
    .argument("<account...>", ACCOUNT)
    .requiredOption("--agreement <id>", "the agreement")
    .option("--undo", "undo a revocation: the signatures count again; the audit log records both")
    .option("--json", "print the result as JSON")
    .addHelpText(
      "after",
      "\nExit code 1 when an account had nothing to revoke or to undo.\n\nExamples:\n" +
        "  countersign revoke github:583231 gitee:@octocat --agreement icla\n" +
        "  countersign revoke github:583231 --agreement icla --undo\n",
    )
    .action(async (accounts: string[], options: RevokeOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await revokeSignatures(context, accounts, options));
    });
}
