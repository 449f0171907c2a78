/** What may be logged about a bug: the kind of error, and its place in the program. */
export interface Trace {
  readonly type: string;
  /** The system's or the database's error code, if any. */
  readonly code?: string;
  /** The places in the program, one per line, the innermost first. */
  readonly stack: string;
  readonly cause?: Trace;
}

const FRAME = /^ {4}at .*:\d+:\d+\)?$/;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/**
 * A bug without its message, which may quote data with a name or an address: e.g. JavaScript quotes JSON that it can't
 * parse.
 */
export function traceOf(error: unknown): Trace {
  if (!(error instanceof Error)) return { type: typeof error, stack: "" };
  const { name, message, stack = "", cause } = error;
  const code = "code" in error && typeof error.code === "string" && CODE.test(error.code) ? error.code : null;
  return {
    type: /^\w+$/.test(name) ? name : "Error",
    ...(code === null ? {} : { code }),
    stack: stack
      .replace(message, "")
      .split("\n")
      .filter((line) => FRAME.test(line))
      .join("\n"),
    ...(cause === undefined ? {} : { cause: traceOf(cause) }),
  };
}

/** A trace for a person to read. */
export function printTrace({ type, code, stack, cause }: Trace): string {
  const own = `${type}${code === undefined ? "" : ` ${code}`}\n${stack}\n`;
  return cause === undefined ? own : `${own}caused by ${printTrace(cause)}`;
}
