import { readdirSync, readFileSync } from "node:fs";
import { describe, expect, it } from "vitest";

const DOCS = new URL("../../docs/", import.meta.url);
const CHINESE = readdirSync(DOCS).filter((name) => name.endsWith(".zh-CN.md"));

describe.each(CHINESE)("docs/%s", (name) => {
  const twin = name.replace(".zh-CN.md", ".md");
  const [chinese, english] = [name, twin].map((file) => readFileSync(new URL(file, DOCS), "utf8"));

  it("and its English page lead to one another", () => {
    expect(chinese).toContain(`[English](${twin})`);
    expect(english).toContain(`[中文](${name})`);
  });

  it("has the commands and the samples of its English page", () => {
    expect(linesOf(chinese)).toEqual(linesOf(english));
  });

  it("names the same flags", () => {
    expect(flagsOf(chinese)).toEqual(flagsOf(english));
  });
});

it("the Chinese pages are those that an admin of a Gitee community reads first", () => {
  expect(CHINESE.map((name) => name.replace(".zh-CN.md", ""))).toEqual(
    expect.arrayContaining(["gitee", "import", "install", "troubleshooting"]),
  );
});

/** The lines of code, without comments; a page may begin with another host. Titles of agreements are translated. */
function linesOf(page = ""): readonly string[] {
  return page
    .split(/^```.*$/m)
    .filter((_, index) => index % 2 === 1)
    .flatMap((block) => block.split("\n"))
    .map((line) => line.replace(/\s+#.*/, "").trim())
    .filter((line) => line !== "" && !/^(?:#|title:|repositories:)/.test(line))
    .toSorted();
}

function flagsOf(page = ""): readonly string[] {
  return [...new Set(page.match(/(?<![-\w])--[a-z][a-z-]*/g))].toSorted();
}
