/** What may be said of a bug: what kind of error it was, and where in the program. */
export interface Trace {
  readonly type: string;
  /** The system's or the database's word for it, where there is one. */
  readonly code?: string;
  /** The places in the program, one a line, the innermost first. */
  readonly stack: string;
  readonly cause?: Trace;
}

const FRAME = /^ {4}at .*:\d+:\d+\)?$/;
const CODE = /^[A-Z][A-Z0-9_]*$/;

/**
 * A bug without its message, which may quote what the program stumbled over, and with it a name or an address: JSON
 * that can't be read is quoted by the engine itself.
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
