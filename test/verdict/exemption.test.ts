import { describe, expect, it } from "vitest";
import { asksForChange, exemptionOf } from "../../src/verdict/exemption.ts";
import type { Change } from "../../src/pull.ts";
import { policy } from "./facts.ts";

function change(lines: number, ...paths: readonly string[]): Change {
  return { lines, files: paths.map((path) => ({ path, counted: !path.endsWith(".png") })) };
}

describe("an exemption by lines", () => {
  const small = policy({ exempt: { lines: 10 } });

  it.each([
    [change(10, "a.ts"), "lines"],
    [change(11, "a.ts"), null],
    [change(0, "a.ts"), "lines"],
    [change(1, "a.ts", "logo.png"), null],
    [change(0, "logo.png"), null],
    [change(0), null],
    [change(Number.NaN, "a.ts"), null],
    [change(-1, "a.ts"), null],
    [change(1.5, "a.ts"), null],
    [change(1, ".github/cla.yml"), null],
    [change(1, "a.ts", ".gitee/cla.yml"), null],
    [change(1, ".github/workflows/ci.yml"), "lines"],
  ] as const)("of %j is %s", (change, expected) => {
    expect(exemptionOf(small, change)).toBe(expected);
  });

  it("needs a policy that wants it", () => {
    expect(exemptionOf(policy(), change(0, "a.ts"))).toBeNull();
    expect(exemptionOf(policy({ exempt: { lines: 0 } }), change(0, "a.ts"))).toBeNull();
  });
});

describe("an exemption by paths", () => {
  const docs = policy({ exempt: { paths: ["docs/**", "**/*.md", "!docs/legal/**"] } });

  it.each([
    [change(5000, "docs/a.md", "README.md"), "paths"],
    [change(1, "docs/logo.png"), "paths"],
    [change(Number.NaN, "docs/a.md"), "paths"],
    [change(1, "docs/a.md", "src/a.ts"), null],
    // A rename is told by both names.
    [change(0, "docs/a.ts", "src/a.ts"), null],
    [change(1, "docs/legal/cla.md"), null],
    [change(0), null],
  ] as const)("of %j is %s", (change, expected) => {
    expect(exemptionOf(docs, change)).toBe(expected);
  });

  it("never takes in a policy file", () => {
    const all = policy({ exempt: { paths: ["**"] } });
    expect(exemptionOf(all, change(1, ".github/cla.yml"))).toBeNull();
    expect(exemptionOf(all, change(1, ".github/CODEOWNERS"))).toBe("paths");
  });

  it("is named only where the lines do not do already", () => {
    const both = policy({ exempt: { lines: 10, paths: ["docs/**"] } });
    expect(exemptionOf(both, change(5, "docs/a.md"))).toBe("lines");
    expect(exemptionOf(both, change(50, "docs/a.md"))).toBe("paths");
    expect(exemptionOf(both, change(50, "src/a.ts"))).toBeNull();
  });
});

describe("a change", () => {
  it("is worth reading only where a policy exempts by it", () => {
    expect(asksForChange(policy())).toBe(false);
    expect(asksForChange(policy({ exempt: { lines: 1 } }))).toBe(true);
    expect(asksForChange(policy({ exempt: { paths: ["docs/**"] } }))).toBe(true);
  });
});
