import { z } from "zod";
import { accountOf, isAccountNumber, parseAccount, type Account, type HostName } from "../account.ts";

const ACCOUNT = "expected HOST:NUMBER, e.g. github:49699333, never a name";

const account = z.string(ACCOUNT).transform((text, context): Account => {
  const parsed = parseAccount(text);
  if (parsed === null) {
    context.addIssue({ code: "custom", message: ACCOUNT });
    return z.NEVER;
  }
  return parsed;
});

/** `HOST:NUMBER`; in a repository's own policy a bare number belongs to the repository's host. */
const organization = z.unknown().transform((value, context): number | Account => {
  if (typeof value === "number" && isAccountNumber(value)) return value;
  const parsed = typeof value === "string" ? parseAccount(value) : null;
  if (parsed !== null) return parsed;
  context.addIssue({ code: "custom", message: "expected the organization's number, never its name" });
  return z.NEVER;
});

const weight = z.enum(["require", "warn", "ignore"]);

/** A name that hosts show in one line: line breaks and the like would be refused there, or mislead its readers. */
const LINE = {
  is: (text: string): boolean => text.trim() === text && !/[\p{Cc}\p{Bidi_Control}\p{Zl}\p{Zp}]/u.test(text),
  message: "a name is one line, without blanks at its ends, control or direction characters",
};

const labelName = z
  .string()
  .min(1)
  .max(50)
  .refine(LINE.is, LINE.message)
  .regex(/^[^,]*$/, "a label's name can't hold a comma");

const Require = z.strictObject({
  coauthors: weight.optional().describe("Whether co-authors named in a commit must sign."),
  committers: weight
    .optional()
    .describe("Whether committers must sign; the host's own committer never counts."),
  backports: z
    .enum(["sign", "verify"])
    .optional()
    .describe("verify: a commit that repeats or reverts one of a protected branch needs no new signature."),
});
const Exempt = z.strictObject({
  accounts: z
    .array(account)
    .optional()
    .describe("Bots of your own, as openers of pull requests: HOST:NUMBER."),
  authors: z
    .array(account)
    .optional()
    .describe("Accounts whose commits need no signature in anybody's pull request: HOST:NUMBER."),
  bots: z
    .enum(["well-known", "coauthors", "none"])
    .optional()
    .describe("Listed bots as openers and co-authors, as co-authors only, or not at all."),
  agents: z.enum(["well-known", "none"]).optional().describe("Listed coding assistants, as co-authors only."),
  organizations: z
    .array(organization)
    .optional()
    .describe(
      "Organizations whose members need not sign: HOST:NUMBER, or a bare number of the repository's own host.",
    ),
  lines: z
    .number()
    .int()
    .min(0)
    .optional()
    .describe("Pull requests that change no more lines of text need no signature."),
  paths: z
    .array(z.string().min(1))
    .optional()
    .describe("Pull requests that touch only these paths need no signature, e.g. docs/**; ! excludes."),
});

/** The policy file as it is written, for its JSON Schema; {@link PolicyFile} reads it. */
export const PolicyShape = z.strictObject({
  report: z
    .enum(["auto", "status", "check"])
    .optional()
    .describe("A commit status or a check run; auto: what the host does best."),
  context: z
    .string()
    .min(1)
    .max(100)
    .refine(LINE.is, LINE.message)
    .optional()
    .describe("The name of the status or check."),
  comment: z
    .enum(["when-unsigned", "always", "never"])
    .optional()
    .describe("When the one comment is written."),
  labels: z
    .union([z.literal(false), z.strictObject({ signed: labelName, unsigned: labelName })])
    .optional()
    .refine(
      (labels) =>
        labels === undefined ||
        labels === false ||
        // GitHub compares labels without letter case.
        labels.signed.toLowerCase() !== labels.unsigned.toLowerCase(),
      { message: "signed and unsigned must differ in more than upper and lower case" },
    )
    .describe("Labels that show the verdict; false turns them off."),
  language: z
    .enum(["auto", "en", "zh-CN"])
    .optional()
    .describe("The comment's language; auto: that of the pull request."),
  require: Require.optional().describe(
    "Whose signatures are needed. The opener and every commit author always count.",
  ),
  exempt: Exempt.optional().describe("Who and what needs no signature."),
});

