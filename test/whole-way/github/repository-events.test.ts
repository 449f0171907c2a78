import { describe, expect, it } from "vitest";
import { anHourOn, checkOf, recheck, scene, sign, stateOf, statusOf } from "./scene.ts";

describe("a repository", () => {
  it("that is renamed keeps its pull requests: they are known by its number", async () => {
    const { stage, github, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    hello.rename("renamed");
    await stage.settled();
    expect(statusOf(pull)?.url).toContain("/octo/renamed/");
    github.loseDeliveries = "without a trace";
    await sign(stage, bob);
    expect(stateOf(pull)).toBe("success");
    expect(await stage.bot.engine.pulls.count()).toEqual([
      { host: "github", agreement: "icla", verdict: "signed", pulls: 1 },
    ]);
    expect((await checkOf(stage, pull)).verdict).toBe("signed");
    expect(github.violations).toEqual([]);
  });

  it("that is transferred to another covered owner continues under that one's installation", async () => {
    const configuration = `agreements:
  - id: icla
    title: Individual Contributor License Agreement
    version: "1.0"
    document: cla/icla-1.0.md
    repositories: ["github:octo/*", "github:squid/*"]
instance: {name: Example, url: https://example.com, contact: privacy@example.com}
`;
    const { stage, github, hello, bob } = await scene(null, { configuration });
    const squid = github.organization({ login: "squid" });
    github.install({ account: squid });
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    hello.transfer(squid);
    await stage.settled();
    expect(statusOf(pull)?.url).toContain("/squid/hello/");
    await sign(stage, bob);
    expect(stateOf(pull)).toBe("success");
  });

  it("that is transferred to where no agreement covers it has an error in the place of its green", async () => {
    const { stage, github, hello, alice } = await scene();
    const squid = github.organization({ login: "squid" });
    github.install({ account: squid });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    hello.transfer(squid);
    await stage.settled();
    expect(statusOf(pull)).toMatchObject({ state: "error", line: "no agreement covers this repository" });
  });

  it("that is deleted is forgotten, and nothing more is tried", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    hello.openPull({ opener: bob });
    hello.openPull({ opener: alice });
    await stage.settled();
    hello.delete();
    await stage.settled();
    await anHourOn(stage);
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
    github.resetCalls();
    await sign(stage, bob);
    expect(github.calls()).toMatchObject({ reads: 0, writes: 0 });
  });

  it("that is gone without a word is forgotten at the next check", async () => {
    const { stage, github, hello, bob } = await scene();
    hello.openPull({ opener: bob });
    await stage.settled();
    github.loseDeliveries = "without a trace";
    hello.delete();
    await sign(stage, bob);
    expect(await stage.bot.engine.pulls.count()).toHaveLength(1);
    await anHourOn(stage);
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });
});

describe("a pull request", () => {
  it("with another title or text costs nothing, and closed, reopened and merged ends as it should", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    github.resetCalls();
    pull.edit({ title: "Another", body: "Other words" });
    await stage.settled();
    expect(github.calls()).toMatchObject({ reads: 0, writes: 0 });
    pull.close();
    await stage.settled();
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    pull.push([{ author: bob }]);
    pull.reopen();
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    await sign(stage, bob);
    await recheck(stage, pull);
    pull.merge();
    await stage.settled();
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    expect(stateOf(pull)).toBe("success");
  });
});
