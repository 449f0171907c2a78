/** The server's configuration file, `countersign.yml`. */
import { readFileSync } from "node:fs";
import { FOREIGN_FAULT, isForeign } from "./foreign-file.ts";
import { dirname, resolve } from "node:path";
import { z } from "zod";
import type { Agreement, AgreementText } from "../records/agreement.ts";
import { Failure, Problems } from "../error.ts";
import { ServerPolicy, type PolicyFile } from "../verdict/policy.ts";
import type { Instance } from "../ports/pages.ts";
import type { Retention } from "../records/retention.ts";
import { InstanceEntry, instanceOf, RetentionEntry, retentionOf } from "./instance-configuration.ts";
import { readYaml } from "../yaml/read.ts";

const url = z.url({ protocol: /^https?$/, error: "expected an http or https URL" });

const pattern = z
  .string()
  .regex(
    /^!?(github|gitee):[^/\s]+\/[^/\s]+$/,
    "expected HOST:OWNER/REPO with * for any name, e.g. github:octo/*",
  );

const version = z
  .string({ error: 'expected a version in quotes, e.g. "1.0"' })
  .min(1)
  .max(32)
  .regex(/^\S+$/, "a version has no spaces");

const path = z.string({ error: "expected a file's path, or a path for each language" }).min(1);

const language = z
  .string()
  .regex(/^[a-z]{2,3}(-[A-Z][a-z]{3})?(-[A-Z]{2})?$/, "expected a language, e.g. en or zh-CN");

/** One text for each language: `{en: …, zh-CN: …}`. */
function inLanguages<T extends z.ZodType>(text: T) {
  return z
    .record(language, text)
    .refine((texts) => Object.keys(texts).length > 0, "name at least one language");
}

const AgreementEntry = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, "expected up to 32 of a-z, 0-9, dot, hyphen, underscore")
      .describe("Its id. Signatures are stored under it, so it never changes."),
    title: z.string().min(1).max(200).describe("The agreement's title."),
    version: version.describe("The version that is signed now, in quotes."),
    url: z
      .union([url, inLanguages(url)])
      .optional()
      .describe("Where the text is read and signed elsewhere; or one for each language."),
    document: z
      .union([path, inLanguages(path)])
      .optional()
      .describe("A Markdown file that this bot shows and lets people sign; or one for each language."),
    authoritative: language.optional().describe("The language of the binding text, where there are several."),
    document_base: url.optional().describe("The base URL of relative links in the document."),
    repositories: z
      .array(pattern)
      .min(1, "name at least one repository")
      .refine((patterns) => patterns.length === 0 || patterns.some((one) => !one.startsWith("!")), {
        error: "names no repository: every pattern excludes; add one without !, e.g. github:octo/*",
      })
      .describe("Repositories that it covers: HOST:OWNER/REPO, * for any name; ! excludes."),
    accepts: z.array(version).optional().describe("Versions that still count; the current one by default."),
    grace_days: z
      .number()
      .int()
      .min(0)
      .max(3650)
      .optional()
      .describe("How long a signature of an earlier version counts after effective."),
    effective: z
      .union([z.iso.date({ error: "expected a date, e.g. 2026-01-01" }), z.iso.datetime()])
      .optional()
      .describe("When this version takes effect."),
    sign: z
      .array(z.enum(["page", "comment"]))
      .optional()
      .describe("How people may sign here."),
    withdrawal: z.enum(["self", "operator"]).optional().describe("Who ends a signature."),
  })
  .refine((entry) => (entry.url === undefined) !== (entry.document === undefined), {
    message: "needs either url or document, and not both",
  })
  .superRefine((entry, context) => {
    const languages = languagesOf(entry.document ?? entry.url);
    const { authoritative } = entry;
    const known = languages.join(", ");
    const complain = (message: string): void =>
      context.addIssue({ code: "custom", path: ["authoritative"], message });
    if (languages.length > 1 && authoritative === undefined)
      complain(`say which text is binding: one of ${known}`);
    if (authoritative !== undefined && !languages.includes(authoritative))
      complain(
        languages.length === 0
          ? "only an agreement with texts in named languages has it: document: {en: …, zh-CN: …}"
          : `it is not one of the languages of the texts (${known})`,
      );
  })
  .refine((entry) => entry.sign === undefined || entry.document !== undefined, {
    path: ["sign"],
    message: "only a document that this bot shows can be signed here",
  });

