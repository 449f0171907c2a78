import { once } from "node:events";
import { IncomingMessage, ServerResponse, type Server } from "node:http";
import { connect, Socket, type AddressInfo } from "node:net";
import { PassThrough } from "node:stream";
import { afterEach, describe, expect, it } from "vitest";
import { createBodies } from "../../src/http/body.ts";
import type { ConnectionLimits } from "../../src/http/connections.ts";
import { close, listen } from "../../src/http/listen.ts";
import { clientKey } from "../../src/http/pages/client.ts";
import { RateLimit } from "../../src/http/pages/rate-limit.ts";
import { Recent } from "../../src/http/pages/pull/recent.ts";

function from(peer: string, forwarded?: string): string {
  const socket = new Socket();
  Object.defineProperty(socket, "remoteAddress", { value: peer });
  const request = new IncomingMessage(socket);
  if (forwarded !== undefined) request.headers["x-forwarded-for"] = forwarded;
  return clientKey(request);
}

describe("a sender's key", () => {
  it("tells senders apart and holds no address", () => {
    expect(from("203.0.113.1")).toBe(from("203.0.113.1"));
    expect(from("203.0.113.1")).not.toBe(from("203.0.113.2"));
    expect(from("203.0.113.1")).toMatch(/^[\w-]{22}$/);
  });

  it("is that of whom a near proxy speaks for", () => {
    expect(from("127.0.0.1", "203.0.113.1")).toBe(from("203.0.113.1"));
    expect(from("::ffff:10.0.0.2", "198.51.100.7, 203.0.113.1, 10.0.0.3")).toBe(from("203.0.113.1"));
    expect(from("127.0.0.1", "203.0.113.1:4711")).toBe(from("203.0.113.1"));
    expect(from("127.0.0.1", "[2001:db8::1]:443, 10.0.0.3:80")).toBe(from("2001:db8::1"));
    expect(from("127.0.0.1", "nonsense")).toBe(from("127.0.0.1"));
  });

  it("can't be chosen by a sender that is not a proxy", () => {
    expect(from("203.0.113.9", "198.51.100.7")).toBe(from("203.0.113.9"));
    expect(from("127.0.0.1", "1.1.1.1, 203.0.113.9")).toBe(from("203.0.113.9"));
  });

  it("is one for a whole IPv6 network", () => {
    expect(from("2001:db8::1")).toBe(from("2001:db8:0:0:ffff::2"));
    expect(from("2001:db8::1")).not.toBe(from("2001:db8:0:1::1"));
  });
});

describe("the memory for bodies", () => {
  it("is shared by deliveries and forms, and is free again when the answer is sent", () => {
    const bodies = createBodies(400);
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    expect([bodies.reserve(response, 60), bodies.reserve(response, 41)]).toEqual([true, false]);
    response.emit("close");
    expect(bodies.reserve(response, 100)).toBe(true);
  });

  it("is left to deliveries for the most part, however many forms arrive slowly", async () => {
    const bodies = createBodies(4_000);
    for (let sender = 0; sender < 100; sender += 1)
      bodies.reserve(new ServerResponse(new IncomingMessage(new Socket())), 100);
    const request = Object.assign(new PassThrough(), { headers: {} });
    const outcome = new Promise<string>((resolve) => {
      bodies.collect(request as never, 4_000, ({ kind }) => resolve(kind));
    });
    request.end("a".repeat(2_500));
    expect(await outcome).toBe("whole");
  });
});

