import { createHmac } from "node:crypto";
import { equalText } from "../../http/equal-text.ts";
import type { Delivery } from "../../ports/host.ts";

/** The maximum difference between the timestamp of a signed delivery and now, in milliseconds, in either direction. */
export const GREATEST_AGE = 3_600_000;

/**
 * Whether a delivery's sender knows the secret. In signature mode the token is the base64 of HMAC-SHA256 over the
 * timestamp and the secret, in password mode the secret itself; the length of the token shows the mode. Captured
 * signatures are raw base64; the help page, whose last step URL-encodes them, may describe other editions, so exactly
 * these two forms pass. Neither mode covers the body: somebody who has seen a token can send any body with it until it
 * is too old.
 * @param now milliseconds since the epoch
 * @returns null if it does, otherwise the reason, which may be logged
 */
export function refusalOf(headers: Delivery["headers"], secret: string, now: number): string | null {
  const token = headers["x-gitee-token"] ?? "";
  const timestamp = headers["x-gitee-timestamp"] ?? "";
  if (token === "") return "the delivery has no X-Gitee-Token";
  const signature = signatureOf(secret, timestamp);
  const raw = equalText(token, signature);
  const encoded = equalText(token, encodeURIComponent(signature));
  const password = equalText(token, secret);
  if (password) return null;
  if (!raw && !encoded) return "the delivery's X-Gitee-Token is neither the password nor a signature by it";
  // Milliseconds since the epoch, as 13 digits for the next two centuries.
  const age = /^\d{1,15}$/.test(timestamp) ? Math.abs(now - Number(timestamp)) : Number.POSITIVE_INFINITY;
  return age <= GREATEST_AGE ? null : "the delivery's signature is more than an hour off this clock";
}

/** @param timestamp as in the header, in milliseconds since the epoch */
export function signatureOf(secret: string, timestamp: string): string {
  return createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
}
