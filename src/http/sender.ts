import { BlockList, isIP } from "node:net";
import type { IncomingMessage } from "node:http";

/** Addresses of reverse proxies. The bot trusts only a proxy about the sender of a request. */
const near = new BlockList();
near.addSubnet("127.0.0.0", 8, "ipv4");
near.addSubnet("10.0.0.0", 8, "ipv4");
near.addSubnet("172.16.0.0", 12, "ipv4");
near.addSubnet("192.168.0.0", 16, "ipv4");
near.addSubnet("100.64.0.0", 10, "ipv4");
near.addAddress("::1", "ipv6");
near.addSubnet("fc00::", 7, "ipv6");
near.addSubnet("fe80::", 10, "ipv6");

/** Addresses of this machine itself. */
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

/** Headers that proxies and networks of proxies add. */
const FORWARDED = /forwarded|^via$|real-ip|client-ip|^(cf|fastly|x-envoy|x-cluster|x-amz|x-azure)-/;

/** How many proxies may be in front of the bot; a longer chain is made up. */
const LONGEST_CHAIN = 20;

/** The address of the sender; behind a trusted proxy, the one that the proxy names. */
export function senderOf(request: IncomingMessage): string {
  const peer = bare(request.socket.remoteAddress ?? "");
  const forwarded = request.headers["x-forwarded-for"];
  if (!isNear(peer) || typeof forwarded !== "string") return peer;
  // Each proxy appends the address that it saw, so the last address that is not one of our proxies is the right one.
  const chain = forwarded
    .split(",")
    .slice(-LONGEST_CHAIN)
    .map((part) => bare(part.trim()));
  return chain.findLast((address) => isIP(address) !== 0 && !isNear(address)) ?? peer;
}

/** Whether an address can be a reverse proxy's. */
export function isNear(address: string): boolean {
  return isIn(near, bare(address));
}

/**
 * Whether a request comes from this machine and not through a proxy on it. A proxy that adds no header and replaces the
 * `Host` header can't be told apart.
 */
export function isLocal(request: IncomingMessage): boolean {
  const { headers, socket } = request;
  const isForwarded = Object.keys(headers).some((name) => FORWARDED.test(name));
  if (isForwarded || !isIn(loopback, bare(socket.remoteAddress ?? ""))) return false;
  // A page in a local browser can point a host name of its own to this address.
  const name = URL.parse(`http://${headers.host ?? ""}/`)?.hostname ?? "";
  return name === "localhost" || isIn(loopback, name.replace(/^\[|\]$/g, ""));
}

function isIn(list: BlockList, address: string): boolean {
  const family = isIP(address);
  return family !== 0 && list.check(address, family === 4 ? "ipv4" : "ipv6");
}

/** An address without the port that some proxies append, and an IPv4 address without its form in IPv6. */
function bare(address: string): string {
  const [, bracketed, dotted] =
    /^(?:\[([\da-f:.]+)\](?::\d{1,5})?|((?:\d{1,3}\.){3}\d{1,3}):\d{1,5})$/i.exec(address) ?? [];
  return (bracketed ?? dotted ?? address).replace(/^::ffff:(?=\d+\.)/i, "");
}

/** The network of an address: one IPv6 network has 2^64 addresses, so only the first half of an address counts. */
export function networkOf(address: string): string {
  const own = bare(address);
  if (isIP(own) !== 6) return own;
  const [head = "", tail = ""] = own.split("::", 2);
  const [before, after] = [head, tail].map((part) => part.split(":").filter(Boolean));
  const zeros = Array<string>(Math.max(0, 8 - (before?.length ?? 0) - (after?.length ?? 0))).fill("0");
  return [...(before ?? []), ...zeros].slice(0, 4).join(":");
}
