import { describe, expect, it } from "vitest";
import { isCountedText } from "../../src/verdict/counted-text.ts";

const one = { additions: 1, deletions: 1 };

describe("a file's change", () => {
  it("counts as text where its diff shows as many lines as the host counts", () => {
    expect(isCountedText("@@ -1 +1 @@\n-one\n+two", one)).toBe(true);
    expect(
      isCountedText("@@ -1,2 +1,2 @@ head\n same\n-one\r\n+two\r\n\\ No newline at end of file", one),
    ).toBe(true);
    // A symbolic link is the text of its target.
    const link = "@@ -0,0 +1 @@\n+../target\n\\ No newline at end of file";
    expect(isCountedText(link, { additions: 1, deletions: 0 })).toBe(true);
    expect(isCountedText("--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+two", one)).toBe(true);
    expect(isCountedText("@@ -1 +1 @@\n-\tone\f\n+\x1b[1mtwo", one)).toBe(true);
  });

  it.each([
    ["shows no diff, as a renamed and changed binary file", null, { additions: 0, deletions: 0 }],
    ["shows no lines", "", { additions: 0, deletions: 0 }],
    ["is cut", "@@ -1,9 +1,9 @@\n-one", one],
    ["is a Git LFS pointer", "@@ -1,3 +1,3 @@\n version https://git-lfs.github.com/spec/v1\n-one\n+two", one],
    [
      "changes a Git LFS pointer's object",
      `@@ -2 +2 @@\n-oid sha256:${"0".repeat(64)}\n+oid sha256:${"1".repeat(64)}`,
      one,
    ],
    [
      "is a new Git LFS pointer",
      `@@ -0,0 +1,3 @@\n+version https://git-lfs.github.com/spec/v1\n+oid sha256:${"0".repeat(64)}\n+size 9`,
      { additions: 3, deletions: 0 },
    ],
    [
      "is a new submodule",
      `@@ -0,0 +1 @@\n+Subproject commit ${"1".repeat(40)}`,
      { additions: 1, deletions: 0 },
    ],
    [
      "is a Git LFS pointer of the first kind",
      "@@ -1 +1 @@\n version http://git-media.io/v/2\n-one\n+two",
      one,
    ],
    ["is a pointer of git-annex", "@@ -1 +1 @@\n-one\n+/annex/objects/SHA256E-s9--0.bin", one],
    [
      "is a symbolic link of git-annex",
      "@@ -1 +1 @@\n-one\n+../.git/annex/objects/a/b/SHA256E-s9--0.bin",
      one,
    ],
    ["has a null character, as a binary file that is shown as text", "@@ -1 +1 @@\n-one\n+t\0wo", one],
    ["is an archive that is shown as text", "@@ -1 +1 @@\n-one\n+PK\x03\x04\x14", one],
    ["is a program that is shown as text", "@@ -1 +1 @@\n-one\n+\x7fELF", one],
    ["has characters that are no text", "@@ -1 +1 @@\n-one\n+t\uFFFDwo", one],
    ["has everything in one line", `@@ -1 +1 @@\n-one\n+${"two;".repeat(2_000)}`, one],
    ["has only another mode", undefined, { additions: 0, deletions: 0 }],
    ["is a text too large to be shown", null, { additions: 9, deletions: 0 }],
    ["is shown without its hunks", "Binary files a/x and b/x differ", one],
    [
      "is a submodule",
      `@@ -1 +1 @@\n-Subproject commit ${"0".repeat(40)}\n+Subproject commit ${"1".repeat(40)}`,
      one,
    ],
  ])("does not where it %s", (_, hunks, counts) => expect(isCountedText(hunks, counts)).toBe(false));
});
