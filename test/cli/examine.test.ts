import { generateKeyPairSync } from "node:crypto";
import { once } from "node:events";
import { chown, mkdtemp, writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { levelOf } from "../../src/ports/diagnosis.ts";
import { aboutOwner } from "../../src/cli/examine/examine.ts";
import { aboutFile } from "../../src/cli/examine/file.ts";
import { aboutKey } from "../../src/cli/examine/key.ts";
import { aboutReach } from "../../src/cli/examine/reach.ts";
import type { FileHealth } from "../../src/sqlite/file/health.ts";

const MB = 1024 * 1024;
const WHOLE: FileHealth = { fault: null, size: 10 * MB, unused: 0, log: 0, diskFree: 10_000 * MB };

describe("doctor, of the database's file", () => {
  it.each<[string, Partial<FileHealth>, string, RegExp]>([
    ["that it is whole", {}, "ok", /^the database file is intact: 10 MB$/],
    ["that it is damaged", { fault: "Tree 3 page 7" }, "error", /damaged: Tree 3 page 7/],
    ["that the disk is almost full", { diskFree: 300 * MB }, "warning", /almost full: 300 MB/],
    ["that the disk is full", { diskFree: 20 * MB }, "error", /almost full: 20 MB/],
    [
      "that the disk has no room for a copy",
      { size: 5_000 * MB, diskFree: 1_000 * MB },
      "warning",
      /almost full/,
    ],
    ["that its log has grown", { log: 100 * MB }, "warning", /write-ahead log is 100 MB/],
    ["that most of it is unused", { size: 500 * MB, unused: 400 * MB }, "warning", /400 MB .* are unused/],
  ])("says %s", (_what, health, level, message) => {
    const found = aboutFile({ ...WHOLE, ...health });
    const one = found.find(({ what }) => message.test(what));
    expect(one === undefined ? found : levelOf(one)).toBe(level);
  });
});

it.skipIf(process.getuid?.() !== 0)(
  "doctor warns root of a database that belongs to another user",
  async () => {
    const file = join(await mkdtemp(join(tmpdir(), "countersign-owner-")), "x.db");
    await writeFile(file, "");
    expect(aboutOwner(file)).toEqual([]);
    await chown(file, 1234, 1234);
    expect(aboutOwner(file)).toMatchObject([
      { ok: true, level: "warning", what: "doctor runs as root, and the database belongs to user 1234" },
    ]);
    expect([aboutOwner(file, 1234), aboutOwner(`${file}-none`)]).toEqual([[], []]);
  },
);

describe("doctor, of the private key", () => {
  it.each(["ec", "ed25519"] as const)("refuses a key of the type %s", (type) => {
    const { privateKey } =
      type === "ec" ? generateKeyPairSync(type, { namedCurve: "P-256" }) : generateKeyPairSync(type);
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    expect(aboutKey(pem)).toMatchObject([{ ok: false, what: expect.stringContaining(`type ${type}`) }]);
  });

  it("refuses one with a password, and one that is cut", () => {
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    const pem = privateKey.export({ type: "pkcs8", format: "pem" }).toString();
    const locked = privateKey
      .export({ type: "pkcs8", format: "pem", cipher: "aes-256-cbc", passphrase: "x" })
      .toString();
    expect(aboutKey(pem)).toEqual([]);
    for (const bad of [locked, pem.slice(0, 200)])
      expect(aboutKey(bad)).toMatchObject([
        {
          ok: false,
          what: expect.stringMatching(/^PRIVATE_KEY is damaged or has a password$/),
        },
      ]);
  });
});

describe("doctor, of a host's clock", () => {
  it.each([
    [0, "ok"],
    [30_000, "warning"],
    [-30_000, "warning"],
    [120_000, "error"],
    [-120_000, "error"],
  ])("by %i ms says %s", async (skew, level) => {
    const server = createServer((_request, response) => {
      response.setHeader("date", new Date(Date.now() + skew).toUTCString());
      response.end();
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    onTestFinished(() => void server.close());
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const [found] = await aboutReach("GitHub", url, "GHE_HOST");
    expect(found === undefined ? null : levelOf(found)).toBe(level);
  });

  it("tells a name without an address from a machine on which nothing listens", async () => {
    const [unknown] = await aboutReach("Gitee", "http://host.invalid", "GITEE_URL");
    expect(unknown?.what).toMatch(/its name has no address/);
    const server = createServer().listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    server.close();
    await once(server, "close");
    const [closed] = await aboutReach("Gitee", `http://127.0.0.1:${port}`, "GITEE_URL");
    expect(closed).toMatchObject({ ok: false, what: expect.stringMatching(/nothing listens there/) });
  });
});
