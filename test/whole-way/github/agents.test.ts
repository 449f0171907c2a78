import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, scene, stateOf, stranger } from "./scene.ts";

const CLAUDE = stranger("Claude", "noreply@anthropic.com");
/** By the number in the address that github.com gives it. */
const COPILOT = stranger("Copilot", "223556219+Copilot@users.noreply.github.com");

describe("a coding assistant named as co-author", () => {
  it("is passed over, by its exact address, whatever its case", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({
      opener: alice,
      commits: [
        { author: alice, coauthors: [CLAUDE] },
        { author: alice, coauthors: [stranger("Claude", "NoReply@Anthropic.com"), COPILOT] },
      ],
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect(commentsOf(pull)).toEqual([]);
    expect(await checkOf(stage, pull)).toMatchObject({ verdict: "signed", unlinked: [] });
  });

  it("is not passed over by a number of github.com's on another server", async () => {
    const { stage, github, hello, alice } = await scene();
    const agent = github.user({ login: "Copilot", id: 223556219, emails: ["agent@example.org"] });
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [agent] }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });

  it("counts like anybody where the policy passes over none", async () => {
    const { stage, hello, alice } = await scene("exempt: {agents: none}\n");
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [CLAUDE] }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });

  it("is never passed over in the author's place", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: CLAUDE, coauthors: [alice] }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect((await checkOf(stage, pull)).unlinked).toEqual([
      { commit: pull.head.sha, role: "author", required: true, waived: false },
    ]);
  });

  it("is not an account that only has its name, or a similar address", async () => {
    const { stage, hello, alice } = await scene();
    for (const coauthor of [
      stranger("Claude", "claude@example.org"),
      stranger("Claude", "noreply@anthropic.com.example.org"),
      stranger("Claude", "xnoreply@anthropic.com"),
    ]) {
      const pull = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [coauthor] }] });
      await stage.settled();
      expect([coauthor.email, stateOf(pull)]).toEqual([coauthor.email, "failure"]);
    }
  });
});

describe("require.coauthors", () => {
  it.each([
    ["require", "failure", true],
    ["warn", "success", true],
    ["ignore", "success", false],
  ])("%s makes an unsigned co-author %s", async (weight, state, named) => {
    const { stage, hello, alice, bob } = await scene(`require: {coauthors: ${weight}}\n`);
    const commits = [{ author: alice, coauthors: [bob, stranger("Eve")] }];
    const pull = hello.openPull({ opener: alice, commits });
    await stage.settled();
    expect(stateOf(pull)).toBe(state);
    const [comment] = commentsOf(pull);
    expect(comment !== undefined).toBe(named);
    if (comment === undefined) return;
    expect(comment).toContain("@bob (co-author");
    expect(comment).toContain("co-author `Eve`");
    expect(comment).toContain("`Co-authored-by:` line");
    expect(comment.includes("requested, but not required")).toBe(weight === "warn");
  });

  it("never lets an unsigned author through", async () => {
    const { stage, hello, alice, bob } = await scene("require: {coauthors: ignore}\n");
    const pull = hello.openPull({ opener: alice, commits: [{ author: bob, coauthors: [alice] }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });
});
