import { ZodError } from "zod";
import { Failure } from "../../error.ts";
import type { Delivery, Receipt, Receive, Refusal } from "../../ports/host.ts";
import { badRequest, misshapen } from "../../ports/receipt.ts";
import { eventName, KNOWN_EVENTS, marksOf, type Hint, type Known } from "./marks.ts";
import { isCheckPayload } from "./payload.ts";
import { refusalOf } from "./verify.ts";

export interface WebhookOptions {
  /** The webhook's password; in signature mode it is the signing key. */
  readonly secret: string;
  /** Milliseconds since the epoch. */
  readonly now: () => number;
  /** Called with the repository's path from a delivery: a guess, never a fact. */
  readonly seen?: (repository: number, path: string) => void;
  /** Called with the number of a repository to which somebody pushed, and the branch; null: not known which. */
  readonly pushed?: (repository: number, branch: string | null) => void;
  /** The number of the bot's own account, if known; its own label changes need no check. */
  readonly self?: () => number | null;
  /** Finds the pull requests that the running bot knows by a check run's id or its head. */
  readonly pullsOf?: Known["pullsOf"];
  readonly overwritten?: Known["overwritten"];
}

/**
 * Verifies Gitee's deliveries and returns their queue entries. Neither of its modes covers the body, so the body only
 * decides what to read and what to wait for. A replayed delivery costs a reading and changes nothing. A forged one, by
 * somebody who has seen a token, can at most keep a pull request undecided for some hours.
 * @throws Failure `configuration` without a secret: a forged delivery would look the same
 */
export function giteeWebhooks(options: WebhookOptions): Receive {
  const { secret, now, seen, pushed, self, pullsOf, overwritten } = options;
  if (secret === "")
    throw new Failure("configuration", "GITEE_WEBHOOK_SECRET is empty: set the webhook's password");
  const refuse = (headers: Delivery["headers"]): Refusal | null => {
    const reason = refusalOf(headers, secret, now());
    return reason === null ? null : { kind: "refused", status: 401, reason };
  };
  const receive = (delivery: Delivery): Receipt => {
    const refusal = refuse(delivery.headers);
    if (refusal !== null) return refusal;
    const known = {
      self: self?.() ?? null,
      pullsOf: pullsOf ?? (() => []),
      overwritten: overwritten ?? (() => []),
    };
    return read(delivery, known, ({ marks, repository, about, pushed: push }) => {
      if (push !== undefined && about !== null) pushed?.(about, push.branch);
      if (repository !== null) seen?.(repository.id, repository.path);
      return { kind: "accepted", marks, repository: about };
    });
  };
  return Object.assign(receive, { refusalOf: refuse, introduce });
}

/** Gitee documents no delivery id. */
function introduce(headers: Delivery["headers"]) {
  if (headers["x-gitee-ping"] === "true") return { event: "ping", id: null };
  const event = eventName(eventOf(headers));
  return { event: KNOWN_EVENTS.has(event) ? event : "other", id: null };
}

function eventOf(headers: Delivery["headers"]): string | null {
  // A proxy may send an empty header.
  return headers["x-gitee-event"] || headers["x-git-oschina-event"] || null;
}

function read(delivery: Delivery, known: Known, accept: (hint: Hint) => Receipt): Receipt {
  const { headers } = delivery;
  if (headers["x-gitee-ping"] === "true") return { kind: "accepted", marks: [] };
  const event = eventOf(headers);
  const payload = parse(delivery.body);
  if (payload === undefined) return badRequest("the body is not JSON");
  // The header's value for a check event, if it has one, is not documented.
  if (event === null && !isCheckPayload(payload)) return badRequest("X-Gitee-Event is missing");
  try {
    return accept(marksOf(event, payload, known));
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    return misshapen(error);
  }
}

function parse(body: Uint8Array): unknown {
  try {
    return JSON.parse(new TextDecoder().decode(body));
  } catch {
    return undefined;
  }
}