/** `countersign.yml` as it is written. */
export const ConfigurationFile = z
  .strictObject({
    agreements: z
      .array(AgreementEntry)
      .min(1, "declare at least one agreement")
      .describe("The agreements; the first whose repositories match applies."),
    instance: InstanceEntry.optional().describe("Who runs this bot, as the pages and /privacy say."),
    retention: RetentionEntry.optional().describe("How long records are kept, in days."),
    policy: ServerPolicy.optional().describe("Defaults for every repository's policy."),
  })
  .superRefine(({ agreements }, context) => {
    const seen = new Set<string>();
    for (const [index, { id }] of agreements.entries()) {
      if (seen.has(id))
        context.addIssue({
          code: "custom",
          path: ["agreements", index, "id"],
          message: "another agreement has this id",
        });
      seen.add(id);
    }
  });

export interface Configuration {
  readonly agreements: readonly Agreement[];
  readonly instance: Instance | null;
  readonly retention: Retention;
  /** Defaults for every repository's policy. */
  readonly policy: PolicyFile;
}

/**
 * Reads and checks the configuration file. Paths of documents are relative to it.
 * @throws Failure `configuration` if it can't be read; Problems with all its mistakes
 */
export function readConfiguration(file: string, own = process.getuid?.()): Configuration {
  let text: string;
  let foreign = false;
  try {
    foreign = isForeign(file, own);
    text = readFileSync(file, "utf8");
  } catch {
    throw new Failure(
      "configuration",
      `${file}: can't be read: create it (README.md, "Configure"), or set COUNTERSIGN_CONFIG to another file`,
    );
  }
  if (foreign)
    throw new Failure("configuration", `${file}: ${FOREIGN_FAULT}: move it into a folder of your own`);
  const reading = readYaml(text, ConfigurationFile, file);
  if (!reading.ok) throw new Problems("configuration", reading.problems);
  const { agreements, instance, retention, policy } = reading.value;
  const resolvePath = (relative: string): string => resolve(dirname(file), relative);
  return {
    agreements: agreements.map((entry) => agreementOf(entry, resolvePath)),
    instance: instance === undefined ? null : instanceOf(instance, resolvePath),
    retention: retentionOf(retention),
    policy: policy ?? {},
  };
}

function agreementOf(
  entry: z.infer<typeof AgreementEntry>,
  resolvePath: (path: string) => string,
): Agreement {
  const texts = textsIn(entry, resolvePath);
  const [binding] = texts;
  const named = binding.language !== null;
  return {
    id: entry.id,
    title: entry.title,
    version: entry.version,
    url: binding.url,
    document: binding.document,
    ...(named ? { texts } : {}),
    ...(entry.document_base === undefined ? {} : { documentBase: entry.document_base }),
    repositories: entry.repositories,
    accepts: entry.accepts ?? [],
    graceDays: entry.grace_days ?? 0,
    effective: entry.effective === undefined ? null : Date.parse(entry.effective),
    sign: entry.sign ?? (entry.document === undefined ? [] : ["page"]),
    withdrawal: entry.withdrawal ?? "self",
  };
}

function languagesOf(texts: string | Readonly<Record<string, string>> | undefined): readonly string[] {
  return texts === undefined || typeof texts === "string" ? [] : Object.keys(texts);
}

/** The texts of an agreement, the binding one first. */
function textsIn(
  { url: urls, document: documents, authoritative }: z.infer<typeof AgreementEntry>,
  resolvePath: (path: string) => string,
): readonly [AgreementText, ...AgreementText[]] {
  const text = (code: string | null, where: string): AgreementText =>
    documents === undefined
      ? { language: code, url: where, document: null }
      : { language: code, url: null, document: resolvePath(where) };
  const written = documents ?? urls ?? "";
  if (typeof written === "string") return [text(null, written)];
  const all = Object.entries(written).map(([code, where]) => text(code, where));
  const [first, ...others] = all.toSorted(
    (a, b) => Number(b.language === authoritative) - Number(a.language === authoritative),
  );
  if (first === undefined) throw new Error("an agreement without a text passed its schema");
  return [first, ...others];
}
