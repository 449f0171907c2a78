import type { Command } from "commander";
import type { AgreementRecord } from "../../records/agreement-record.ts";
import type { Agreement } from "../../records/agreement.ts";
import { Failure } from "../../error.ts";
import { columns, count, moment } from "../columns.ts";
import { commandGroup } from "../command-group.ts";
import { exitWith } from "../command-line.ts";
import { confirmed } from "../confirm.ts";
import { readDocument } from "../../bot/documents.ts";
import type { OpenRights, RightsContext } from "../rights/rights-context.ts";

/** An agreement as the commands print it. */
interface Shown {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly effective: string | null;
  readonly accepts: readonly string[];
  readonly graceDays: number;
  readonly url: string | null;
  readonly document: string | null;
  readonly sign: readonly string[];
  readonly withdrawal: string;
  readonly repositories: readonly string[];
  readonly signatures: number;
  readonly versions: readonly AgreementRecord[];
}

async function shown({ engine }: RightsContext, agreement: Agreement): Promise<Shown> {
  const counts = await engine.signatures.count();
  const signatures = counts.filter((one) => one.agreement === agreement.id);
  const { effective, ...rest } = agreement;
  return {
    ...rest,
    effective: effective === null ? null : moment(effective),
    signatures: signatures.reduce((sum, one) => sum + one.signatures, 0),
    versions: await engine.agreements.list(agreement.id),
  };
}

export async function listAgreements(context: RightsContext, json: boolean): Promise<number> {
  const all = await Promise.all(context.agreements.map((agreement) => shown(context, agreement)));
  context.output.write(
    json
      ? `${JSON.stringify(all, null, 2)}\n`
      : columns([
          ["ID", "VERSION", "IN FORCE FROM", "SIGNATURES", "TITLE"],
          ...all.map((one) => [
            one.id,
            one.version,
            one.effective ?? "always",
            String(one.signatures),
            one.title,
          ]),
        ]),
  );
  return 0;
}

export async function showAgreement(context: RightsContext, id: string, json: boolean): Promise<number> {
  const one = await shown(context, agreementOf(context, id));
  context.output.write(json ? `${JSON.stringify(one, null, 2)}\n` : describe(one));
  return 0;
}

function describe(one: Shown): string {
  const grace = one.graceDays === 0 ? "none" : count(one.graceDays, "day");
  const facts = [
    ["title", one.title],
    ["version", one.version],
    ["in force from", one.effective ?? "always"],
    ["also counts", one.accepts.join(", ") || "no other version"],
    ["grace for earlier versions", grace],
    ["read at", one.url ?? one.document ?? "nowhere"],
    ["signed here by", one.sign.join(", ") || "nobody; signatures are imported"],
    ["ended by", one.withdrawal === "self" ? "the person" : "the operator, at the person's request"],
    ["repositories", one.repositories.join(", ")],
    ["signatures that count", String(one.signatures)],
  ];
  const versions = one.versions.map((record) => [
    `  ${record.version}`,
    record.revision === 0 ? "first text" : `editorial revision ${record.revision}`,
    moment(record.recordedAt),
    record.digest === null ? "the text stands elsewhere" : `sha256:${record.digest}`,
  ]);
  return `${one.id}\n${columns(facts.map((fact) => ["", ...fact]))}texts recorded:${
    versions.length === 0 ? " none yet; serve records them when it starts" : ""
  }\n${columns(versions)}`;
}

/** Records the document as it is now as a text of the version that is in force: nobody signs again. */
export async function reviseAgreement(context: RightsContext, id: string, yes: boolean): Promise<number> {
  const { engine, output } = context;
  const agreement = agreementOf(context, id);
  const document = await readDocument(agreement);
  if (document === null)
    throw new Failure("refused", `${id}: its text stands elsewhere, so there is no document to record here`);
  const known = await engine.agreements.find(id, agreement.version);
  if (known?.digest === document.digest) {
    output.write(`${id} ${agreement.version}: the document is the recorded one, sha256:${known.digest}\n`);
    return 0;
  }
  if (known !== null) {
    context.errors.write(
      `${id} ${agreement.version}\n  recorded  sha256:${known.digest ?? "none"}\n  now       sha256:${document.digest}\n`,
    );
    const would =
      "An editorial revision changes no meaning: every signature of this version goes on to count.";
    if (!(await confirmed(context, would, yes))) return 1;
  }
  const { version, effective } = agreement;
  const record = await engine.agreements.record(
    { agreement: id, version, digest: document.digest, effective },
    context.by,
  );
  output.write(
    `${id} ${version}: ${record.revision === 0 ? "recorded" : `editorial revision ${record.revision} recorded`}, sha256:${document.digest}\n`,
  );
  return 0;
}

function agreementOf({ agreements }: RightsContext, id: string): Agreement {
  const agreement = agreements.find((one) => one.id === id);
  if (agreement !== undefined) return agreement;
  const known = agreements.map((one) => one.id).join(", ");
  throw new Failure("usage", `agreement: it is not one of the configured agreements (${known})`);
}

export function declareAgreement(program: Command, open: OpenRights): void {
  const group = commandGroup(
    program,
    "agreement",
    "the agreements in force, their versions and document digests",
    "\nExample:\n  countersign agreement show icla\n",
  );
  group
    .command("list")
    .description("The agreements that are configured.")
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExample:\n  countersign agreement list --json\n")
    .action(async (options: { json?: true }, command: Command) => {
      await using context = await open();
      exitWith(command, await listAgreements(context, options.json === true));
    });
  group
    .command("show")
    .description("One agreement: what counts, and every text that was recorded of it.")
    .argument("<id>", "the agreement's id")
    .option("--json", "print it as JSON")
    .addHelpText("after", "\nExample:\n  countersign agreement show icla\n")
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await using context = await open();
      exitWith(command, await showAgreement(context, id, options.json === true));
    });
  group
    .command("revise")
    .description(
      "Records that the document was mended without a change of meaning: nobody signs again, and both digests are " +
        "kept. For a text that asks for something else, raise version: in countersign.yml instead.",
    )
    .argument("<id>", "the agreement's id")
    .option("--yes", "do not ask")
    .addHelpText("after", "\nExample:\n  countersign agreement revise icla\n")
    .action(async (id: string, options: { yes?: true }, command: Command) => {
      await using context = await open();
      exitWith(command, await reviseAgreement(context, id, options.yes === true));
    });
}
