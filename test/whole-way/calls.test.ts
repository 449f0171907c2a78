import { describe, expect, it } from "vitest";
import { readSettings } from "../../src/bot/open.ts";
import { costOf, sign, stageForTest, stateOf, statusOf } from "./scene.ts";

describe("what a verdict costs on GitHub", () => {
  it("a green pull request costs one read and one write, and an unchanged one a read", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    github.resetCalls();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: alice }] });
    await stage.settled();
    expect(statusOf(pull)).toEqual({
      state: "success",
      line: "CLA icla 1.0: 1 of 1 account",
      url: `${stage.bot.url}/pulls/github/octo/hello/${pull.number}`,
    });
    expect(costOf(github)).toEqual({ reads: 1, writes: 1 });
    expect(pull.comments).toEqual([]);

    github.resetCalls();
    pull.comment(alice, "recheck");
    await stage.settled();
    expect(costOf(github)).toEqual({ reads: 1, writes: 0 });
    expect(github.violations).toEqual([]);
  });

  it("a red one costs one read and two writes, and costs two more when everybody has signed", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(costOf(github)).toEqual({ reads: 1, writes: 2 });
    github.resetCalls();
    await sign(stage, alice);
    expect(stateOf(pull)).toBe("success");
    expect(costOf(github)).toEqual({ reads: 1, writes: 2 });
    expect(github.violations).toEqual([]);
  });

  it("a burst of events about one pull request is no more than two checks", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    github.deliveries.hold();
    const pull = hello.openPull({ opener: alice });
    for (let push = 0; push < 20; push += 1) pull.push([{ author: alice }]);
    github.resetCalls();
    let arrived: Promise<void> = Promise.resolve();
    // No read is answered before the whole burst has arrived.
    github.onRequest(() => arrived);
    github.deliveries.release();
    arrived = github.deliveries.settled();
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const { reads, writes } = costOf(github);
    expect(reads).toBeLessThanOrEqual(2);
    expect(writes).toBe(1);
  });

  it("a changed agreement costs one read for each 40 pull requests that it does not change", async () => {
    const stage = await stageForTest();
    const { github, bot } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    const first = hello.openPull({ opener: alice });
    await stage.settled();
    github.loseDeliveries = "without a trace";
    const [status] = hello.statusesOf(first.head.sha);
    if (status === undefined) throw new Error("the first pull request was not judged");
    for (let number = 2; number <= 80; number += 1) {
      const { head } = hello.openPull({ opener: alice });
      const targetUrl = status.targetUrl?.replace(/\d+$/, String(number)) ?? null;
      hello.addStatus({ ...status, sha: head.sha, targetUrl });
    }
    const task = { kind: "repository", host: "github", repository: hello.id } as const;
    await bot.engine.queue.mark([{ task, route: null }]);
    await stage.settled();
    github.resetCalls();
    const { configuration } = await readSettings(stage.variables, false);
    const [agreement] = configuration.agreements;
    if (agreement === undefined) throw new Error("the stage has an agreement");
    expect(await bot.engine.agreements.enforce({ ...agreement, accepts: ["1.0", "0.9"] })).toBe(80);
    await stage.settled();
    expect(costOf(github)).toEqual({ reads: 2, writes: 0 });
  });

  it("an event that changes no verdict costs nothing", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    github.resetCalls();
    pull.edit({ title: "Another title" });
    pull.addLabel("bug");
    pull.comment(alice, "Thank you!");
    await stage.settled();
    expect(costOf(github)).toEqual({ reads: 0, writes: 0 });
  });
});
