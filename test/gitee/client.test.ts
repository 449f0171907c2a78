import { createServer, type RequestListener } from "node:http";
import { describe, expect, it, onTestFinished } from "vitest";
import { z } from "zod";
import { Failure, HostWait } from "../../src/error.ts";
import { openStore } from "../sqlite/store.ts";
import { giteeClient, type Client, type ClientOptions } from "../../src/gitee/traffic/client.ts";

const NOW = Date.parse("2026-01-01T00:00:00Z");
const TOKEN = "secret-token-canary";
const PATH = ["repos", "login-canary", "widget"];
const Thing = z.object({ id: z.number() });

/** A client of a server with the test's answers. */
async function serve(listener: RequestListener, options: Partial<ClientOptions> = {}): Promise<Client> {
  const server = createServer(listener);
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  const address = server.address();
  const port = typeof address === "object" ? address?.port : 0;
  return giteeClient({ url: `http://127.0.0.1:${port}/`, token: TOKEN, now: () => NOW, ...options });
}

async function failureOf(work: Promise<unknown>): Promise<Failure> {
  const error = await work.then(
    () => null,
    (thrown: unknown) => thrown,
  );
  if (!(error instanceof Failure)) throw new Error(`expected a failure, got ${String(error)}`);
  return error;
}

/** Everything that a log could print about an error. */
function printed(error: Failure): string {
  return JSON.stringify([error.message, error.stack, error.cause, String(error.cause)]);
}

