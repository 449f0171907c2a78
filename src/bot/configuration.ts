/** The server's configuration file, `countersign.yml`. */
import { readFileSync } from "node:fs";
import { dirname, isAbsolute, resolve } from "node:path";
import { z } from "zod";
import type { Agreement } from "../records/agreement.ts";
import { Failure, Problems } from "../error.ts";
import { ServerPolicy, type PolicyFile } from "../verdict/policy.ts";
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

const AgreementEntry = z
  .strictObject({
    id: z
      .string()
      .regex(/^[a-z0-9][a-z0-9._-]{0,31}$/, "expected up to 32 of a-z, 0-9, dot, hyphen, underscore"),
    title: z.string().min(1).max(200),
    version,
    url: url.optional(),
    document: z.string().min(1).optional(),
    repositories: z.array(pattern).min(1, "name at least one repository"),
    accepts: z.array(version).optional(),
    grace_days: z.number().int().min(0).max(3650).optional(),
    effective: z
      .union([z.iso.date({ error: "expected a date, e.g. 2026-01-01" }), z.iso.datetime()])
      .optional(),
    sign: z.array(z.enum(["page", "comment"])).optional(),
    withdrawal: z.enum(["self", "operator"]).optional(),
  })
  .refine((entry) => (entry.url === undefined) !== (entry.document === undefined), {
    message: "needs either url or document, and not both",
  })
  .refine((entry) => entry.sign === undefined || entry.document !== undefined, {
    path: ["sign"],
    message: "only a document that this bot shows can be signed here",
  });

const ConfigurationFile = z
  .strictObject({
    agreements: z.array(AgreementEntry).min(1, "declare at least one agreement"),
    instance: z
      .strictObject({ name: z.string().min(1).max(100), url, contact: z.string().min(1).max(200) })
      .optional(),
    policy: ServerPolicy.optional(),
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

/** Who runs this bot, as its pages say. */
export interface Instance {
  readonly name: string;
  readonly url: string;
  /** Where people turn to with a question about their data. */
  readonly contact: string;
}

export interface Configuration {
  readonly agreements: readonly Agreement[];
  readonly instance: Instance | null;
  /** Defaults for every repository's policy. */
  readonly policy: PolicyFile;
}

/**
 * Reads and checks the configuration file; paths of documents in it count from where it stands.
 * @throws Failure `configuration` when it can't be read; Problems when it has mistakes, all of them at once
 */
export function readConfiguration(file: string): Configuration {
  let text: string;
  try {
    text = readFileSync(file, "utf8");
  } catch {
    throw new Failure(
      "configuration",
      `${file}: can't be read: write it (README.md, "Configure"), or name another by COUNTERSIGN_CONFIG`,
    );
  }
  const reading = readYaml(text, ConfigurationFile, file);
  if (!reading.ok) throw new Problems("configuration", reading.problems);
  const { agreements, instance, policy } = reading.value;
  return {
    agreements: agreements.map((entry) => agreementOf(entry, dirname(file))),
    instance: instance ?? null,
    policy: policy ?? {},
  };
}

function agreementOf(entry: z.infer<typeof AgreementEntry>, folder: string): Agreement {
  const { document } = entry;
  return {
    id: entry.id,
    title: entry.title,
    version: entry.version,
    url: entry.url ?? null,
    document: document === undefined || isAbsolute(document) ? (document ?? null) : resolve(folder, document),
    repositories: entry.repositories,
    accepts: entry.accepts ?? [],
    graceDays: entry.grace_days ?? 0,
    effective: entry.effective === undefined ? null : Date.parse(entry.effective),
    sign: entry.sign ?? (document === undefined ? [] : ["page"]),
    withdrawal: entry.withdrawal ?? "self",
  };
}
