import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { commentsOf, costOf, run, sign, stageForTest, statusOf } from "./scene.ts";

describe("a repository that no agreement covers", () => {
  it("is left alone: nothing is written there, on either host", async () => {
    const stage = await stageForTest();
    const { github, gitee } = stage;
    const alice = github.user({ login: "alice" });
    const other = github.repository({ owner: "elsewhere", name: "hello" });
    const pull = other.openPull({ opener: alice });
    pull.comment(alice, "/check-cla");
    const mei = gitee.user({ login: "mei" });
    const there = gitee.repository({ owner: "elsewhere", name: "nihao" }).openPull({ opener: mei });
    there.comment(mei, "/check-cla");
    await stage.settled();
    expect(costOf(github).writes).toBe(0);
    expect(gitee.calls().writes).toBe(0);
    expect(statusOf(pull)).toBeNull();
    expect(await stage.bot.engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
  });

  it("but was covered before has an error in the place of the bot's green", async () => {
    const stage = await stageForTest();
    const { github, gitee } = stage;
    const alice = github.user({ login: "alice" });
    const bob = github.user({ login: "bob" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    const green = hello.openPull({ opener: alice });
    const red = hello.openPull({ opener: bob });
    const mei = gitee.user({ login: "mei" });
    const nihao = gitee.repository({ owner: "octo", name: "nihao" });
    const chinese = nihao.openPull({ opener: mei });
    await stage.settled();
    expect([green, red].map((pull) => statusOf(pull)?.state)).toEqual(["success", "failure"]);

    const file = join(stage.folder, "countersign.yml");
    writeFileSync(file, readFileSync(file, "utf8").replaceAll(":octo/", ":others/"));
    await stage.restart();
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    await stage.settled();
    for (const pull of [green, red])
      expect(statusOf(pull)).toMatchObject({
        state: "error",
        line: "no agreement covers this repository",
      });
    expect(commentsOf(red)).toHaveLength(1);
    expect(commentsOf(red)[0]).toContain("No agreement covers this repository anymore");
    expect(chinese.labels).toEqual(["cla/no"]);

    github.resetCalls();
    gitee.resetCalls();
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    expect(costOf(github).writes).toBe(0);
    expect(gitee.calls().writes).toBe(0);
  });
});
