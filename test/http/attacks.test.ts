/** Attacks on the bot's ports by somebody without an account, over real connections. */
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { connect, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import { Hono } from "hono";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { giteeWebhooks } from "../../src/gitee/traffic/webhook.ts";
import { gitHubWebhooks } from "../../src/github/traffic/webhook.ts";
import { IDLE_SOURCES } from "./metric-sources.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { startServer, type Server, type ServerOptions } from "../../src/http/server.ts";

const SECRET = "s3cret";
const MIB = 1024 * 1024;
const stops: (() => Promise<void>)[] = [];
const sockets: Socket[] = [];
afterEach(async () => {
  for (const socket of sockets.splice(0)) socket.destroy();
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Started extends Server {
  readonly lines: string[];
  readonly marked: () => number;
}

async function start(options: Partial<ServerOptions> = {}): Promise<Started> {
  const lines: string[] = [];
  let marked = 0;
  const server = await startServer({
    address: { host: "127.0.0.1", port: 0 },
    webhooks: new Map([
      ["github", gitHubWebhooks({ secret: SECRET })],
      ["gitee", giteeWebhooks({ secret: SECRET, now: Date.now })],
    ]),
    queue: {
      mark: async (marks) => {
        marked += marks.length;
      },
    },
    ready: async () => {},
    metrics: createMetrics(IDLE_SOURCES),
    metricsAccess: { token: null, port: null },
    pages: new Hono().get("/here", (context) => context.text("here")),
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
    ...options,
  });
  stops.push(() => server.stop(0));
  return { ...server, lines, marked: () => marked };
}

/** Writes raw bytes and resolves to everything received until the connection ends. */
async function raw(server: Server, ...parts: readonly (string | Uint8Array)[]): Promise<string> {
  const socket = open(server);
  for (const part of parts) socket.write(part);
  return text(socket);
}

function open(server: Server): Socket {
  const socket = connect({ port: Number(new URL(server.url).port), host: "127.0.0.1" });
  socket.on("error", () => {});
  sockets.push(socket);
  return socket;
}

function head(length: number, more: readonly string[] = [], host = "github"): string {
  return [
    `POST /api/${host}/webhooks HTTP/1.1`,
    "host: localhost",
    `content-length: ${length}`,
    "connection: close",
    ...more,
    "\r\n",
  ].join("\r\n");
}

const WELL_FORMED = `x-hub-signature-256: sha256=${"0".repeat(64)}`;

function delivery(server: Server): Promise<Response> {
  const body = JSON.stringify({
    action: "opened",
    repository: { id: 1, node_id: "R_1" },
    installation: { id: 9 },
    pull_request: { number: 7 },
  });
  const signature = createHmac("sha256", SECRET).update(body).digest("hex");
  const headers = { "x-github-event": "pull_request", "x-hub-signature-256": `sha256=${signature}` };
  return fetch(`${server.url}/api/github/webhooks`, { method: "POST", headers, body });
}

describe("a stranger's delivery", () => {
  it.each([
    ["without a signature", "github", []],
    ["with something else for a signature", "github", ["x-hub-signature-256: sha1=abc"]],
    ["without Gitee's token", "gitee", []],
    ["with a wrong token for Gitee's", "gitee", ["x-gitee-token: guess"]],
  ] as const)("%s is refused before any of its body is read", async (_, host, headers) => {
    const socket = open(await start());
    // No byte of the 25 MiB is sent, but the answer still arrives.
    socket.write(head(25 * MIB, headers, host));
    const [answer] = (await once(socket, "data")) as [Buffer];
    expect(answer.toString()).toContain("401 Unauthorized");
  });

  it("with a well-formed signature is refused with 503 when all hold 64 MiB, and blocks no other delivery", async () => {
    const server = await start();
    const piece = Buffer.alloc(MIB, "a");
    const answers = new Map<number, string>();
    for (let sender = 0; sender < 12; sender += 1) {
      const socket = open(server);
      socket.on("data", (chunk) => answers.set(sender, `${answers.get(sender) ?? ""}${chunk.toString()}`));
      socket.write(head(25 * MIB, [WELL_FORMED]));
      // Incomplete, so that it is never verified.
      for (let part = 0; part < 10; part += 1) socket.write(piece);
    }
    await expect.poll(() => answers.size, { timeout: 60_000 }).toBeGreaterThan(4);
    for (const answer of answers.values()) {
      expect(answer).toContain("503 Service Unavailable");
      expect(answer.toLowerCase()).toContain("retry-after: 5");
    }
    expect((await delivery(server)).status).toBe(202);
    expect(server.marked()).toBe(1);
  });

  it("that is cut into pieces of one byte uses no more memory than its share", async () => {
    const { createBodies } = await import("../../src/http/body.ts");
    const { PassThrough } = await import("node:stream");
    const bodies = createBodies(10_000);
    const request = Object.assign(new PassThrough(), { headers: {} });
    const outcome = new Promise<string>((resolve) => {
      bodies.collect(request as never, 25 * MIB, ({ kind }) => resolve(kind));
    });
    for (let sent = 0; sent < 200; sent += 1) request.write("a");
    expect(await outcome).toBe("crowded-out");
  });
});

describe("a malformed request", () => {
  it.each([
    ["Host header", "GET / HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n"],
    ["Host header of brackets", "GET /here HTTP/1.1\r\nhost: [\r\nconnection: close\r\n\r\n"],
    ["absolute address", "GET http://[/ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"],
    [
      "Host header that no URL can have",
      "GET /here HTTP/1.1\r\nhost: 127.0.0.256\r\nconnection: close\r\n\r\n",
    ],
    ["Host header with a path", "GET /here HTTP/1.1\r\nhost: a?b\r\nconnection: close\r\n\r\n"],
    ["second Host header", "GET / HTTP/1.1\r\nhost: a\r\nhost: b\r\nconnection: close\r\n\r\n"],
    ["path", "GET \\..\\ HTTP/1.1\r\nhost: a\r\nconnection: close\r\n\r\n"],
  ])("by its %s is answered 400 and counted, and logs nothing", async (_, request) => {
    const server = await start();
    expect(await raw(server, request)).toContain("HTTP/1.1 400");
    expect(server.lines).toEqual([]);
  });

  it("is one counter", async () => {
    const server = await start();
    await raw(server, "GET / HTTP/1.1\r\nhost: a b/c\r\nconnection: close\r\n\r\n");
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain("countersign_bad_requests_total 1");
  });

  it("of more than 16 kB of headers is refused", async () => {
    const server = await start();
    const flood = Array.from({ length: 400 }, (__, index) => `x-${index}: ${"a".repeat(60)}`).join("\r\n");
    expect(await raw(server, `GET / HTTP/1.1\r\nhost: a\r\n${flood}\r\n\r\n`)).toContain("431");
  });
});

describe("a slow sender", () => {
  it("who sends headers slowly is disconnected after ten seconds", async () => {
    const server = await start();
    const socket = open(server);
    const trickle = setInterval(() => socket.write("a"), 500);
    socket.write("GET / HTTP/1.1\r\nx-slow: ");
    try {
      // What the sender writes after the end of the connection is answered with a reset, which may overtake the answer.
      const answer = await text(socket).catch((error: unknown) => {
        if ((error as NodeJS.ErrnoException).code !== "ECONNRESET") throw error;
        return "";
      });
      expect(answer).toMatch(/^(?:HTTP\/1\.1 408|$)/);
    } finally {
      clearInterval(trickle);
    }
  });
});

describe("who may read the metrics", () => {
  const ask = (url: string, headers: Record<string, string> = {}) => fetch(`${url}/metrics`, { headers });

  it("is this machine, but not a client behind a proxy", async () => {
    const { url } = await start();
    expect((await ask(url)).status).toBe(200);
    for (const headers of [
      { "x-forwarded-for": "203.0.113.9" },
      { forwarded: "for=203.0.113.9" },
      { "x-forwarded-proto": "https" },
      { via: "1.1 a" },
      { "cf-ray": "1" },
      { "x-original-forwarded-for": "203.0.113.9" },
      { "x-cluster-client-ip": "203.0.113.9" },
      { "fastly-client-ip": "203.0.113.9" },
      { "x-envoy-external-address": "203.0.113.9" },
    ])
      expect((await ask(url, headers)).status).toBe(403);
  });

  it("is not a page whose own domain name points to this machine", async () => {
    const server = await start();
    const answer = await raw(
      server,
      "GET /metrics HTTP/1.1\r\nhost: evil.example\r\nconnection: close\r\n\r\n",
    );
    expect(answer).toContain("403 Forbidden");
  });

  it("is who has METRICS_TOKEN, where it is set", async () => {
    const token = "0123456789abcdef";
    const { url } = await start({ metricsAccess: { token, port: null } });
    expect((await ask(url)).status).toBe(401);
    expect((await ask(url, { authorization: "Bearer 0123456789abcdeg" })).status).toBe(401);
    for (const scheme of ["Bearer", "bearer"])
      expect((await ask(url, { authorization: `${scheme} ${token}` })).status).toBe(200);
  });

  it("is who reaches METRICS_PORT, which has nothing else; the public port has no metrics then", async () => {
    const { url, metricsUrl } = await start({ metricsAccess: { token: null, port: 0 } });
    expect((await ask(url)).status).toBe(404);
    expect((await ask(metricsUrl ?? "", { "x-forwarded-for": "203.0.113.9" })).status).toBe(200);
    expect((await fetch(`${metricsUrl}/here`)).status).toBe(404);
    expect((await fetch(`${url}/here`)).status).toBe(200);
  });
});
