import type { Command } from "commander";
import type { AgreementRecord } from "../../records/agreement-record.ts";
import { textsOf, type Agreement } from "../../records/agreement.ts";
import { documentProblems, type DocumentProblem } from "../../http/pages/document/render-document.ts";
import { shadowedAgreements, shadowedMessage } from "../../records/shadowed.ts";
import { columns, moment } from "../columns.ts";
import { plural } from "../../report/texts/plural.ts";
import { commandGroup } from "../command-group.ts";
import { exitWith } from "../command-line.ts";
import { jsonText } from "../json-text.ts";
import { readDocument } from "../../bot/documents.ts";
import type { OpenRights, RightsContext } from "../rights/rights-context.ts";
import { configuredAgreement } from "./require-agreement.ts";
import { reviseAgreement, type ReviseOptions } from "./revise-agreement.ts";

/** An agreement in the form that the commands print. */
interface Shown {
  readonly id: string;
  readonly title: string;
  readonly version: string;
  readonly effective: string | null;
  readonly accepts: readonly string[];
  readonly graceDays: number;
  readonly url: string | null;
  readonly document: string | null;
  readonly documentBase?: string;
  readonly sign: readonly string[];
  readonly withdrawal: string;
  readonly repositories: readonly string[];
  /** False: earlier agreements or its own exclusions leave it no repository. */
  readonly applies: boolean;
  readonly signatures: number;
  readonly versions: readonly AgreementRecord[];
  readonly texts: readonly ShownText[];
}

/** A text of an agreement: its location, and the parts that readers do not see as intended. */
interface ShownText {
  readonly language: string | null;
  readonly binding: boolean;
  readonly url: string | null;
  readonly document: string | null;
  readonly unrendered: readonly DocumentProblem[];
}

async function textsShown(agreement: Agreement): Promise<readonly ShownText[]> {
  return Promise.all(
    textsOf(agreement).map(async (text, index) => {
      const document = await readDocument(agreement, undefined, text).catch(() => null);
      return {
        ...text,
        binding: index === 0,
        unrendered:
          document === null
            ? []
            : documentProblems(document.markdown, { base: agreement.documentBase ?? null }),
      };
    }),
  );
}

/** The form for machines: snake_case and ISO 8601. */
function jsonOf(one: Shown): object {
  const { graceDays, documentBase, effective, versions, texts, ...rest } = one;
  const day = (at: number | null): string | null => (at === null ? null : new Date(at).toISOString());
  return {
    ...rest,
    effective,
    grace_days: graceDays,
    document_base: documentBase ?? null,
    texts,
    versions: versions.map(({ version, language, revision, digest, effective: from, recordedAt }) => ({
      version,
      language: language ?? null,
      revision,
      digest,
      effective_at: day(from),
      recorded_at: day(recordedAt),
    })),
  };
}

async function shown(
  { engine, agreements }: RightsContext,
  agreement: Agreement,
  shadowed = shadowedAgreements(agreements),
): Promise<Shown> {
  const counts = await engine.signatures.count();
  const signatures = counts.filter((one) => one.agreement === agreement.id);
  const { effective, ...rest } = agreement;
  return {
    ...rest,
    effective: effective === null ? null : moment(effective),
    applies: !shadowed.some(({ id, unchecked }) => id === agreement.id && unchecked !== true),
    signatures: signatures.reduce((sum, one) => sum + one.signatures, 0),
    versions: await engine.agreements.list(agreement.id),
    texts: await textsShown(agreement),
  };
}

export async function listAgreements(context: RightsContext, json: boolean): Promise<number> {
  const shadowed = shadowedAgreements(context.agreements);
  const all = await Promise.all(context.agreements.map((agreement) => shown(context, agreement, shadowed)));
  context.output.write(
    json
      ? jsonText(all.map(jsonOf))
      : columns([
          ["ID", "VERSION", "IN FORCE FROM", "SIGNATURES", "TITLE"],
          ...all.map((one) => [
            one.id,
            one.version,
            one.effective ?? "always",
            String(one.signatures),
            one.title,
          ]),
        ]) + shadowed.map((one) => `${shadowedMessage(one)}\n`).join(""),
  );
  return 0;
}

export async function showAgreement(context: RightsContext, id: string, json: boolean): Promise<number> {
  const one = await shown(context, configuredAgreement(context.agreements, id));
  context.output.write(json ? jsonText(jsonOf(one)) : describe(one));
  return 0;
}

