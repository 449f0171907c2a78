import { z } from "zod";
import { parseAccount, type Account } from "../account.ts";

const account = z.string().transform((text, context): Account => {
  const parsed = parseAccount(text);
  if (parsed === null) {
    context.addIssue({ code: "custom", message: "expected HOST:NUMBER, e.g. github:49699333, never a name" });
    return z.NEVER;
  }
  return parsed;
});

const organization = z
  .number({ error: "expected the organization's number, never its name" })
  .int()
  .positive();

const weight = z.enum(["require", "warn", "ignore"]);

const labelName = z
  .string()
  .min(1)
  .max(50)
  .regex(/^[^,]*$/, "a label's name can't hold a comma");

/** A repository's policy file, `.github/cla.yml` or `.gitee/cla.yml`; also `policy:` of `countersign.yml`. */
export const PolicyFile = z.strictObject({
  report: z.enum(["auto", "status", "check"]).optional(),
  context: z.string().min(1).max(100).optional(),
  comment: z.enum(["when-unsigned", "always", "never"]).optional(),
  labels: z
    .union([z.literal(false), z.strictObject({ signed: labelName, unsigned: labelName })])
    .optional()
    .refine((labels) => labels === undefined || labels === false || labels.signed !== labels.unsigned, {
      message: "signed and unsigned must be two different labels",
    }),
  language: z.enum(["auto", "en", "zh-CN"]).optional(),
  require: z
    .strictObject({
      coauthors: weight.optional(),
      committers: weight.optional(),
      backports: z.enum(["sign", "verify"]).optional(),
    })
    .optional(),
  exempt: z
    .strictObject({
      accounts: z.array(account).optional(),
      bots: z.enum(["well-known", "none"]).optional(),
      agents: z.enum(["well-known", "none"]).optional(),
      organizations: z.array(organization).optional(),
      lines: z.number().int().min(0).optional(),
      paths: z.array(z.string().min(1)).optional(),
    })
    .optional(),
});
export type PolicyFile = z.infer<typeof PolicyFile>;

/** Labels on a pull request that tell its verdict. */
export interface Labels {
  readonly signed: string;
  readonly unsigned: string;
}

export type Weight = z.infer<typeof weight>;

/** Where a verdict is shown; `auto` is what the host can do best. */
export type ReportKind = "auto" | "status" | "check";

/** The built-in defaults that differ from host to host. */
export interface HostDefaults {
  readonly reportByDefault: ReportKind;
  /** Labels show the verdict unless a policy turns them off. */
  readonly labelsByDefault: boolean;
  readonly coauthorsByDefault: Weight;
}

/** A repository's policy with every default filled in. */
export interface Policy {
  readonly report: ReportKind;
  readonly context: string;
  readonly comment: "when-unsigned" | "always" | "never";
  readonly labels: Labels | null;
  readonly language: "auto" | "en" | "zh-CN";
  readonly require: {
    readonly coauthors: Weight;
    readonly committers: Weight;
    readonly backports: "sign" | "verify";
  };
  readonly exempt: {
    readonly accounts: readonly Account[];
    readonly bots: "well-known" | "none";
    readonly agents: "well-known" | "none";
    readonly organizations: readonly number[];
    readonly lines: number;
    readonly paths: readonly string[];
  };
}

/**
 * The policy that applies: the repository's file over the server's defaults over the built-in ones, key by key.
 */
export function policyOf(file: PolicyFile, server: PolicyFile, host: HostDefaults): Policy {
  const labels = file.labels ?? server.labels ?? (host.labelsByDefault ? DEFAULT_LABELS : false);
  return {
    report: file.report ?? server.report ?? host.reportByDefault,
    context: file.context ?? server.context ?? DEFAULT_CONTEXT,
    comment: file.comment ?? server.comment ?? "when-unsigned",
    labels: labels === false ? null : labels,
    language: file.language ?? server.language ?? "auto",
    require: {
      coauthors: file.require?.coauthors ?? server.require?.coauthors ?? host.coauthorsByDefault,
      committers: file.require?.committers ?? server.require?.committers ?? "ignore",
      backports: file.require?.backports ?? server.require?.backports ?? "sign",
    },
    exempt: {
      accounts: file.exempt?.accounts ?? server.exempt?.accounts ?? [],
      bots: file.exempt?.bots ?? server.exempt?.bots ?? "well-known",
      agents: file.exempt?.agents ?? server.exempt?.agents ?? "well-known",
      organizations: file.exempt?.organizations ?? server.exempt?.organizations ?? [],
      lines: file.exempt?.lines ?? server.exempt?.lines ?? 0,
      paths: file.exempt?.paths ?? server.exempt?.paths ?? [],
    },
  };
}

export const DEFAULT_CONTEXT = "license/cla";
export const DEFAULT_LABELS: Labels = { signed: "cla/yes", unsigned: "cla/no" };
