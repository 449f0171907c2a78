import { createHmac, randomUUID } from "node:crypto";

/** One attempt to deliver an event, as in the app's list of deliveries. */
export interface Delivery {
  id: number;
  guid: string;
  event: string;
  action: string | null;
  installationId: number | null;
  repositoryId: number | null;
  deliveredAt: Date;
  redelivery: boolean;
  durationSeconds: number;
  status: string;
  statusCode: number;
  request: { headers: Record<string, string>; bytes: string };
  response: { headers: Record<string, string>; payload: string };
  url: string;
}

/** GitHub gives a webhook ten seconds to answer. */
const PATIENCE_MS = 10_000;

export function sign(secret: string, bytes: string): string {
  return `sha256=${createHmac("sha256", secret).update(bytes).digest("hex")}`;
}

export function headersFor(event: string, guid: string, bytes: string, secret: string, appId: number) {
  return {
    accept: "*/*",
    "content-type": "application/json",
    "user-agent": "GitHub-Hookshot/simulated",
    "x-github-delivery": guid,
    "x-github-event": event,
    "x-github-hook-id": String(appId),
    "x-github-hook-installation-target-id": String(appId),
    "x-github-hook-installation-target-type": "integration",
    "x-hub-signature-256": sign(secret, bytes),
  };
}

export function newGuid(): string {
  return randomUUID();
}

/** Posts it and records the answer. Never throws: without an answer the delivery failed. */
export async function attempt(delivery: Delivery): Promise<void> {
  const started = performance.now();
  try {
    const answer = await fetch(delivery.url, {
      method: "POST",
      headers: delivery.request.headers,
      body: delivery.request.bytes,
      signal: AbortSignal.timeout(PATIENCE_MS),
    });
    delivery.statusCode = answer.status;
    delivery.status = answer.ok ? "OK" : answer.statusText || "Invalid HTTP Response";
    delivery.response = {
      headers: Object.fromEntries(answer.headers),
      payload: (await answer.text()).slice(0, 10_000),
    };
  } catch (error) {
    delivery.statusCode = 502;
    delivery.status =
      error instanceof Error && error.name === "TimeoutError" ? "timed out" : "failed to connect to host";
  }
  delivery.durationSeconds = Math.round((performance.now() - started) / 10) / 100;
}
