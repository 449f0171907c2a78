import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { commentsOf, run, sign, signatureOf, stageForTest, stateOf, statusOf } from "./scene.ts";

/** Alice has signed, Bob has not; both open a pull request of the same commit. */
async function scene() {
  const stage = await stageForTest();
  const { github } = stage;
  const alice = github.user({ login: "alice" });
  const bob = github.user({ login: "bob" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  await sign(stage, alice);
  hello.addCollaborator(alice).addCollaborator(bob);
  hello.push([{ author: alice }], { branch: "topic", by: alice });
  const at = hello.tip("topic");
  const openedBy = (opener: typeof alice, base: string) =>
    hello.openPull({ opener, base, branch: "topic", from: hello, at });
  hello.push([], { branch: "release" });
  return { stage, github, alice, bob, hello, openedBy };
}

describe("two pull requests with one head", () => {
  it("are green only when both are in order: the green one comes first", async () => {
    const { stage, alice, bob, openedBy } = await scene();
    const green = openedBy(alice, "main");
    await stage.settled();
    expect(stateOf(green)).toBe("success");
    const red = openedBy(bob, "release");
    await stage.settled();
    expect(stateOf(red)).toBe("failure");
    green.comment(alice, "recheck");
    await stage.settled();
    expect(statusOf(green)?.state).toBe("failure");
    await sign(stage, bob);
    expect(stateOf(green)).toBe("success");
  });

  it("are green only when both are in order: the red one comes first, and closing it makes the other green", async () => {
    const { stage, alice, bob, openedBy } = await scene();
    const red = openedBy(bob, "release");
    await stage.settled();
    const green = openedBy(alice, "main");
    await stage.settled();
    expect(statusOf(green)).toMatchObject({
      state: "failure",
      line: expect.stringContaining("another") as string,
    });
    red.close();
    await stage.settled();
    expect(stateOf(green)).toBe("success");
    red.reopen();
    await stage.settled();
    expect(stateOf(green)).toBe("failure");
  });

  it("are green only when both are in order, whichever check of two at once ends last", async () => {
    const { stage, github, alice, bob, openedBy } = await scene();
    const green = openedBy(alice, "main");
    const red = openedBy(bob, "release");
    await stage.settled();
    expect(stateOf(green)).toBe("failure");
    for (let round = 0; round < 8; round += 1) {
      github.deliveries.hold();
      green.comment(alice, "recheck");
      red.comment(bob, "recheck");
      if (round % 2 === 1) await stage.bot.engine.signatures.revoke([accountOf("github", bob.id)], "icla");
      else
        await stage.bot.engine.signatures.sign([[{ ...signatureOf(bob), signedAt: Date.now() }]], {
          evidence: "import",
        });
      github.faults.latency = round * 7;
      github.deliveries.release((held) => (round % 3 === 0 ? held.toReversed() : held));
      await stage.settled();
      expect(stateOf(green), `round ${round}`).toBe(round % 2 === 1 ? "failure" : "success");
    }
    expect(github.violations).toEqual([]);
  });
});

describe("what is shown on a pull request is corrected at the next check", () => {
  it("when its head moves while it is read: the verdict is about the new one", async () => {
    const { stage, github, alice, bob, hello } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: alice }] });
    const before = pull.head.sha;
    let moved = false;
    github.onRequest((call) => {
      if (call.kind !== "graphql" || moved) return;
      moved = true;
      pull.forcePush([{ author: bob }]);
    });
    await stage.settled();
    expect(moved).toBe(true);
    expect(stateOf(pull)).toBe("failure");
    expect(hello.statusesOf(before)).toEqual([]);
  });

  it("when its head moves between the reading and the writing: no green stands on what was not judged", async () => {
    const { stage, github, alice, bob, hello } = await scene();
    const pull = hello.openPull({ opener: alice });
    let moved = false;
    github.onRequest((call) => {
      if (!call.route.includes("/statuses/") || moved) return;
      moved = true;
      pull.push([{ author: bob }]);
    });
    await stage.settled();
    expect(moved).toBe(true);
    expect(stateOf(pull)).toBe("failure");
  });

  it("when somebody else set the status to success, or took it away", async () => {
    const { stage, bob, hello } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    for (const creator of [bob, stage.github.world.bot]) {
      hello.addStatus({
        sha: pull.head.sha,
        context: "license/cla",
        state: "success",
        description: "CLA icla 1.0: 1 of 1 account",
        targetUrl: null,
        creator,
      });
      expect(stateOf(pull)).toBe("success");
      expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
      expect(stateOf(pull)).toBe("failure");
    }
  });

  it("when its comment was edited, and written again when it was removed", async () => {
    const { stage, bob, hello } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const [text] = commentsOf(pull);
    pull.comments.find(({ viaApp }) => viaApp)?.edit("Everything is fine!", hello.owner);
    pull.comment(bob, "recheck");
    await stage.settled();
    expect(commentsOf(pull)).toEqual([text]);
    pull.comments.find(({ viaApp }) => viaApp)?.delete(hello.owner);
    expect(commentsOf(pull)).toEqual([]);
    pull.comment(bob, "recheck");
    await stage.settled();
    expect(commentsOf(pull)).toEqual([text]);
  });

  it("and the comment that somebody wrote in the bot's words stays theirs", async () => {
    const { stage, bob, hello } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const [text = ""] = commentsOf(pull);
    pull.comments.find(({ viaApp }) => viaApp)?.delete(hello.owner);
    const copy = pull.comment(bob, text);
    pull.comment(bob, "recheck");
    await stage.settled();
    expect(copy.body).toBe(text);
    await sign(stage, bob);
    expect(copy.body).toBe(text);
    expect(commentsOf(pull)).toHaveLength(1);
    expect(commentsOf(pull)[0]).not.toBe(text);
  });

  it("when its labels were changed: exactly one of the two is set", async () => {
    const { stage, alice, bob, hello } = await scene();
    hello.writeFile(".github/cla.yml", "labels: {signed: cla/yes, unsigned: cla/no}\n");
    const red = hello.openPull({ opener: bob });
    const green = hello.openPull({ opener: alice });
    await stage.settled();
    const labelsOf = () => [red, green].map(({ labels }) => [...labels.keys()]);
    expect(labelsOf()).toEqual([["cla/no"], ["cla/yes"]]);
    red.addLabel("cla/yes", bob);
    green.removeLabel("cla/yes", bob);
    green.addLabel("bug", bob);
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    expect(labelsOf()).toEqual([["cla/no"], ["bug", "cla/yes"]]);
    await sign(stage, bob);
    expect(labelsOf()).toEqual([["cla/yes"], ["bug", "cla/yes"]]);
    expect(stage.github.violations).toEqual([]);
  });

  it("on Gitee as well: labels and the comment", async () => {
    const { stage } = await scene();
    const mei = stage.gitee.user({ login: "mei" });
    const nihao = stage.gitee.repository({ owner: "octo", name: "nihao" });
    const pull = nihao.openPull({ opener: mei });
    await stage.settled();
    expect(pull.labels).toEqual(["cla/no"]);
    const text = pull.comments[0]?.body;
    pull.addLabel("cla/yes", mei).addLabel("bug", mei);
    pull.comment(mei, "/check-cla");
    await stage.settled();
    expect(pull.labels.toSorted()).toEqual(["bug", "cla/no"]);
    expect(pull.comments[0]?.body).toBe(text);
    expect(stage.gitee.violations).toEqual([]);
  });
});
