import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SimulatedGitHub } from "../../playground/github/simulated-github.ts";
import { costOf, csvOf, run, stageForTest, stateOf } from "./scene.ts";

describe("an import while the bot serves", () => {
  it("re-checks the open pull requests that it may have changed and no other, without a webhook", async () => {
    const stage = await stageForTest();
    const { github, variables } = stage;
    const alice = github.user({ login: "alice" });
    const bob = github.user({ login: "bob" });
    const carol = github.user({ login: "carol" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const byAlice = hello.openPull({ opener: alice });
    const byBob = hello.openPull({ opener: bob });
    const byBoth = hello.openPull({ opener: bob, commits: [{ author: alice }] });
    const byCarol = hello.openPull({ opener: carol });
    const closed = hello.openPull({ opener: alice });
    closed.close();
    await stage.settled();
    const all = [byAlice, byBob, byBoth, byCarol];
    expect(all.map(stateOf)).toEqual(["failure", "failure", "failure", "failure"]);

    github.loseDeliveries = "without a trace";
    github.resetCalls();
    const checked = checksOf(github);
    const file = join(stage.folder, "signed.csv");
    await writeFile(file, csvOf([alice]));
    const imported = await run(variables, ["import", file]);
    expect(imported).toMatchObject({ code: 0 });
    await stage.settled();
    expect(all.map(stateOf)).toEqual(["success", "failure", "failure", "failure"]);
    expect(checked()).toBe(2);

    github.resetCalls();
    expect(await run(variables, ["import", file])).toMatchObject({ code: 0 });
    await stage.settled();
    expect(checked()).toBe(0);

    await writeFile(file, csvOf([bob]));
    expect(await run(variables, ["import", file])).toMatchObject({ code: 0 });
    await stage.settled();
    expect(all.map(stateOf)).toEqual(["success", "success", "success", "failure"]);
    expect(github.violations).toEqual([]);
  });

  it("and a revocation turns red what was green by it, and nothing else", async () => {
    const stage = await stageForTest();
    const { github, variables } = stage;
    const alice = github.user({ login: "alice" });
    const bob = github.user({ login: "bob" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const file = join(stage.folder, "signed.csv");
    await writeFile(file, csvOf([alice, bob]));
    await run(variables, ["import", file]);
    const byAlice = hello.openPull({ opener: alice });
    const byBob = hello.openPull({ opener: bob });
    await stage.settled();
    expect([byAlice, byBob].map(stateOf)).toEqual(["success", "success"]);

    github.loseDeliveries = "without a trace";
    github.resetCalls();
    expect(await run(variables, ["revoke", `github:${alice.id}`, "--agreement", "icla"])).toMatchObject({
      code: 0,
    });
    await stage.settled();
    expect([byAlice, byBob].map(stateOf)).toEqual(["failure", "success"]);
    expect(checksOf(github)()).toBe(1);
  });

  it("that is refused changes nothing and re-checks nothing", async () => {
    const stage = await stageForTest();
    const { github, variables } = stage;
    const alice = github.user({ login: "alice" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    github.resetCalls();
    const file = join(stage.folder, "signed.csv");
    await writeFile(file, `${csvOf([alice])}github,not-a-number,icla,1.0,2025-03-01\n`);
    const refused = await run(variables, ["import", file]);
    expect(refused.code).toBe(1);
    expect(refused.stderr).toContain(`${file}:3: `);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(costOf(github)).toEqual({ reads: 0, writes: 0 });
  });
});

/** How many pull requests the bot has read. */
function checksOf(github: SimulatedGitHub): () => number {
  return () => costOf(github).reads;
}
