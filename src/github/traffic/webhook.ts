import { Failure } from "../../error.ts";
import type { Delivery, Receipt, Receive, Refusal } from "../../ports/host.ts";
import { MISSING, readVerified, SIGNATURE, verify, verifyLong, WRONG } from "./delivery.ts";
import { rememberLatestTold } from "./latest-told.ts";
import { KNOWN_EVENTS } from "./marks.ts";
import { openReading } from "./reading.ts";

/**
 * Verifies GitHub's deliveries and returns their queue entries.
 * @throws Failure `configuration` without a secret: a forged delivery would look the same
 */
export function gitHubWebhooks({ secret }: { readonly secret: string }): Receive {
  if (secret === "")
    throw new Failure("configuration", "WEBHOOK_SECRET is empty: set the app's webhook secret");
  const unlessOld = rememberLatestTold();
  const leaveOldOut = (receipt: Receipt): Receipt =>
    receipt.kind === "accepted" ? { ...receipt, marks: receipt.marks.map(unlessOld) } : receipt;
  const readLong = openReading();
  const receive = (delivery: Delivery): Receipt =>
    verify(delivery, secret) ?? leaveOldOut(readVerified(delivery));
  return Object.assign(receive, {
    // Verified first: what anybody can send takes no thread, and the host's deliveries don't wait for it.
    long: async (delivery: Delivery) =>
      (await verifyLong(delivery, secret)) ?? leaveOldOut(await readLong(delivery)),
    introduce,
    refusalOf({ "x-hub-signature-256": given }: Delivery["headers"]): Refusal | null {
      if (given === undefined) return { kind: "refused", status: 401, reason: MISSING };
      return SIGNATURE.test(given) ? null : { kind: "refused", status: 401, reason: WRONG };
    },
  });
}

/** A GUID: docs.github.com/webhooks/webhook-events-and-payloads#delivery-headers */
const ID = /^[0-9a-zA-Z-]{1,64}$/;

function introduce({ "x-github-event": event = "", "x-github-delivery": id = "" }: Delivery["headers"]) {
  return { event: KNOWN_EVENTS.has(event) ? event : "other", id: ID.test(id) ? id : null };
}
