/** A server that numbers its accounts by itself: github.com's numbers are other people's there. */
import { describe, expect, it } from "vitest";
import { recheck, scene, stateOf } from "./scene.ts";

describe("on an Enterprise Server", () => {
  it("a person with the number of a known bot or assistant of github.com is a person", async () => {
    const { stage, github, hello, alice } = await scene();
    const dependabot = github.user({ login: "dora", id: 49699333 });
    const claude = github.user({ login: "clara", id: 81847 });
    hello.addCollaborator(dependabot).addCollaborator(claude);
    const opened = hello.openPull({ opener: dependabot });
    const named = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [claude] }] });
    const typed = hello.openPull({
      opener: alice,
      commits: [
        {
          author: alice,
          coauthors: [{ name: "Claude", email: "209825114+claude[bot]@users.noreply.127.0.0.1" }],
        },
      ],
    });
    await stage.settled();
    expect([opened, named, typed].map(stateOf)).toEqual(["failure", "failure", "failure"]);
  });

  it("such a person is one in a merge group, too, where no pull request holds the commit", async () => {
    const { stage, github, hello, alice } = await scene();
    const claude = github.user({ login: "clara", id: 81847 });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const tip = hello.tip("main");
    const commit = { author: alice, coauthors: [claude], files: { "side.txt": "side\n" } };
    github.loseDeliveries = "without a trace";
    hello.branches.set("main", hello.commit(commit, tip));
    const group = hello.enqueue([pull], "squash");
    hello.branches.set("main", tip);
    Object.assign(group, { baseCommit: tip });
    github.loseDeliveries = false;
    github.world.announce({ name: "merge_group", action: "checks_requested", group, sender: alice });
    await stage.settled();
    expect(hello.statusesOf(group.head.sha)[0]?.state).toBe("failure");
  });

  it("a bot is what the server types as one, and GitHub Actions carries other people's text there as well", async () => {
    const { stage, github, hello } = await scene();
    github.world.linksBots = false;
    const helper = github.user({ login: "helper[bot]", type: "Bot" });
    const actions = github.user({ login: "github-actions[bot]", type: "Bot" });
    hello.addCollaborator(helper).addCollaborator(actions);
    const own = hello.openPull({ opener: helper });
    // The address that workflows commit with, without a number.
    const author = { name: "github-actions[bot]", email: "github-actions[bot]@users.noreply.127.0.0.1" };
    const carried = hello.openPull({ opener: actions, commits: [{ author }] });
    await stage.settled();
    expect([own, carried].map(stateOf)).toEqual(["success", "failure"]);
    hello.writeFile(".github/cla.yml", `exempt: {accounts: ["github:${actions.id}"]}\n`);
    await recheck(stage, carried);
    expect(stateOf(carried)).toBe("success");
  });
});
