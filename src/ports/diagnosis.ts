/** One result of the check of the bot's setup. */
export interface Diagnosis {
  /** The result as a sentence. It names no person. */
  readonly what: string;
  /** Whether it works. */
  readonly ok: boolean;
  /** It works, but an operator should look at it. */
  readonly level?: "warning";
  /** What to do; null if nothing needs to be done. */
  readonly advice: string | null;
  /**
   * Does it through the host's API, if the API can.
   * @returns what is still to be seen, if a new check shows the same result for a while
   * @throws Failure
   */
  readonly fix?: Fix;
}

type Fix = () => Promise<string | void>;

/** Something is as it should be. */
export function well(what: string): Diagnosis {
  return { what, ok: true, advice: null };
}

/** Something works, but an operator should look at it. */
export function warn(what: string, advice: string, fix?: Fix): Diagnosis {
  return { what, ok: true, level: "warning", advice, ...(fix === undefined ? {} : { fix }) };
}

/** Something does not work. */
export function ill(what: string, advice: string, fix?: Fix): Diagnosis {
  return { what, ok: false, advice, ...(fix === undefined ? {} : { fix }) };
}

export type Level = "ok" | "warning" | "error";

export function levelOf({ ok, level }: Diagnosis): Level {
  return ok ? (level ?? "ok") : "error";
}
