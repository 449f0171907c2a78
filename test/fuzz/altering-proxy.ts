/** A proxy between the bot and a simulated host that changes the host's answers. */
import { createServer, request, type IncomingHttpHeaders } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

export interface Answer {
  /** What was asked, with method and query. */
  readonly asked: string;
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

export interface AlteringProxy {
  readonly url: string;
  /** The host's name and port. */
  readonly host: string;
  /** Changes each answer with a success status; null: none. */
  alter: ((answer: Answer) => Answer) | null;
}

/** Starts a proxy that ends with the test. */
export async function alteringProxy(target: string): Promise<AlteringProxy> {
  const { hostname, port } = new URL(target);
  const server = createServer((asked, answered) => {
    const { method, url, headers } = asked;
    const onward = request({ hostname, port, method, path: url, headers });
    onward.on("response", (from) => {
      const pass = (body: string): void => {
        const whole = {
          asked: `${method} ${url}`,
          status: from.statusCode ?? 502,
          headers: from.headers,
          body,
        };
        const altered = whole.status < 300 && proxy.alter !== null ? proxy.alter(whole) : whole;
        // The changed body has a length of its own.
        const { "content-length": _length, "transfer-encoding": _coding, ...rest } = altered.headers;
        answered.writeHead(altered.status, rest).end(altered.body);
      };
      text(from).then(pass, () => answered.destroy());
    });
    onward.on("error", () => answered.destroy());
    asked.pipe(onward);
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  const proxy: AlteringProxy = { url: `http://${host}`, host, alter: null };
  return proxy;
}
