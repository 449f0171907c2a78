import { readFile } from "node:fs/promises";
import { join } from "node:path";
import iconv from "iconv-lite";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { signatureScene, type SignatureScene } from "../cli/signature-scene.ts";

const SAMPLES = join(import.meta.dirname, "samples");

let scene: SignatureScene;
beforeEach(async () => {
  scene = await signatureScene({
    logins: { "canary-amber": accountOf("github", 5101), "canary-birch": accountOf("github", 5102) },
  });
});
afterEach(async () => await scene.end());

const TWO_SIGNED = ["github:5101 icla 1.0 2023-03-01", "github:5102 icla 1.0 2023-04-02"];

describe("another tool's file is told by its content and loaded:", () => {
  it.each([
    ["cla-assistant-lite.json", "CLA Assistant Lite", []],
    ["cla-assistant.csv", "CLA Assistant", ["--resolve-logins"]],
    ["cla-assistant.json", "CLA Assistant", []],
    ["cla-assistant.mongoexport.ndjson", "CLA Assistant", []],
    ["easycla-individuals.json", "EasyCLA", ["--resolve-logins"]],
    ["easycla.csv", "EasyCLA", ["--resolve-logins"]],
  ])("%s", async (sample, source, flags) => {
    const { code, stdout, stderr } = await scene.run(["import", join(SAMPLES, sample), ...flags]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toContain(`${sample}: ${source}, `);
    expect(await scene.held()).toEqual(TWO_SIGNED);
  });

  it("easycla.json, whose employees are covered by their employer", async () => {
    const { code, stdout } = await scene.run(["import", join(SAMPLES, "easycla.json")]);
    expect(code).toBe(0);
    expect(stdout).toContain(
      "left out: not approved (1), a company's own agreement (1), no GitHub account (1)",
    );
    expect(await scene.held()).toEqual([
      "github:5101 icla 1.0 2023-03-01",
      "github:5102 icla 1.0 2023-04-02 example-corp",
    ]);
  });

  it.each(["cla-bot.json", "clabot.json"])("%s, which has neither numbers nor dates", async (sample) => {
    const path = join(SAMPLES, sample);
    const without = await scene.run(["import", path, "--signed-at", "2023-03-01"]);
    expect([without.code, without.stderr]).toEqual([
      1,
      expect.stringContaining("the file has logins and no account numbers: --resolve-logins"),
    ]);
    const undated = await scene.run(["import", path, "--resolve-logins"]);
    expect([undated.code, undated.stderr]).toEqual([1, expect.stringContaining("say --signed-at")]);
    const { code, stdout } = await scene.run([
      "import",
      path,
      "--resolve-logins",
      "--signed-at",
      "2023-03-01",
    ]);
    expect([code, stdout]).toEqual([0, expect.stringContaining("cla-bot, JSON, UTF-8, 2 rows")]);
    expect(await scene.held()).toEqual([
      "github:5101 icla 1.0 2023-03-01",
      "github:5102 icla 1.0 2023-03-01",
    ]);
  });

  it.each(["utf-8", "gb18030", "utf-16le"])(
    "a Gitee community's table with Chinese headers, saved as %s",
    async (encoding) => {
      const text = await readFile(join(SAMPLES, "gitee-community.csv"), "utf8");
      const file = await scene.file("名单.csv", iconv.encode(text, encoding, { addBOM: true }));
      const { code, stdout, stderr } = await scene.run(["import", file]);
      expect([code, stderr]).toEqual([0, ""]);
      expect(stdout).toContain(`CSV, ${encoding.toUpperCase()}, 2 rows\n  not read: 序号 (2), 姓名 (2)`);
      expect(await scene.held()).toEqual([
        "gitee:5101 icla 1.0 2023-03-01",
        "gitee:5102 icla 1.0 2023-04-02",
      ]);
    },
  );

  it("a Gitee community's table of ids and times", async () => {
    const path = join(SAMPLES, "gitee-community-bare.csv");
    expect((await scene.run(["import", path])).stderr).toContain("add a column host, or say --host");
    expect((await scene.run(["import", path, "--host", "gitee"])).code).toBe(0);
    expect(await scene.held()).toEqual(["gitee:5101 icla 1.0 2023-03-01", "gitee:5102 icla 1.0 2023-04-02"]);
  });
});

describe("another tool's versions", () => {
  const entry = (id: number, version: string): string =>
    JSON.stringify({ user: "x", userId: id, gist_version: version, created_at: "2023-03-01" });

  it("are taken for one of ours only when all entries are of the same", async () => {
    const stdin = `${entry(1, "aaa")}\n${entry(2, "bbb")}\n`;
    const { code, stderr } = await scene.run(["import", "-"], { stdin });
    expect(code).toBe(1);
    expect(stderr).toContain(
      "standard input:2: version: the file holds signatures of several versions: import them one by one",
    );
    expect((await scene.run(["import", "-", "--agreement-version", "0.9"], { stdin })).code).toBe(0);
    expect(await scene.held()).toEqual(["github:1 icla 0.9 2023-03-01", "github:2 icla 0.9 2023-03-01"]);
  });

  it("that the configuration accepts by name are kept as they are", async () => {
    const { stdout } = await scene.run(["import", "-"], { stdin: `${entry(1, "1.0")}\n` });
    expect(stdout).toContain("1 signature added");
    expect(await scene.held()).toEqual(["github:1 icla 1.0 2023-03-01"]);
  });
});

describe("nobody's name, login or address", () => {
  it("reaches the database's bytes or the report, whatever a file holds", async () => {
    const samples = ["cla-assistant-lite.json", "cla-assistant.csv", "easycla.json", "easycla.csv"];
    const paths = samples.map((sample) => join(SAMPLES, sample));
    const { code, stdout, stderr } = await scene.run(["import", ...paths, "--resolve-logins"]);
    expect([code, stderr]).toEqual([0, ""]);
    const bytes = await Promise.all(
      ["", "-wal", "-shm"].map(async (suffix) => await readFile(scene.database + suffix).catch(() => "")),
    );
    const everything = [stdout, ...bytes.map((part) => part.toString("latin1"))].join("\n");
    expect(everything).toContain("icla");
    expect(everything).not.toMatch(/canary/i);
  });
});
