import { createServer, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";

export interface Received {
  event: string;
  headers: IncomingHttpHeaders;
  bytes: string;
  payload: Record<string, unknown>;
}

/** A server that takes webhooks and remembers them, in place of the bot. */
export async function startReceiver(status = () => 200) {
  const received: Received[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const bytes = Buffer.concat(chunks).toString();
      const event = String(request.headers["x-github-event"]);
      const payload = JSON.parse(bytes) as Record<string, unknown>;
      received.push({ event, headers: request.headers, bytes, payload });
      response.writeHead(status()).end();
    });
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const { port } = server.address() as AddressInfo;
  return {
    received,
    url: `http://127.0.0.1:${port}/`,
    stop: () => new Promise<void>((resolve) => server.close(() => resolve())),
  };
}
