/** What PostgreSQL can be given as a parameter; an array goes as one, for `unnest` or `ANY`. */
export type Value = string | number | boolean | null | Buffer | readonly (string | number | boolean | null)[];

/** A statement, or a part of one, with its parameters in their places. */
export interface Statement {
  readonly texts: readonly string[];
  /** One fewer than texts. */
  readonly values: readonly Value[];
}

/** Writes a statement. What stands in `${}` is another part of one, or becomes a parameter: it is never text. */
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

/** Text of our own that goes into a statement as it is: a table's name, never anything that was read. */
export function verbatim(text: string): Statement {
  return { texts: [text], values: [] };
}

/** Parts with `AND` between them. */
export function allOf(conditions: readonly Statement[]): Statement {
  return conditions.reduce((all, one) => sql`${all} AND ${one}`);
}

/** As the driver takes it: `$1`, `$2` and so on. */
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