describe("connections", () => {
  let server: Server;
  const sockets: Socket[] = [];
  const open = async (localAddress: string): Promise<Socket> => {
    const { port } = server.address() as AddressInfo;
    const socket = connect({ port, host: "127.0.0.1", localAddress }).on("error", () => {});
    sockets.push(socket);
    await Promise.race([once(socket, "close"), once(server, "connection")]);
    return socket;
  };
  const isOpen = async (socket: Socket): Promise<boolean> => {
    if (socket.destroyed) return false;
    socket.write("GET / HTTP/1.1\r\nhost: a\r\n\r\n");
    const [answer] = await Promise.race([once(socket, "data"), once(socket, "close")]);
    return answer instanceof Buffer;
  };
  afterEach(async () => {
    for (const socket of sockets.splice(0)) socket.destroy();
    await close(server, 0);
  });
  const start = async (limits: Partial<ConnectionLimits>): Promise<void> => {
    server = await listen({ host: "127.0.0.1", port: 0 }, "PORT", (_, response) => response.end("here"), {
      all: 100,
      ofOne: 100,
      isProxy: () => false,
      ...limits,
    });
  };

  it("of one sender that is not a proxy are limited, and one that ends makes room", async () => {
    await start({ ofOne: 2 });
    const [first, second, third] = [
      await open("127.0.0.2"),
      await open("127.0.0.2"),
      await open("127.0.0.2"),
    ];
    expect(await isOpen(third)).toBe(false);
    expect([await isOpen(first), await isOpen(second)]).toEqual([true, true]);
    expect(await isOpen(await open("127.0.0.3"))).toBe(true);
    first.destroy();
    await expect.poll(async () => isOpen(await open("127.0.0.2"))).toBe(true);
  });

  it("of all senders are limited, and the one with the most loses its oldest to another", async () => {
    await start({ all: 3 });
    const many = [await open("127.0.0.2"), await open("127.0.0.2"), await open("127.0.0.2")];
    const one = await open("127.0.0.3");
    const other = await open("127.0.0.4");
    expect(await Promise.all([one, other, ...many].map(isOpen))).toEqual([true, true, false, false, true]);
  });

  it("through a proxy are only limited together", async () => {
    await start({ all: 3, ofOne: 1, isProxy: (address) => address === "127.0.0.2" });
    const many = [await open("127.0.0.2"), await open("127.0.0.2"), await open("127.0.0.2")];
    const more = await open("127.0.0.2");
    expect(await Promise.all([more, ...many].map(isOpen))).toEqual([false, true, true, true]);
  });
});

describe("a rate limit", () => {
  it("lets a burst pass, then one for each interval", () => {
    let now = 0;
    const limit = new RateLimit({ burst: 2, perSecond: 0.5 }, () => now);
    expect([limit.take("a"), limit.take("a"), limit.take("a")]).toEqual([0, 0, 2]);
    expect(limit.take("b")).toBe(0);
    now = 2_000;
    expect([limit.take("a"), limit.take("a")]).toEqual([0, 2]);
    now = 1_000_000;
    expect([limit.take("a"), limit.take("a"), limit.take("a")]).toEqual([0, 0, 2]);
  });
});

describe("recent answers", () => {
  it("are shared by all who ask, a failure too, until they are forgotten", async () => {
    const recent = new Recent<number>(60_000, 10_000);
    let asked = 0;
    const ask = async (): Promise<number> => {
      asked += 1;
      if (asked === 1) throw new Error("not now");
      return asked;
    };
    await expect(recent.get("a", ask)).rejects.toThrow("not now");
    await expect(recent.get("a", ask)).rejects.toThrow("not now");
    recent.clear();
    expect(await Promise.all([recent.get("a", ask), recent.get("a", ask)])).toEqual([2, 2]);
  });

  it("keep no more than their bytes, and drop the oldest first", async () => {
    const recent = new Recent<string>(60_000, 10_000, (value) => value.length);
    for (const key of ["a", "b", "c", "d"]) {
      recent.put(key, "x".repeat(3_000));
      await recent.known(key);
    }
    await new Promise((resolve) => setImmediate(resolve));
    expect(recent.bytes).toBeLessThanOrEqual(10_000);
    expect(await recent.get("d", async () => "again")).toHaveLength(3_000);
    expect(await recent.get("a", async () => "again")).toBe("again");
  });

  it("go when they are too old, and take their bytes with them", async () => {
    let now = 0;
    const recent = new Recent<string>(
      1_000,
      1_000_000,
      (value) => value.length,
      () => now,
    );
    for (let key = 0; key < 100; key += 1) recent.put(String(key), "x".repeat(1_000));
    await new Promise((resolve) => setImmediate(resolve));
    expect(recent.bytes).toBeGreaterThan(100_000);
    now = 2_000;
    recent.put("new", "x");
    await new Promise((resolve) => setImmediate(resolve));
    expect(recent.bytes).toBeLessThan(1_000);
  });
});
