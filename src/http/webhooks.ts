/**
 * Deliveries of a host, directly on `node:http`. The route checks the headers, collects the raw bytes and verifies them.
 * It stores the tasks durably before it answers. Nothing else delays the answer.
 */
import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Logger } from "pino";
import type { HostName } from "../account.ts";
import { Failure } from "../error.ts";
import type { Delivery, Receipt, Receive } from "../ports/host.ts";
import type { Queue } from "../ports/queue.ts";
import { createAllowance } from "./allowance.ts";
import type { Bodies } from "./body.ts";
import type { DeliveryOutcome, Metrics } from "./metrics.ts";

/** GitHub's own limit for a payload: docs.github.com/webhooks/webhook-events-and-payloads, "capped at 25 MB". */
const LARGEST = 25 * 1024 * 1024;
/** A body that takes some milliseconds to read, in bytes. */
const LONG = 512 * 1024;
/** How long the rest of a refused body is read and dropped, so that its sender receives the answer. */
const LINGER_MS = 5_000;

export interface WebhookOptions {
  readonly receive: Receive;
  /** Shared by all routes, so that it limits the memory of all deliveries. */
  readonly bodies: Bodies;
  readonly queue: Pick<Queue, "mark">;
  readonly metrics: Pick<Metrics, "delivery">;
  readonly log: Logger;
  /** Called for every delivery when it is answered. */
  readonly observe?: (delivery: ToldDelivery) => void;
  /** Whether the server is stopping, so that each answer also ends its connection. */
  stopping(): boolean;
}

/** An answered delivery, for logs and traces. */
export interface ToldDelivery {
  readonly host: HostName;
  readonly delivery: string;
  readonly event: string;
  readonly outcome: DeliveryOutcome;
  /** The repository's number; null: the delivery is about no repository, or could not be read. */
  readonly repository: number | null;
  /** In milliseconds since the epoch. */
  readonly startedAt: number;
}

interface Arrived {
  readonly id: string;
  readonly event: string;
  readonly at: number;
}

const LEVELS: Readonly<Record<DeliveryOutcome, "info" | "warn">> = {
  accepted: "info",
  ignored: "info",
  refused: "warn",
  "too-large": "warn",
  "crowded-out": "warn",
  failed: "warn",
  dropped: "info",
};

/** The maximum of log lines per minute for refused deliveries; the metrics count them all. */
const LINES_A_MINUTE = 20;

export type Handler = (request: IncomingMessage, response: ServerResponse) => void;

/** The handler of one host's `POST /api/HOST/webhooks`. */
export function webhookRoute(host: HostName, options: WebhookOptions): Handler {
  const { receive, queue, metrics, log } = options;
  const lines = createAllowance(LINES_A_MINUTE);

  /** Reports the result of a delivery once. */
  function tell(arrived: Arrived, outcome: DeliveryOutcome, repository: number | null = null): void {
    const { id: delivery, event, at } = arrived;
    metrics.delivery(host, event, outcome);
    options.observe?.({ host, delivery, event, outcome, repository, startedAt: at });
    // Anybody can send any number of refused deliveries, so not each gets a line.
    if (outcome === "accepted" || outcome === "ignored" || lines.take())
      log[LEVELS[outcome]]({ host, delivery, event, repository, outcome }, "delivery");
  }

  function answer(response: ServerResponse, status: number, text: string): void {
    if (options.stopping()) response.setHeader("connection", "close");
    if (status === 503) response.setHeader("retry-after", "5");
    response.writeHead(status, ["content-type", "application/json", "content-length", byteLength(text)]);
    response.end(text);
  }

  /** @returns for a long one, what resolves when it is read */
  function read(response: ServerResponse, delivery: Delivery, arrived: Arrived): Promise<void> | void {
    const fail = (error: unknown): void => {
      log.error({ host, delivery: arrived.id, err: error }, "a delivery failed because of a bug");
      tell(arrived, "failed");
      answer(response, 500, errorLine("the delivery could not be read"));
    };
    if (receive.long !== undefined && delivery.body.length > LONG)
      return receive.long(delivery).then((receipt) => accept(response, receipt, arrived), fail);
    try {
      accept(response, receive(delivery), arrived);
    } catch (error) {
      fail(error);
    }
  }

  function accept(response: ServerResponse, receipt: Receipt, arrived: Arrived): void {
    if (receipt.kind === "refused") {
      tell(arrived, "refused");
      answer(response, receipt.status, errorLine(receipt.reason));
      return;
    }
    const repository = receipt.repository ?? null;
    if (receipt.marks.length === 0) {
      tell(arrived, "ignored", repository);
      answer(response, 200, IGNORED);
      return;
    }
    const { id, at } = arrived;
    const told = receipt.marks.map((mark) => ({ ...mark, deliveries: [{ id, at }] }));
    const accepted = (): void => {
      tell(arrived, "accepted", repository);
      answer(response, 202, ACCEPTED);
    };
    queue.mark(told).then(
      () => accepted(),
      (error: unknown) => {
        if (error instanceof Failure)
          log.error(
            { host, delivery: id, code: error.code },
            `a delivery could not be stored: ${error.message}`,
          );
        else log.error({ host, delivery: id, err: error }, "a delivery could not be stored because of a bug");
        tell(arrived, "failed", repository);
        answer(response, 503, errorLine("the delivery could not be stored; send it again"));
      },
    );
  }

  return (request, response) => {
    // The only header that Node.js gives as a list is `set-cookie`: https://nodejs.org/api/http.html#messageheaders
    // It joins others that are repeated into one value, and then no signature matches.
    const headers = request.headers as Delivery["headers"];
    const { event, id } = receive.introduce?.(headers) ?? { event: "other", id: null };
    const arrived = { event, id: id ?? randomUUID(), at: Date.now() };
    const refusal = receive.refusalOf?.(headers) ?? null;
    if (refusal !== null) {
      tell(arrived, "refused");
      refuseUnread(request, response, refusal.status, refusal.reason);
      return;
    }
    options.bodies.collect(request, LARGEST, (body) => {
      switch (body.kind) {
        case "aborted":
          tell(arrived, "dropped");
          return;
        case "too-large":
          tell(arrived, "too-large");
          refuseUnread(request, response, 413, "the body is over 25 MiB");
          return;
        case "crowded-out":
          tell(arrived, "crowded-out");
          response.setHeader("retry-after", "5");
          refuseUnread(request, response, 503, "too many large deliveries at once; send it again");
          return;
        case "whole":
          return read(response, { headers, body: body.bytes }, arrived);
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

/**
 * Answers at once, and closes the connection only when the rest was read or after {@link LINGER_MS}. Closing with
 * unread bytes would reset the connection, and the sender would see a broken pipe instead of the answer.
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
