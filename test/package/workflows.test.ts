import { globSync, readFileSync } from "node:fs";
import { expect, it } from "vitest";

/** The actions that a workflow uses in a form that can change: only a commit's full id, with its version behind it, can't. */
function loose(text: string): readonly string[] {
  const uses = [...text.matchAll(/^[\s>-]*uses:\s*["']?(?!\.\/|docker:)(\S+?)["']?[ \t]*(#.*)?$/gm)];
  return uses.flatMap(([, action = "", comment = ""]) =>
    /@[0-9a-f]{40}$/.test(action) && /^# v?\d/.test(comment) ? [] : [action],
  );
}

it("an action is pinned by the full id of a commit, with its version as a comment", () => {
  const sha = "1".repeat(40);
  const text = `steps:
  - uses: actions/checkout@v4
  - uses: actions/checkout@${sha} # v4.2.2
  - name: Node
    uses: actions/setup-node@${sha}
  - uses: ./own
  - uses: "octo/short@1234567" # v1
`;
  expect(loose(text)).toEqual(["actions/checkout@v4", `actions/setup-node@${sha}`, "octo/short@1234567"]);
});

it("no sample workflow uses an action that can change", () => {
  const files = globSync(["*.md", "docs/**/*.md", "deploy/**", ".github/**/*.{yml,yaml}"], {
    exclude: ["node_modules"],
  }).filter((file) => /\.(md|ya?ml)$/.test(file));
  expect(files.length).toBeGreaterThan(30);
  expect(files.flatMap((file) => loose(readFileSync(file, "utf8")).map((one) => `${file}: ${one}`))).toEqual(
    [],
  );
});
