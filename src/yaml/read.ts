import { isMap, LineCounter, parseDocument, type Document } from "yaml";
import type { z } from "zod";
import type { Problem } from "../error.ts";
import { unnamedAliases } from "./aliases.ts";
import { duplicateKeys } from "./duplicates.ts";
import { MOST_PROBLEMS, refusalOf } from "./limits.ts";
import { issueMessage, syntaxMessage } from "./messages.ts";

export type YamlReading<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

type Path = readonly PropertyKey[];

/**
 * Reads a YAML 1.2 document of a known shape, in time linear in its length. An empty document is an empty mapping.
 * @param file the name under which problems are reported
 * @returns the value, or all problems, each with its line and the path of its key; the first ones if there are very
 * many
 */
export function readYaml<T>(text: string, schema: z.ZodType<T>, file: string): YamlReading<T> {
  const refusal = refusalOf(text);
  if (refusal !== null) return { ok: false, problems: [{ file, field: null, ...refusal }] };
  const lines = new LineCounter();
  // The library's warnings would bypass the log and contain parts of the text.
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    uniqueKeys: false,
    logLevel: "error",
  });
  const faults = [
    ...document.errors.map(({ pos, code }) => ({ at: pos[0], message: syntaxMessage(code) })),
    ...duplicateKeys(document).map((at) => ({ at, message: "duplicate key" })),
    ...unnamedAliases(document).map((at) => ({
      at,
      message: "an alias (*) needs an anchor (&) of its name before it",
    })),
  ];
  if (faults.length > 0) {
    const problems = faults.map(({ at, message }) => ({
      file,
      line: lines.linePos(at).line,
      field: null,
      message,
    }));
    return { ok: false, problems: firstOf(problems, file) };
  }
  let content: unknown;
  try {
    content = document.toJS() ?? {};
  } catch {
    // The library refuses to expand documents whose aliases would exhaust memory.
    return { ok: false, problems: [{ file, line: 1, field: null, message: "too many YAML aliases" }] };
  }
  const parsed = schema.safeParse(content);
  if (parsed.success) return { ok: true, value: parsed.data };
  const wrong = parsed.error.issues.flatMap(problemsOf);
  // Finding a line searches all keys, so only the problems that are reported get one.
  const problems = wrong.slice(0, MOST_PROBLEMS).map(({ path, message }) => ({
    file,
    line: lineOf(document, lines, path),
    field: path.length === 0 ? null : printPath(path),
    message,
  }));
  return { ok: false, problems: firstOf(problems, file, wrong.length) };
}

/** The first problems by line, and how many more there are. */
function firstOf(
  problems: readonly (Problem & { readonly line: number })[],
  file: string,
  count = problems.length,
): readonly Problem[] {
  const told = problems.toSorted((a, b) => a.line - b.line).slice(0, MOST_PROBLEMS);
  return count === told.length
    ? told
    : [...told, { file, line: null, field: null, message: `and ${count - told.length} more problems` }];
}

function problemsOf(issue: z.core.$ZodIssue): { path: Path; message: string }[] {
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => ({ path: [...issue.path, key], message: "there is no such key" }));
  if (issue.code === "invalid_union") {
    // If several forms are allowed, the one that the text nearly matches explains best what is wrong.
    const own = issue.errors.map((inner) =>
      inner.flatMap((one) => (one.path.length === 0 ? expectedBy(one) : [])),
    );
    if (own.every((expected) => expected.length === 1))
      return [{ path: issue.path, message: `expected ${own.flat().join(" or ")}` }];
    const closest = issue.errors.toSorted((a, b) => depth(b) - depth(a))[0] ?? [];
    return closest.flatMap((inner) => problemsOf({ ...inner, path: [...issue.path, ...inner.path] }));
  }
  const [expected] = expectedBy(issue);
  return [
    {
      path: issue.path,
      message:
        issue.code === "invalid_value" && expected !== undefined
          ? `expected ${expected}`
          : (issueMessage(issue) ?? lowerFirst(issue.message)),
    },
  ];
}

/** What an issue says is expected in its place; empty if it is another kind of issue. */
function expectedBy(issue: z.core.$ZodIssue): readonly string[] {
  if (issue.code === "invalid_value")
    return [
      issue.values
        .map(String)
        .join(", ")
        .replace(/, ([^,]*)$/, " or $1"),
    ];
  const [, expected] = /^expected (.+)$/.exec(issueMessage(issue) ?? "") ?? [];
  return expected === undefined ? [] : [expected];
}

function depth(issues: readonly z.core.$ZodIssue[]): number {
  return Math.max(
    0,
    ...issues.map(({ path, code }) => path.length * 2 + (code === "unrecognized_keys" ? 1 : 0)),
  );
}

/** The line of the key at `path`, or of the nearest thing above it that the document does have. */
function lineOf(document: Document.Parsed, lines: LineCounter, path: Path): number {
  for (let length = path.length; length > 0; length -= 1) {
    const parent = document.getIn(path.slice(0, length - 1), true);
    const last = path[length - 1];
    if (isMap(parent)) {
      const key = parent.items.find(
        (pair) => String((pair.key as { value?: unknown }).value) === String(last),
      )?.key;
      const range = (key as { range?: readonly number[] } | undefined)?.range;
      if (range?.[0] !== undefined) return lines.linePos(range[0]).line;
    }
    const node = document.getIn(path.slice(0, length), true) as { range?: readonly number[] } | undefined;
    if (node?.range?.[0] !== undefined) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function printPath(path: Path): string {
  return path
    .map((part, at) =>
      typeof part === "number" ? `[${part}]` : at === 0 ? String(part) : `.${String(part)}`,
    )
    .join("");
}

function lowerFirst(text: string): string {
  return text.charAt(0).toLowerCase() + text.slice(1);
}