describe("the client of Gitee's API", () => {
  it("carries its token in a header, never in a URL, and encodes each segment by itself", async () => {
    const seen: unknown[] = [];
    const client = await serve((request, response) => {
      seen.push([request.method, request.url, request.headers.authorization]);
      response.end('{"id":1,"name":"dropped"}');
    });
    expect(await client.get("a thing", [...PATH, "labels", "cla/yes?#%签"], Thing, { a: "b c" })).toEqual({
      id: 1,
    });
    await client.remove("a thing", PATH);
    expect(seen).toEqual([
      [
        "GET",
        "/api/v5/repos/login-canary/widget/labels/cla%2Fyes%3F%23%25%E7%AD%BE?a=b+c",
        `Bearer ${TOKEN}`,
      ],
      ["DELETE", "/api/v5/repos/login-canary/widget", `Bearer ${TOKEN}`],
    ]);
  });

  it.each(["..", "."])("takes no segment %j for a way upwards", async (segment) => {
    const client = await serve((_, response) => response.end("{}"));
    expect(await failureOf(client.get("a thing", ["repos", segment], Thing))).toMatchObject({
      code: "input",
    });
  });

  it.each([
    [401, {}, "host-credentials", null],
    [403, {}, "permission-missing", null],
    [403, { "retry-after": "60" }, "host-limit", NOW + 60_000],
    [403, { "x-ratelimit-remaining": "0" }, "host-limit", null],
    [
      403,
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": String(NOW / 1000 + 30) },
      "host-limit",
      NOW + 30_000,
    ],
    [403, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": "30" }, "host-limit", NOW + 30_000],
    [429, {}, "host-limit", null],
    [429, { "retry-after": "Thu, 01 Jan 2026 00:01:00 GMT" }, "host-limit", NOW + 60_000],
    [429, { "retry-after": "99999999" }, "host-limit", NOW + 3_600_000],
    [429, { "retry-after": "soon" }, "host-limit", null],
    [404, {}, "not-found", null],
    [422, {}, "host-refused", null],
    [500, {}, "host-refused", null],
    [503, { "retry-after": "5" }, "host-refused", NOW + 5000],
  ] as const)("tells an answer %i with %j for %s", async (status, headers, code, retryAt) => {
    const client = await serve((_, response) => {
      response.writeHead(status, headers).end('{"message":"login-canary may not"}');
    });
    const failure = await failureOf(client.get("a thing", PATH, Thing));
    expect(failure).toMatchObject({ code, retryAt });
    expect(printed(failure)).not.toMatch(/canary/);
  });

  it("knows a used-up limit by its words where no header tells", async () => {
    const client = await serve((_, response) => {
      response.writeHead(403).end('{"message":"403 Forbidden: rate limit exceeded"}');
    });
    expect(await failureOf(client.get("a thing", PATH, Thing))).toMatchObject({ code: "host-limit" });
  });

  it("sends nothing more while Gitee asks it to wait", async () => {
    let asked = 0;
    let now = NOW;
    const client = await serve(
      (_, response) => {
        asked += 1;
        if (asked > 1) response.end('{"id":1}');
        else response.writeHead(429, { "retry-after": "60" }).end();
      },
      { now: () => now },
    );
    await failureOf(client.get("a thing", PATH, Thing));
    expect(await failureOf(client.get("a thing", PATH, Thing))).toMatchObject({
      code: "host-limit",
      retryAt: NOW + 60_000,
    });
    expect(asked).toBe(1);
    now += 60_000;
    expect(await client.get("a thing", PATH, Thing)).toEqual({ id: 1 });
  });

  it("holds comments back longer than all else after Gitee refused one, and longer each time", async () => {
    let now = NOW;
    let refuses = true;
    const asked: string[] = [];
    const client = await serve(
      (request, response) => {
        asked.push(`${request.method} ${request.url?.split("/").at(-1)}`);
        if (refuses && request.method === "POST") response.writeHead(429).end();
        else response.end('{"id":1}');
      },
      { now: () => now },
    );
    const MINUTES = 60_000;
    const comment = () => client.write("a comment", "POST", [...PATH, "pulls", 1, "comments"], {}, Thing);
    expect(await failureOf(comment())).toMatchObject({ retryAt: NOW + 5 * MINUTES });
    expect(await failureOf(client.get("a thing", PATH, Thing))).toMatchObject({ retryAt: NOW + MINUTES });
    now += MINUTES;
    expect(await client.get("a thing", PATH, Thing)).toEqual({ id: 1 });
    const held = await failureOf(comment());
    expect(held).toBeInstanceOf(HostWait);
    expect(held).toMatchObject({ code: "host-limit", retryAt: NOW + 5 * MINUTES });
    now += 4 * MINUTES;
    expect(await failureOf(comment())).toMatchObject({ retryAt: now + 10 * MINUTES });
    now -= 60 * MINUTES;
    expect(await failureOf(client.get("a thing", PATH, Thing))).toMatchObject({ retryAt: now + MINUTES });
    now += 10 * MINUTES;
    refuses = false;
    expect(await comment()).toEqual({ id: 1 });
    expect(await comment()).toEqual({ id: 1 });
    expect(asked).toEqual(["POST comments", "GET widget", ...Array<string>(3).fill("POST comments")]);
  });

  it("waits when Gitee asked another process on the database to, also after a restart and a clock that was set back", async () => {
    let now = NOW;
    const store = await openStore(() => now);
    onTestFinished(() => store.remove());
    let asked = 0;
    const listener: RequestListener = (_, response) => {
      asked += 1;
      if (asked > 1) response.end('{"id":1}');
      else response.writeHead(429).end();
    };
    const start = async () => {
      const { spending } = await store.open();
      return serve(listener, { now: () => now, spending });
    };
    const [one, other] = [await start(), await start()];
    await failureOf(one.get("a thing", PATH, Thing));
    await expect
      .poll(async () => (await failureOf((await start()).get("a thing", PATH, Thing))).retryAt)
      .toBe(NOW + 60_000);
    expect(await failureOf(other.get("a thing", PATH, Thing))).toMatchObject({ code: "host-limit" });
    expect(asked).toBe(1);
    now -= 3_600_000;
    expect(await failureOf(one.get("a thing", PATH, Thing))).toMatchObject({ retryAt: now + 60_000 });
    now += 60_000;
    expect(await one.get("a thing", PATH, Thing)).toEqual({ id: 1 });
  });

  it.each([
    ["<html>login-canary</html>", /not JSON/],
    ['{"id":"login-canary"}', /id/],
    ["[]", /object/],
    ["", /not JSON/],
  ])("refuses the answer %j, which is not of the shape, without repeating it", async (body, says) => {
    const client = await serve((_, response) => response.end(body));
    const failure = await failureOf(client.get("a thing", PATH, Thing));
    expect(failure.code).toBe("host-answer");
    expect(failure.message).toMatch(says);
    expect(printed(failure)).not.toMatch(/canary/);
  });

  it("says so when nobody answers, when the connection breaks, and when it takes too long", async () => {
    const broken = await serve((request) => request.socket.destroy());
    const silent = await serve(() => undefined, { timeoutMs: 20 });
    const nowhere = giteeClient({ url: "http://127.0.0.1:1", token: TOKEN, now: () => NOW });
    for (const client of [broken, silent, nowhere]) {
      const failure = await failureOf(client.get("a thing", PATH, Thing));
      expect(failure.code).toBe("host-unreachable");
      expect(printed(failure)).not.toMatch(/canary/);
    }
    expect((await failureOf(silent.get("a thing", PATH, Thing))).message).toMatch(/in time/);
  });

  it("reads every page: by total_page where Gitee tells it, else until one is not full", async () => {
    for (const header of [true, false]) {
      const asked: string[] = [];
      const client = await serve((request, response) => {
        const { searchParams: query } = new URL(request.url ?? "", "http://x");
        asked.push(`${query.get("page")}/${query.get("per_page")}`);
        if (header) response.setHeader("total_page", "2");
        const length = query.get("page") === "2" ? 20 : 100;
        response.end(JSON.stringify(Array.from({ length }, (_, id) => ({ id }))));
      });
      let count = 0;
      for await (const page of client.pages("things", PATH, z.array(Thing))) count += page.length;
      expect([count, asked]).toEqual([120, ["1/100", "2/100"]]);
    }
  });

  it("follows no redirect of a write", async () => {
    const methods: unknown[] = [];
    const client = await serve((request, response) => {
      methods.push(request.method);
      response.writeHead(302, { location: "/elsewhere" }).end();
    });
    const failure = await failureOf(client.write("a thing", "POST", PATH, {}, Thing));
    expect([failure.code, methods]).toEqual(["host-refused", ["POST"]]);
  });

  it("keeps no more requests under way than it may", async () => {
    let under = 0;
    let most = 0;
    const held: (() => void)[] = [];
    const client = await serve(
      (_, response) => {
        under += 1;
        most = Math.max(most, under);
        held.push(() => {
          under -= 1;
          response.end('{"id":1}');
        });
        // Answers only after the maximum of concurrent requests has arrived.
        if (held.length === 2) held.splice(0).forEach((answer) => answer());
      },
      { concurrency: 2 },
    );
    await Promise.all(Array.from({ length: 6 }, () => client.get("a thing", PATH, Thing)));
    expect(most).toBe(2);
  });

  it("asks whether a write is still allowed when it has its place, and sends no write that is not", async () => {
    const { promise: answered, resolve: answer } = Promise.withResolvers<void>();
    const sent: unknown[] = [];
    const client = await serve(
      ({ method }, response) => {
        sent.push(method);
        void answered.then(() => response.end('{"id":1}'));
      },
      { concurrency: 1 },
    );
    let isAllowed = true;
    const asking = client.confirmedBy(async () => {
      if (!isAllowed) throw new Failure("superseded");
    });
    const reading = asking.get("a thing", PATH, Thing);
    const writes = [
      asking.write("a thing", "POST", PATH, {}, Thing),
      asking.send("a thing", "PATCH", PATH, {}, Thing, []),
      asking.remove("a thing", PATH),
    ].map(failureOf);
    isAllowed = false;
    answer();
    await reading;
    expect((await Promise.all(writes)).map(({ code }) => code)).toEqual(writes.map(() => "superseded"));
    expect(sent).toEqual(["GET"]);
  });
});
