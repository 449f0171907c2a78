import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { policyTemplate } from "../../src/cli/pulls/policy-template.ts";
import { giteeCapabilities } from "../../src/gitee/capabilities.ts";
import { gitHubCapabilities } from "../../src/github/capabilities.ts";
import { policyOf, PolicyFile } from "../../src/verdict/policy.ts";
import { readYaml } from "../../src/yaml/read.ts";

const HOSTS = [gitHubCapabilities("https://github.com"), giteeCapabilities("https://gitee.com")];

interface Schema {
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly anyOf?: readonly Schema[];
}

const SCHEMA = JSON.parse(
  readFileSync(new URL("../../schema/policy.schema.json", import.meta.url), "utf8"),
) as Schema;

/** The keys of a policy file, and those of `require` and `exempt`. */
const KEYS = Object.entries(SCHEMA.properties ?? {}).flatMap(([key, { anyOf = [] }]) => [
  key,
  ...anyOf.flatMap(({ properties = {} }) => Object.keys(properties)),
]);

describe.each(HOSTS)("the policy that onboard proposes on $title", (host) => {
  it("is a policy file that changes nothing as it stands", () => {
    const reading = readYaml(policyTemplate(host), PolicyFile, host.policyPath);
    expect(reading).toMatchObject({ ok: true });
  });

  it("shows every key of a policy file", () => {
    const shown = [...policyTemplate(host).matchAll(/^# +([a-z]+):/gm)].map(([, key]) => key);
    expect(shown).toEqual(expect.arrayContaining(KEYS));
    expect(KEYS.length).toBeGreaterThan(12);
  });

  it("shows the defaults, so that uncommenting a line changes nothing either", () => {
    const uncommented = policyTemplate(host)
      .split("\n")
      .filter((line) => /^# {1,3}[a-z]+: ?|^# [a-z]+:/.test(line))
      .map((line) => line.replace(/^# /, ""))
      .join("\n");
    const reading = readYaml(uncommented, PolicyFile, host.policyPath);
    if (!reading.ok) throw new Error(JSON.stringify(reading.problems));
    expect(Object.keys(reading.value).length).toBeGreaterThan(4);
    const place = { ...host, name: "github" } as const;
    expect(policyOf(reading.value, {}, place)).toEqual(policyOf({}, {}, place));
  });
});
