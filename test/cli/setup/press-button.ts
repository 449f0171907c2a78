/** `setup github` with a browser in which somebody presses the button. */
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import type { Variables } from "../../../src/bot/environment.ts";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { runCommandLine, type Console } from "../../../src/cli/command-line.ts";

/** GitHub's answer: https://docs.github.com/rest/apps/apps#create-a-github-app-from-a-manifest */
export interface RegisteredApp {
  readonly id: number;
  readonly slug: string;
  readonly html_url: string;
  readonly pem: string;
  readonly webhook_secret: string;
  readonly client_id: string;
  readonly client_secret: string;
}

async function exchange(
  app: RegisteredApp,
  failures: number,
): Promise<{ host: string; asked: string[]; stop: () => void }> {
  const asked: string[] = [];
  const server = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    if (asked.length <= failures) {
      response.writeHead(502).end("<html>Bad Gateway</html>");
      return;
    }
    const known = request.url === "/api/v3/app-manifests/c0de/conversions";
    response.writeHead(known ? 201 : 404, { "content-type": "application/json" });
    response.end(JSON.stringify(known ? app : { message: "Not Found" }));
  }).listen(0, "127.0.0.1");
  await once(server, "listening");
  return { host: `127.0.0.1:${(server.address() as AddressInfo).port}`, asked, stop: () => server.close() };
}

export interface PressOptions {
  /** The code with which GitHub sends the browser back; only `c0de` is exchanged. */
  readonly code?: string;
  readonly variables?: Variables;
  /** How many exchanges of the code fail before one succeeds. */
  readonly failures?: number;
  /** Called before the button is pressed. */
  readonly meanwhile?: () => void;
}

/** Presses the button as a browser does, and follows GitHub's redirect. */
export async function pressButton(
  app: RegisteredApp,
  words: readonly string[],
  { code = "c0de", variables = {}, failures = 0, meanwhile = () => {} }: PressOptions = {},
) {
  const github = await exchange(app, failures);
  const [stdout, stderr] = [new PassThrough(), new PassThrough()];
  const said: string[] = [];
  const errors: string[] = [];
  const { promise: page, resolve } = Promise.withResolvers<string>();
  for (const [stream, lines] of [
    [stdout, said],
    [stderr, errors],
  ] as const)
    stream.on("data", (part: Buffer) => {
      lines.push(part.toString());
      const [, url] = /Open (\S+)/.exec(part.toString()) ?? [];
      if (url !== undefined) resolve(url.replace("localhost", "127.0.0.1"));
    });
  const all = { ...variables, GHE_HOST: github.host, GHE_PROTOCOL: "http" };
  const console = { variables: all, stdin: process.stdin, stdout, stderr } as unknown as Console;
  const ended = runCommandLine(["setup", "github", ...words], COMMANDS, console, "1.2.3");
  const url = await page;
  const html = await (await fetch(url)).text();
  const [, action = ""] = /form action="([^"]+)"/.exec(html) ?? [];
  const [, manifest = ""] = /name="manifest" value="([^"]+)"/.exec(html) ?? [];
  const state = new URL(action).searchParams.get("state") ?? "";
  meanwhile();
  const forged = await fetch(`${url}registered?code=other&state=wrong`);
  const back = await fetch(`${url}registered?code=${code}&state=${state}`);
  const exit = await ended;
  github.stop();
  return {
    exit,
    action,
    manifest: JSON.parse(manifest.replaceAll("&quot;", '"').replaceAll("&amp;", "&")) as Record<
      string,
      unknown
    >,
    forged: forged.status,
    back: back.status,
    stdout: said.join(""),
    stderr: errors.join(""),
    asked: github.asked,
  };
}
