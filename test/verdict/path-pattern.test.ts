import fc from "fast-check";
import picomatch from "picomatch";
import { describe, expect, it } from "vitest";
import { pathTester } from "../../src/verdict/path-pattern.ts";

function takesIn(patterns: readonly string[], path: string): boolean | null {
  return pathTester(patterns)(path);
}

describe("a path pattern", () => {
  it.each([
    ["docs/**", "docs/a.md", true],
    ["docs/**", "docs/a/b/c.png", true],
    ["docs/**", "docs/.vitepress/config.ts", true],
    ["docs/**", "docs", false],
    ["docs/**", "src/docs/a.md", false],
    ["docs/**", "docs2/a.md", false],
    ["docs/", "docs/a/b.md", true],
    ["docs/", "docs", false],
    ["/docs/**", "docs/a.md", true],
    ["*.md", "README.md", true],
    ["*.md", ".md", true],
    ["*.md", "README.MD", false],
    ["*.md", "docs/a.md", false],
    ["**/*.md", "README.md", true],
    ["**/*.md", "docs/a/b.md", true],
    ["**/*.md", "docs/a.md.ts", false],
    ["docs/*/index.md", "docs/en/index.md", true],
    ["docs/*/index.md", "docs/index.md", false],
    ["docs/*/index.md", "docs/en/more/index.md", false],
    ["docs/**/index.md", "docs/index.md", true],
    ["docs/**/index.md", "docs/a/b/index.md", true],
    ["**/test/**/*.snap", "a/test/b/test/c.snap", true],
    ["a*b*c", "a-b-b-c", true],
    ["a*b*c", "a-b-c-d", false],
    ["a?c", "abc", true],
    ["a?c", "a/c", false],
    ["a?c", "a👩c", true],
    ["*", "a", true],
    ["*", "a/b", false],
    ["**", "a/b/c", true],
    ["a**c", "abc", true],
    ["a**c", "a/c", false],
    ["a.c", "abc", false],
    ["[ab].md", "[ab].md", true],
    ["[ab].md", "a.md", false],
    ["{a,b}.md", "a.md", false],
    ["(a+)+$", "aaaa", false],
    ["docs/../src/*", "src/a", false],
  ])("%s takes in %s: %s", (pattern, path, expected) => {
    expect(takesIn([pattern], path)).toBe(expected);
  });

  it("that begins with ! excludes, at any position", () => {
    for (const patterns of [
      ["docs/**", "!docs/legal/**"],
      ["!docs/legal/**", "docs/**"],
    ]) {
      expect(takesIn(patterns, "docs/a.md")).toBe(true);
      expect(takesIn(patterns, "docs/legal/cla.md")).toBe(false);
    }
  });

  it("is needed: none, and only excluding ones, take nothing in", () => {
    expect(takesIn([], "a")).toBe(false);
    expect(takesIn(["!docs/**"], "a")).toBe(false);
  });

  it("takes in what a well-known matcher does", () => {
    const name = fc.constantFrom("a", "b", "ab", "ba", "a.md");
    const segment = fc.constantFrom("a", "b", "a*", "*b", "*", "*.md", "?", "**");
    fc.assert(
      fc.property(
        fc.array(segment, { minLength: 1, maxLength: 4 }),
        fc.array(name, { minLength: 1, maxLength: 4 }),
        (segments, names) => {
          const [pattern, path] = [segments.join("/"), names.join("/")];
          // There, `a/**` takes in a file `a` as well, and a single star at the end may be nothing.
          fc.pre(segments.at(-1) !== "**");
          expect([pattern, path, takesIn([pattern], path)]).toEqual([
            pattern,
            path,
            picomatch.isMatch(path, pattern, { dot: true }),
          ]);
        },
      ),
      { numRuns: 1000 },
    );
  });

  it("answers at once about patterns that make others think for years", () => {
    expect(takesIn([`${"a*".repeat(50)}b`], "a".repeat(4000))).toBe(false);
    expect(takesIn([`${"**/a/".repeat(50)}b`], "a/".repeat(2000))).toBe(false);
  });

  it.each([
    ["many patterns", 3_000, [...Array<string>(20_000).fill("b*"), "a"], "a"],
    ["a long pattern and a long name", 300, [`*${"a".repeat(254)}b`, "*"], "a".repeat(4_000)],
    ["many folders", 3_000, [`**/${"a/".repeat(20)}b`, "**"], `${"a/".repeat(2_000)}a`],
    ["a run of stars", 3_000, ["*".repeat(60_000), "b"], "c"],
  ])("takes in nothing more once comparing takes too long: %s", (_, files, patterns, path) => {
    const test = pathTester(patterns);
    expect(Array.from({ length: files }, () => test(path)).at(-1)).toBe(null);
  });
});
