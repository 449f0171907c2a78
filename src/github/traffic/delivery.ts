import { createHmac, timingSafeEqual, type Hmac } from "node:crypto";
import { setImmediate } from "node:timers/promises";
import { z, ZodError } from "zod";
import type { Delivery, Receipt, Refusal } from "../../ports/host.ts";
import type { Mark } from "../../ports/queue.ts";
import { badRequest, misshapen } from "../../ports/receipt.ts";
import { marksOf } from "./marks.ts";

export const SIGNATURE = /^sha256=[0-9a-f]{64}$/;
export const MISSING = "X-Hub-Signature-256 is missing";
export const WRONG = "X-Hub-Signature-256 does not match the body";

const Named = z.object({ repository: z.object({ id: z.number() }) });

/** How much of a long body is verified before other work has its turn, in bytes. */
const PIECE = 1024 * 1024;

/**
 * Why the signature does not match the secret and these bytes; null if it does.
 * https://docs.github.com/webhooks/using-webhooks/validating-webhook-deliveries
 */
export function verify({ headers, body }: Delivery, secret: string): Refusal | null {
  return compare(headers, createHmac("sha256", secret).update(body));
}

/** The same, piece by piece. */
export async function verifyLong({ headers, body }: Delivery, secret: string): Promise<Refusal | null> {
  const hmac = createHmac("sha256", secret);
  for (let at = 0; at < body.length; at += PIECE) {
    hmac.update(body.subarray(at, at + PIECE));
    await setImmediate();
  }
  return compare(headers, hmac);
}

function compare({ "x-hub-signature-256": given }: Delivery["headers"], hmac: Hmac): Refusal | null {
  if (given === undefined) return { kind: "refused", status: 401, reason: MISSING };
  const expected = Buffer.from(`sha256=${hmac.digest("hex")}`);
  const bytes = Buffer.from(given);
  const matches = bytes.length === expected.length && timingSafeEqual(bytes, expected);
  return matches ? null : { kind: "refused", status: 401, reason: WRONG };
}

/** Reads what a verified delivery asks for. It depends on nothing else, so that any thread can do it. */
export function readVerified({ headers, body }: Delivery): Receipt {
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
