/** What is wrong with a form, field by field. */
import type { z } from "zod";

/** The fields' limits: of numbers, or of the length of a text. */
export const LIMITS = {
  lines: { least: 1, most: 2_000 },
  grace: { least: 0, most: 365 },
  days: { least: 1, most: 400 },
  title: { most: 200 },
  body: { most: 5_000 },
  csv: { most: 100_000 },
} as const;

export interface FormProblem {
  /** The field's name in the form. */
  readonly field: string;
  /** `missing`: nothing was given; `range` and `length`: outside its limits; `choice`: not one of those offered. */
  readonly kind: "missing" | "range" | "length" | "choice";
  readonly least: number;
  readonly most: number;
}

export function problemsOf(error: z.ZodError, form: Readonly<Record<string, unknown>>): FormProblem[] {
  return error.issues.map(({ path }) => {
    const field = String(path[0]);
    const given = form[field];
    const limits: { least?: number; most: number } | undefined = LIMITS[field as keyof typeof LIMITS];
    const kind =
      typeof given !== "string" || given.trim() === ""
        ? "missing"
        : limits === undefined
          ? "choice"
          : limits.least === undefined
            ? "length"
            : "range";
    return { field, kind, least: limits?.least ?? 0, most: limits?.most ?? 0 };
  });
}
