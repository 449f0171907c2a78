import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, explained, pageOf, scene, sign, stateOf, statusOf, stranger } from "./scene.ts";

const lines = (count: number): string => Array.from({ length: count }, (_, line) => `${line}\n`).join("");

describe("exempt.lines", () => {
  it("lets a small change through, and the report, the page and check say so", async () => {
    const { stage, hello, bob } = await scene("exempt: {lines: 3}\n");
    const pull = hello.openPull({
      opener: bob,
      commits: [{ author: bob, coauthors: [stranger()], files: { "src/a.txt": lines(3) } }],
    });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: "CLA icla 1.0: no signature needed for a small change",
    });
    expect(commentsOf(pull)).toEqual([]);
    expect(await checkOf(stage, pull)).toMatchObject({ verdict: "signed", exemption: "lines" });
    expect(await explained(stage, pull)).toContain("no signature needed for a small change");
    expect(await pageOf(stage, pull)).toContain("This small change needs no signature");
    pull.push([{ author: bob, files: { "src/b.txt": lines(1) } }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });

  it("never lets a binary file through, however small, nor a change of the policy itself", async () => {
    const { stage, hello, bob } = await scene("exempt: {lines: 100}\n");
    const withFiles = (files: Record<string, string | Uint8Array>) =>
      hello.openPull({ opener: bob, commits: [{ author: bob, files }] });
    const binary = withFiles({ "logo.png": new Uint8Array([0x89, 0x50, 0x4e, 0x47, 0, 1, 2, 0]) });
    const both = withFiles({ "a.txt": "a\n", "b.bin": new Uint8Array([0, 1]) });
    const policy = withFiles({ ".github/cla.yml": "exempt: {lines: 1000}\n" });
    const text = withFiles({ "a.txt": "a\n" });
    await stage.settled();
    expect([binary, both, policy, text].map(stateOf)).toEqual(["failure", "failure", "failure", "success"]);
  });

  it("asks for the change only where a signature is missing", async () => {
    const { stage, github, hello, alice } = await scene("exempt: {lines: 3}\n");
    hello.openPull({ opener: alice });
    await stage.settled();
    expect(Object.keys(github.calls().byRoute)).not.toContain(
      "GET /repos/{owner}/{repo}/pulls/{pull_number}/files",
    );
  });

  it("is doubt where GitHub does not show the change, and is asked again", async () => {
    const { github, hello, bob } = await scene("exempt: {lines: 3}\n");
    const when = ({ route }: { route: string }) => route.endsWith("/files");
    github.fail({ kind: "bad gateway" }, { times: Infinity, when });
    const pull = hello.openPull({
      opener: bob,
      commits: [{ author: bob, files: { "src/a.txt": lines(3) } }],
    });
    await github.deliveries.settled();
    await expect.poll(() => stateOf(pull)).not.toBeNull();
    expect(stateOf(pull)).not.toBe("success");
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("success");
  });
});

describe("exempt.paths", () => {
  it("lets through what touches only those paths, and the report, the page and check say so", async () => {
    const { stage, hello, bob } = await scene("exempt: {paths: ['docs/**', '*.md']}\n");
    const pull = hello.openPull({
      opener: bob,
      commits: [{ author: bob, files: { "docs/deep/a.txt": lines(500), "README.md": "# hello!\n" } }],
    });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "success",
      line: "CLA icla 1.0: no signature needed for these files",
    });
    expect(await checkOf(stage, pull)).toMatchObject({ verdict: "signed", exemption: "paths" });
    expect(await pageOf(stage, pull)).toContain("changes only files that need no signature");
    pull.push([{ author: bob, files: { "src/b.txt": lines(1) } }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    await sign(stage, bob);
    expect(statusOf(pull)).toMatchObject({ state: "success", line: "CLA icla 1.0: 1 of 1 account" });
  });

  it("counts a file that was moved out of another place by its old name, too", async () => {
    const { stage, hello, alice, bob } = await scene("exempt: {paths: ['docs/**']}\n");
    hello.push([{ author: alice, files: { "src/code.ts": lines(20) } }]);
    const moved = hello.openPull({
      opener: bob,
      commits: [{ author: bob, files: { "src/code.ts": null, "docs/code.ts": lines(20) } }],
    });
    await stage.settled();
    expect(stateOf(moved)).toBe("failure");
  });

  it("stands beside exempt.lines: either is enough, and a small change in a check run says which", async () => {
    const { stage, hello, bob } = await scene("report: check\nexempt: {lines: 2, paths: ['docs/**']}\n");
    const small = hello.openPull({
      opener: bob,
      commits: [{ author: bob, files: { "src/a.txt": lines(2) } }],
    });
    const docs = hello.openPull({
      opener: bob,
      commits: [{ author: bob, files: { "docs/a.txt": lines(9) } }],
    });
    const other = hello.openPull({
      opener: bob,
      commits: [{ author: bob, files: { "src/a.txt": lines(9) } }],
    });
    await stage.settled();
    const summaries = [small, docs, other].map((pull) => {
      const [run] = hello.checkRunsOf(pull.head.sha);
      return [run?.fields.conclusion, run?.fields.output.summary?.split("\n")[0]];
    });
    expect(summaries.slice(0, 2)).toEqual([
      ["success", "This small change needs no signature."],
      ["success", "This pull request changes only files that need no signature."],
    ]);
    expect(summaries[2]?.[0]).toBe("action_required");
  });
});
