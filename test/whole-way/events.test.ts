import { describe, expect, it } from "vitest";
import type { Stage } from "../../playground/stage.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import { commentsOf, costOf, sign, stageForTest, stateOf } from "./scene.ts";

/** Alice has signed, Bob has not. */
async function scene() {
  const stage = await stageForTest();
  const { github } = stage;
  const alice = github.user({ login: "alice" });
  const bob = github.user({ login: "bob" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  await sign(stage, alice);
  return { stage, github, alice, bob, hello };
}

/** Somebody takes the bot's word away; a check puts it back. */
function forge(pull: Pull): void {
  const { repository, head } = pull;
  repository.addStatus({
    sha: head.sha,
    context: "license/cla",
    state: "pending",
    description: "forged",
    targetUrl: null,
    creator: repository.owner,
  });
}

function recordOf({ bot }: Stage, pull: Pull) {
  return bot.engine.pulls.find({ host: "github", repository: pull.repository.id, number: pull.number });
}

describe("a pull request on GitHub is checked", () => {
  it.each(["recheck", "/check-cla", "/recheck", "> quoted\n\nRecheck"])(
    "when a comment says %j",
    async (text) => {
      const { stage, alice, bob, hello } = await scene();
      const pull = hello.openPull({ opener: alice });
      await stage.settled();
      forge(pull);
      pull.comment(bob, text);
      await stage.settled();
      expect(stateOf(pull)).toBe("success");
    },
  );

  it("when somebody pushes: the new head is judged, and no old green stands on it", async () => {
    const { stage, alice, bob, hello } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const green = pull.head.sha;
    pull.push([{ author: bob }]);
    expect(stateOf(pull)).toBeNull();
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(hello.statusesOf(green)[0]?.state).toBe("success");
    expect(commentsOf(pull)).toHaveLength(1);
    pull.forcePush([{ author: alice }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect(commentsOf(pull)).toHaveLength(1);
  });

  it("when its base changes: other commits are then its own", async () => {
    const { stage, alice, bob, hello } = await scene();
    hello.push([{ author: bob }], { branch: "release", by: bob });
    const tip = hello.tip("release");
    const pull = hello.openPull({ opener: alice, base: "release", branch: "topic", at: tip, from: hello });
    pull.push([{ author: alice }]);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    pull.edit({ base: "main" });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    pull.edit({ base: "release" });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
  });

  it("when a draft becomes ready, and as a draft already", async () => {
    const { stage, alice, hello } = await scene();
    const pull = hello.openPull({ opener: alice, draft: true });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    forge(pull);
    pull.setDraft(false);
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
  });

  it("when it is reopened, with what was pushed meanwhile", async () => {
    const { stage, alice, bob, hello } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    pull.close();
    await stage.settled();
    pull.push([{ author: bob }]);
    await stage.settled();
    pull.reopen();
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect((await recordOf(stage, pull))?.verdict).toBe("unsigned");
  });

  it("no more when it is closed or merged: its buckets go, and a signature has nothing to wake", async () => {
    const { stage, github, alice, bob, hello } = await scene();
    const closed = hello.openPull({ opener: bob });
    const merged = hello.openPull({ opener: alice, commits: [{ author: bob }] });
    await stage.settled();
    expect((await recordOf(stage, closed))?.buckets).toEqual([bob.id % 256]);
    expect((await recordOf(stage, merged))?.buckets).toHaveLength(2);
    closed.close();
    merged.merge();
    await stage.settled();
    expect(await recordOf(stage, closed)).toBeNull();
    expect(await recordOf(stage, merged)).toBeNull();
    github.resetCalls();
    await sign(stage, bob);
    expect(costOf(github)).toEqual({ reads: 0, writes: 0 });
    expect([closed, merged].map(stateOf)).toEqual(["failure", "failure"]);
  });

  it("when its repository's policy file changes on the default branch, and not when another branch's does", async () => {
    const { stage, github, alice, bob, hello } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [bob] }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    github.resetCalls();
    hello.writeFile(".github/cla.yml", "require: {coauthors: ignore}\n", { branch: "other" });
    await stage.settled();
    expect(costOf(github)).toEqual({ reads: 0, writes: 0 });
    hello.writeFile(".github/cla.yml", "require: {coauthors: ignore}\n");
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    hello.writeFile(".github/cla.yml", "require: {coauthors: sometimes}\n");
    await stage.settled();
    expect(stateOf(pull)).toBe("error");
    hello.writeFile(".github/cla.yml", null);
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });
});
