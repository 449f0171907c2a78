import { existsSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";
import { SCENARIOS } from "../../soak/scenarios.ts";

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), "utf8");
const proof = read("docs/proof.md");
const claims = [...proof.matchAll(/`(test\/[^`]+\.test\.ts)`: "([^"]+)"/g)];

describe("docs/proof.md", () => {
  it("names tests that exist, by their files and their sentences", () => {
    expect(claims.length).toBeGreaterThan(15);
    const missing = claims.filter(([, file = "", sentence = ""]) => !read(file).includes(sentence));
    expect(missing.map(([claim]) => claim)).toEqual([]);
  });

  it("names files and commands that exist", () => {
    const files = [...proof.matchAll(/`((?:test|soak|src|docs|playground)\/[^`\s]+)`/g)].map(
      ([, file = ""]) => file,
    );
    expect(files.filter((file) => !existsSync(new URL(`../../${file}`, import.meta.url)))).toEqual([]);
    const { scripts } = JSON.parse(read("package.json")) as { scripts: Record<string, string> };
    const commands = [...proof.matchAll(/npm run ([a-z-]+)/g)].map(([, name = ""]) => name);
    expect(commands.filter((name) => scripts[name] === undefined)).toEqual([]);
  });

  it("describes each scenario of npm run soak, and no other", () => {
    const [, table = ""] = /\n\| scenario ([^]*?)\n\n/.exec(proof) ?? [];
    const described = [...table.matchAll(/^\| `([a-z-]+)`/gm)].map(([, name]) => name);
    expect(new Set(described)).toEqual(new Set(SCENARIOS.keys()));
  });

  it("quotes the README as it is", () => {
    const plain = (text: string): string => text.replaceAll(/[*`_]|\s+/g, " ").replaceAll(/ +/g, " ");
    const readme = plain(read("README.md"));
    const [, table = ""] = /## Promises\n([^]*?)\n## /.exec(proof) ?? [];
    const quotes = [...table.matchAll(/^\| ([^|]*?) +\|/gm)].map(([, quote = ""]) => quote).slice(2);
    const claimed = quotes.filter((quote) => quote !== "");
    expect(claimed.length).toBeGreaterThan(20);
    expect(claimed.filter((quote) => !readme.includes(plain(quote).trim()))).toEqual([]);
  });

  it("has every promise of the README", () => {
    const [, section = ""] = /## What sets it apart\n([^]*?)\n## /.exec(read("README.md")) ?? [];
    const promises = [...section.matchAll(/^- \*\*([^*]+)\*\*/gm)].map(([, promise = ""]) => promise);
    expect(promises.length).toBeGreaterThan(5);
    expect(promises.filter((promise) => !proof.includes(`| ${promise}`))).toEqual([]);
  });
});
