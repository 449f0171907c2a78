import { readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { COMMANDS } from "../src/cli/commands.ts";
import { PolicyFile } from "../src/verdict/policy.ts";
import { readYaml } from "../src/yaml/read.ts";

const ENGLISH = read("README.md");
const CHINESE = read("README.zh-CN.md");

function read(name: string): string {
  return readFileSync(new URL(`../${name}`, import.meta.url), "utf8");
}

/** The code at the beginning of a table's rows. */
function rows(text: string): readonly string[] {
  return [...text.matchAll(/^\| (`.*?)\s*\|(?!\w)/gm)].map(([, first = ""]) =>
    first.replaceAll("或", "or").trim(),
  );
}

/** The text's n-th block of YAML. */
function yaml(text: string, at: number): string {
  return [...text.matchAll(/```yaml\n([\s\S]*?)```/g)][at]?.[1] ?? "";
}

describe("the Chinese README", () => {
  it("has the same commands and environment variables as the English one", () => {
    expect(rows(CHINESE)).toEqual(rows(ENGLISH));
    expect(rows(ENGLISH).length).toBeGreaterThan(20);
  });

  it("leads to the same documents", () => {
    // The Chinese README links to the Chinese version of a document or picture if there is one.
    const links = (text: string) =>
      [
        ...new Set(
          text
            .match(/\]\((?!README)[^)]+\)/g)
            ?.map((link) => link.replace(".zh-CN.md", ".md").replace(".zh-CN.png", ".en.png")),
        ),
      ].toSorted();
    expect(links(CHINESE)).toEqual(links(ENGLISH));
    expect(ENGLISH).toContain("(README.zh-CN.md)");
    expect(CHINESE).toContain("(README.md)");
  });

  it("shows the same policy", () => {
    const policies = [ENGLISH, CHINESE].map((text) => readYaml(yaml(text, 1), PolicyFile, "README"));
    expect(policies[0]?.ok).toBe(true);
    expect(policies[1]).toEqual(policies[0]);
  });
});

describe("the README", () => {
  it("names every command", () => {
    const named = rows(ENGLISH).map((row) => /^`([a-z]+)/.exec(row)?.[1]);
    expect([...COMMANDS.keys()].filter((name) => !named.includes(name))).toEqual([]);
  });
});
