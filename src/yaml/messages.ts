/** What is wrong with a YAML file, in words for people who do not know the libraries that found it. */
import type { ErrorCode } from "yaml";
import type { z } from "zod";

/** Of the library's messages only the code is used. https://eemeli.org/yaml/#errors */
const SYNTAX: Partial<Record<ErrorCode, string>> = {
  BAD_ALIAS: "an alias (*) is not possible here",
  BAD_DQ_ESCAPE: "a backslash in double quotes needs one of YAML's escapes: use single quotes",
  BAD_INDENT: "the indentation is wrong, or a [ or { is not closed",
  BAD_SCALAR_START: "a value that begins with @ or ` needs quotes",
  BLOCK_AS_IMPLICIT_KEY: "only one key can be on a line: put quotes around a value with a colon",
  BLOCK_IN_FLOW: "indentation is not allowed inside [ ] or { }",
  DUPLICATE_KEY: "duplicate key",
  MISSING_CHAR: "a closing quote, ] or }, a comma or a colon is missing",
  MULTILINE_IMPLICIT_KEY: "a key must be on one line, and a colon with a space must follow it",
  MULTIPLE_DOCS: "the file must hold one document: remove the --- line",
  TAB_AS_INDENT: "a tab can't indent: use spaces",
  UNEXPECTED_TOKEN: "this does not fit here: check the indentation and the quotes around it",
};

export function syntaxMessage(code: ErrorCode): string {
  return SYNTAX[code] ?? "this is not valid YAML: check the indentation and the quotes";
}

const KINDS: Readonly<Record<string, string>> = {
  string: "text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "keys with values",
};

/** The sentence for an issue; null if the schema has its own message. */
export function issueMessage(issue: z.core.$ZodIssue): string | null {
  switch (issue.code) {
    case "invalid_type": {
      // The library's own messages begin like this; anything else is a message of a schema.
      if (!issue.message.startsWith("Invalid input: ")) return null;
      const expected = `expected ${KINDS[issue.expected] ?? issue.expected}`;
      return issue.message.endsWith("received undefined") ? `is missing; ${expected}` : expected;
    }
    case "too_small":
      if (!issue.message.startsWith("Too small: ")) return null;
      if (issue.origin === "string") return "must not be empty";
      return issue.origin === "array"
        ? `needs at least ${issue.minimum} entries`
        : `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
    case "too_big":
      if (!issue.message.startsWith("Too big: ")) return null;
      if (issue.origin === "string") return `must have at most ${issue.maximum} characters`;
      return `must be at most ${issue.maximum}`;
    default:
      return null;
  }
}
