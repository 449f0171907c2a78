import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import { getRequestListener } from "@hono/node-server";
import type { Hono } from "hono";
import type { Logger } from "pino";
import type { HostName } from "../account.ts";
import { Failure } from "../error.ts";
import type { Receive } from "../ports/host.ts";
import type { Queue } from "../ports/queue.ts";
import type { Metrics } from "./metrics.ts";
import { siteRoutes } from "./site.ts";
import { errorLine, webhookRoute, type Handler } from "./webhooks.ts";

export interface ServerOptions {
  /** Port 0 takes any free one. */
  readonly address: { readonly host: string; readonly port: number };
  /** The hosts that are on, each with what verifies its deliveries. */
  readonly webhooks: ReadonlyMap<HostName, Receive>;
  readonly queue: Pick<Queue, "mark">;
  /** Resolves while the bot is able to take deliveries. */
  readonly ready: () => Promise<void>;
  readonly metrics: Pick<Metrics, "delivery" | "print">;
  /** Everything that people look at; null: nothing of it is served. */
  readonly pages: Hono | null;
  readonly log: Logger;
}

export interface Server {
  /** Where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /**
   * Takes no new connection, finishes what is in flight and ends idle connections. Resolves when all are
   * closed, at the latest after `graceMs`, when the rest is cut.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Listens for deliveries and for people. No address, path or header of a request is logged.
 * @throws Failure `configuration` when the address can't be listened on
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  let stopping = false;
  const log = options.log;
  const deliveries = new Map<string, Handler>();
  for (const [host, receive] of options.webhooks) {
    const route = webhookRoute(host, { ...options, receive, stopping: () => stopping });
    deliveries.set(`/api/${host}/webhooks`, route);
  }
  const site = getRequestListener(siteRoutes(options).fetch, {
    overrideGlobalObjects: false,
    errorHandler(error) {
      log.error({ err: error }, "a request met a bug");
      return new Response(errorLine("something went wrong here"), {
        status: 500,
        headers: { "content-type": "application/json" },
      });
    },
  });

  function handle(request: IncomingMessage, response: ServerResponse): void {
    const [path = ""] = (request.url ?? "").split("?", 1);
    const delivery = deliveries.get(path);
    if (delivery === undefined) {
      if (stopping) response.setHeader("connection", "close");
      void site(request, response);
    } else if (request.method === "POST") delivery(request, response);
    else refuseMethod(request, response);
  }

  // A sender gets ten seconds for its headers and a minute for its 25 MiB; an idle connection is kept longer
  // than the 60 seconds after which common proxies drop theirs, so that it is never closed under a request.
  const server = createServer(
    {
      headersTimeout: 10_000,
      requestTimeout: 60_000,
      keepAliveTimeout: 65_000,
      connectionsCheckingInterval: 5_000,
      noDelay: true,
    },
    handle,
  );
  const { host, port } = options.address;
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => {
      reject(new Failure("configuration", `can't listen on ${host}:${port}: ${why(error)}`));
    });
    server.listen({ host, port, backlog: 1024 }, resolve);
  });
  server.on("error", (error) => log.error({ err: error }, "the server met an error"));

  return {
    url: urlOf(host, server.address()),
    async stop(graceMs) {
      stopping = true;
      const closed = new Promise<void>((resolve) => server.close(() => resolve()));
      // A connection whose request was in flight becomes idle only when that is answered.
      const idle = setInterval(() => server.closeIdleConnections(), 50);
      const deadline = setTimeout(() => server.closeAllConnections(), graceMs);
      await closed;
      clearInterval(idle);
      clearTimeout(deadline);
    },
  };
}

function why(error: NodeJS.ErrnoException): string {
  switch (error.code) {
    case "EADDRINUSE":
      return "something else listens there; stop it, or set PORT to another";
    case "EACCES":
      return "this user may not; set PORT to 1024 or more, and put a reverse proxy before it";
    case "EADDRNOTAVAIL":
    case "ENOTFOUND":
      return "no such address is of this machine; mend HOST";
    default:
      return error.message;
  }
}

function refuseMethod(request: IncomingMessage, response: ServerResponse): void {
  const text = errorLine("a delivery is sent with POST");
  response.writeHead(405, { "content-type": "application/json", allow: "POST" });
  response.end(text);
  request.resume();
}

function urlOf(host: string, address: ReturnType<ReturnType<typeof createServer>["address"]>): string {
  if (address === null || typeof address === "string") throw new TypeError("not listening on a port");
  const name = host.includes(":") ? `[${host}]` : host;
  return `http://${name}:${address.port}`;
}
