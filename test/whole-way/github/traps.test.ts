import { describe, expect, it } from "vitest";
import { checkOf, commentsOf, scene, sign, stateOf, statusOf, stranger } from "./scene.ts";

describe("what other bots fell into", () => {
  it("an unlinked author is not covered by a signed committer", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: stranger(), committer: alice }] });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({
      state: "failure",
      line: "CLA icla 1.0: 1 of 1 account; 1 commit without an account",
    });
  });

  it.each(["alice", "dependabot[bot]", "web-flow", "github:1001"])(
    "an unlinked author is not covered by being called %s",
    async (name) => {
      const { stage, hello, alice } = await scene();
      expect(alice.id).toBe(1001);
      const pull = hello.openPull({
        opener: alice,
        commits: [{ author: alice }, { author: stranger(name), committer: alice }],
      });
      await stage.settled();
      expect(statusOf(pull)?.line).toBe("CLA icla 1.0: 1 of 1 account; 1 commit without an account");
    },
  );

  it("two unlinked people with the same name are two, and so are two with the same name and an account each", async () => {
    const { stage, github, hello, alice } = await scene();
    const [one, two] = ["john-1", "john-2"].map((login) => github.user({ login, name: "John Smith" }));
    const pull = hello.openPull({
      opener: alice,
      commits: [
        { author: stranger("John Smith", "john@example.org") },
        { author: stranger("John Smith", "john@example.com") },
        ...[one, two].flatMap((author) => (author === undefined ? [] : [{ author }])),
      ],
    });
    if (one !== undefined) await sign(stage, one);
    await stage.settled();
    expect(statusOf(pull)?.line).toBe("CLA icla 1.0: 2 of 3 accounts; 2 commits without an account");
    expect((await checkOf(stage, pull)).unlinked).toHaveLength(2);
    expect(commentsOf(pull)[0]).toContain("@john-2");
    expect(commentsOf(pull)[0]).not.toContain("@john-1");
  });

  it("a login that somebody else took over has not signed", async () => {
    const { stage, github, hello, alice } = await scene();
    github.renameUser(alice, "alice-of-old");
    const usurper = github.user({ login: "alice" });
    const taken = hello.openPull({ opener: usurper });
    const kept = hello.openPull({ opener: alice });
    await stage.settled();
    expect([taken, kept].map(stateOf)).toEqual(["failure", "success"]);
  });

  it("an address counts for the account that has it now, from the next check on", async () => {
    const { stage, hello, alice, bob } = await scene();
    const address = stranger("Alice", "alice@work.example");
    const pull = hello.openPull({ opener: alice, commits: [{ author: address }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)[0]).toContain("add it to your account");
    alice.emails.add("alice@work.example");
    pull.comment(bob, "/check-cla");
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
  });
});
