import { describe, expect, it } from "vitest";
import type { SimulatedGitHub } from "../../../playground/github/simulated-github.ts";
import { commentsOf, scene, sign, stateOf, statusOf } from "./scene.ts";

/** What was read of pull requests, by route; the app's own list of deliveries is read beside. */
function readsOf(github: SimulatedGitHub): Record<string, number> {
  const reads = Object.entries(github.calls().byRoute).filter(
    ([route]) => /^(?:graphql|GET)/.test(route) && route !== "GET /app/hook/deliveries",
  );
  return Object.fromEntries(reads);
}

describe("a pull request of many commits", () => {
  it.each([31, 101, 251, 2_500])(
    "of %i, of which only the last author has not signed, is red",
    async (count) => {
      const { stage, github, hello, alice, bob } = await scene();
      const commits = Array.from({ length: count }, (_, index) => ({
        author: index === count - 1 ? bob : alice,
        files: { "src/work.txt": `${index}\n` },
      }));
      github.resetCalls();
      const pull = hello.openPull({ opener: alice, commits });
      await stage.settled();
      expect(statusOf(pull)).toMatchObject({ state: "failure", line: "CLA icla 1.0: 1 of 2 accounts" });
      expect(commentsOf(pull)[0]).toContain(`@bob (author; in \`${pull.head.sha.slice(0, 7)}\`)`);
      // Whether the repository has the unsigned commits already is asked once, for all of them.
      expect(readsOf(github)).toEqual({
        "graphql Pull": 1,
        "graphql Name": 1,
        "graphql DefaultComparison": 1,
        "GET /repos/{owner}/{repo}/branches": 1,
        ...(count > 100 ? { "graphql Commits": Math.ceil(count / 100) - 1 } : {}),
      });
      await sign(stage, bob);
      expect(stateOf(pull)).toBe("success");
      expect(github.violations).toEqual([]);
    },
  );

  it("of which each has another author asks for nobody one by one", async () => {
    const { stage, github, hello, alice } = await scene();
    const authors = Array.from({ length: 150 }, (_, index) => github.user({ login: `author-${index}` }));
    await sign(stage, ...authors);
    github.resetCalls();
    const pull = hello.openPull({ opener: alice, commits: authors.map((author) => ({ author })) });
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "success", line: "CLA icla 1.0: 151 of 151 accounts" });
    expect(readsOf(github)).toEqual({ "graphql Pull": 1, "graphql Commits": 1 });
  });

  it("replaced by force between two pages of its commits is judged by what it is now", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    const many = (author: typeof alice) => Array.from({ length: 150 }, () => ({ author }));
    let moved = false;
    github.onRequest(({ route }) => {
      if (route !== "Commits" || moved) return;
      moved = true;
      pull.forcePush([...many(alice), { author: bob }]);
    });
    const pull = hello.openPull({ opener: alice, commits: many(alice) });
    const before = pull.head.sha;
    await stage.settled();
    expect(moved).toBe(true);
    expect(stateOf(pull)).toBe("failure");
    expect(hello.statusesOf(before)).toEqual([]);
  });

  it("whose head keeps moving is read again later, and is never green meanwhile", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    let moves = 0;
    github.onRequest(({ route }) => {
      if (route !== "Commits" || moves >= 4) return;
      moves += 1;
      pull.push([{ author: bob }]);
    });
    const pull = hello.openPull({
      opener: alice,
      commits: Array.from({ length: 120 }, () => ({ author: alice })),
    });
    await expect.poll(() => stateOf(pull)).toBe("failure");
    await stage.settled();
    expect(moves).toBe(4);
    for (const { sha } of pull.commits)
      expect(hello.statusesOf(sha).some(({ state }) => state === "success")).toBe(false);
  });

  it("with no commit left is doubt, never green", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const empty = hello.openPull({ opener: alice, at: hello.head, branch: "empty" });
    await stage.settled();
    expect(statusOf(empty)).toMatchObject({
      state: "error",
      line: "CLA icla 1.0: not decided: the host shows no commits",
    });
  });
});
