/** One thing that was looked at in how the bot is set up. */
export interface Diagnosis {
  /** What was found, in a sentence that names no person. */
  readonly what: string;
  /** Whether it works. */
  readonly ok: boolean;
  /** It works, and wants a look all the same. */
  readonly level?: "warning";
  /** What to do; null where there is nothing to do. */
  readonly advice: string | null;
  /** Does it by the host's API, where that can. @throws Failure */
  readonly fix?: () => Promise<void>;
}

/** Something is as it should be. */
export function well(what: string): Diagnosis {
  return { what, ok: true, advice: null };
}

/** Something works, and wants a look. */
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
