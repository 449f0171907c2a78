import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";
import { run } from "../run-command.ts";

const GOOD = `agreements:
  - { id: icla, title: CLA, version: "1.0", url: "https://example.com/cla", repositories: ["github:octo/*"] }
instance: { name: Octo, url: "https://example.com", contact: "mailto:cla@example.com" }
`;

let folder = "";
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "countersign-"));
});
afterAll(() => rmSync(folder, { recursive: true }));

describe("config check FILE", () => {
  it.each<[string, string, string, RegExp | null]>([
    ["a configuration", "prod.yml", GOOD, null],
    ["one with quoted keys", "prod.yml", GOOD.replace(/^(\w+):/gm, '"$1":'), null],
    ["one with a byte order mark", "prod.yml", `\uFEFF${GOOD}`, null],
    ["one in flow style", "prod.yml", `{ agreements: [${/\{.*\}/.exec(GOOD)?.[0]}] }`, null],
    ["one with only retention", "prod.yml", "retention: {}\n", /agreements: /],
    ["one that is empty", "countersign.yml", "", /agreements: /],
    [
      "one whose key is mistyped",
      "countersign.yaml",
      GOOD.replace("agreements", "agreement"),
      /agreements: /,
    ],
    ["a policy", ".github/cla.yml", "report: check\n", null],
    ["an empty policy", ".gitee/cla.yml", "", null],
    ["a policy with a mistake", ".gitee/cla.yml", "\nreport: checks\n", /cla\.yml:2: report: /],
    ["a file that is no YAML", "prod.yml", "a: [", /prod\.yml:1: /],
  ])("reads %s as what it is", async (_, name, text, wrong) => {
    const file = join(folder, name);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    const ran = await run({}, ["config", "check", file]);
    expect([ran.code, ran.stdout]).toEqual(wrong === null ? [0, `${file}: no mistake\n`] : [1, ""]);
    expect(ran.stderr).toMatch(wrong ?? /^$/);
  });

  it("reads the file that COUNTERSIGN_CONFIG names as the configuration", async () => {
    const file = join(folder, "empty.yml");
    writeFileSync(file, "# nothing yet\n");
    expect((await run({}, ["config", "check", file])).code).toBe(0);
    expect((await run({ COUNTERSIGN_CONFIG: file }, ["config", "check", file])).code).toBe(1);
  });
});
