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
  /** Does it through the host's API, if the API can. @throws Failure */
  readonly fix?: () => Promise<void>;
}

/** Something is as it should be. */
export function well(what: string): Diagnosis {
  return { what, ok: true, advice: null };
}

/** Something works, but an operator should look at it. */
export function warn(what: string, advice: string): Diagnosis {
  return { what, ok: true, level: "warning", advice };
}

/** Something does not work. */
export function ill(what: string, advice: string, fix?: () => Promise<void>): Diagnosis {
  return { what, ok: false, advice, ...(fix === undefined ? {} : { fix }) };
}

export type Level = "ok" | "warning" | "error";

export function levelOf({ ok, level }: Diagnosis): Level {
  return ok ? (level ?? "ok") : "error";
}
