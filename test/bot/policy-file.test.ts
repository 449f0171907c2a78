import { describe, expect, it } from "vitest";
import { readPolicyFile } from "../../src/bot/policy-file.ts";

const PATH = ".github/cla.yml";
const read = (text: string, path = PATH) => readPolicyFile(text, path);

/** The problems of a text, in the words that readers see. */
function problems(text: string, path = PATH): readonly string[] {
  const found = read(text, path);
  return found.ok ? [] : found.problems.map(({ message }) => message);
}

describe("a file in the place of the policy", () => {
  it.each([
    "name: CLA\non:\n  pull_request_target:\njobs:\n  cla:\n    runs-on: ubuntu-latest\n",
    "on: [push]\njobs: {}\n",
    "\"on\": push\n'jobs': {a: {}}\n",
    "jobs:\n  a: {}\non : push\n",
    "on: push\r\njobs:\r\n  a: {}\r\n",
    "\uFEFFon: push\njobs: {}\n",
    // A file that is not YAML, or has content that no policy may have.
    "on: push\njobs:\n\ta: {}\n",
    "on: &x [push]\njobs: {a: *x}\n",
    "report: check\non: push\njobs: {}\n",
    "{on: push, jobs: {}}\n",
    "? on\n: push\n? jobs\n: {}\n",
  ])("that is a workflow is named as one: %j", (text) => {
    expect(problems(text)).toEqual(["looks like a GitHub Actions workflow; move it to .github/workflows"]);
  });

  it.each([
    "cla:\n  url: https://example.com\n",
    "signedClas: []\n",
    "jobs: {}\n",
    "runs: {using: composite}\n",
    "document: https://example.com\nallowlist: [bot*]\n",
    "path-to-signatures: a.json\nbranch: main\n",
  ])("that is another tool's is named as one: %j", (text) => {
    expect(problems(text)).toEqual([expect.stringMatching(/^looks like another tool's file/)]);
  });

  it.each([
    ["UTF-16", "r\u0000e\u0000p\u0000"],
    ["UTF-16 with its mark", "\uFFFD\uFFFDr\u0000e\u0000"],
    ["UTF-16 that a host does not show", "\u0000"],
    ["Latin-1", "labels: {signed: gepr\uFFFDft, unsigned: offen}\n"],
  ])("in %s is named as such, and how to save it", (_, text) => {
    expect(problems(text)).toEqual([expect.stringMatching(/not UTF-8 text.*save it as UTF-8/)]);
  });

  it("with a byte order mark is read", () => {
    expect(read("\uFEFFreport: check\n")).toMatchObject({ ok: true, value: { report: "check" } });
  });

  it("with another name that looks like the right one is never read, whatever is in it", () => {
    for (const path of [
      ".github/cla.yaml",
      ".gitee/cla.yaml",
      "octo/.github/.github/cla.yaml",
      ".github/CLA.yml",
      ".github/Cla.YAML",
    ])
      for (const text of ["", "report: check\n", "\u0000"])
        expect(problems(text, path)).toEqual([expect.stringContaining("rename it to cla.yml")]);
  });

  it.each(["report", "context", "comment", "labels", "language", "require", "exempt"])(
    "with nothing below %s has the defaults",
    (key) => {
      for (const value of ["", " ~", " null", " # later"])
        expect(read(`${key}:${value}\n`)).toMatchObject({ ok: true, value: {} });
    },
  );

  it("with nothing below the keys of a key has the defaults, too", () => {
    const text = `labels:
  signed:
  unsigned:
require:
  coauthors:
  committers:
  backports:
exempt:
  accounts:
  authors:
  bots:
  agents:
  organizations:
  lines:
  paths:
`;
    expect(read(text)).toMatchObject({ ok: true });
    expect(problems("labels:\n  signed: yes-cla\n  unsigned:\n")).not.toEqual([]);
    expect(problems("exmpt:\n")).not.toEqual([]);
  });

  it("never answers with a sentence for programmers", () => {
    for (const text of [
      "report: 1",
      "exempt: x",
      "- a",
      "a: b: c",
      "report: [",
      "exempt: {lines: -1}",
      "{",
      "\t",
    ])
      expect(problems(text).join("\n")).not.toMatch(
        /invalid|received|ZodError|undefined|object Object|union/i,
      );
  });
});
