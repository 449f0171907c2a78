/**
 * Changed requests to the running server, as raw bytes: deliveries of both hosts, OAuth callbacks and forms. Each is
 * answered or its connection ends; nothing fails unforeseen, nobody is signed in and nothing is signed by it, neither the
 * log nor the database names a person, and the unchanged request still works.
 */
import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { accountOf, type HostName } from "../../src/account.ts";
import { signatureOf } from "../../src/gitee/traffic/verify.ts";
import { delivery, noteBody } from "../gitee/deliveries.ts";
import { example, signed } from "../github/payloads.ts";
import { openScene, type PagesScene } from "../http/pages/scene.ts";
import { mutate } from "./mutate.ts";
import { randomFor, ROUNDS, startWatchdog, TIMEOUT, type Watchdog } from "./rounds.ts";

/** Each takes longer than a parser's. */
const REQUESTS = ROUNDS / 4;
const TOGETHER = 30;

/** Milliseconds that a changed request waits for its answer. */
const PATIENCE = 500;
/** The same for an unchanged request, which has an answer. */
const LONG_PATIENCE = 30_000;

let scene: PagesScene;
let watchdog: Watchdog;
beforeAll(async () => {
  watchdog = startWatchdog();
  scene = await openScene();
  scene.gitee.user({ login: "canary-alice" });
  scene.github.user({ login: "canary-alice" });
});
afterAll(async () => {
  await scene.close();
  await watchdog.stop();
});

let senders = 0;

interface Asked {
  readonly method: "GET" | "POST";
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
}

/** The bytes of a request, each from a sender of its own, so that no limit of a sender answers in the pages' stead. */
function bytesOf({ method, path, headers, body = "" }: Asked): string {
  senders += 1;
  const head = {
    host: new URL(scene.url).host,
    "x-forwarded-for": `198.51.${senders >> 8}.${senders & 255}`,
    ...headers,
    "content-length": String(Buffer.byteLength(body)),
    connection: "close",
  };
  const lines = Object.entries(head).map(([name, value]) => `${name}: ${value}`);
  return `${method} ${path} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n${body}`;
}

/** Sends bytes and no more, and resolves to the answer; empty: none. */
async function send(bytes: string, patience = LONG_PATIENCE): Promise<string> {
  const { hostname, port } = new URL(scene.url);
  const socket = connect(Number(port), hostname);
  socket.write(bytes);
  // A request whose announced body never comes has no answer.
  const timer = setTimeout(() => socket.end(), patience);
  const answer = await text(socket).catch(() => "");
  clearTimeout(timer);
  return answer;
}

function statusOf(answer: string): number | null {
  const [, status] = /^HTTP\/1\.1 (\d{3}) /.exec(answer) ?? [];
  return status === undefined ? null : Number(status);
}

function cookieOf(answer: string): string {
  return [...answer.matchAll(/^set-cookie: (\w+=[^;\s]+)/gim)].at(-1)?.[1] ?? "";
}

/** Starts a sign-in and acts as the host: the callback, and the browser that may follow it. */
async function callback(person = "canary-alice", host: HostName = "gitee"): Promise<Asked> {
  const begun = await send(bytesOf({ method: "GET", path: `/sign-in/${host}`, headers: {} }));
  const authorize = new URL(/^location: (\S+)/im.exec(begun)?.[1] ?? "");
  authorize.searchParams.set("as", person);
  const answer = await fetch(authorize, { redirect: "manual" });
  const back = new URL(answer.headers.get("location") ?? "");
  return { method: "GET", path: back.pathname + back.search, headers: { cookie: cookieOf(begun) } };
}

/**
 * Signs in through the host: the browser's cookie, and the token of its forms. It is a new person each time, so that no
 * limit of a person answers in the pages' stead.
 */
async function signIn(): Promise<{ readonly cookie: string; readonly csrf: string }> {
  const { id, login } = scene.gitee.user({ login: `canary-${senders}` });
  await scene.manage(accountOf("gitee", id));
  const cookie = cookieOf(await send(bytesOf(await callback(login))));
  const page = await send(bytesOf({ method: "GET", path: "/account", headers: { cookie } }));
  return { cookie, csrf: /name="csrf" value="([\w-]+)"/.exec(page)?.[1] ?? "" };
}

async function form(
  path: string,
  fields: Readonly<Record<string, string>>,
): Promise<{ readonly asked: Asked; readonly vital: readonly string[] }> {
  const { cookie, csrf } = await signIn();
  const pairs = Object.entries({ csrf, ...fields }).map(([name, value]) => `${name}=${value}`);
  const headers = {
    cookie,
    origin: scene.url,
    "content-type": "application/x-www-form-urlencoded",
  };
  return { asked: { method: "POST", path, headers, body: pairs.join("&") }, vital: [cookie, ...pairs] };
}

