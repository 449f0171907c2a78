import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Ajv } from "ajv";
import addFormats from "ajv-formats";
import { describe, expect, it, onTestFinished } from "vitest";
import { parse } from "yaml";
import { readConfiguration } from "../../src/bot/configuration.ts";
import { policyTemplate } from "../../src/cli/pulls/policy-template.ts";
import { gitHubCapabilities } from "../../src/github/capabilities.ts";
import { giteeCapabilities } from "../../src/gitee/capabilities.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import { readYaml } from "../../src/yaml/read.ts";
import { configurationSchema, policySchema } from "./json-schema.ts";

const FOLDER = new URL("../../schema/", import.meta.url);
const README = readFileSync(new URL("../../README.md", import.meta.url), "utf8");
const blocks = [...README.matchAll(/```yaml\n([\s\S]*?)```/g)].map(([, text = ""]) => text);

function validator(name: string): (text: string) => boolean {
  const ajv = new Ajv({ allErrors: true, strict: false });
  addFormats.default(ajv);
  const validate = ajv.compile(JSON.parse(readFileSync(new URL(name, FOLDER), "utf8")) as object);
  return (text) => validate(parse(text));
}

it.each([
  ["countersign.schema.json", configurationSchema],
  ["policy.schema.json", policySchema],
])("schema/%s is what the code reads; npm run schema writes it", async (name, make) => {
  await expect(`${JSON.stringify(make(), null, 2)}\n`).toMatchFileSnapshot(`../../schema/${name}`);
});

describe("schema/policy.schema.json", () => {
  it.each([
    ["", true],
    ["# nothing is set\n", true],
    [blocks[1] ?? "", true],
    ["require:\nexempt:\n", true],
    ["report: check\nlabels: false\n", true],
    ["labels: { signed: a, unsigned: b }\n", true],
    ["exempt: { organizations: [1, 'gitee:2'], accounts: ['github:49699333'] }\n", true],
    ["require: { coauthors: warn, backports: verify }\n", true],
    ["reports: check\n", false],
    ["report: checks\n", false],
    ["exempt: { accounts: ['github:octocat'] }\n", false],
    ["exempt: { accounts: [49699333] }\n", false],
    ["exempt: { lines: -1 }\n", false],
    ["labels: { signed: a }\n", false],
    ["labels: true\n", false],
    ["require: { coauthor: warn }\n", false],
    ["exempt: { organizations: ['octo'] }\n", false],
  ])("agrees with the bot about %j", (text, ok) => {
    expect(validator("policy.schema.json")(text)).toBe(ok);
    expect(readYaml(text, PolicyFile, "cla.yml").ok).toBe(ok);
  });

  it.each([gitHubCapabilities("https://github.com"), giteeCapabilities("https://gitee.com")])(
    "is what the first line of the template for $title refers to",
    (host) => {
      const template = policyTemplate(host);
      const url = /^# yaml-language-server: \$schema=(\S+)\n/.exec(template)?.[1];
      expect(url).toBe((policySchema() as { $id: string }).$id);
      expect(existsSync(new URL(url?.split("/").at(-1) ?? "", FOLDER))).toBe(true);
    },
  );
});

describe("schema/countersign.schema.json", () => {
  const AGREEMENT = `id: icla, title: CLA, version: "1.0", repositories: ["github:octo/*"]`;
  it.each([
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com/cla" }]`, true],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com" }]\npolicy: { report: check }`, true],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com" }]\nretention: { audit_days: 3650 }`, true],
    [``, false],
    [`agreements: []`, false],
    [`agreements: [{ ${AGREEMENT} }]`, false],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com", document: cla.md }]`, false],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com", sign: [] }]`, false],
    [`agreements: [{ ${AGREEMENT}, document: cla.md, sign: [page] }]`, true],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com" }]\npolicies: {}`, false],
    [`agreements: [{ ${AGREEMENT.replace('"1.0"', "1.0")}, url: "https://example.com" }]`, false],
    [`agreements: [{ ${AGREEMENT.replace("github:octo/*", "octo/*")}, url: "https://example.com" }]`, false],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com", grace_days: -1 }]`, false],
    [`agreements: [{ ${AGREEMENT}, url: "https://example.com" }]\npolicy: { report: checks }`, false],
  ])("agrees with the bot about %j", (text, ok) => {
    const folder = mkdtempSync(join(tmpdir(), "countersign-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const file = join(folder, "countersign.yml");
    writeFileSync(file, text);
    const read = (): boolean => {
      try {
        readConfiguration(file);
        return true;
      } catch {
        return false;
      }
    };
    expect([validator("countersign.schema.json")(text), read()]).toEqual([ok, ok]);
  });

  it("takes the README's example", () => {
    expect(validator("countersign.schema.json")(blocks[0] ?? "")).toBe(true);
  });
});
