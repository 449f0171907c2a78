import type { Command } from "commander";
import type { AuditLine } from "../../records/audit.ts";
import { Failure } from "../../error.ts";
import { accountsOfArguments } from "../accounts.ts";
import { moment } from "../columns.ts";
import { plural } from "../../report/texts/plural.ts";
import { commandGroup } from "../command-group.ts";
import { exitWith } from "../command-line.ts";
import type { OpenRights, RightsContext } from "./rights-context.ts";

/** Prints the audit log, one line per entry; as JSON, one object a line. */
export async function listAudit(
  context: RightsContext,
  { account, json }: { account?: string; json?: true },
): Promise<number> {
  const [about] = account === undefined ? [] : await accountsOfArguments([account], context.hosts);
  for await (const line of context.engine.audit.list({ account: about }))
    context.output.write(json === true ? `${JSON.stringify(line)}\n` : lineOf(line));
  return 0;
}

function lineOf({ line, at, by, act, details, subject }: AuditLine): string {
  const about = Object.entries(details).flatMap(([name, value]) =>
    value === null ? [] : `${name} ${value}`,
  );
  const who = subject === null ? [] : [`person ${subject.slice(0, 12)}`];
  return `${[line, moment(at), by, act, ...who, about.join(", ")].join("  ").trimEnd()}\n`;
}

export async function verifyAudit(
  context: RightsContext,
  { expect, json }: { expect?: string; json?: true },
): Promise<number> {
  const verdict = await context.engine.audit.verify(expect === undefined ? null : notedOf(expect));
  const { fault, lines, last, head } = verdict;
  if (json === true) context.output.write(`${JSON.stringify(verdict, null, 2)}\n`);
  else if (fault === null)
    context.output.write(
      `${plural(lines, "line")}, each as it was written.\nStore this line elsewhere; a later verify --expect then detects any change to the lines before it:\n${last}:${head}\n`,
    );
  else context.errors.write(`${fault.kind}: ${fault.message}\n`);
  return fault === null ? 0 : 1;
}

function notedOf(text: string): { line: number; hash: string } {
  const [, line, hash] = /^(\d{1,15}):([0-9a-f]{64})$/.exec(text) ?? [];
  if (line === undefined || hash === undefined)
    throw new Failure("usage", "--expect: expected LINE:HASH, as verify printed it before");
  return { line: Number(line), hash };
}

export function declareAudit(program: Command, open: OpenRights): void {
  const group = commandGroup(
    program,
    "audit",
    "the list of actions on records, and whether it is complete",
    "\nExample:\n  countersign audit verify\n",
  );
  group
    .command("list")
    .description("Lists all actions, oldest first. People appear as tags, never as numbers.")
    .option("--account <account>", "only those about this account: HOST:NUMBER or HOST:@login")
    .option("--json", "print one JSON object a line")
    .addHelpText("after", "\nExample:\n  countersign audit list --json\n")
    .action(async (options: { account?: string; json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await listAudit(context, options));
    });
  group
    .command("verify")
    .description("Finds the first line that was changed, removed or moved, and exits 1.")
    .option("--expect <line:hash>", "the line and hash that an earlier verify printed")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign audit verify\n")
    .action(async (options: { expect?: string; json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await verifyAudit(context, options));
    });
}
