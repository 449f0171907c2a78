import { onTestFinished } from "vitest";
import type { SimulatedGiteeOptions } from "../../../playground/gitee/options.ts";
import { SimulatedGitee } from "../../../playground/gitee/simulated-gitee.ts";
import { WebhookReceiver } from "./webhook-receiver.ts";

export const TOKEN = "the-bots-token";
export const SECRET = "s3cret";

/** A simulated Gitee with a webhook receiver, stopped when the test ends, and a way to call its API. */
export async function startGitee(options: Partial<SimulatedGiteeOptions> = {}) {
  const receiver = await WebhookReceiver.start();
  const gitee = await SimulatedGitee.start({
    token: TOKEN,
    webhookSecret: SECRET,
    clientId: "client",
    clientSecret: "client-secret",
    webhookUrl: receiver.url,
    ...options,
  });
  onTestFinished(async () => {
    await gitee.stop();
    await receiver.stop();
  });
  const alice = gitee.user({ login: "alice" });
  const bob = gitee.user({ login: "bob" });
  const repository = gitee.repository({ owner: "octo", name: "widget" });

  async function call(method: string, path: string, body?: unknown, token = TOKEN) {
    const response = await fetch(`${gitee.url}/api/v5${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, "Content-Type": "application/json" },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const text = await response.text();
    const answer: unknown = text === "" ? null : JSON.parse(text);
    return { status: response.status, headers: response.headers, body: answer };
  }

  return { gitee, receiver, alice, bob, repository, call };
}
