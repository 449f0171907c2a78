import type { Problem } from "../error.ts";

export type Variables = Readonly<Record<string, string | undefined>>;

/** Reads variables one by one, and collects what is wrong with them. An empty variable is an absent one. */
export class VariableReader {
  readonly problems: Problem[] = [];
  readonly #variables: Variables;

  constructor(variables: Variables) {
    this.#variables = variables;
  }

  problem(field: string, message: string): string {
    this.problems.push({ file: null, line: null, field, message });
    return "";
  }

  text(name: string): string | null {
    const value = this.#variables[name]?.trim();
    return value === undefined || value === "" ? null : value;
  }

  required(name: string, what: string): string {
    return this.text(name) ?? this.problem(name, `is missing: ${what}`);
  }

  matching(name: string, pattern: RegExp, what: string): string | null {
    const value = this.text(name);
    if (value === null || pattern.test(value)) return value;
    this.problem(name, `expected ${what}`);
    return null;
  }

  url(name: string): string | null {
    const value = this.matching(name, /^https?:\/\/[^/?#\s]+(\/[^?#\s]*)?$/, "an http or https URL");
    return value === null ? null : value.replace(/\/+$/, "");
  }

  oneOf<T extends string>(name: string, values: readonly T[]): T | null {
    const value = this.text(name);
    const found = values.find((one) => one === value);
    if (value !== null && found === undefined) this.problem(name, `expected one of ${values.join(", ")}`);
    return found ?? null;
  }

  integer(name: string, fallback: number | null, least: number, most: number): number {
    const value = this.text(name);
    if (value === null && fallback !== null) return fallback;
    const number = Number(value ?? Number.NaN);
    if (value !== null && /^\d+$/.test(value) && number >= least && number <= most) return number;
    this.problem(name, value === null ? "is missing" : `expected a whole number from ${least} to ${most}`);
    return least;
  }
}
