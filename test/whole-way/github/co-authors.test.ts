import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, scene, sign, stateOf, statusOf, stranger } from "./scene.ts";

describe("everybody behind a commit counts", () => {
  it("an unsigned co-author blocks the pull request, is named, and frees it by signing", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [bob] }] });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "failure", line: "CLA icla 1.0: 1 of 2 accounts" });
    expect(commentsOf(pull)[0]).toContain("@bob (co-author");
    expect(commentsOf(pull)[0]).not.toContain("@alice");
    await sign(stage, bob);
    expect(statusOf(pull)).toMatchObject({ state: "success", line: "CLA icla 1.0: 2 of 2 accounts" });
  });

  it("the last of a hundred and thirty co-authors counts like the first", async () => {
    const { stage, github, hello, alice } = await scene();
    const crowd = Array.from({ length: 130 }, (_, index) => github.user({ login: `author-${index}` }));
    await sign(stage, ...crowd.slice(0, -1));
    github.resetCalls();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: crowd }] });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "failure", line: "CLA icla 1.0: 130 of 131 accounts" });
    expect(commentsOf(pull)[0]).toContain("@author-129");
    expect(github.calls().byRoute).toMatchObject({ "graphql Authors": 2 });
    await sign(stage, ...crowd.slice(-1));
    expect(stateOf(pull)).toBe("success");
  });

  it("a co-author without an account blocks, and the comment names the ways out", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({
      opener: alice,
      commits: [{ author: alice, coauthors: [stranger("Zoë Quill")] }],
    });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "failure",
      line: "CLA icla 1.0: 1 of 1 account; 1 commit without an account",
    });
    const [comment = ""] = commentsOf(pull);
    const sha = pull.head.sha.slice(0, 7);
    expect(comment).toContain(`\`${sha}\`: co-author \`Zoë Quill\``);
    for (const way of [
      "add it to your account",
      "`Co-authored-by:` line",
      `/cla waive ${pull.head.sha} reason`,
    ])
      expect(comment).toContain(way);
    pull.forcePush([{ author: alice }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
  });
});

describe("commits that GitHub itself makes", () => {
  it.each([
    ["squashed, with everybody else as a co-author", "require"],
    ["squashed, where committers don't count", "ignore"],
  ])("%s: the people count and web-flow does not", async (_, committers) => {
    const { stage, hello, alice, bob } = await scene(`require: {committers: ${committers}}\n`);
    const pull = hello.openPull({
      opener: alice,
      commits: [{ author: alice, coauthors: [bob], signed: "github", message: "Squashed (#3)" }],
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect((await checkOf(stage, pull)).accounts.map(({ account }) => account)).toEqual([
      `github:${alice.id}`,
      `github:${bob.id}`,
    ]);
    await sign(stage, bob);
    expect(stateOf(pull)).toBe("success");
  });

  it("a suggested change has the person who accepted it as author and the one who made it as co-author", async () => {
    const { stage, hello, alice, bob } = await scene("require: {committers: require}\n");
    const pull = hello.openPull({ opener: alice });
    pull.push([{ author: alice, coauthors: [bob], signed: "github", message: "Apply suggestion" }], alice);
    await stage.settled();
    expect(commentsOf(pull)[0]).toContain("@bob (co-author");
    await sign(stage, bob);
    expect(stateOf(pull)).toBe("success");
  });

  it("a file edited on the website is its author's", async () => {
    const { stage, hello, alice, bob } = await scene("require: {committers: require}\n");
    const own = hello.openPull({ opener: alice, commits: [{ author: alice, signed: "github" }] });
    const other = hello.openPull({ opener: alice, commits: [{ author: bob, signed: "github" }] });
    await stage.settled();
    expect([own, other].map(stateOf)).toEqual(["success", "failure"]);
  });

  it("but who only says to be web-flow, without GitHub's signature, is a committer like any other", async () => {
    const { stage, github, hello, alice } = await scene("require: {committers: require}\n");
    const pull = hello.openPull({
      opener: alice,
      commits: [{ author: alice, committer: github.world.webFlow }],
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });
});

describe("merge commits and reverts", () => {
  it("the base merged into a pull request brings none of the base's people in", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice });
    hello.push([{ author: bob, files: { "base.txt": "by bob\n" } }], { by: bob });
    pull.updateBranch();
    await stage.settled();
    expect(pull.commits).toHaveLength(2);
    expect(statusOf(pull)).toMatchObject({ state: "success", line: "CLA icla 1.0: 1 of 1 account" });
  });

  it("who merges the base counts, as the merge commit is not in the base", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice });
    hello.push([{ author: alice, files: { "base.txt": "more\n" } }]);
    pull.updateBranch(bob);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("@bob (author");
    hello.setBranch("main", pull.head, hello.owner);
    const again = hello.openPull({ opener: alice });
    await stage.settled();
    expect(stateOf(again)).toBe("success");
  });

  it("a merge commit that brings other people's commits along counts them all", async () => {
    const { stage, hello, alice, bob } = await scene();
    hello.push([{ author: bob, files: { "side.txt": "by bob\n" } }], { branch: "side", by: bob });
    const pull = hello.openPull({ opener: alice });
    pull.push([{ author: alice, merge: hello.tip("side") }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("@bob (author");
  });

  it("a revert counts for its own author, no matter who wrote what it reverts", async () => {
    const { stage, hello, alice, bob } = await scene();
    const original = hello.push([{ author: bob, files: { "feature.txt": "on\n" } }], { by: bob });
    const revert = { message: `Revert "Feature"\n\nThis reverts commit ${original.sha}.` };
    const byAlice = hello.openPull({
      opener: alice,
      commits: [{ ...revert, author: alice, files: { "feature.txt": null } }],
    });
    const byBob = hello.openPull({
      opener: alice,
      commits: [{ ...revert, author: bob, files: { "feature.txt": null } }],
    });
    await stage.settled();
    expect([byAlice, byBob].map(stateOf)).toEqual(["success", "failure"]);
  });
});