interface Case {
  readonly name: string;
  /** A request that works, and the parts without which it must not. */
  readonly prepare: () => Promise<{ readonly asked: Asked; readonly vital: readonly string[] }>;
  /** How its answer shows that it worked. */
  readonly worked: RegExp;
  /** Whether each request needs a preparation of its own, because an attempt uses it up. */
  readonly once?: boolean;
}

const CASES: readonly Case[] = [
  {
    name: "a delivery of GitHub",
    prepare: async () => {
      const { headers, body } = signed(
        "pull_request",
        Buffer.from(JSON.stringify(example("pull_request", "opened"))),
        "s3cret",
      );
      const text = Buffer.from(body).toString();
      return {
        asked: {
          method: "POST",
          path: "/api/github/webhooks",
          headers: headers as Record<string, string>,
          body: text,
        },
        vital: [headers["x-hub-signature-256"] ?? "", text],
      };
    },
    worked: /^HTTP\/1\.1 20/,
  },
  {
    name: "a delivery of Gitee",
    prepare: async () => {
      const now = String(Date.now());
      const token = signatureOf("s3cret", now);
      const { headers, body } = delivery("Note Hook", noteBody("/check-cla"), {
        "x-gitee-timestamp": now,
        "x-gitee-token": token,
      });
      return {
        asked: {
          method: "POST",
          path: "/api/gitee/webhooks",
          headers: headers as Record<string, string>,
          body: Buffer.from(body).toString(),
        },
        // Gitee's signature covers the time, and not the body.
        vital: [now, token],
      };
    },
    worked: /^HTTP\/1\.1 20/,
  },
  ...(["gitee", "github"] as const).map((host): Case => ({
    name: `an OAuth callback of ${host}`,
    prepare: async () => {
      const asked = await callback("canary-alice", host);
      const query = new URLSearchParams(asked.path.split("?")[1]);
      const parts = ["code", "state"].map((key) => `${key}=${query.get(key)}`);
      return { asked, vital: [asked.headers["cookie"] ?? "", ...parts] };
    },
    worked: /^HTTP\/1\.1 303[^]*^location: \/account/im,
    once: true,
  })),
  {
    name: "the form that signs",
    prepare: async () => {
      const digest = createHash("sha256").update(readFileSync(scene.document)).digest("hex");
      return form("/sign/icla", { version: "1.0", digest });
    },
    worked: /^location: \S*done=signed/im,
  },
  {
    name: "the form that asks for an employer",
    prepare: async () => form("/entities", { name: "Acme", agreement: "icla", bind: "yes" }),
    worked: /^location: \S*done=requested/im,
  },
  {
    name: "the form of a roster",
    prepare: async () => form("/entities/acme/members", { host: "gitee", confirmed: "gitee:4711" }),
    worked: /^location: \S*done=added/im,
  },
  {
    name: "the form that restricts",
    prepare: async () => form("/account/restrict", {}),
    worked: /^location: \S*done=restricted/im,
  },
];

/** Logins and names in the requests. */
const PERSON = /canary|codertocat/i;

/** The bytes of the database and of what is not yet in its file. */
function stored(file: string): string {
  const files = [file, `${file}-wal`].filter((one) => existsSync(one));
  return files.map((one) => readFileSync(one, "latin1")).join("");
}

describe("a changed request", { timeout: TIMEOUT }, () => {
  it.each(CASES)("of $name has no effect without its vital parts, and ends in an answer", async (one) => {
    const random = randomFor(one.name);
    const faults: string[] = [];
    const statuses = new Set<number | null>();
    const shared = await one.prepare();
    const attempt = async (): Promise<void> => {
      const { asked, vital } = one.once === true ? await one.prepare() : shared;
      const bytes = mutate(bytesOf(asked), random);
      watchdog.begins(bytes);
      const answer = await send(bytes, PATIENCE);
      const status = statusOf(answer);
      statuses.add(status);
      const lacks = vital.some((part) => !bytes.includes(part));
      if (lacks && one.worked.test(answer)) faults.push(`worked: ${JSON.stringify(bytes)}`);
      if (status !== null && status >= 500) faults.push(`${status}: ${JSON.stringify(bytes)}`);
    };
    // Together, because most of them wait for the end of their patience.
    for (let round = 0; round < REQUESTS; round += TOGETHER)
      await Promise.all(Array.from({ length: TOGETHER }, attempt));
    expect(faults).toEqual([]);
    expect(statuses.size).toBeGreaterThan(1);
    expect(await send(bytesOf((await one.prepare()).asked))).toMatch(one.worked);
    expect(scene.lines.filter((line) => PERSON.test(line))).toEqual([]);
    expect(stored(scene.file).match(PERSON)).toBeNull();
  });
});
