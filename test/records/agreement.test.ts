import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { agreementFor, covers, textFor, textsOf, versionStanding } from "../../src/records/agreement.ts";
import { agreement, DAY, NOW } from "../verdict/facts.ts";

describe("an agreement's patterns", () => {
  it.each([
    [["github:octo/*"], "github", "octo/repo", true],
    [["github:octo/*"], "github", "Octo/Repo", true],
    [["github:octo/*"], "gitee", "octo/repo", false],
    [["github:octo/*"], "github", "octocat/repo", false],
    [["github:octo/*"], "github", "octo/repo/deeper", false],
    [["github:*/*"], "github", "any/thing", true],
    [["github:*"], "github", "octo/repo", false],
    [["*:octo/repo"], "gitee", "octo/repo", true],
    [["github:octo/repo"], "github", "octo/repo-2", false],
    [["github:octo/re.o"], "github", "octo/repo", false],
    [["github:octo/repo.js"], "github", "octo/repo.js", true],
    [["github:octo/re(po)+"], "github", "octo/repo", false],
    [["github:octo/*", "!github:octo/private-*"], "github", "octo/private-a", false],
    [["!github:octo/private-*", "github:octo/*"], "github", "octo/private-a", false],
    [["github:octo/*", "!github:octo/private-*"], "github", "octo/public", true],
    [["!github:octo/private"], "github", "octo/public", false],
    [[], "github", "octo/repo", false],
    [["github:octo/re*"], "github", "octo/re", true],
    [["github:octo/re**"], "github", "octo/re", true],
    [["github:octo/a*b*c"], "github", "octo/aXbYbZc", true],
    [["github:octo/a*b*c"], "github", "octo/aXbYbZcd", false],
    [["github:octo/*a"], "github", "octo/aaa", true],
    [["github:*/a"], "github", "b/c/a", false],
    [["!github:octo/*", "!github:other/*", "github:octo/*"], "github", "octo/repo", false],
    [["github:octo/*", "github:octo/!x"], "github", "octo/x", true],
    [["**:octo/repo"], "github", "octo/repo", true],
    [["xithub:octo/repo"], "github", "octo/repo", false],
  ] as const)("%j and %s:%s: %s", (patterns, host, path, expected) => {
    expect(covers(patterns, host, path)).toBe(expected);
  });

  it("match what a regular expression with the same stars matches", () => {
    const text = fc.string({ unit: fc.constantFrom("a", "b", "/", "."), maxLength: 12 });
    const pattern = fc.string({ unit: fc.constantFrom("a", "b", "/", "*", "."), maxLength: 10 });
    fc.assert(
      fc.property(pattern, text, (stars, path) => {
        const literal = stars.split("*").map((part) => part.replaceAll(".", "\\."));
        const expected = new RegExp(`^github:${literal.join("[^/]*")}$`).test(`github:${path}`);
        expect(covers([`github:${stars}`], "github", path)).toBe(expected);
      }),
    );
  });

  it("choose the first agreement that takes the repository in", () => {
    const corporate = { ...agreement, id: "ccla", repositories: ["github:octo/*"] };
    expect(agreementFor([agreement, corporate], "github", "octo/repo")?.id).toBe("icla");
    expect(agreementFor([corporate, agreement], "github", "octo/repo")?.id).toBe("ccla");
    expect(agreementFor([agreement, corporate], "github", "other/repo")).toBeNull();
    expect(agreementFor([], "github", "octo/repo")).toBeNull();
  });
});

describe("an agreement's texts", () => {
  const english = { language: "en", url: null, document: "icla.md" };
  const chinese = { language: "zh-CN", url: null, document: "icla.zh-CN.md" };
  const taiwan = { language: "zh-TW", url: null, document: "icla.zh-TW.md" };
  const translated = { ...agreement, texts: [english, chinese, taiwan] };

  it("are the one of its own where none is named, or else the named ones", () => {
    const own = { language: null, url: agreement.url, document: null };
    expect(textsOf(agreement)).toEqual([own]);
    expect(textsOf({ ...agreement, texts: [] })).toEqual([own]);
    expect(textsOf(translated)).toEqual([english, chinese, taiwan]);
    expect(textFor(agreement, "zh-CN")).toEqual(own);
  });

  it.each([
    ["en", english],
    ["zh-CN", chinese],
    ["zh-TW", taiwan],
    ["zh", chinese],
    ["ZH-hk", chinese],
    ["en-GB", english],
    ["de", english],
    ["", english],
  ])(
    "are read by a reader of %j in that language, its main language, or the binding one",
    (language, text) => {
      expect(textFor(translated, language)).toEqual(text);
    },
  );

  it("are told apart by the whole of their language", () => {
    const texts = [chinese, english];
    expect(textFor({ ...agreement, texts }, "eo")).toEqual(chinese);
    expect(textFor({ ...agreement, texts }, "e")).toEqual(chinese);
  });

  it("without a language are the binding text, not a text for a reader of none", () => {
    const unnamed = { language: null, url: null, document: "other.md" };
    expect(textFor({ ...agreement, texts: [english, unnamed] }, "de")).toEqual(english);
    expect(textFor({ ...agreement, texts: [english, unnamed, chinese] }, "zh-HK")).toEqual(chinese);
  });
});

describe("a signature's version", () => {
  const revised = { ...agreement, version: "2.0", accepts: ["2.0", "1.5"], graceDays: 30, effective: NOW };
  const end = NOW + 30 * DAY;

  it.each([
    ["the current one counts", "2.0", NOW, { kind: "counts" }],
    ["the current one counts before it takes effect", "2.0", NOW - DAY, { kind: "counts" }],
    ["one that is accepted counts without an end", "1.5", end + DAY, { kind: "counts" }],
    [
      "an earlier one counts before the current one takes effect",
      "1.0",
      NOW - 1,
      { kind: "grace", until: end },
    ],
    ["an earlier one counts in the grace", "1.0", end - 1, { kind: "grace", until: end }],
    ["an earlier one is outdated once the grace is over", "1.0", end, { kind: "outdated" }],
    ["one that was never heard of is as an earlier one", "x", end, { kind: "outdated" }],
  ] as const)("%s", (_, version, now, expected) => {
    expect(versionStanding(revised, version, now)).toEqual(expected);
  });

  it("counts even where `accepts` forgets to name the current one", () => {
    expect(versionStanding({ ...revised, accepts: [] }, "2.0", NOW)).toEqual({ kind: "counts" });
  });

  it("without a grace ends when the new one takes effect", () => {
    const sharp = { ...revised, graceDays: 0 };
    expect(versionStanding(sharp, "1.0", NOW - 1)).toEqual({ kind: "grace", until: NOW });
    expect(versionStanding(sharp, "1.0", NOW)).toEqual({ kind: "outdated" });
  });

  it("that is not current has no grace where the current one always was in effect", () => {
    expect(versionStanding({ ...revised, effective: null }, "1.0", NOW)).toEqual({ kind: "outdated" });
  });
});
