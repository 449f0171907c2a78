import { describe, expect, it } from "vitest";
import { effortOf, someName } from "../../src/records/some-name.ts";

describe("lists of patterns", () => {
  it.each<[string, string[][], string[][], boolean]>([
    ["one repository is in its own list", [["github:o/x"]], [], true],
    ["an empty list has none", [[]], [], false],
    ["without any list, every repository is left", [], [], true],
    ["nothing is outside of everything", [], [["github:*/*", "gitee:*/*"]], false],
    ["the other host is outside of everything at one", [], [["github:*/*"]], true],
    ["a pattern without a repository matches none", [["github:o/"]], [], false],
    ["a pattern without an owner matches none", [["github:/x"]], [], false],
    ["a pattern without a slash matches none", [["github:o"]], [], false],
    ["a star matches no slash", [["github:*"]], [], false],
    ["a pattern with a second slash matches none", [["github:o/x/y"]], [], false],
    ["an unknown host has none", [["gitlab:*/*"]], [], false],
    ["a star matches any host's name", [["*:o/x"]], [["github:o/x"]], true],
    ["two stars cross", [["github:o/a*"], ["github:o/*b"]], [], true],
    ["two beginnings never meet", [["github:o/a*"], ["github:o/b*"]], [], false],
    ["two ends never meet", [["github:o/*a"], ["github:o/*b"]], [], false],
    ["another owner never meets", [["github:o/*"], ["github:p/*"]], [], false],
    ["letter case is no difference", [["github:O/X"]], [["GitHub:o/x"]], false],
    ["an exclusion takes the only one away", [["github:o/x", "!github:o/x"]], [], false],
    ["an exclusion leaves others", [["github:o/*", "!github:o/x"]], [], true],
    ["an exclusion of everything leaves none", [["github:o/*", "!github:*/*"]], [], false],
    ["only exclusions match nothing", [["!github:o/x"]], [], false],
    ["a list that excludes it does not cover it", [["github:o/x"]], [["github:o/*", "!github:o/x"]], true],
    ["a list that excludes others covers it", [["github:o/x"]], [["github:o/*", "!github:o/y"]], false],
    ["a longer name is left", [["github:o/x*"]], [["github:o/x"]], true],
    ["a shorter name is left", [["github:o/*"]], [["github:o/*a", "github:o/*b"]], true],
    ["two halves cover all", [["github:o/*x"]], [["github:o/*x"], ["github:o/y"]], false],
    ["stars side by side are one", [["github:o/**"]], [["github:o/*"]], false],
    ["a star matches nothing, too", [["github:o/a"]], [["github:o/a*"]], false],
    ["a star before the end matches nothing, too", [["github:o/ab"]], [["github:o/a*b"]], false],
    ["a star in the owner", [["github:o*/x"]], [["github:oo/x"]], true],
    ["the rest after a star must match", [["github:o/a1b"]], [["github:o/a*c"]], true],
    ["one of several patterns suffices", [["github:p/x", "github:o/x"], ["github:o/*"]], [], true],
  ])("where %s", (_, all, none, expected) => {
    expect(someName(all, none)).toBe(expected);
  });
});

describe("the effort of a search", () => {
  it("is taken from what searches may take together", () => {
    const effort = effortOf(1_000);
    expect(someName([["github:o/x"]], [], effort)).toBe(true);
    expect(effort.left).toBeLessThan(1_000);
    expect(effort.left).toBeGreaterThan(0);
    const { left } = effort;
    someName([["github:o/x"]], [], effort);
    expect(effort.left).toBeLessThan(left);
  });

  it("that is used up leaves the answer open, which is yes", () => {
    const effort = effortOf(3);
    expect(someName([["github:o/x"]], [["github:o/x"]], effort)).toBe(true);
    expect(effort.left).toBeLessThan(0);
    expect(someName([["github:o/x"]], [["github:o/x"]], effortOf(-1))).toBe(true);
    expect(someName([["github:o/x"]], [["github:o/x"]])).toBe(false);
  });

  it("grows with the length of the patterns, not with the number of their stars", () => {
    const spent = (pattern: string): number => {
      const effort = effortOf();
      expect(someName([[pattern]], [["github:o/*"]], effort)).toBe(false);
      return effortOf().left - effort.left;
    };
    expect(spent(`github:o/${"*a".repeat(40)}`)).toBeLessThan(10 * spent("github:o/a"));
  });
});
