import { describe, expect, it } from "vitest";
import { sign, stageForTest, stateOf } from "./scene.ts";

describe("a merge queue that rebases", () => {
  it("judges a bot's rebuilt commit as it was judged in the bot's own pull request", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const alice = github.user({ login: "alice" });
    const bot = github.user({ login: "dependabot[bot]", type: "Bot", id: 49699333 });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    const first = hello.openPull({ opener: alice, commits: [{ author: alice }] });
    const second = hello.openPull({
      opener: bot,
      commits: [{ author: bot, files: { "package.json": "{}" } }],
    });
    await stage.settled();
    expect([stateOf(first), stateOf(second)]).toEqual(["success", "success"]);
    const group = hello.enqueue([first, second], "rebase");
    await stage.settled();
    expect(hello.statusesOf(group.head.sha)[0]).toMatchObject({ state: "success" });
    expect(github.violations).toEqual([]);
  });

  it("keeps a maintainer's waiver for a commit without a linked account", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const [alice, maintainer] = [github.user({ login: "alice" }), github.user({ login: "maintainer" })];
    const hello = github.repository({ owner: "octo", name: "hello" });
    hello.addCollaborator(maintainer, "maintain");
    await sign(stage, alice);
    const stranger = { name: "Stranger", email: "stranger@example.org" };
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: stranger }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    pull.comment(maintainer, `/cla waive ${pull.head.sha} imported from upstream`);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const group = hello.enqueue([pull], "rebase");
    await stage.settled();
    expect(hello.statusesOf(group.head.sha)[0]).toMatchObject({ state: "success" });
  });

  it("is no way past the signature of somebody in one of its pull requests", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    const group = hello.enqueue([pull], "rebase");
    await stage.settled();
    expect(hello.statusesOf(group.head.sha)[0]).toMatchObject({ state: "failure" });
  });
});
