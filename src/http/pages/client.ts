import { createHmac, randomBytes } from "node:crypto";
import { isIP } from "node:net";
import type { IncomingMessage } from "node:http";
import { senderOf } from "../sender.ts";

// A new secret at each start that is stored nowhere, so that no key leads back to an address.
const salt = randomBytes(32);

/** A key for the sender of a request. It distinguishes senders without naming them. */
export function clientKey(request: IncomingMessage): string {
  return createHmac("sha256", salt)
    .update(network(senderOf(request)))
    .digest("base64url")
    .slice(0, 22);
}

/** One IPv6 network has 2^64 addresses, so only the first half of an address counts. */
function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail = ""] = address.split("::", 2);
  const [before, after] = [head, tail].map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - (before?.length ?? 0) - (after?.length ?? 0))).fill("0");
  return [...(before ?? []), ...zeros].slice(0, 4).join(":");
}