/** The keys at the top of a policy. */
export const POLICY_KEYS: readonly string[] = Object.keys(PolicyShape.shape);

/** A repository's policy file, `.github/cla.yml` or `.gitee/cla.yml`; also `policy:` of `countersign.yml`. */
export const PolicyFile: z.ZodType<z.output<typeof PolicyShape>> = z.preprocess((value) => {
  const filled = withoutEmpty(value, POLICY_KEYS);
  if (typeof filled !== "object" || filled === null || Array.isArray(filled)) return filled;
  return Object.fromEntries(
    Object.entries(filled).map(([key, inner]) => {
      if (key === "require") return [key, withoutEmpty(inner, Object.keys(Require.shape))];
      if (key === "exempt") return [key, withoutEmpty(inner, Object.keys(Exempt.shape))];
      if (key === "labels") return [key, emptyAsAbsent(withoutEmpty(inner, ["signed", "unsigned"]))];
      return [key, inner];
    }),
  );
}, PolicyShape);

/** Labels of which neither has a name are the same as none given. */
function emptyAsAbsent(value: unknown): unknown {
  const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
  return isEmpty && !Array.isArray(value) ? undefined : value;
}

/** A known key with nothing after it is the same as an absent key. */
function withoutEmpty(value: unknown, keys: readonly string[]): unknown {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([key, inner]) => inner !== null || !keys.includes(key)),
  );
}

export type PolicyFile = z.infer<typeof PolicyFile>;

/** `policy:` of `countersign.yml`. It applies on every host, so each organization names its host. */
export const ServerPolicy = PolicyFile.superRefine(({ exempt }, context) => {
  for (const [index, one] of (exempt?.organizations ?? []).entries())
    if (typeof one === "number")
      context.addIssue({
        code: "custom",
        path: ["exempt", "organizations", index],
        message: `expected HOST:NUMBER, e.g. github:${one}: a bare number is of one host, and this policy is for all`,
      });
});

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
    /** Bots of one's own, as openers of pull requests. */
    readonly accounts: readonly Account[];
    /** Accounts whose commits need no signature in anybody's pull request. */
    readonly authors: readonly Account[];
    /** Listed bots: as openers and co-authors, as co-authors only, or not at all. */
    readonly bots: "well-known" | "coauthors" | "none";
    readonly agents: "well-known" | "none";
    /** Organizations, by host and number. */
    readonly organizations: readonly Account[];
    readonly lines: number;
    readonly paths: readonly string[];
  };
}

/**
 * The policy that applies: the repository's file over the server's defaults over the built-in ones, key by key.
 */
export function policyOf(
  file: PolicyFile,
  server: PolicyFile,
  host: HostDefaults & { readonly name: HostName },
): Policy {
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
      authors: file.exempt?.authors ?? server.exempt?.authors ?? [],
      bots: file.exempt?.bots ?? server.exempt?.bots ?? "well-known",
      agents: file.exempt?.agents ?? server.exempt?.agents ?? "well-known",
      organizations: (file.exempt?.organizations ?? server.exempt?.organizations ?? []).map((one) =>
        typeof one === "number" ? accountOf(host.name, one) : one,
      ),
      lines: file.exempt?.lines ?? server.exempt?.lines ?? 0,
      paths: file.exempt?.paths ?? server.exempt?.paths ?? [],
    },
  };
}

export const DEFAULT_CONTEXT = "license/cla";
export const DEFAULT_LABELS: Labels = { signed: "cla/yes", unsigned: "cla/no" };
