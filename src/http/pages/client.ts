import { createHmac, randomBytes } from "node:crypto";
import { BlockList, isIP } from "node:net";
import type { IncomingMessage } from "node:http";

/** Addresses from which a reverse proxy speaks; only such a one is believed about whom it speaks for. */
const near = new BlockList();
near.addSubnet("127.0.0.0", 8, "ipv4");
near.addSubnet("10.0.0.0", 8, "ipv4");
near.addSubnet("172.16.0.0", 12, "ipv4");
near.addSubnet("192.168.0.0", 16, "ipv4");
near.addSubnet("100.64.0.0", 10, "ipv4");
near.addAddress("::1", "ipv6");
near.addSubnet("fc00::", 7, "ipv6");
near.addSubnet("fe80::", 10, "ipv6");

// Made anew at each start and kept nowhere, so that a key leads back to no address.
const salt = randomBytes(32);

/** A key for the sender of a request that tells senders apart and names none. */
export function clientKey(request: IncomingMessage): string {
  return createHmac("sha256", salt)
    .update(network(addressOf(request)))
    .digest("base64url")
    .slice(0, 22);
}

function addressOf(request: IncomingMessage): string {
  const peer = bare(request.socket.remoteAddress ?? "");
  const forwarded = request.headers["x-forwarded-for"];
  if (!isNear(peer) || typeof forwarded !== "string") return peer;
  // Each proxy appends whom it saw, so the last one that is no proxy of ours is the one to believe.
  const chain = forwarded.split(",").map((part) => bare(part.trim()));
  return chain.findLast((address) => isIP(address) !== 0 && !isNear(address)) ?? peer;
}

function isNear(address: string): boolean {
  const family = isIP(address);
  return family !== 0 && near.check(address, family === 4 ? "ipv4" : "ipv6");
}

function bare(address: string): string {
  return address.replace(/^::ffff:(?=\d+\.)/, "");
}

/** Somebody with one IPv6 network has 2^64 addresses of it, so its first half counts. */
function network(address: string): string {
  if (isIP(address) !== 6) return address;
  const [head = "", tail = ""] = address.split("::", 2);
  const [before, after] = [head, tail].map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - (before?.length ?? 0) - (after?.length ?? 0))).fill("0");
  return [...(before ?? []), ...zeros].slice(0, 4).join(":");
}
