import { once } from "node:events";
import { request, type IncomingMessage, Agent } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { Hono } from "hono";
import { pino } from "pino";
import { afterEach, describe, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import type { Delivery, Receipt } from "../../src/ports/host.ts";
import type { Mark } from "../../src/ports/queue.ts";
import { IDLE_SOURCES } from "./metric-sources.ts";
import { createMetrics } from "../../src/http/metrics.ts";
import { startServer, type Server, type ServerOptions } from "../../src/http/server.ts";

const MARK: Mark = {
  task: { kind: "pull", host: "github", repository: 1, number: 7 },
  route: { installation: 1, handle: null },
};
const stops: (() => Promise<void>)[] = [];
afterEach(async () => {
  await Promise.all(stops.splice(0).map((stop) => stop()));
});

interface Started extends Server {
  readonly marked: Mark[][];
  readonly delivered: Delivery[];
  readonly lines: string[];
  post(body: string | Uint8Array, path?: string): Promise<Response>;
}

async function start(
  receive: (delivery: Delivery) => Receipt = () => ({ kind: "accepted", marks: [MARK] }),
  options: Partial<ServerOptions> = {},
): Promise<Started> {
  const marked: Mark[][] = [];
  const delivered: Delivery[] = [];
  const lines: string[] = [];
  const server = await startServer({
    address: { host: "127.0.0.1", port: 0 },
    webhooks: new Map([
      [
        "github",
        (delivery: Delivery) => {
          delivered.push(delivery);
          return receive(delivery);
        },
      ],
    ]),
    queue: { mark: async (marks) => void marked.push([...marks]) },
    ready: async () => {},
    metrics: createMetrics({
      ...IDLE_SOURCES,
      depth: async () => ({ due: 3, leased: 1, waiting: 2, parked: 0 }),
    }),
    metricsAccess: { token: null, port: null },
    pages: null,
    log: pino({ level: "trace" }, { write: (line: string) => void lines.push(line) }),
    ...options,
  });
  stops.push(() => server.stop(0));
  return {
    ...server,
    marked,
    delivered,
    lines,
    post: (body, path = "/api/github/webhooks") =>
      fetch(server.url + path, {
        method: "POST",
        body: body as string,
        headers: { "x-github-event": "push" },
      }),
  };
}

describe("a delivery", () => {
  it("is answered 202 once its marks are durable", async () => {
    let durable = false;
    const server = await start(undefined, {
      queue: {
        async mark() {
          await new Promise((resolve) => setImmediate(resolve));
          durable = true;
        },
      },
    });
    const response = await server.post("{}");
    expect(response.status).toBe(202);
    expect(durable).toBe(true);
  });

  it("is verified by its raw bytes and lower-case headers", async () => {
    const server = await start();
    const bytes = new Uint8Array([0x7b, 0xff, 0x00, 0x7d]);
    await server.post(bytes);
    expect(Buffer.from(server.delivered[0]?.body ?? []).equals(Buffer.from(bytes))).toBe(true);
    expect(server.delivered[0]?.headers["x-github-event"]).toBe("push");
    expect(server.marked).toMatchObject([[MARK]]);
  });

  it("that asks for nothing is answered 200 and marks nothing", async () => {
    const server = await start(() => ({ kind: "accepted", marks: [] }));
    expect((await server.post("{}")).status).toBe(200);
    expect(server.marked).toEqual([]);
  });

  it.each([400, 401] as const)(
    "that is refused is answered %s with the reason in one line",
    async (status) => {
      const server = await start(() => ({ kind: "refused", status, reason: "no signature" }));
      const response = await server.post("{}");
      expect(response.status).toBe(status);
      expect(await response.text()).toBe('{"error":"no signature"}\n');
      expect(server.marked).toEqual([]);
    },
  );

  it("has a line in the log, but not each of those that anybody can send", async () => {
    const server = await start(() => ({ kind: "refused", status: 401, reason: "no signature" }));
    for (let n = 0; n < 30; n += 1) await server.post("{}");
    const told = server.lines.filter((line) => line.includes('"outcome":"refused"'));
    expect(told.length).toBe(20);
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain('event="other",outcome="refused"} 30');
  });

  it("that can't be kept is answered 503 and asks to be sent again, and the log says why", async () => {
    const full = new Failure("database-unreachable", "the disk is full");
    const server = await start(undefined, { queue: { mark: () => Promise.reject(full) } });
    const response = await server.post("{}");
    expect(response.status).toBe(503);
    expect(response.headers.get("retry-after")).toBe("5");
    expect(server.lines.join("")).toContain(
      '"code":"database-unreachable","msg":"a delivery could not be stored: the disk is full"',
    );
  });

  it("that fails because of a bug is answered 500, and the next one as usual", async () => {
    let first = true;
    const server = await start(() => {
      if (!first) return { kind: "accepted", marks: [MARK] };
      first = false;
      throw new TypeError("a bug");
    });
    expect((await server.post("{}")).status).toBe(500);
    expect((await server.post("{}")).status).toBe(202);
  });

  it("that is long is read beside other work, and holds its share of the memory until then", async () => {
    const held: (() => void)[] = [];
    const receipt: Receipt = { kind: "accepted", marks: [MARK] };
    const long = () => new Promise<Receipt>((resolve) => held.push(() => resolve(receipt)));
    const receive = Object.assign((): Receipt => receipt, { long });
    const server = await start(undefined, { webhooks: new Map([["github", receive]]) });
    const body = new Uint8Array(25 * 1024 * 1024);
    const first = [server.post(body), server.post(body)];
    await expect.poll(() => held.length).toBe(2);
    expect((await server.post("{}")).status).toBe(202);
    expect((await server.post(body)).status).toBe(503);
    for (const release of held) release();
    expect((await Promise.all(first)).map(({ status }) => status)).toEqual([202, 202]);
    const again = server.post(body);
    await expect.poll(() => held.length).toBe(3);
    held[2]?.();
    expect((await again).status).toBe(202);
  });

  it("that is long and can't be read because of a bug is answered 500", async () => {
    const receive = Object.assign((): Receipt => ({ kind: "accepted", marks: [] }), {
      long: async (): Promise<Receipt> => {
        throw new TypeError("a bug");
      },
    });
    const server = await start(undefined, { webhooks: new Map([["github", receive]]) });
    expect((await server.post(new Uint8Array(600_000))).status).toBe(500);
  });

  it("of exactly 25 MiB is taken, one byte more is answered 413 unread", async () => {
    const server = await start();
    expect((await server.post(new Uint8Array(25 * 1024 * 1024))).status).toBe(202);
    const over = await server.post(new Uint8Array(25 * 1024 * 1024 + 1));
    expect(over.status).toBe(413);
    expect(await over.text()).toBe('{"error":"the body is over 25 MiB"}\n');
    expect(server.delivered).toHaveLength(1);
  });

  it("that grows over 25 MiB without having said its length is answered 413 too", async () => {
    const server = await start();
    const chunk = new Uint8Array(1024 * 1024);
    let sent = 0;
    const body = new ReadableStream({
      pull(controller) {
        if (sent++ < 27) controller.enqueue(chunk);
        else controller.close();
      },
    });
    const response = await fetch(`${server.url}/api/github/webhooks`, {
      method: "POST",
      body,
      duplex: "half",
    });
    expect(response.status).toBe(413);
    expect(server.delivered).toHaveLength(0);
  });

  it("whose sender goes away marks nothing and harms nobody", async () => {
    const server = await start();
    const socket = connect(Number(new URL(server.url).port), "127.0.0.1");
    socket.write("POST /api/github/webhooks HTTP/1.1\r\nhost: x\r\ncontent-length: 100\r\n\r\n{");
    await once(socket, "connect");
    socket.destroy();
    expect((await server.post("{}")).status).toBe(202);
    expect(server.delivered).toHaveLength(1);
  });

  it("by another method is answered 405, for a host that is off 404", async () => {
    const server = await start();
    const got = await fetch(`${server.url}/api/github/webhooks`);
    expect([got.status, got.headers.get("allow")]).toEqual([405, "POST"]);
    expect((await server.post("{}", "/api/gitee/webhooks")).status).toBe(404);
  });

  it("leaves neither address, nor path, nor header in the log", async () => {
    const server = await start(() => ({ kind: "refused", status: 401, reason: "wrong" }));
    await fetch(`${server.url}/api/github/webhooks?canary-path`, {
      method: "POST",
      headers: { "x-canary-header": "canary-value" },
    });
    await fetch(`${server.url}/pulls/github/canary-owner/canary-repo/1`);
    expect(server.lines.join("")).not.toMatch(/canary|127\.0\.0\.1/);
  });
});

describe("the server", () => {
  it("tells that it is alive and whether it is ready", async () => {
    const full = new Failure("database-unreachable", "the disk is full");
    const failing = await start(undefined, { ready: () => Promise.reject(full) });
    expect((await fetch(`${failing.url}/healthz`)).status).toBe(200);
    expect((await fetch(`${failing.url}/readyz`)).status).toBe(503);
    expect(failing.lines.join("")).toContain(
      '"code":"database-unreachable","msg":"not ready: the disk is full"',
    );
    const ready = await start();
    expect((await fetch(`${ready.url}/readyz`)).status).toBe(200);
    expect((await fetch(`${ready.url}/readyz`, { method: "POST" })).status).toBe(405);
  });

  it("prints its counts for Prometheus", async () => {
    const server = await start();
    await server.post("{}");
    const metrics = await (await fetch(`${server.url}/metrics`)).text();
    expect(metrics).toContain(
      'countersign_deliveries_total{host="github",event="other",outcome="accepted"} 1',
    );
    expect(metrics).toContain('countersign_queue_tasks{state="due"} 3');
  });

  it("answers 404 for what it does not have and 500 in one line for a bug in a page", async () => {
    const pages = new Hono().get("/broken", () => {
      throw new TypeError("a bug");
    });
    const server = await start(undefined, { pages });
    expect((await fetch(`${server.url}/nothing`)).status).toBe(404);
    const broken = await fetch(`${server.url}/broken`);
    expect(broken.status).toBe(500);
    expect(await broken.text()).not.toContain("a bug");
    expect(server.lines.join("")).toContain("a bug");
  });

  it("says in one line why it can't listen", async () => {
    const server = await start();
    const port = Number(new URL(server.url).port);
    await expect(start(undefined, { address: { host: "127.0.0.1", port } })).rejects.toMatchObject({
      code: "configuration",
      message: expect.stringContaining(`can't listen on 127.0.0.1:${port}`),
    });
  });

  it("finishes what is in flight when it stops, and takes nothing new", async () => {
    const held = Promise.withResolvers<void>();
    const reached = Promise.withResolvers<void>();
    const server = await start(undefined, {
      queue: {
        async mark() {
          reached.resolve();
          await held.promise;
        },
      },
    });
    const agent = new Agent({ keepAlive: true });
    const answer = Promise.withResolvers<IncomingMessage>();
    const options = { method: "POST", agent };
    request(`${server.url}/api/github/webhooks`, options, answer.resolve)
      .on("error", answer.reject)
      .end("{}");
    await reached.promise;
    const stopped = server.stop(10_000);
    await expect(fetch(`${server.url}/healthz`)).rejects.toThrow("fetch failed");
    held.resolve();
    const response = await answer.promise;
    expect([response.statusCode, response.headers.connection]).toEqual([202, "close"]);
    await text(response);
    await stopped;
    agent.destroy();
  });
});
