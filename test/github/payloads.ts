/** GitHub's own example payloads (@octokit/webhooks-examples), found by event and action, changed, and signed. */
import { createHmac } from "node:crypto";
import definitions from "@octokit/webhooks-examples";
import type { WebhookEventMap, WebhookEventName } from "@octokit/webhooks-types";
import type { Delivery } from "../../src/ports/host.ts";

export const SECRET = "a secret that only tests know";

// The package is CommonJS: its default export is the module itself.
const list: readonly { name: string; examples: readonly never[] }[] = definitions as never;

/** Every example of an event, untouched. */
export function examples<Name extends WebhookEventName>(name: Name): readonly WebhookEventMap[Name][] {
  const found = list.find((definition) => definition.name === name);
  return found?.examples ?? [];
}

/** A copy of the event's first example, with another action and other fields. */
export function example(
  name: WebhookEventName,
  action: string | null,
  change: Readonly<Record<string, unknown>> = {},
): Record<string, unknown> {
  const all = examples(name) as readonly object[];
  const found = all.find((one) => "action" in one && one.action === action) ?? all[0];
  const copy = structuredClone(found) as unknown as Record<string, unknown>;
  if (action !== null) copy["action"] = action;
  return merge(copy, { installation: { id: 99 }, ...change });
}

/** Merges one value into another, objects key by key. */
function merge(
  below: Record<string, unknown>,
  above: Readonly<Record<string, unknown>>,
): Record<string, unknown> {
  for (const [key, value] of Object.entries(above)) {
    const known = below[key];
    below[key] = isRecord(known) && isRecord(value) ? merge({ ...known }, value) : structuredClone(value);
  }
  return below;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** A delivery as GitHub sends it, its signature computed over its bytes. */
export function deliver(event: string, payload: unknown, secret = SECRET): Delivery {
  return signed(event, Buffer.from(JSON.stringify(payload)), secret);
}

export function signed(
  event: string,
  body: Uint8Array,
  secret = SECRET,
  type = "application/json",
): Delivery {
  const digest = createHmac("sha256", secret).update(body).digest("hex");
  return {
    headers: {
      "content-type": type,
      "x-github-event": event,
      "x-github-delivery": "72d3162e-cc78-11e3-81ab-4c9367dc0958",
      "x-hub-signature-256": `sha256=${digest}`,
    },
    body,
  };
}
