import { createHmac, timingSafeEqual } from "node:crypto";
import { z, ZodError } from "zod";
import type { Delivery, Receipt } from "../../ports/host.ts";
import type { Mark } from "../../ports/queue.ts";
import { badRequest, misshapen } from "../../ports/receipt.ts";
import { marksOf } from "./marks.ts";

export const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
export const MISSING = "X-Hub-Signature-256 is missing";
export const WRONG = "X-Hub-Signature-256 does not match the body";

const Named = z.object({ repository: z.object({ id: z.number() }) });

/**
 * Verifies a delivery and reads what is to be done. It depends on nothing else, so that any thread can do it.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function readDelivery(delivery: Delivery, secret: string): Receipt {
  const reason = verify(delivery, secret);
  return reason === null ? read(delivery) : { kind: "refused", status: 401, reason };
}

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
