import { once } from "node:events";
import {
  lstatSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { parse } from "yaml";
import { appManifest } from "../../../src/cli/setup/app-manifest.ts";
import { readEnvironment } from "../../../src/bot/environment.ts";
import { parseEnv } from "node:util";
import { PassThrough } from "node:stream";
import { COMMANDS } from "../../../src/cli/commands.ts";
import { runCommandLine, type Console } from "../../../src/cli/command-line.ts";
import { run } from "../../run-command.ts";
import { pressButton, type RegisteredApp } from "./press-button.ts";

const PEM = "-----BEGIN RSA PRIVATE KEY-----\nMIIE\nabc=\n-----END RSA PRIVATE KEY-----\n";

let folder = "";
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), "countersign-"));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const APP: RegisteredApp = {
  id: 4711,
  slug: "countersign",
  html_url: "http://ghe/apps/countersign",
  pem: PEM,
  webhook_secret: "a-secret",
  client_id: "Iv1.a",
  client_secret: "b",
};

function register(words: readonly string[], code = "c0de", meanwhile = (): void => {}) {
  return pressButton(APP, words, { code, meanwhile });
}

describe("setup github", () => {
  it("registers the app, writes its credentials for their owner alone, and says what comes next", async () => {
    const file = join(folder, ".env");
    const ran = await register([
      "--url",
      "https://cla.example.com/",
      "--organization",
      "octo",
      "--file",
      file,
    ]);
    expect([ran.exit, ran.stderr, ran.forged, ran.back]).toEqual([0, "", 400, 200]);
    expect(ran.asked).toEqual(["POST /api/v3/app-manifests/c0de/conversions"]);
    expect(ran.action).toMatch(/\/organizations\/octo\/settings\/apps\/new\?state=[0-9a-f]{32}$/);
    expect(ran.manifest).toMatchObject({
      hook_attributes: { url: "https://cla.example.com/api/github/webhooks" },
      callback_urls: ["https://cla.example.com/sign-in/github/callback"],
      public: false,
    });
    expect(ran.stdout).toContain("http://ghe/apps/countersign/installations/new");
    expect(ran.stdout).not.toMatch(/a-secret|PRIVATE KEY/);
    expect(statSync(file).mode & 0o777).toBe(0o600);
    const environment = readEnvironment(parseEnv(readFileSync(file, "utf8")), false);
    expect(environment).toMatchObject({
      publicUrl: "https://cla.example.com",
      github: { appId: 4711, webhookSecret: "a-secret", signIn: { clientId: "Iv1.a" } },
    });
    expect(environment.github?.privateKey.trim()).toBe(PEM.trim());
  });

  it("adds to a file that is there, and never replaces another app's credentials", async () => {
    const file = join(folder, ".env");
    writeFileSync(file, "GITEE_TOKEN=x");
    const first = await register(["--url", "https://cla.example.com", "--file", file]);
    expect(first.exit).toBe(0);
    expect(readFileSync(file, "utf8")).toMatch(/^GITEE_TOKEN=x\nAPP_ID=4711\n/);
    writeFileSync(file, "");
    // Another setup was quicker.
    const second = await register(["--url", "https://cla.example.com", "--file", file], "c0de", () =>
      writeFileSync(file, "APP_ID=1\n"),
    );
    expect(second.exit).toBe(1);
    expect(second.stderr).toContain(`are in ${file}.github`);
    expect(readFileSync(file, "utf8")).toBe("APP_ID=1\n");
    expect(readFileSync(`${file}.github`, "utf8")).toContain("APP_ID=4711");
  });

  it("fills in what a file leaves empty, and replaces an address, in its lines", async () => {
    const file = join(folder, ".env");
    const link = join(folder, "link");
    symlinkSync(file, link);
    writeFileSync(
      file,
      "\uFEFFPUBLIC_URL=https://old.example.com/\r\nAPP_ID=\n# the key\nPRIVATE_KEY=\nGITEE_TOKEN=x\n",
    );
    const ran = await register(["--url", "https://cla.example.com", "--file", link]);
    expect([ran.exit, ran.stderr]).toEqual([0, ""]);
    const text = readFileSync(file, "utf8");
    expect(text).toMatch(
      /^PUBLIC_URL=https:\/\/cla\.example\.com\nAPP_ID=4711\n# the key\nPRIVATE_KEY=\S+\nGITEE_TOKEN=x\nWEBHOOK_SECRET=/,
    );
    // kubectl and docker read one line as one variable.
    expect(text.split("\n").filter((line) => !/^(?:[A-Z_]+=.*|# the key|)$/.test(line))).toEqual([]);
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
  });

  it.each<[string, string[], Record<string, string>, string]>([
    ["a file that holds another app", ["--file", "taken"], {}, "taken sets APP_ID already"],
    ["a folder that is missing", ["--file", "none/.env"], {}, "can't be written: check its folder"],
    ["a folder in the file's place", ["--file", "."], {}, "is not a file"],
    ["a port that is taken", ["--port", "PORT"], {}, "nothing can listen on port"],
    ["an address with a password", ["--url", "https://a:b@cla.example.com"], {}, "--url: contains a user"],
    ["an address on this machine", ["--url", "http://localhost:3000"], {}, "works only on this machine"],
    ["a mistyped address", ["--url", "cla.example.com"], {}, "--url: expected an http or https URL"],
    [
      "a server with a protocol",
      [],
      { GHE_HOST: "https://github.example.com" },
      "GHE_HOST: expected a host name",
    ],
    ["no address", ["--url", " "], {}, "PUBLIC_URL is missing"],
  ])("refuses %s before GitHub registers anything", async (_, words, variables, message) => {
    writeFileSync(join(folder, "taken"), "APP_ID=1\n");
    const other = createServer().listen(0, "127.0.0.1");
    await once(other, "listening");
    const { port } = other.address() as AddressInfo;
    const here = words.map((word, index) =>
      word === "PORT" ? String(port) : words[index - 1] === "--file" ? join(folder, word) : word,
    );
    const all = ["--url", "https://cla.example.com", "--file", join(folder, ".env"), ...here];
    const ran = await run(variables, ["setup", "github", ...all]);
    other.close();
    expect(ran.code).toBeGreaterThan(0);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).toContain(message);
    expect(ran.stderr).not.toContain("bug");
    expect(readdirSync(folder)).toEqual(["taken"]);
  });

  it("is what a first start at a terminal does, once it knows the bot's address", async () => {
    const [stdout, stderr] = [new PassThrough(), new PassThrough()].map((stream) =>
      Object.assign(stream, { isTTY: true }),
    );
    const stdin = { isTTY: true };
    const console = { variables: { PUBLIC_URL: "" }, stdin, stdout, stderr } as unknown as Console;
    const code = await runCommandLine(["serve"], COMMANDS, console, "1.2.3");
    const said = String(stderr?.read());
    expect([code, said]).toEqual([
      1,
      expect.stringMatching(/register the app now[^]*PUBLIC_URL is missing: set it in \.env/),
    ]);
    expect(said).not.toContain("--url");
  });

  it("prints for a script what was registered and where, and no secret", async () => {
    const file = join(folder, ".env");
    const ran = await register(["--url", "https://cla.example.com", "--file", file, "--json"]);
    expect(JSON.parse(ran.stdout)).toEqual({
      app_id: 4711,
      file,
      install_url: "http://ghe/apps/countersign/installations/new",
    });
    expect(ran.stderr).toMatch(/^Open \S+ in a browser/);
  });

  it("says what GitHub refused", async () => {
    const ran = await register(["--url", "https://cla.example.com", "--file", join(folder, ".env")], "stale");
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toMatch(
      /^countersign: .*; if GitHub lists the new app at \S+\/settings\/apps, nobody has its key: delete it there/,
    );
  });

  it("exchanges the code again after GitHub's passing error", async () => {
    const words = ["--url", "https://cla.example.com", "--file", join(folder, ".env")];
    const ran = await pressButton(APP, words, { failures: 1 });
    expect([ran.exit, ran.stderr, ran.asked.length]).toEqual([0, "", 2]);
  });

  it("says what to do with an app whose credentials can't be written", async () => {
    const file = join(folder, ".env");
    const ran = await register(["--url", "https://cla.example.com", "--file", file], "c0de", () => {
      mkdirSync(`${file}.new`);
    });
    expect(ran.exit).toBe(1);
    expect(ran.stderr).toMatch(/^countersign: .*\.env can't be written: .* delete it there/);
  });

  it("asks for exactly what app.yml names", () => {
    const yml = parse(readFileSync(new URL("../../../app.yml", import.meta.url), "utf8")) as Record<
      string,
      unknown
    >;
    const manifest = appManifest({ name: "x", publicUrl: "https://x", redirectUrl: "https://y" });
    expect(manifest["default_permissions"]).toEqual(yml["default_permissions"]);
    expect(manifest["default_events"]).toEqual(yml["default_events"]);
    expect(manifest["public"]).toBe(yml["public"]);
  });
});
