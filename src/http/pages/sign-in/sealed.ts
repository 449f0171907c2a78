/**
 * Text that the database stores for a browser but can't read. It is encrypted with a key derived from the id in the
 * browser's cookie; the database has only a hash of the id.
 */
import { createCipheriv, createDecipheriv, createHmac } from "node:crypto";

const CIPHER = "aes-256-gcm";
const TAG_BYTES = 16;
// Each id seals only one text, so its key is never used twice with the same nonce.
const NONCE = Buffer.alloc(12);

/** @param id the random id in the browser's cookie */
export function seal(id: string, text: string): string {
  const cipher = createCipheriv(CIPHER, keyOf(id), NONCE);
  const body = Buffer.concat([cipher.update(text, "utf8"), cipher.final()]);
  return Buffer.concat([cipher.getAuthTag(), body]).toString("base64url");
}

/** Null if this id did not seal it. */
export function unseal(id: string, sealed: string): string | null {
  try {
    const bytes = Buffer.from(sealed, "base64url");
    const decipher = createDecipheriv(CIPHER, keyOf(id), NONCE);
    decipher.setAuthTag(bytes.subarray(0, TAG_BYTES));
    return Buffer.concat([decipher.update(bytes.subarray(TAG_BYTES)), decipher.final()]).toString("utf8");
  } catch {
    return null;
  }
}

function keyOf(id: string): Buffer {
  return createHmac("sha256", id).update("return").digest();
}
