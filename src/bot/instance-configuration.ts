/** `instance:` and `retention:` of `countersign.yml`: who runs this bot, and how long records are kept. */
import { existsSync } from "node:fs";
import { extname } from "node:path";
import { z } from "zod";
import { colorFault } from "../http/pages/layout/accent.ts";
import { LOGO_TYPES } from "../http/pages/layout/logo-types.ts";
import type { Instance } from "../ports/pages.ts";
import { RETENTION, RETENTION_BOUNDS, type Retention } from "../records/retention.ts";

const DAY = 86_400_000;

/** One text for all languages, or one text per language of the pages. */
const localized = z.union([
  z.string().min(1).max(1_000),
  z.strictObject({ en: z.string().min(1).max(1_000), "zh-CN": z.string().min(1).max(1_000) }),
]);

const color = z
  .string()
  .regex(/^#[0-9a-f]{6}$/i, 'expected a color as #rrggbb in quotes, e.g. "#0b4f6c"')
  .superRefine((text, context) => {
    const fault = /^#[0-9a-f]{6}$/i.test(text) ? colorFault(text) : null;
    if (fault !== null) context.addIssue({ code: "custom", message: fault });
  });

export const InstanceEntry = z.strictObject({
  name: z.string().min(1).max(100),
  url: z.url({ protocol: /^https?$/, error: "expected an http or https URL" }),
  contact: z.string().min(1).max(200),
  address: localized.optional(),
  authority: localized.optional(),
  legal_basis: localized.optional(),
  logo: z
    .string()
    .refine(
      (path) => Object.hasOwn(LOGO_TYPES, extname(path).toLowerCase()),
      `expected a picture: ${Object.keys(LOGO_TYPES).join(", ")}`,
    )
    .optional(),
  color: color.optional(),
});

function days(name: keyof typeof RETENTION_BOUNDS) {
  const { least, most } = RETENTION_BOUNDS[name];
  return z.number().int().min(least).max(most).optional();
}

export const RetentionEntry = z.strictObject({
  ended_days: days("ended"),
  closed_pull_days: days("closedPull"),
  audit_days: days("audit"),
});

/** @param resolvePath resolves a path in the file */
export function instanceOf(
  entry: z.infer<typeof InstanceEntry>,
  resolvePath: (path: string) => string,
): Instance {
  const { legal_basis: legalBasis, address, authority, logo, color: accent, ...known } = entry;
  return {
    ...known,
    ...(address === undefined ? {} : { address }),
    ...(authority === undefined ? {} : { authority }),
    ...(legalBasis === undefined ? {} : { legalBasis }),
    ...(logo === undefined ? {} : { logo: resolvePath(logo) }),
    ...(accent === undefined ? {} : { color: accent.toLowerCase() }),
  };
}

/** Whether the logo that an instance names can be read. */
export function logoIsThere({ logo }: Instance): boolean {
  return logo === undefined || existsSync(logo);
}

export function retentionOf(entry: z.infer<typeof RetentionEntry> | undefined): Retention {
  return {
    ...RETENTION,
    ...(entry?.ended_days === undefined ? {} : { ended: entry.ended_days * DAY }),
    ...(entry?.closed_pull_days === undefined ? {} : { closedPull: entry.closed_pull_days * DAY }),
    ...(entry?.audit_days === undefined ? {} : { audit: entry.audit_days * DAY }),
  };
}
