import { describe, expect, it } from "vitest";
import type { MergeGroup, Repository } from "../../../playground/github/state/model.ts";
import { commentsOf, scene, sign, stateOf, stranger } from "./scene.ts";

const METHODS = ["squash", "merge", "rebase"] as const;

function groupState({ head, repository }: MergeGroup): string | null {
  return repository.statusesOf(head.sha).find(({ context }) => context === "license/cla")?.state ?? null;
}

function lineOf({ head, repository }: MergeGroup): string | null {
  return repository.statusesOf(head.sha)[0]?.description ?? null;
}

/** Pull requests that touch files of their own, so that a queue can put them together. */
function pullsBy(hello: Repository, ...openers: Parameters<Repository["openPull"]>[0]["opener"][]) {
  return openers.map((opener, index) =>
    hello.openPull({ opener, commits: [{ author: opener, files: { [`src/${index}.txt`]: `${index}\n` } }] }),
  );
}

describe.each(METHODS)("a merge queue that builds by %s", (method) => {
  it("has a green head for several pull requests in order", async () => {
    const { stage, github, hello, alice, bob, carol } = await scene();
    await sign(stage, bob, carol);
    const group = hello.enqueue(pullsBy(hello, alice, bob, carol), method);
    await stage.settled();
    expect(groupState(group)).toBe("success");
    expect(lineOf(group)).toBe("CLA icla 1.0: 3 of 3 accounts");
    group.merge();
    await stage.settled();
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  it("has a red head where one in the middle is not in order, and green ones before it", async () => {
    const { stage, hello, alice, bob } = await scene();
    const [first, second, third] = pullsBy(hello, alice, bob, alice);
    if (first === undefined || second === undefined || third === undefined) throw new Error("three");
    // As GitHub does it: each group holds one more and stands on the one before it.
    const groups = [first, second, third].map((pull) => hello.enqueue([pull], method));
    await stage.settled();
    expect(groups.map(groupState)).toEqual(["success", "failure", "success"]);
    groups.toReversed().forEach((group) => group.destroy());
    const together = hello.enqueue([first, second, third], method);
    await stage.settled();
    expect(groupState(together)).toBe("failure");
    expect(commentsOf(first)).toEqual([]);
  });

  it("counts each person as their pull request does: a co-author, an exempt bot, a waived commit, a small change", async () => {
    const { stage, github, hello, alice, bob, carol } = await scene("exempt: {lines: 1}\n");
    const dora = github.user({ login: "dora" });
    const dependabot = github.user({ login: "dependabot[bot]", id: 49699333, type: "Bot" });
    hello.addCollaborator(dora, "maintain").addCollaborator(dependabot);
    await sign(stage, carol);
    const many = (name: string) => ({ [`src/${name}.txt`]: "1\n2\n3\n4\n" });
    const pulls = [
      hello.openPull({ opener: alice, commits: [{ author: alice, coauthors: [carol], files: many("a") }] }),
      hello.openPull({ opener: dependabot, commits: [{ author: dependabot, files: many("b") }] }),
      hello.openPull({ opener: alice, commits: [{ author: stranger(), files: many("c") }] }),
      hello.openPull({ opener: bob, commits: [{ author: bob, files: { "src/d.txt": "1\n" } }] }),
    ];
    await stage.settled();
    pulls[2]?.comment(dora, `/cla waive ${pulls[2].head.sha} known to us`);
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual(["success", "success", "success", "success"]);
    const group = hello.enqueue(pulls.toReversed(), method);
    await stage.settled();
    expect(groupState(group)).toBe("success");
    group.destroy();
    const again = hello.enqueue(pulls.slice(1), method);
    await stage.settled();
    expect(groupState(again)).toBe("success");
  });

  it("is green where committers count, though the queue is the committer of what it built", async () => {
    const { stage, hello, alice } = await scene("require: {committers: require}\n");
    const group = hello.enqueue(pullsBy(hello, alice), method);
    await stage.settled();
    expect(groupState(group)).toBe("success");
  });

  it("asks for a check run where the policy reports by check runs", async () => {
    const { stage, hello, alice, bob } = await scene("report: check\n");
    const green = hello.enqueue(pullsBy(hello, alice), method);
    const red = hello.enqueue(pullsBy(hello, bob), method);
    await stage.settled();
    const conclusions = [green, red].map(({ head }) => hello.checkRunsOf(head.sha)[0]?.fields.conclusion);
    expect(conclusions).toEqual(["success", "action_required"]);
  });

  it("has an error on its head while the policy file is broken", async () => {
    const { stage, hello, alice } = await scene("report: sometimes\n");
    const group = hello.enqueue(pullsBy(hello, alice), method);
    await stage.settled();
    expect(groupState(group)).toBe("error");
    expect(lineOf(group)).toContain(".github/cla.yml:1");
  });

  it("fails closed while GitHub tells only a part, and is tried again until it is right", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    await sign(stage, bob);
    const pulls = pullsBy(hello, alice, bob);
    await stage.settled();
    for (const field of ["MergeQueue.entries", "Commit.authors", "PullRequest.commits"])
      github.fail({ kind: "graphql field", field }, { times: 1 });
    const group = hello.enqueue(pulls, method);
    await github.deliveries.settled();
    github.loseDeliveries = "without a trace";
    await expect.poll(() => groupState(group)).toBe("success");
    expect(hello.statusesOf(group.head.sha).filter(({ state }) => state === "success")).toHaveLength(1);
    await stage.settled();
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });
});

describe("a merge queue's head", () => {
  it("with a commit smuggled in is not green, whatever author the commit names", async () => {
    const { stage, github, hello, alice } = await scene();
    const [pull] = pullsBy(hello, alice);
    if (pull === undefined) throw new Error("one");
    await stage.settled();
    const claims = { name: "dependabot[bot]", email: "49699333+dependabot[bot]@users.noreply.127.0.0.1" };
    for (const author of [claims, stranger("GitHub", "noreply@127.0.0.1"), github.world.webFlow]) {
      // The queue's own entry ends at a head below which a commit stands that no pull request holds.
      const smuggled = hello.commit({ author, files: { "src/evil.txt": "evil\n" } }, hello.head);
      const tip = hello.tip("main");
      hello.branches.set("main", smuggled);
      github.loseDeliveries = "without a trace";
      const group = hello.enqueue([pull], "squash");
      hello.branches.set("main", tip);
      Object.assign(group, { baseCommit: tip });
      github.loseDeliveries = false;
      github.world.announce({ name: "merge_group", action: "checks_requested", group, sender: alice });
      await stage.settled();
      expect(groupState(group)).not.toBe("success");
      expect(groupState(group)).toBe("failure");
      group.destroy();
    }
  });

  it("with a commit smuggled in that says the same as a pull request's, and does something else, is not green", async () => {
    const { stage, github, hello, bob } = await scene("exempt: {lines: 1}\n");
    const pull = hello.openPull({
      opener: bob,
      commits: [{ author: bob, message: "Small", files: { "src/a.txt": "1\n" } }],
    });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const honest = hello.enqueue([pull], "rebase");
    await stage.settled();
    expect(groupState(honest)).toBe("success");
    honest.destroy();
    const tip = hello.tip("main");
    const smuggled = hello.commit({ author: bob, message: "Small", files: { "src/a.txt": "2\n3\n" } }, tip);
    hello.branches.set("main", smuggled);
    const group = hello.enqueue([pull], "rebase");
    hello.branches.set("main", tip);
    Object.assign(group, { baseCommit: tip });
    github.world.announce({ name: "merge_group", action: "checks_requested", group, sender: bob });
    await stage.settled();
    expect(groupState(group)).toBe("failure");
  });

  it("that the queue has taken apart meanwhile leaves nothing to be tried", async () => {
    const { stage, github, hello, alice } = await scene();
    github.deliveries.hold();
    hello.enqueue(pullsBy(hello, alice), "squash").destroy();
    github.deliveries.release();
    await stage.settled();
    github.resetCalls();
    await stage.settled();
    expect(github.calls()).toMatchObject({ reads: 0, writes: 0 });
  });
});
