/** A page on this machine with one button, and the callback from GitHub. */
import { once } from "node:events";
import { createServer, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Failure } from "../../error.ts";

export interface ManifestPageOptions {
  /** 0: any that is free. */
  readonly port: number;
  /** The state that GitHub returns, so that no other page can send a code. */
  readonly state: string;
  /** The URL to which the browser posts the manifest. */
  readonly registerAt: string;
  readonly manifest: (redirectUrl: string) => unknown;
  /** Called with the page's URL. */
  readonly listening: (url: string) => void;
}

/**
 * Serves the page until GitHub sends the browser back.
 * @returns the code to exchange for the credentials
 * @throws Failure `refused` when the port is taken
 */
export async function awaitCode(options: ManifestPageOptions): Promise<string> {
  const { promise, resolve } = Promise.withResolvers<string>();
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? "/", "http://localhost");
    const code = url.searchParams.get("code");
    if (request.method !== "GET") answer(response, 405, "Only GET is answered here.");
    else if (url.pathname === "/") answer(response, 200, page(options, `${origin}/registered`));
    else if (url.pathname !== "/registered") answer(response, 404, "Nothing is here.");
    else if (url.searchParams.get("state") !== options.state || code === null || !/^\w+$/.test(code))
      answer(response, 400, "GitHub's answer belongs to another page. Open the first page again.");
    else {
      answer(response, 200, "<p>GitHub registered the app. Continue in the terminal.</p>");
      resolve(code);
    }
  });
  server.listen(options.port, "127.0.0.1");
  try {
    await once(server, "listening");
  } catch {
    throw new Failure(
      "refused",
      `--port: nothing can listen on port ${options.port} of this machine: name another one, or leave the flag out`,
    );
  }
  const origin = `http://localhost:${(server.address() as AddressInfo).port}`;
  options.listening(`${origin}/`);
  try {
    return await promise;
  } finally {
    server.close();
    server.closeIdleConnections();
  }
}

function answer(response: ServerResponse, status: number, html: string): void {
  response.writeHead(status, {
    "content-type": "text/html; charset=utf-8",
    "cache-control": "no-store",
    "referrer-policy": "no-referrer",
    connection: "close",
  });
  response.end(html.startsWith("<!doctype") ? html : `<!doctype html><meta charset="utf-8">${html}\n`);
}

function page({ registerAt, manifest }: ManifestPageOptions, redirectUrl: string): string {
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>Countersign: register the GitHub App</title>
<style>body { font: 1.1rem/1.5 system-ui, sans-serif; max-width: 36rem; margin: 4rem auto; padding: 0 1rem }
button { font: inherit; padding: .5rem 1rem }</style>
<h1>Register the GitHub App</h1>
<p>GitHub shows the app's name, which you may change, and registers it with the permissions, events and webhook that
Countersign needs. Then it sends you back here.</p>
<form action="${escape(registerAt)}" method="post">
<input type="hidden" name="manifest" value="${escape(JSON.stringify(manifest(redirectUrl)))}">
<button>Register on GitHub</button>
</form>
</html>
`;
}

function escape(text: string): string {
  return text
    .replaceAll("&", "&amp;")
    .replaceAll('"', "&quot;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;");
}
