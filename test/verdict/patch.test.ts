import { readFileSync } from "node:fs";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { inverseOf, readPatch, samePatch, type Patch } from "../../src/verdict/patch.ts";

/** Diffs that git 2.39 made: `git diff -M`, with `--binary` where the name says so. */
function diff(name: string): string {
  return readFileSync(new URL(`patches/${name}.diff`, import.meta.url), "utf8");
}

function patch(text: string): Patch {
  const read = readPatch(text);
  if (read === null) throw new Error("not read");
  return read;
}

const change = diff("change");

describe("a patch that git made", () => {
  it("is read whole: paths, renames, modes, line ends", () => {
    const files = new Map(patch(change).map((file) => [file.to ?? file.from, file]));
    expect(files.size).toBe(12);
    expect(files.get("new-name.txt")).toMatchObject({
      from: "old-name.txt",
      blocks: [{ removed: ["move 3\n"], added: ["moved 3\n"] }],
    });
    expect(files.get("run.sh")).toMatchObject({ oldMode: "100644", newMode: "100755", blocks: [] });
    expect(files.get("docs/empty.md")).toMatchObject({ from: null, newMode: "100644", blocks: [] });
    expect(files.get("gone.txt")).toMatchObject({ to: null, oldMode: "100644" });
    expect(files.get("noeol.txt")?.blocks).toEqual([{ removed: ["three"], added: ["THREE"] }]);
    expect(files.get("crlf.txt")?.blocks).toEqual([{ removed: ["file\r\n"], added: ["FILE\r\n"] }]);
    expect(files.get('"tab\\tname.txt"')?.blocks).toEqual([{ removed: ["x\n"], added: ["y\n"] }]);
    expect(files.get("spaced name.txt")?.blocks).toHaveLength(1);
  });

  it("keeps lines that look like headers as the lines that they are", () => {
    const tricky = patch(change).find(({ to }) => to === "docs/tricky.md");
    expect(tricky?.blocks).toEqual([
      {
        removed: [],
        added: ["+++ b/not a header\n", "--- a/nor this\n", "@@ -1 +1 @@\n", "diff --git a/x b/x\n"],
      },
    ]);
  });

  it("is the same where it was picked to another branch, with other lines around and other objects", () => {
    expect(diff("picked")).not.toBe(change);
    expect(samePatch(patch(change), patch(diff("picked")))).toBe(true);
  });

  it("is taken back by its revert, and by nothing else", () => {
    const reverted = patch(diff("reverted"));
    expect(samePatch(inverseOf(patch(change)), reverted)).toBe(true);
    expect(samePatch(inverseOf(reverted), patch(change))).toBe(true);
    expect(samePatch(patch(change), reverted)).toBe(false);
  });

  it("differs by any change of a path, a mode, a changed line, its blanks or its line end", () => {
    for (const [from, to] of [
      ["+line ten", "+line Ten"],
      ["+line ten", "+line ten "],
      ["+line ten", "+\tline ten"],
      ["-line 50\n", " line 50\n"],
      ["+FILE\r", "+FILE"],
      ["new mode 100755", "new mode 100644"],
      ["rename to new-name.txt", "rename to newer-name.txt"],
      ["a/crlf.txt b/crlf.txt", "a/other.txt b/other.txt"],
      ["+THREE\n\\ No newline at end of file\n", "+THREE\n"],
    ] as const) {
      const changed = change
        .replace(from, to)
        .replace("--- a/crlf.txt", to.startsWith("a/other") ? "--- a/other.txt" : "--- a/crlf.txt")
        .replace("+++ b/crlf.txt", to.startsWith("a/other") ? "+++ b/other.txt" : "+++ b/crlf.txt");
      expect(changed).not.toBe(change);
      const read = readPatch(changed);
      expect(read !== null && samePatch(read, patch(change)), `${from} for ${to}`).toBe(false);
    }
  });

  it("differs by the order of its changed lines", () => {
    const hunk = (...lines: readonly string[]): Patch =>
      patch(`diff --git a/x b/x\n--- a/x\n+++ b/x\n@@ -1,3 +1,3 @@\n${lines.join("\n")}\n`);
    const apart = hunk("-a", "+b", " between", "-c", "+d");
    expect(samePatch(apart, hunk("-a", "-c", "+b", "+d", " after"))).toBe(false);
    expect(samePatch(inverseOf(apart), hunk("-b", "+a", " between", "-d", "+c"))).toBe(true);
  });

  it("differs by a file more or less", () => {
    const files = patch(change);
    expect(samePatch(files, files.slice(1))).toBe(false);
    expect(samePatch(files, [...files, ...files.slice(0, 1)])).toBe(false);
    expect(samePatch(files, files.toReversed())).toBe(true);
  });

  it("counts a binary file by its content", () => {
    const binary = patch(diff("binary"));
    expect(samePatch(inverseOf(binary), patch(diff("binary-reverted")))).toBe(true);
    const other = diff("binary").replace("LcmZR`ODzWg0*?Vp", "LcmZR`ODzWg0*?Vq");
    expect(samePatch(binary, patch(other))).toBe(false);
  });
});

