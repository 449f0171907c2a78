import { createHmac } from "node:crypto";

/**
 * `X-Gitee-Token` in signature mode: `base64(HMAC-SHA256(key = secret, message = timestamp "\n" secret))`. It does not
 * cover the body. The help page URL-encodes it, but no captured delivery does: see `Settings.signature`.
 */
export function signatureOf(secret: string, timestamp: string): string {
  return createHmac("sha256", secret).update(`${timestamp}\n${secret}`).digest("base64");
}