function describe(one: Shown): string {
  const grace = one.graceDays === 0 ? "none" : plural(one.graceDays, "day");
  const facts = [
    ["title", one.title],
    ["version", one.version],
    ["in force from", one.effective ?? "always"],
    ["also counts", one.accepts.join(", ") || "no other version"],
    ["grace for earlier versions", grace],
    ...one.texts.map(({ language, binding, url, document }) => [
      language === null ? "read at" : `read in ${language}${binding ? " (binding)" : ""}`,
      url ?? document ?? "nowhere",
    ]),
    ["signed here by", one.sign.join(", ") || "nobody; signatures are imported"],
    ["ended by", one.withdrawal === "self" ? "the person" : "the operator, at the person's request"],
    ["repositories", one.repositories.join(", ")],
    ["signatures that count", String(one.signatures)],
  ];
  const versions = one.versions.map((record) => [
    `  ${record.version}${record.language === undefined ? "" : ` ${record.language}`}`,
    record.revision === 0 ? "first text" : `editorial revision ${record.revision}`,
    moment(record.recordedAt),
    record.digest === null ? "the text is hosted elsewhere" : `sha256:${record.digest}`,
  ]);
  return `${one.id}\n${columns(facts.map((fact) => ["", ...fact]))}texts recorded:${
    versions.length === 0 ? " none yet; serve records them when it starts" : ""
  }\n${columns(versions)}${one.texts.map(unrendered).join("")}`;
}

/** The parts of a text that readers do not see as intended; empty if there are none. */
function unrendered({ language, unrendered: problems }: ShownText): string {
  if (problems.length === 0) return "";
  const which = language === null ? "" : ` in ${language}`;
  return `not shown to readers as written${which}:\n${columns(problems.map(({ kind, what, line }) => ["", line === null ? "" : `line ${line}`, KINDS[kind], what]))}`;
}

const KINDS: Readonly<Record<DocumentProblem["kind"], string>> = {
  element: "HTML element that is left out",
  picture: "picture, replaced by its alternative text",
  "relative-link": "relative link without document_base:, shown as text",
  "link-target": "link to a missing heading, shown as text",
  "link-scheme": "link that leads to no web or mail address, shown as text",
  style: "style that is left out",
  template: "template code, shown as it is",
  "attribute-list": "attribute list, shown as it is",
  extension: "markup of other tools, shown as it is",
  diagram: "diagram or formula, shown as its source",
  footnote: "footnote without its text or without its mark: a mark is shown as it is, a text is hidden",
  dropped: "processing instruction or CDATA section, left out",
  "open-comment": "comment without an end: what follows it is hidden",
};

export function declareAgreement(program: Command, open: OpenRights): void {
  const group = commandGroup(
    program,
    "agreement",
    "the agreements in force, their versions and document digests",
    "\nExample:\n  countersign agreement show icla\n",
  );
  group
    .command("list")
    .description("Lists the configured agreements.")
    .option("--json", "print them as JSON")
    .addHelpText("after", "\nExample:\n  countersign agreement list --json\n")
    .action(async (options: { json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await listAgreements(context, options.json === true));
    });
  group
    .command("show")
    .description("Shows one agreement: the versions that count, and every recorded text.")
    .argument("<id>", "the agreement's id")
    .option("--json", "print it as JSON")
    .addHelpText("after", "\nExample:\n  countersign agreement show icla\n")
    .action(async (id: string, options: { json?: true }, command: Command) => {
      await using context = await open("read");
      exitWith(command, await showAgreement(context, id, options.json === true));
    });
  group
    .command("revise")
    .description(
      "Records that the document was corrected without a change of meaning: nobody has to sign again, and both " +
        "digests are stored. If the meaning changes, raise version: in countersign.yml instead.",
    )
    .argument("<id>", "the agreement's id")
    .option("--language <language>", "the text in this language, e.g. zh-CN; without it, the binding text")
    .option("--yes", "do not ask")
    .option("--json", "print the result as JSON")
    .addHelpText("after", "\nExample:\n  countersign agreement revise icla --language zh-CN\n")
    .action(async (id: string, options: ReviseOptions, command: Command) => {
      await using context = await open();
      exitWith(command, await reviseAgreement(context, id, options));
    });
}
