import type { Server } from "node:http";
import type { Socket } from "node:net";
import { isNear, networkOf } from "./sender.ts";

export interface ConnectionLimits {
  /** Concurrent connections of all senders. */
  readonly all: number;
  /** Concurrent connections of one network that is not a reverse proxy's. */
  readonly ofOne: number;
  /** Whether an address can be a reverse proxy's, whose connections are those of many senders. */
  readonly isProxy: (address: string) => boolean;
}

export const CONNECTION_LIMITS: ConnectionLimits = { all: 2_000, ofOne: 200, isProxy: isNear };

/** Stands for the networks of all reverse proxies. */
const PROXIES = "proxies";

/**
 * Bounds the connections of a server. Beyond the limit of all, the network with the most connections loses its oldest
 * one, so that a sender with few connections, such as a host that delivers, always gets in.
 */
export function limitConnections(server: Server, { all, ofOne, isProxy }: ConnectionLimits): void {
  /** The open connections, the oldest first, each with its network. */
  const open = new Map<Socket, string>();
  const counts = new Map<string, number>();
  const countOf = (network: string): number => counts.get(network) ?? 0;

  const leave = (socket: Socket): void => {
    const network = open.get(socket);
    if (network === undefined) return;
    open.delete(socket);
    counts.set(network, countOf(network) - 1);
    if (countOf(network) === 0) counts.delete(network);
  };
  // It leaves the count before its end is announced, so that the next one beyond the limit ends another one.
  const end = (socket: Socket): void => {
    leave(socket);
    socket.destroy();
  };
  const oldestOfLargest = (): Socket | undefined => {
    const networks = [...counts.keys()].filter((network) => network !== PROXIES);
    const largest = networks.reduce((one, other) => (countOf(other) > countOf(one) ? other : one), "");
    return [...open].find(([, network]) => network === largest)?.[0];
  };

  server.on("connection", (socket) => {
    const address = socket.remoteAddress ?? "";
    const network = isProxy(address) ? PROXIES : networkOf(address);
    open.set(socket, network);
    counts.set(network, countOf(network) + 1);
    socket.once("close", () => leave(socket));
    if (network !== PROXIES && countOf(network) > ofOne) end(socket);
    else if (open.size > all) end(oldestOfLargest() ?? socket);
  });
}
