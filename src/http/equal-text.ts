import { createHash, timingSafeEqual } from "node:crypto";

/** Compares secrets: takes the same time for a wrong text as for the right one, whatever their lengths. */
export function equalText(one: string, other: string): boolean {
  const digest = (text: string): Buffer => createHash("sha256").update(text).digest();
  return timingSafeEqual(digest(one), digest(other));
}
