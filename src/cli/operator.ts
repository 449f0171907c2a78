import { createHash } from "node:crypto";
import type { Actor } from "../audit.ts";
import type { Variables } from "./environment.ts";

/**
 * Who acts on the command line, for the audit: `cli`, or with an operator key in `COUNTERSIGN_OPERATOR` the first
 * 12 digits of its SHA-256. The key is any secret word of one operator; who has which is kept elsewhere.
 */
export function operatorOf(variables: Variables): Actor {
  const key = variables["COUNTERSIGN_OPERATOR"]?.trim() ?? "";
  return key === "" ? "cli" : `cli:${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}
