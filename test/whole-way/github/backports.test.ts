import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, explained, pageOf, scene, sign, stateOf, statusOf } from "./scene.ts";

const BEFORE = "one\ntwo\nthree\n";
const AFTER = "one\ntwo and a half\nthree\n";

/** Bob's change stands on the protected main branch; an older release branch lacks it. */
async function withRelease(policy = "require: {backports: verify}\n") {
  const scenery = await scene(policy);
  const { stage, hello, alice, bob } = scenery;
  hello.push([{ author: alice, files: { "src/a.txt": BEFORE } }]);
  hello.push([{ author: alice, files: { "release.txt": "1.x\n" } }], { branch: "release" });
  const original = hello.push([{ author: bob, message: "Fix it", files: { "src/a.txt": AFTER } }]);
  hello.protect("main");
  await stage.settled();
  const picked = (files: Record<string, string>, from = original.sha) => ({
    author: bob,
    committer: alice,
    message: `Fix it\n\n(cherry picked from commit ${from})`,
    files,
  });
  const backport = (commit: ReturnType<typeof picked>, opener = alice) =>
    hello.openPull({ opener, base: "release", commits: [commit] });
  return { ...scenery, original, picked, backport };
}

describe("require.backports: verify", () => {
  it("asks no new signature for a commit cherry-picked from a protected branch, and says so", async () => {
    const { stage, picked, backport } = await withRelease();
    const pull = backport(picked({ "src/a.txt": AFTER }));
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "success", line: "CLA icla 1.0: 1 of 1 account" });
    expect((await checkOf(stage, pull)).backports).toEqual([pull.head.sha]);
    expect(await explained(stage, pull)).toContain("repeats or reverts a commit of a protected branch");
    expect(await pageOf(stage, pull)).toContain("protected branch");
  });

  it("is not the default: then its author signs", async () => {
    const { stage, picked, backport } = await withRelease("comment: always\n");
    const pull = backport(picked({ "src/a.txt": AFTER }));
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });

  it("takes a revert as the inverse of what it takes back", async () => {
    const { stage, hello, alice, bob, original } = await withRelease();
    const revert = {
      author: bob,
      message: `Revert "Fix it"\n\nThis reverts commit ${original.sha}.`,
      files: { "src/a.txt": BEFORE },
    };
    const pull = hello.openPull({ opener: alice, commits: [revert] });
    const more = hello.openPull({
      opener: alice,
      commits: [{ ...revert, files: { ...revert.files, "src/b.txt": "more\n" } }],
    });
    await stage.settled();
    expect([pull, more].map(stateOf)).toEqual(["success", "failure"]);
  });

  it.each<[string, (scenery: Awaited<ReturnType<typeof withRelease>>) => { files: object; from?: string }]>([
    ["with one more changed line", () => ({ files: { "src/a.txt": `${AFTER}four\n` } })],
    ["with one more file", () => ({ files: { "src/a.txt": AFTER, "src/b.txt": "b\n" } })],
    ["with another change", () => ({ files: { "src/c.txt": AFTER } })],
    ["that names no commit there is", () => ({ files: { "src/a.txt": AFTER }, from: "0".repeat(40) })],
    [
      "that names a commit of a branch that is not protected",
      ({ hello, bob }) => {
        const files = { "src/a.txt": AFTER };
        const from = hello.push([{ author: bob, files }], { branch: "side", by: bob }).sha;
        return { files, from };
      },
    ],
    [
      "that names a commit of a fork",
      ({ hello, bob }) => {
        const files = { "src/a.txt": AFTER };
        return { files, from: hello.fork(bob).push([{ author: bob, files }], { branch: "x", by: bob }).sha };
      },
    ],
  ])("counts a commit %s like any other", async (_, make) => {
    const scenery = await withRelease();
    const { files, from } = make(scenery);
    const pull = scenery.backport(scenery.picked(files as Record<string, string>, from));
    await scenery.stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("@bob (author");
    await sign(scenery.stage, scenery.bob);
    expect(stateOf(pull)).toBe("success");
  });

  it("still counts who opened the pull request", async () => {
    const { stage, carol, bob, picked, backport } = await withRelease();
    const byAuthor = backport(picked({ "src/a.txt": AFTER }), bob);
    const byOther = backport(picked({ "src/a.txt": AFTER }), carol);
    await stage.settled();
    expect([byAuthor, byOther].map(stateOf)).toEqual(["failure", "failure"]);
    expect(commentsOf(byOther)[0]).toContain("@carol (opened this pull request)");
    expect(commentsOf(byOther)[0]).not.toContain("@bob");
  });

  it("counts other commits of the pull request as ever", async () => {
    const { stage, carol, picked, backport } = await withRelease();
    const pull = backport(picked({ "src/a.txt": AFTER }));
    pull.push([{ author: carol }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).not.toContain("@bob");
  });
});
