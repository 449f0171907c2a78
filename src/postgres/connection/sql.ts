/** A parameter for PostgreSQL; an array is one parameter, for `unnest` or `ANY`. */
export type Value = string | number | boolean | null | Buffer | readonly (string | number | boolean | null)[];

/** A statement, or a part of one, with its parameters. */
export interface Statement {
  readonly texts: readonly string[];
  /** One fewer than texts. */
  readonly values: readonly Value[];
}

/** Writes a statement. A value in `${}` is another part of a statement or becomes a parameter, never text. */
export function sql(texts: TemplateStringsArray, ...parts: readonly (Value | Statement)[]): Statement {
  let joined: readonly string[] = [texts[0] ?? ""];
  let values: readonly Value[] = [];
  parts.forEach((part, at) => {
    const after = texts[at + 1] ?? "";
    if (isStatement(part)) {
      joined = chain(chain(joined, part.texts), [after]);
      values = [...values, ...part.values];
    } else {
      joined = [...joined, after];
      values = [...values, part];
    }
  });
  return { texts: joined, values };
}

/** Fixed text in a statement, e.g. a table's name. Never input. */
export function verbatim(text: string): Statement {
  return { texts: [text], values: [] };
}

/** Parts with `AND` between them. */
export function allOf(conditions: readonly Statement[]): Statement {
  return conditions.reduce((all, one) => sql`${all} AND ${one}`);
}

/** The form for the driver: `$1`, `$2` and so on. */
export function printStatement({ texts, values }: Statement): { text: string; values: unknown[] } {
  return { text: texts.reduce((text, next, at) => `${text}$${at}${next}`), values: [...values] };
}

function chain(before: readonly string[], after: readonly string[]): readonly string[] {
  const [first = "", ...rest] = after;
  return [...before.slice(0, -1), `${before.at(-1) ?? ""}${first}`, ...rest];
}

function isStatement(part: Value | Statement): part is Statement {
  return typeof part === "object" && part !== null && "texts" in part;
}
