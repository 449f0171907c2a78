import { describe, expect, it } from "vitest";
import { run, scene, stateOf } from "./scene.ts";

describe("a sweep", () => {
  it("of a thousand unchanged open pull requests takes at most thirty calls, and writes nothing", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    github.loseDeliveries = "without a trace";
    const pulls = Array.from({ length: 1_000 }, (_, index) =>
      hello.openPull({
        opener: index % 2 === 0 ? alice : bob,
        commits: Array.from({ length: 1 + (index % 3) }, () => ({ author: alice, files: {} })),
      }),
    );
    // More comments than GitHub takes in an hour are due at once; the bot has its pace, the simulation none.
    hello.writeFile(".github/cla.yml", "comment: never\n");
    for (const pull of pulls) {
      const state = pull.openedBy === alice ? "success" : "failure";
      hello.addStatus({
        sha: pull.head.sha,
        context: "license/cla",
        state,
        description: `CLA icla 1.0: ${state === "success" ? "1 of 1 account" : "1 of 2 accounts"}`,
        targetUrl: `${stage.bot.url}/pulls/github/octo/hello/${pull.number}`,
        creator: github.world.bot,
      });
    }
    const variables = { ...stage.variables, PUBLIC_URL: stage.bot.url };
    await run(variables, ["sweep"]);
    github.resetCalls();
    const { code, stdout } = await run(variables, ["sweep", "--json"]);
    expect({ code, stdout }).toEqual({ code: 0, stdout: '{"repositories":1,"pulls":1000}\n' });
    const { reads, writes } = github.calls();
    expect(writes).toBe(0);
    expect(reads).toBeLessThanOrEqual(30);
    expect(pulls.filter((pull) => stateOf(pull) === "success")).toHaveLength(500);
    expect(github.violations).toEqual([]);
  });
});
