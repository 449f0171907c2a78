import { describe, expect, it } from "vitest";
import { MAX_ORIGINS, originsOf, repeats } from "../../src/verdict/backport.ts";
import { readPatch } from "../../src/verdict/patch.ts";

const SHA = "f44b19a86e6d6ec6d877865a7d878d67e4038fd0";
const OTHER = "776dbcf442e5106c3380a8ddaa74807a58082172";

describe("the origins that a message names", () => {
  it.each([
    ["git cherry-pick -x", `A change\n\n(cherry picked from commit ${SHA})\n`, [["pick", SHA]]],
    ["git revert", `Revert "A change"\n\nThis reverts commit ${SHA}.\n`, [["revert", SHA]]],
    [
      "git revert --reference",
      'A reason\n\nThis reverts commit 4c32167 (Revert "A change", 2026-11-25).\n',
      [["revert", "4c32167"]],
    ],
    [
      "git revert of a merge",
      `Revert "merge"\n\nThis reverts commit ${SHA}, reversing\nchanges made to ${OTHER}.\n`,
      [["revert", SHA]],
    ],
    [
      "a pick of a pick, the last first",
      `A change\n\n(cherry picked from commit ${SHA})\n(cherry picked from commit ${OTHER})\n`,
      [
        ["pick", OTHER],
        ["pick", SHA],
      ],
    ],
    ["line ends of another system", `A\r\n\r\n(cherry picked from commit ${SHA})\r\n`, [["pick", SHA]]],
    ["capital digits", `(cherry picked from commit ${SHA.toUpperCase()})`, [["pick", SHA]]],
    ["the same twice", `This reverts commit ${SHA}.\nThis reverts commit ${SHA}.`, [["revert", SHA]]],
    ["a sentence that only mentions it", `It was (cherry picked from commit ${SHA}) I think`, []],
    ["words before it", `Really (cherry picked from commit ${SHA})`, []],
    ["words after it", `(cherry picked from commit ${SHA}) and more`, []],
    ["blanks after it", `(cherry picked from commit ${SHA}) \t`, [["pick", SHA]]],
    ["a quoted line", `> This reverts commit ${SHA}.`, []],
    ["six digits", "This reverts commit 4c3216.", []],
    ["a word", "This reverts commit deadbeefly.", []],
    ["more digits than any commit has", `This reverts commit ${SHA}${SHA}.`, []],
    ["nothing", "", []],
  ])("by %s", (_, message, expected) => {
    expect(originsOf(message).map(({ kind, commit }) => [kind, commit])).toEqual(expected);
  });

  it("are few, however many lines there are", () => {
    const lines = Array.from(
      { length: 1000 },
      (_, i) => `This reverts commit ${String(i).padStart(40, "0")}.`,
    );
    const origins = originsOf(lines.join("\n"));
    expect(origins).toHaveLength(MAX_ORIGINS);
    expect(origins[0]?.commit).toBe("999".padStart(40, "0"));
  });
});

describe("a commit that names its origin", () => {
  const diff = (removed: string, added: string): string =>
    `diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n@@ -1 +1 @@\n-${removed}\n+${added}\n`;
  const original = readPatch(diff("old", "new"));
  const inverse = readPatch(diff("new", "old"));
  const larger = readPatch(diff("old", "new") + diff("a", "b").replaceAll("/x", "/y"));

  it.each([
    ["pick", original, true],
    ["pick", inverse, false],
    ["pick", larger, false],
    ["pick", null, false],
    ["revert", inverse, true],
    ["revert", original, false],
    ["revert", larger, false],
    ["revert", null, false],
  ] as const)("as a %s is believed only where the patches agree (%#)", (kind, patch, expected) => {
    expect(repeats(kind, patch, original)).toBe(expected);
  });

  it("is not believed where the origin could not be read", () => {
    expect(repeats("pick", original, null)).toBe(false);
    expect(repeats("pick", null, null)).toBe(false);
  });
});
