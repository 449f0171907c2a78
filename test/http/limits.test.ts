import { IncomingMessage, ServerResponse } from "node:http";
import { Socket } from "node:net";
import { describe, expect, it } from "vitest";
import { createBodies } from "../../src/http/body.ts";
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
    const bodies = createBodies(100);
    const response = new ServerResponse(new IncomingMessage(new Socket()));
    expect([bodies.reserve(response, 60), bodies.reserve(response, 41)]).toEqual([true, false]);
    response.emit("close");
    expect(bodies.reserve(response, 100)).toBe(true);
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
