import { createServer, type RequestListener, type Server } from "node:http";
import { Failure } from "../error.ts";
import { CONNECTION_LIMITS, limitConnections } from "./connections.ts";

export interface Address {
  readonly host: string;
  /** 0 takes any free one. */
  readonly port: number;
}

/**
 * Starts an HTTP server whose connections are bounded in number, time and size, so that silent or slow senders occupy
 * nothing for long.
 * @param variable the variable that sets the port, for the error message
 * @throws Failure `configuration` when the address can't be listened on
 */
export async function listen(
  { host, port }: Address,
  variable: "PORT" | "METRICS_PORT",
  handle: RequestListener,
  limits = CONNECTION_LIMITS,
): Promise<Server> {
  // A sender gets ten seconds for its headers and a minute for its 25 MiB. An idle connection stays open longer than
  // the 60 seconds after which common proxies drop theirs, so that it never closes while a request arrives.
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      maxHeaderSize: 16 * 1024,
      noDelay: true,
    },
    handle,
  );
  // A client that does not read its answer is disconnected, too.
  server.timeout = 120_000;
  limitConnections(server, limits);
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Failure("configuration", `can't listen on ${host}:${port}: ${why(error, variable)}`));
    });
    server.listen({ host, port, backlog: 1024 }, resolve);
  });
  return server;
}

function why(error: NodeJS.ErrnoException, variable: string): string {
  switch (error.code) {
    case "EADDRINUSE":
      return `another program listens there; stop it, or set ${variable} to another port`;
    case "EACCES":
      return `this user may not; set ${variable} to 1024 or more, and put a reverse proxy before it`;
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "this machine has no such address; correct HOST";
    default:
      return error.message;
  }
}

/** Where a server listens, e.g. `http://127.0.0.1:3000`. */
export function urlOf(host: string, server: Server): string {
  const address = server.address();
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}

/**
 * Takes no new connection, finishes what is in flight and ends idle connections. Resolves when all are closed; after
 * `graceMs` the rest is closed by force.
 */
export async function close(server: Server, graceMs: number): Promise<void> {
  const closed = new Promise<void>((resolve) => server.close(() => resolve()));
  // A connection with a request in flight becomes idle only when the request is answered.
  const idle = setInterval(() => server.closeIdleConnections(), 50);
  const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
  await closed;
  clearInterval(idle);
  clearTimeout(deadline);
}
