import { describe, expect, it } from "vitest";
import { shadowedAgreements, shadowedMessage } from "../../src/records/shadowed.ts";
import { agreement } from "../verdict/facts.ts";

const shadowed = (...lists: readonly (readonly string[])[]) =>
  shadowedAgreements(
    lists.map((repositories, index) => ({ ...agreement, id: "abcdef"[index] ?? "", repositories })),
  );

const WORDS = [
  "alpha",
  "beta",
  "gamma",
  "delta",
  "core",
  "web",
  "docs",
  "infra",
  "tools",
  "sdk",
  "api",
  "cli",
];

describe("an agreement can never apply", () => {
  it.each([
    ["one earlier pattern covers its own", [["github:*/*"], ["github:octo/*"]], ["a"]],
    ["the letter case alone differs", [["github:Octo/*"], ["github:octo/HELLO"]], ["a"]],
    ["it is the same pattern", [["github:octo/a*b"], ["github:octo/a*b"]], ["a"]],
    ["stars stand side by side", [["github:octo/a**"], ["github:octo/a*b*"]], ["a"]],
    [
      "several cover it together",
      [["github:octo/*"], ["gitee:*/*"], ["github:octo/x", "gitee:o/*"]],
      ["a", "b"],
    ],
    [
      "it excludes what the earlier one excludes",
      [
        ["github:o/*", "!github:o/x"],
        ["github:o/*", "!github:o/x"],
      ],
      ["a"],
    ],
    ["the earlier exclusion is of another owner", [["github:*/*", "!github:p/*"], ["github:o/*"]], ["a"]],
    ["its own exclusions leave nothing", [["github:o/x", "!github:o/*"]], []],
    [
      "many patterns with a star on both sides are covered",
      [["github:octo/*"], WORDS.map((word) => `github:octo/*-${word}-*`)],
      ["a"],
    ],
    [
      "many patterns with stars cover one",
      [WORDS.map((word) => `github:octo/*-${word}-*`), ["github:octo/the-*-web-*"]],
      ["a"],
    ],
    [
      "there are hundreds of repositories",
      [Array.from({ length: 300 }, (_, index) => `github:octo/name-${index}`), ["github:octo/name-7"]],
      ["a"],
    ],
    [
      "an earlier one that has nothing in common with it is not named",
      [["github:p/*"], ["github:*/*"], ["github:o/*"]],
      ["b"],
    ],
  ])("where %s", (_name, lists, by) => {
    const id = "abcdef"[lists.length - 1];
    expect(shadowed(...lists)).toEqual([{ id, by }]);
  });
});

describe("an agreement may apply", () => {
  it.each([
    ["it comes first", [["github:octo/hello"], ["github:octo/*"]]],
    ["the earlier one excludes one of its repositories", [["github:o/*", "!github:o/x"], ["github:o/*"]]],
    [
      "another excludes it from both",
      [
        ["github:o/*", "!github:o/x*"],
        ["github:o/x*", "!github:o/xy"],
      ],
    ],
    ["the host is another", [["github:octo/*"], ["gitee:octo/*"]]],
    ["one of its patterns is its own", [["github:octo/*"], ["github:octo/*", "github:other/x"]]],
    ["the patterns only overlap", [["github:octo/a*"], ["github:octo/*b"]]],
    [
      "there are many patterns",
      [Array.from({ length: 300 }, (_, index) => `github:octo/name-${index}`), ["github:octo/name-*"]],
    ],
  ])("where %s", (_name, lists) => {
    expect(shadowed(...lists)).toEqual([]);
  });
});

describe("what is told", () => {
  it("names the earlier agreements and what to do", () => {
    expect(shadowedMessage({ id: "ccla", by: ["icla"] })).toBe(
      "agreement ccla never applies: icla before it covers every repository that it names; move it before, or " +
        "exclude its repositories there with !",
    );
    expect(shadowedMessage({ id: "ccla", by: [] })).toContain("its own exclusions leave no repository");
  });
});

it("a search that takes too long ends, finds what a single pattern covers, and says what is not checked", () => {
  const sign = (index: number): string => (index % 14).toString(36);
  const many = Array.from(
    { length: 14 },
    (_, index) => `github:octo/*${sign(index)}*${sign(index + 1)}*${sign(index + 2)}*`,
  );
  const found = shadowed(
    many,
    ["github:octo/*0*1*2*3*4*5*6*7*8*9*a*b*", "github:octo/*d*c*b*a*9*8*7*6*5*4*3*2*1*0*1*2*"],
    ["github:octo/*d*c*b*a*9*8*7*6*5*4*3*2*1*0*x"],
  );
  expect(found).toEqual([
    { id: "b", by: ["a"] },
    { id: "c", by: [], unchecked: true },
  ]);
  expect(found.map(shadowedMessage).at(-1)).toContain("agreement c: not checked");
});