describe("no patch", () => {
  const head = "diff --git a/x b/x\nindex 1..2 100644\n--- a/x\n+++ b/x\n";
  it.each([
    ["a binary file without its content", diff("binary-bare")],
    ["a merge's combined diff", diff("merge")],
    ["nothing", ""],
    ["a blank line", "\n"],
    ["something else", "Not Found"],
    ["a diff after something else", `From 1234\n\n${change}`],
    ["a hunk that is shorter than it says", `${head}@@ -1,2 +1,2 @@\n-a\n+b\n`],
    ["a hunk that is longer than it says", `${head}@@ -1 +1 @@\n-a\n+b\n+c\n`],
    ["a hunk that ends in the middle of its head", `${head}@@ -1 +1`],
    ["a file without a hunk", head],
    ["a file of which only the object name changed", "diff --git a/x b/x\nindex 1..2 100644\n"],
    ["a copy", "diff --git a/x b/y\nsimilarity index 100%\ncopy from x\ncopy to y\n"],
    ["a copy with changes", `${head.replace("index", "copy from x\ncopy to x\nindex")}@@ -1 +1 @@\n-a\n+b\n`],
    ["a hunk whose lines are more on one side", `${head}@@ -1 +1,2 @@\n-a\n b\n+c\n`],
    ["a file that comes and goes", "diff --git a/x b/x\nnew file mode 100644\ndeleted file mode 100644\n"],
    ["half a rename", "diff --git a/x b/y\nrename from x\n"],
    ["half a change of mode", "diff --git a/x b/x\nold mode 100644\n"],
    ["two names without a rename", "diff --git a/x b/y\nold mode 100644\nnew mode 100755\n"],
    ["names that do not agree", `${head.replace("+++ b/x", "+++ b/y")}@@ -1 +1 @@\n-a\n+b\n`],
    ["a binary patch that is cut", diff("binary").slice(0, 260)],
    ["a patch that is cut", change.slice(0, 600)],
  ])("is %s", (_, text) => {
    expect(readPatch(text)).toBeNull();
  });
});

// A change as a test makes it, and its diff with freely chosen positions and surrounding lines.
const line = fc.oneof(
  fc.constantFrom("", "a", "b", " a", "- a/x", "+ b/x", "@@ -1 +1 @@", "diff --git a/x b/x", "\\ No newline"),
  fc.string().map((text) => text.replaceAll("\n", "")),
);
const block = fc
  .record({ removed: fc.array(line, { maxLength: 3 }), added: fc.array(line, { maxLength: 3 }) })
  .filter(({ removed, added }) => removed.length + added.length > 0);
const file = fc.record({
  path: fc.constantFrom("x", "src/y z.ts", '"\\303\\274.md"'),
  blocks: fc.array(block, { minLength: 1, maxLength: 3 }),
});
const files = fc.uniqueArray(file, { selector: ({ path }) => path, minLength: 1 });
type Files = typeof files extends fc.Arbitrary<infer T> ? T : never;
const around = fc.record({
  object: fc.stringMatching(/^[0-9a-f]{7}$/),
  position: fc.nat(1000),
  context: fc.array(line, { minLength: 1, maxLength: 3 }),
});
type Around = typeof around extends fc.Arbitrary<infer T> ? T : never;

function print(files: Files, { object, position, context }: Around): string {
  const name = (side: string, path: string): string =>
    path.startsWith('"') ? `"${side}/${path.slice(1)}` : `${side}/${path}`;
  return files
    .map(({ path, blocks }) => {
      const tab = path.includes(" ") ? "\t" : "";
      const body = blocks.flatMap(({ removed, added }) => [
        ...context.map((text) => ` ${text}`),
        ...removed.map((text) => `-${text}`),
        ...added.map((text) => `+${text}`),
      ]);
      const count = (sign: string): number =>
        body.filter((text) => text.startsWith(" ") || text.startsWith(sign)).length;
      return [
        `diff --git ${name("a", path)} ${name("b", path)}`,
        `index ${object}..${object} 100644`,
        `--- ${name("a", path)}${tab}`,
        `+++ ${name("b", path)}${tab}`,
        `@@ -${position},${count("-")} +${position},${count("+")} @@ ${context[0]}`,
        ...body,
        "",
      ].join("\n");
    })
    .join("");
}