describe("a commit with an author and another committer", () => {
  it.each([
    ["ignore", "success", false],
    ["warn", "success", true],
    ["require", "failure", true],
  ])("where committers are to %s is %s", async (weight, state, named) => {
    const { stage, hello, alice, bob } = await scene(`require: {committers: ${weight}}\n`);
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, committer: bob }] });
    await stage.settled();
    expect(stateOf(pull)).toBe(state);
    const comment = commentsOf(pull).join("");
    expect(comment.includes("@bob (committer")).toBe(named);
    expect(comment.includes("requested, but not required")).toBe(weight === "warn");
  });

  it("is never green for a signed committer in an unsigned author's stead", async () => {
    const { stage, hello, alice, bob } = await scene("require: {committers: require}\n");
    const pull = hello.openPull({ opener: alice, commits: [{ author: bob, committer: alice }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });
});

describe("who opened it", () => {
  it("counts even where others wrote every commit", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: bob, commits: [{ author: alice }] });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "failure", line: "CLA icla 1.0: 1 of 2 accounts" });
    expect(commentsOf(pull)[0]).toContain("@bob (opened this pull request)");
  });

  it("and is gone since is doubt, never green, and says so", async () => {
    const { stage, github, hello, alice } = await scene();
    const dora = github.user({ login: "dora" });
    hello.addCollaborator(dora);
    await sign(stage, dora);
    const pull = hello.openPull({ opener: dora, commits: [{ author: alice }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    github.deleteUser(dora);
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "error",
      line: "CLA icla 1.0: not decided: the account that opened the pull request is gone",
    });
    expect(await checkOf(stage, pull)).toMatchObject({ verdict: "unknown", doubts: ["opener-gone"] });
  });

  it("may be an enterprise's managed user, known by the number of its account", async () => {
    const { stage, github, hello } = await scene();
    const managed = github.user({ login: "mona_acme", type: "EnterpriseUserAccount" });
    const pull = hello.openPull({ opener: managed });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("mona_acme");
    await sign(stage, managed);
    expect(statusOf(pull)).toMatchObject({ state: "success", line: "CLA icla 1.0: 1 of 1 account" });
  });
});
