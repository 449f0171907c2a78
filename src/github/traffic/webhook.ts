import { createHmac, timingSafeEqual } from "node:crypto";
import { z, ZodError } from "zod";
import { Failure } from "../../error.ts";
import type { Delivery, Receipt, Receive, Refusal } from "../../ports/host.ts";
import type { Mark } from "../../ports/queue.ts";
import { badRequest, misshapen } from "../../ports/receipt.ts";
import { rememberLatestTold } from "./latest-told.ts";
import { KNOWN_EVENTS, marksOf } from "./marks.ts";

/**
 * Verifies GitHub's deliveries and returns their queue entries.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 * @throws Failure `configuration` without a secret: a forged delivery would look the same
 */
export function gitHubWebhooks({ secret }: { readonly secret: string }): Receive {
  if (secret === "")
    throw new Failure("configuration", "WEBHOOK_SECRET is empty: set the app's webhook secret");
  const unlessOld = rememberLatestTold();
  const receive = (delivery: Delivery): Receipt => {
    const reason = verify(delivery, secret);
    if (reason !== null) return { kind: "refused", status: 401, reason };
    const receipt = read(delivery);
    return receipt.kind === "accepted" ? { ...receipt, marks: receipt.marks.map(unlessOld) } : receipt;
  };
  return Object.assign(receive, {
    introduce,
    refusalOf({ "x-hub-signature-256": given }: Delivery["headers"]): Refusal | null {
      if (given === undefined) return { kind: "refused", status: 401, reason: MISSING };
      return SIGNATURE.test(given) ? null : { kind: "refused", status: 401, reason: WRONG };
    },
  });
}

const Named = z.object({ repository: z.object({ id: z.number() }) });

/** A GUID: docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers */
const ID = /^[0-9a-zA-Z-]{1,64}$/;

function introduce({ "x-github-event": event = "", "x-github-delivery": id = "" }: Delivery["headers"]) {
  return { event: KNOWN_EVENTS.has(event) ? event : "other", id: ID.test(id) ? id : null };
}

const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
const MISSING = "X-Hub-Signature-256 is missing";
const WRONG = "X-Hub-Signature-256 does not match the body";

/** Why the signature does not match the secret and these bytes; null if it does. */
function verify({ headers, body }: Delivery, secret: string): string | null {
  const given = headers["x-hub-signature-256"];
  if (given === undefined) return MISSING;
  const expected = Buffer.from(`sha256=${createHmac("sha256", secret).update(body).digest("hex")}`);
  const bytes = Buffer.from(given);
  return bytes.length === expected.length && timingSafeEqual(bytes, expected) ? null : WRONG;
}

function read({ headers, body }: Delivery): Receipt {
  const event = headers["x-github-event"];
  if (event === undefined) return badRequest("X-GitHub-Event is missing");
  const form = headers["content-type"]?.startsWith("application/x-www-form-urlencoded") === true;
  const payload = parse(body, form);
  if (payload === undefined)
    return badRequest(form ? "the form's payload is not JSON" : "the body is not JSON");
  try {
    const marks = marksOf(event, payload);
    return { kind: "accepted", marks, repository: repositoryOf(marks, payload) };
  } catch (error) {
    if (!(error instanceof ZodError)) throw error;
    return misshapen(error);
  }
}

/** The number of the repository that the delivery is about; null: of none, or of several. */
function repositoryOf(marks: readonly Mark[], payload: unknown): number | null {
  const [first] = marks;
  if (marks.length === 1 && first !== undefined && first.task.kind !== "installation")
    return first.task.repository;
  return Named.safeParse(payload).data?.repository.id ?? null;
}

function parse(body: Uint8Array, form: boolean): unknown {
  const text = new TextDecoder().decode(body);
  const json = form ? new URLSearchParams(text).get("payload") : text;
  if (json === null) return undefined;
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
