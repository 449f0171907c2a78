import { describe, expect, it } from "vitest";
import { z } from "zod";
import { printProblem } from "../../src/error.ts";
import { PolicyFile } from "../../src/verdict/policy.ts";
import { readYaml } from "../../src/yaml/read.ts";

function problems(text: string): string[] {
  const reading = readYaml(text, PolicyFile, ".github/cla.yml");
  return reading.ok ? [] : reading.problems.map(printProblem);
}

describe("a policy file", () => {
  it("that is empty changes nothing", () => {
    expect(readYaml("# nothing yet\n", PolicyFile, "x")).toEqual({ ok: true, value: {} });
  });

  it("is told every mistake at once, each with its line and key", () => {
    const text = [
      "report: badge",
      "coment: never",
      "require:",
      "  coauthors: perhaps",
      "exempt:",
      "  accounts: [github:1, octocat]",
      "  organizations: [octo-org]",
      "  lines: -1",
      "labels: {signed: yes please, unsigned: yes please}",
    ].join("\n");
    expect(problems(text)).toMatchInlineSnapshot(`
      [
        ".github/cla.yml:1: report: expected auto, status or check",
        ".github/cla.yml:2: coment: there is no such key",
        ".github/cla.yml:4: require.coauthors: expected require, warn or ignore",
        ".github/cla.yml:6: exempt.accounts[1]: expected HOST:NUMBER, e.g. github:49699333, never a name",
        ".github/cla.yml:7: exempt.organizations[0]: expected the organization's number, never its name",
        ".github/cla.yml:8: exempt.lines: must be at least 0",
        ".github/cla.yml:9: labels: signed and unsigned must differ in more than upper and lower case",
      ]
    `);
  });

  it.each([
    ["labels: true", "1: labels: expected false or keys with values"],
    [
      "exempt: {authors: [1]}",
      "1: exempt.authors[0]: expected HOST:NUMBER, e.g. github:49699333, never a name",
    ],
    ["report: auto\ncontext: *name", "2: an alias (*) needs an anchor (&) of its name before it"],
    ["report: *name\ncontext: &name x", "1: an alias (*) needs an anchor (&) of its name before it"],
  ])("with %j is told what may stand there", (text, told) => {
    expect(problems(text)).toEqual([`.github/cla.yml:${told}`]);
  });

  it("with a syntax error is told the line", () => {
    expect(problems("report: status\nlabels: {signed: a\nrequire:")).toMatchInlineSnapshot(`
      [
        ".github/cla.yml:3: the indentation is wrong, or a [ or { is not closed",
      ]
    `);
  });

  it("with the same key twice is refused", () => {
    expect(problems("context: a\ncontext: b\n")).toMatchInlineSnapshot(`
      [
        ".github/cla.yml:2: duplicate key",
      ]
    `);
  });

  it("that is a list is refused", () => {
    expect(problems("- a\n")).toMatchInlineSnapshot(`
      [
        ".github/cla.yml:1: expected keys with values",
      ]
    `);
  });

  it("that aliases would blow up is refused", () => {
    const rows = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"];
    for (let n = 1; n < 12; n += 1)
      rows.push(
        `a${n}: &a${n} [${Array(10)
          .fill(`*a${n - 1}`)
          .join(", ")}]`,
      );
    expect(readYaml(rows.join("\n"), z.unknown(), "bomb.yml")).toMatchObject({ ok: false });
  });

  it("of more than 64 kB, or nested more than 16 levels deep, is refused unread", () => {
    expect(problems(`# ${"a".repeat(65_536)}`)).toEqual([
      ".github/cla.yml:1: the file is longer than 64 kB: shorten it",
    ]);
    for (const deep of ["[", "{", "- ", "? "])
      expect(problems(`context: a\nexempt: ${deep.repeat(20)}`)).toEqual([
        ".github/cla.yml:2: nested more than 16 levels deep",
      ]);
    for (const [step, item, line] of [
      [1, "a:", 17],
      [1, "-", 17],
      [2, "- a:", 9],
    ] as const) {
      const deep = (levels: number): string =>
        Array.from({ length: levels }, (_, level) => `${" ".repeat(level * step)}${item}\n`).join("");
      const refusal = `.github/cla.yml:${line}: nested more than 16 levels deep`;
      expect(problems(deep(100))).toEqual([refusal]);
      expect(problems(deep(8))).not.toContain(expect.stringContaining("levels"));
    }
    for (const deep of ["a: ", ": ", "- ", "? ", "a:\n "])
      expect(problems(`exempt: {paths: [${deep.repeat(5_000)}`)).toEqual([
        expect.stringContaining("nested more than 16 levels deep"),
      ]);
    // The lines of a text are no levels.
    const text = Array.from({ length: 40 }, (_, level) => `${" ".repeat(level + 1)}x\n`).join("");
    expect(problems(`context: |\n${text}`).join()).not.toContain("levels");
  });

  it("with thousands of unknown keys gets the first fifty problems and the number of the others", () => {
    const keys = Array.from({ length: 5_000 }, (_, index) => `k${index}: 1\n`).join("");
    const told = problems(keys);
    expect(told).toHaveLength(51);
    expect(told[0]).toBe(".github/cla.yml:1: k0: there is no such key");
    expect(told[50]).toBe(".github/cla.yml: and 4950 more problems");
  });
});
