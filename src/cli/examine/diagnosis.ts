import type { Diagnosis } from "../../ports/host.ts";

/** Something is as it should be. */
export function well(what: string): Diagnosis {
  return { what, ok: true, mend: null };
}

/** Something works, and wants a look. */
export function warn(what: string, mend: string): Diagnosis {
  return { what, ok: true, level: "warning", mend };
}

/** Something does not work. */
export function ill(what: string, mend: string): Diagnosis {
  return { what, ok: false, mend };
}

export type Level = "ok" | "warning" | "error";

export function levelOf({ ok, level }: Diagnosis): Level {
  return ok ? (level ?? "ok") : "error";
}
