import { createHmac, randomBytes } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { networkOf, senderOf } from "../sender.ts";

// A new secret at each start that is stored nowhere, so that no key leads back to an address.
const salt = randomBytes(32);

/** A key for the sender of a request. It distinguishes senders without naming them. */
export function clientKey(request: IncomingMessage): string {
  return createHmac("sha256", salt)
    .update(networkOf(senderOf(request)))
    .digest("base64url")
    .slice(0, 22);
}
