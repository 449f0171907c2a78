/**
 * Deliveries of a host, straight on `node:http`: check the headers, collect the raw bytes, verify them, make what they
 * ask for durable, answer. Nothing else is waited for.
 */
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { HostName } from "../account.ts";
import type { Receive } from "../ports/host.ts";
import type { Queue } from "../ports/queue.ts";
import type { Bodies } from "./body.ts";
import type { DeliveryOutcome, Metrics } from "./metrics.ts";

/** GitHub's own limit for a payload: docs.github.com/webhooks/webhook-events-and-payloads, "capped at 25 MB". */
const LARGEST = 25 * 1024 * 1024;
/** How long the rest of a refused body is read away, so that its sender gets to see the answer. */
const LINGER_MS = 5_000;

export interface WebhookOptions {
  readonly receive: Receive;
  /** Shared by all routes, so that it bounds the memory of all deliveries together. */
  readonly bodies: Bodies;
  readonly queue: Pick<Queue, "mark">;
  readonly metrics: Pick<Metrics, "delivery">;
  readonly log: Logger;
  /** Whether the server is stopping, so that each answer also ends its connection. */
  stopping(): boolean;
}

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The handler of one host's `POST /api/HOST/webhooks`. */
export function webhookRoute(host: HostName, options: WebhookOptions): Handler {
  const { receive, queue, metrics, log } = options;

  function answer(response: ServerResponse, status: number, outcome: DeliveryOutcome, text: string): void {
    metrics.delivery(host, outcome);
    if (options.stopping()) response.setHeader("connection", "close");
    if (status === 503) response.setHeader("retry-after", "5");
    response.writeHead(status, ["content-type", "application/json", "content-length", byteLength(text)]);
    response.end(text);
  }

  function accept(response: ServerResponse, headers: IncomingMessage["headers"], bytes: Uint8Array): void {
    const receipt = receive({ headers: single(headers), body: bytes });
    if (receipt.kind === "refused") {
      answer(response, receipt.status, "refused", errorLine(receipt.reason));
      return;
    }
    if (receipt.marks.length === 0) {
      answer(response, 200, "ignored", IGNORED);
      return;
    }
    queue.mark(receipt.marks).then(
      () => answer(response, 202, "accepted", ACCEPTED),
      (error: unknown) => {
        log.error({ host, err: error }, "a delivery could not be kept");
        answer(response, 503, "failed", errorLine("the delivery could not be kept; send it again"));
      },
    );
  }

  return (request, response) => {
    const refusal = receive.refusalOf?.(single(request.headers)) ?? null;
    if (refusal !== null) {
      metrics.delivery(host, "refused");
      refuseUnread(request, response, refusal.status, refusal.reason);
      return;
    }
    options.bodies.collect(request, LARGEST, (body) => {
      switch (body.kind) {
        case "aborted":
          metrics.delivery(host, "dropped");
          return;
        case "too-large":
          metrics.delivery(host, "too-large");
          refuseUnread(request, response, 413, "the body is over 25 MiB");
          return;
        case "crowded-out":
          metrics.delivery(host, "crowded-out");
          response.setHeader("retry-after", "5");
          refuseUnread(request, response, 503, "too many large deliveries at once; send it again");
          return;
        case "whole":
          try {
            accept(response, request.headers, body.bytes);
          } catch (error) {
            log.error({ host, err: error }, "a delivery met a bug");
            answer(response, 500, "failed", errorLine("the delivery could not be read"));
          }
      }
    });
  };
}

const ACCEPTED = '{"accepted":true}\n';
const IGNORED = '{"accepted":true,"due":0}\n';

/** An error in one line of JSON. */
export function errorLine(reason: string): string {
  return `${JSON.stringify({ error: reason })}\n`;
}

function byteLength(text: string): string {
  return String(Buffer.byteLength(text));
}

/** Every header that came once; what came repeatedly Node.js has joined, and then no signature matches. */
function single(headers: IncomingMessage["headers"]): Record<string, string | undefined> {
  const found: Record<string, string | undefined> = {};
  for (const name in headers) {
    const value = headers[name];
    if (typeof value === "string") found[name] = value;
  }
  return found;
}

/**
 * Answers at once, and ends the connection only when the rest was read away or after {@link LINGER_MS}: closing
 * with bytes unread would reset it, and the sender would see a broken pipe in the place of the answer.
 */
function refuseUnread(
  request: IncomingMessage,
  response: ServerResponse,
  status: number,
  reason: string,
): void {
  const text = errorLine(reason);
  response.writeHead(status, {
    "content-type": "application/json",
    "content-length": byteLength(text),
    connection: "close",
  });
  response.write(text);
  const finish = (): void => {
    clearTimeout(deadline);
    response.end();
  };
  const deadline = setTimeout(finish, LINGER_MS);
  request.once("end", finish).once("close", finish).resume();
}
