import { createHash } from "node:crypto";
import type { Actor } from "../records/audit.ts";

/**
 * The actor on the command line, for the audit: `cli`, or with an operator's key the first 12 digits of its SHA-256.
 * @param key any secret word of one operator; who has which key is recorded elsewhere
 */
export function operatorOf(key: string | null): Actor {
  return key === null ? "cli" : `cli:${createHash("sha256").update(key).digest("hex").slice(0, 12)}`;
}
