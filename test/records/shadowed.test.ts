import { describe, expect, it } from "vitest";
import { shadowedAgreements, shadowedMessage } from "../../src/records/shadowed.ts";
import { effortOf } from "../../src/records/some-name.ts";
import { agreement } from "../verdict/facts.ts";

const agreementsOf = (lists: readonly (readonly string[])[]) =>
  lists.map((repositories, index) => ({ ...agreement, id: "abcdef"[index] ?? "", repositories }));
const shadowed = (...lists: readonly (readonly string[])[]) => shadowedAgreements(agreementsOf(lists));

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
      "one repository of two is excluded by itself",
      [["github:o/*"], ["github:o/x", "github:p/x", "!github:p/*"]],
      ["a"],
    ],
    [
      "the first of two that cover one repository is named",
      [["github:o/x"], ["github:o/*"], ["github:o/x"]],
      ["a"],
    ],
    ["the first of two that cover a star is named", [["github:o/*"], ["github:*/*"], ["github:o/x*"]], ["a"]],
    [
      "they are named in their order",
      [["github:o/x"], ["github:p/*"], ["github:p/*", "github:o/x"]],
      ["a", "b"],
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
    ["the host of its one repository is another", [["github:octo/x"], ["gitee:octo/x"]]],
    ["nothing comes before it", [["github:o/x"]]],
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
    expect(shadowedMessage({ id: "ccla", by: ["a", "b"] })).toContain("a, b before it cover every");
    expect(shadowedMessage({ id: "ccla", by: [] })).toBe(
      "agreement ccla never applies: its own exclusions leave no repository; correct its repositories",
    );
    expect(shadowedMessage({ id: "ccla", by: [], unchecked: true })).toBe(
      "agreement ccla: not checked if it ever applies, because the patterns have too many stars; simplify them",
    );
  });
});

it("a search that takes too long ends, finds what a single pattern covers, and says what is not checked", () => {
  const sign = (index: number): string => (index % 14).toString(36);
  const many = Array.from(
    { length: 14 },
    (_, index) => `github:octo/*${sign(index)}*${sign(index + 1)}*${sign(index + 2)}*`,
  );
  const lists = [
    many,
    ["github:octo/*0*1*2*3*4*5*6*7*8*9*a*b*", "github:octo/*d*c*b*a*9*8*7*6*5*4*3*2*1*0*1*2*"],
    ["github:octo/*d*c*b*a*9*8*7*6*5*4*3*2*1*0*x"],
  ];
  const [covered, unchecked] = [
    { id: "b", by: ["a"] },
    { id: "c", by: [], unchecked: true },
  ] as const;
  const within = (steps: number, pairs?: number, all = lists) =>
    shadowedAgreements(agreementsOf(all), effortOf(steps), pairs === undefined ? pairs : effortOf(pairs));
  expect(within(1_000)).toEqual([covered, unchecked]);
  expect(within(1_000).map(shadowedMessage).at(-1)).toContain("agreement c: not checked");
  // Neither is there time for the single patterns.
  expect(within(1_000, 100)).toEqual([{ ...unchecked, id: "b" }, unchecked]);
  // A list that excludes something covers none of them singly, and those that cover are named in their order.
  const excluding = [["github:octo/*", "!github:octo/x"], ...lists];
  expect(within(0, undefined, excluding)).toMatchObject([
    { id: "a" },
    { id: "b" },
    { id: "c", by: ["b"] },
    { id: "d" },
  ]);
  const two = [["github:o/*"], ["github:p/*"], ["github:p/a*", "!github:p/b", "github:o/a*"]];
  expect(within(-1, undefined, two).at(-1)).toEqual({ id: "c", by: ["a", "b"] });
  // Its own exclusion is no pattern that something must cover.
  const one = [["github:o/*"], ["github:p/*"], ["github:p/a*", "!github:p/b"]];
  expect(within(-1, undefined, one).at(-1)).toEqual({ id: "c", by: ["b"] });
});

describe("a search that ends after any number of steps", () => {
  it("names the agreement that applies instead, and no other", () => {
    const lists = agreementsOf([["github:p/*"], ["github:*/*"], ["github:o/*"]]);
    const named = { id: "c", by: ["b"] };
    for (let steps = 0; steps < 1_000; steps += 1)
      expect(shadowedAgreements(lists, effortOf(steps)).at(-1), `${steps} steps`).toEqual(named);
  });

  it("says that an agreement is not checked exactly if steps were lacking", () => {
    const lists = agreementsOf([["github:o/a*"], ["github:o/*b"]]);
    const lacked = new Set<boolean>();
    for (let steps = 0; steps < 1_000; steps += 1) {
      const effort = effortOf(steps);
      const found = shadowedAgreements(lists, effort, effortOf(-1));
      lacked.add(effort.left < 0);
      expect(found.length > 0, `${steps} steps`).toBe(effort.left < 0);
    }
    expect(lacked.size).toBe(2);
  });
});
