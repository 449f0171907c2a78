import type { IncomingMessage, ServerResponse } from "node:http";
import { getRequestListener, RequestError } from "@hono/node-server";
import type { Hono } from "hono";
import type { Logger } from "pino";
import type { HostName } from "../account.ts";
import type { Receive } from "../ports/host.ts";
import type { Queue } from "../ports/queue.ts";
import { createBodies, MOST_OF_A_PAGE } from "./body.ts";
import { close, listen, urlOf, type Address } from "./listen.ts";
import type { MetricsAccess } from "./metrics-access.ts";
import type { Metrics } from "./metrics.ts";
import { metricsRoutes, siteRoutes } from "./site.ts";
import { errorLine, webhookRoute, type Handler, type ToldDelivery } from "./webhooks.ts";

export interface ServerOptions {
  readonly address: Address;
  /** The hosts that are on, each with what verifies its deliveries. */
  readonly webhooks: ReadonlyMap<HostName, Receive>;
  readonly queue: Pick<Queue, "mark">;
  /** The program's version, as `/healthz` reports it. */
  readonly version?: string;
  /** Resolves while the bot is able to take deliveries. */
  readonly ready: () => Promise<void>;
  readonly metrics: Pick<Metrics, "delivery" | "print" | "badRequest">;
  readonly metricsAccess: MetricsAccess;
  /** Called for every delivery when it is answered. */
  readonly observeDelivery?: (delivery: ToldDelivery) => void;
  /** The pages; null: none are served. */
  readonly pages: Hono | null;
  readonly log: Logger;
}

/** Memory for the bodies of all deliveries and forms in progress, in bytes. */
const MOST_BODIES = 64 * 1024 * 1024;

export interface Server {
  /** The URL where it listens, e.g. `http://127.0.0.1:3000`. */
  readonly url: string;
  /** The URL of the metrics, if they have a separate port. */
  readonly metricsUrl: string | null;
  /**
   * Takes no new connection, finishes what is in flight and ends idle connections. Resolves when all are closed; after
   * `graceMs` the rest is closed by force.
   */
  stop(graceMs: number): Promise<void>;
}

/**
 * Listens for deliveries and page visits. No address, path or header of a request is logged.
 * @throws Failure `configuration` when the address can't be listened on
 */
export async function startServer(options: ServerOptions): Promise<Server> {
  let stopping = false;
  const { log, metricsAccess } = options;
  const { host } = options.address;
  const deliveries = new Map<string, Handler>();
  const bodies = createBodies(MOST_BODIES);
  for (const [name, receive] of options.webhooks) {
    const route = webhookRoute(name, {
      ...options,
      receive,
      bodies,
      stopping: () => stopping,
      ...(options.observeDelivery === undefined ? {} : { observe: options.observeDelivery }),
    });
    deliveries.set(`/api/${name}/webhooks`, route);
  }
  const site = listenerOf(siteRoutes(options), options);
  const numbers = listenerOf(metricsRoutes(options), options);

  function handle(request: IncomingMessage, response: ServerResponse): void {
    if (!hasOneHost(request)) {
      options.metrics.badRequest();
      answer(request, response, 400, "the request is malformed");
      return;
    }
    const [path = ""] = (request.url ?? "").split("?", 1);
    const delivery = deliveries.get(path);
    if (delivery === undefined) {
      if (stopping) response.setHeader("connection", "close");
      // A body that is cut off or malformed; nobody is left to read an answer.
      response.once("close", () => {
        if (!request.complete && !response.writableFinished) options.metrics.badRequest();
      });
      const bytes = pageBytes(request);
      if (bytes > 0 && !bodies.reserve(response, bytes)) {
        response.setHeader("retry-after", "5");
        answer(request, response, 503, "too many large requests at once; send it again");
      } else void site(request, response);
    } else if (request.method === "POST") delivery(request, response);
    else refuseMethod(request, response);
  }

  const server = await listen(options.address, "PORT", handle);
  const { port } = metricsAccess;
  const metrics =
    port === null
      ? null
      : await listen({ host, port }, "METRICS_PORT", (request, response) => {
          void numbers(request, response);
        }).catch(async (error: unknown) => {
          await close(server, 0);
          throw error;
        });
  for (const one of [server, metrics])
    one?.on("error", (error) => log.error({ err: error }, "the server had an error"));

  return {
    url: urlOf(host, server),
    metricsUrl: metrics === null ? null : urlOf(host, metrics),
    async stop(graceMs) {
      stopping = true;
      await Promise.all([close(server, graceMs), metrics === null ? null : close(metrics, graceMs)]);
    },
  };
}

/** Routes requests. A malformed one is only counted, because anybody can send any number of them. */
function listenerOf(
  routes: Hono,
  { log, metrics }: Pick<ServerOptions, "log" | "metrics">,
): ReturnType<typeof getRequestListener> {
  return getRequestListener(routes.fetch, {
    overrideGlobalObjects: false,
    errorHandler(error) {
      const isBad = error instanceof RequestError;
      if (isBad) metrics.badRequest();
      else log.error({ err: error }, "a request failed because of a bug");
      return new Response(errorLine(isBad ? "the request is malformed" : "something went wrong here"), {
        status: isBad ? 400 : 500,
        headers: { "content-type": "application/json" },
      });
    },
  });
}

/**
 * Whether the request names one server at most, in a form that a URL can have.
 * https://www.rfc-editor.org/rfc/rfc9112#section-3.2: which of several is meant depends on who reads it.
 */
function hasOneHost(request: IncomingMessage): boolean {
  // Of several, `headers` has only the first, and `headersDistinct` costs ten times as much as this.
  const { rawHeaders, headers } = request;
  const { host = "localhost" } = headers;
  const times = rawHeaders.filter((name, at) => at % 2 === 0 && name.toLowerCase() === "host").length;
  return times <= 1 && !/[/?#@\\]/.test(host) && URL.canParse(`http://${host}/`);
}

/** The memory that a request for a page may take for its body, in bytes; a longer body is refused unread. */
function pageBytes({ method, headers }: IncomingMessage): number {
  if (method === "GET" || method === "HEAD") return 0;
  return Math.min(MOST_OF_A_PAGE, Number(headers["content-length"] ?? MOST_OF_A_PAGE) || 0);
}

function refuseMethod(request: IncomingMessage, response: ServerResponse): void {
  response.setHeader("allow", "POST");
  answer(request, response, 405, "a delivery is sent with POST");
}

function answer(request: IncomingMessage, response: ServerResponse, status: number, text: string): void {
  response.writeHead(status, { "content-type": "application/json" });
  response.end(errorLine(text));
  request.resume();
}