describe("any patch", () => {
  it("does not depend on objects, positions and the lines around", () => {
    fc.assert(
      fc.property(files, around, around, (files, one, other) => {
        expect(samePatch(patch(print(files, one)), patch(print(files, other)))).toBe(true);
      }),
    );
  });

  it("is its inverse's inverse", () => {
    fc.assert(
      fc.property(files, around, (files, around) => {
        const one = patch(print(files, around));
        expect(inverseOf(inverseOf(one))).toEqual(one);
      }),
    );
  });

  it("differs once any changed line differs", () => {
    fc.assert(
      fc.property(files, around, fc.nat(), line, (files, around, pick, text) => {
        const lines = files.flatMap(({ blocks }) => blocks.flatMap((one) => [one.removed, one.added]));
        const places = lines.flatMap((list) => list.map((_, i) => [list, i] as const));
        const before = patch(print(files, around));
        const [list, i] = places[pick % places.length] ?? [[""], 0];
        fc.pre(list[i] !== text);
        list[i] = text;
        expect(samePatch(before, patch(print(files, around)))).toBe(false);
      }),
    );
  });

  it("is read or refused, whatever bytes come", () => {
    const broken = fc
      .tuple(fc.nat(change.length), fc.nat(20), fc.string())
      .map(([at, cut, text]) => change.slice(0, at) + text + change.slice(at + cut));
    fc.assert(
      fc.property(fc.oneof(fc.string(), broken), (text) => {
        const read = readPatch(text);
        expect(read === null || read.length > 0).toBe(true);
      }),
    );
  });
});

const GIT = "diff --git a/a b/a\n";
const NAMES = "--- a/a\n+++ b/a\n";

describe("a diff that is not quite git's", () => {
  it.each<[string, string]>([
    ["without its first line", `index 1..2 100644\n${NAMES}@@ -1 +1 @@\n-a\n+b\n`],
    ["renamed to something from nothing", `${GIT}rename to b\n`],
    ["with a header after another word", `${GIT}x old mode 100644\nx new mode 100755\n`],
    ["with another name above the hunk", `${GIT}--- a/b\n+++ b/a\n@@ -1 +1 @@\n-a\n+b\n`],
    ["with a hunk's head after another word", `${GIT}${NAMES}x@@ -1 +1 @@\n-a\n+b\n`],
    ["with too many removed lines", `${GIT}${NAMES}@@ -0,0 +1 @@\n-a\n+b\n`],
    ["with too many added lines", `${GIT}${NAMES}@@ -1 +0,0 @@\n+b\n-a\n`],
    ["with a line of no sign", `${GIT}${NAMES}@@ -1 +1 @@\na\nb\n`],
    ["with text after its hunk", `${GIT}${NAMES}@@ -1 +1 @@\n-a\n+b\nmore\n`],
    ["of a binary file without the inverse", `${GIT}GIT binary patch\nliteral 1\nIcm\n\n`],
    ["of a binary file without its content", `${GIT}GIT binary patch\nliteral 1\n\nliteral 0\nHc$\n\n`],
    ["of a binary file in another form", `${GIT}GIT binary patch\nx literal 1\nIcm\n\nliteral 0\nHc$\n\n`],
    ["of a binary file with a longer head", `${GIT}GIT binary patch\nliteral 1 x\nIcm\n\nliteral 0\nHc$\n\n`],
    [
      "of a binary file with other lines",
      `${GIT}GIT binary patch\nliteral 1\nIcm\nI m\n\nliteral 0\nHc$\n\n`,
    ],
    ["of a binary file whose inverse is cut", `${GIT}GIT binary patch\nliteral 1\nIcm\n\nliteral 0\n`],
  ])("%s is not read", (_, diff) => {
    expect(readPatch(diff)).toBeNull();
  });

  it("is read where git leaves the last line's end out", () => {
    const change = `${GIT}${NAMES}@@ -1 +1 @@\n-a\n\\ No newline at end of file\n+b\n`;
    expect(readPatch(change)).toMatchObject([{ blocks: [{ removed: ["a"], added: ["b\n"] }] }]);
    expect(readPatch(`${GIT}${NAMES}@@ -1 +1 @@\n-a\n+b\n\\ No newline at end of file`)).toMatchObject([
      { blocks: [{ removed: ["a\n"], added: ["b"] }] },
    ]);
    expect(readPatch(`${GIT}GIT binary patch\nliteral 1\nIcm\n\nliteral 0\nHc$\n`)).toMatchObject([
      { binary: { forward: "literal 1\nIcm", reverse: "literal 0\nHc$" } },
    ]);
  });
});
