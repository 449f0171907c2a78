/** Real pull_request payloads, each about a different pull request, as the requests that GitHub would send. */
import { createHmac } from "node:crypto";
import definitions from "@octokit/webhooks-examples" with { type: "json" };

// The package is a JSON file, which its own types describe as a module.
const list: readonly { name: string; examples: readonly object[] }[] = definitions as never;

export const SECRET = "bench-webhook-secret";

/** Complete HTTP requests, headers and body, for a persistent connection. */
export function requestsFor(host: string, count: number): readonly Buffer[] {
  const payloads = list
    .filter(({ name }) => name === "pull_request")
    .flatMap(({ examples }) => examples)
    .filter((example) => "action" in example && ["opened", "synchronize"].includes(String(example.action)))
    .map((example) => JSON.stringify({ ...example, installation: { id: 2, node_id: "MDQ6" } }));
  return Array.from({ length: count }, (_, at) => {
    const payload = payloads[at % payloads.length] ?? "";
    const body = Buffer.from(payload.replaceAll(/"number":\d+/g, `"number":${at + 1}`));
    const headers = [
      "POST /api/github/webhooks HTTP/1.1",
      `Host: ${host}`,
      "User-Agent: GitHub-Hookshot/bench",
      "Accept: */*",
      "Content-Type: application/json",
      `Content-Length: ${body.length}`,
      "X-GitHub-Event: pull_request",
      `X-GitHub-Delivery: 00000000-0000-4000-8000-${String(at).padStart(12, "0")}`,
      "X-GitHub-Hook-ID: 1",
      "X-GitHub-Hook-Installation-Target-ID: 1",
      "X-GitHub-Hook-Installation-Target-Type: integration",
      `X-Hub-Signature-256: sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}`,
    ];
    return Buffer.concat([Buffer.from(`${headers.join("\r\n")}\r\n\r\n`), body]);
  });
}
