import { describe, expect, it } from "vitest";
import type { Stage } from "../../../playground/stage.ts";
import { anHourOn, recheck, run, scene, sign, stateOf } from "./scene.ts";

/** What an operator sees of tasks that do not succeed: in `stats`, and by number in the metrics. */
async function seenBy({
  bot,
  variables,
}: Stage): Promise<{ stats: string; parked: number; waiting: number }> {
  const { stdout } = await run(variables, ["stats"]);
  const metrics = await (await fetch(`${bot.url}/metrics`)).text();
  const of = (state: string): number =>
    Number(new RegExp(`countersign_queue_tasks\\{state="${state}"\\} (\\d+)`).exec(metrics)?.[1]);
  return { stats: stdout, parked: of("parked"), waiting: of("waiting") };
}

describe("the app is installed", () => {
  it("and the open pull requests of all its repositories are checked", async () => {
    const { stage, github, octo, hello, alice, bob } = await scene();
    github.installationFor(hello)?.delete();
    const pulls = [alice, bob].map((opener) => hello.openPull({ opener }));
    const other = github
      .repository({ owner: octo, name: "other", installed: false })
      .openPull({ opener: alice });
    await stage.settled();
    expect([...pulls, other].map(stateOf)).toEqual([null, null, null]);
    github.install({ account: octo, announce: true });
    await stage.settled();
    expect([...pulls, other].map(stateOf)).toEqual(["success", "failure", "success"]);
  });

  it("on some repositories, and those added later are swept; those taken out are left", async () => {
    const { stage, github, alice } = await scene();
    const mine = github.user({ login: "octo-labs" });
    const [one, two] = ["one", "two"].map((name) =>
      github.repository({ owner: mine, name, installed: false }),
    );
    if (one === undefined || two === undefined) throw new Error("two");
    github.install({ account: mine, repositories: [one], announce: true });
    await stage.settled();
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    const pull = two.openPull({ opener: alice });
    await stage.settled();
    expect(stateOf(pull)).toBeNull();
  });

  it("on one more repository, whose open pull requests are then checked", async () => {
    const { stage, github, octo, hello, alice, bob } = await scene();
    github.installationFor(hello)?.delete();
    const more = github.repository({ owner: octo, name: "more", installed: false });
    const installation = github.install({ account: octo, repositories: [hello], announce: true });
    const pulls = [alice, bob].map((opener) => more.openPull({ opener }));
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual([null, null]);
    installation.addRepositories([more]);
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual(["success", "failure"]);
    installation.removeRepositories([more]);
    await stage.settled();
    await sign(stage, bob);
    expect(pulls.map(stateOf)).toEqual(["success", "failure"]);
    await anHourOn(stage);
    const { stats } = await seenBy(stage);
    expect(stats).not.toMatch(/tr(?:y|ies);/);
  });

  it("is suspended: what is due then is parked with what to do, and is done when it is unsuspended", async () => {
    const { stage, github, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const installation = github.installationFor(hello);
    installation?.suspend();
    await stage.settled();
    const seen = await seenBy(stage);
    expect(seen.stats).toContain("the installation is suspended");
    expect(seen.stats).toContain("parked: unsuspend it in the account's settings");
    expect(seen.parked).toBeGreaterThan(0);
    github.resetCalls();
    await stage.settled();
    expect(github.calls()).toMatchObject({ reads: 0, writes: 0 });
    pull.push([{ author: alice }]);
    installation?.unsuspend();
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect((await seenBy(stage)).parked).toBe(0);
  });

  it("and lacks a permission: it says which, tries daily, and continues when it is accepted", async () => {
    const { stage, github, hello, alice } = await scene("report: check\n");
    const installation = github.installationFor(hello);
    if (installation === undefined) throw new Error("installed");
    const { checks: _, ...less } = installation.permissions;
    installation.permissions = less;
    github.tokens.expireAll();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const seen = await seenBy(stage);
    expect(seen.stats).toContain("permission-missing");
    expect(seen.stats).toContain("countersign doctor says which; grant and accept it at the host");
    expect(seen).toMatchObject({ waiting: 1, parked: 0 });
    const hoursLeft = async (): Promise<number> => {
      const [task] = await stage.bot.engine.queue.troubled(10);
      return ((task?.dueAt ?? 0) - Date.now()) / 3_600_000;
    };
    await expect.poll(hoursLeft).toBeGreaterThan(11);
    installation.acceptPermissions({ checks: "write" });
    await stage.settled();
    expect(hello.checkRunsOf(pull.head.sha)[0]?.fields.conclusion).toBe("success");
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });

  it("and is removed: what is known of its repositories goes", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    [alice, bob].forEach((opener) => hello.openPull({ opener }));
    await stage.settled();
    expect(await stage.bot.engine.pulls.count()).toHaveLength(2);
    github.installationFor(hello)?.delete();
    await stage.settled();
    await anHourOn(stage);
    expect(await stage.bot.engine.pulls.count()).toEqual([]);
    github.resetCalls();
    await sign(stage, bob);
    expect(github.calls()).toMatchObject({ reads: 0, writes: 0 });
    expect((await seenBy(stage)).stats).not.toMatch(/tr(?:y|ies);/);
  });
});

describe("a pull request", () => {
  it("whose conversation is locked has its verdict, and its comment once it is unlocked", async () => {
    const { stage, github, hello, bob } = await scene();
    github.deliveries.hold();
    const pull = hello.openPull({ opener: bob });
    pull.lock();
    github.deliveries.release();
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(pull.comments).toEqual([]);
    expect((await seenBy(stage)).stats).not.toMatch(/tr(?:y|ies);/);
    pull.unlock();
    await recheck(stage, pull);
    expect(pull.comments.filter(({ viaApp }) => viaApp)).toHaveLength(1);
  });

  it("of a repository that is archived shows in stats with what to do, and continues when it is no longer", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    hello.archive();
    await stage.settled();
    await stage.bot.engine.signatures.sign(
      [
        [
          {
            account: `github:${bob.id}` as never,
            agreement: "icla",
            version: "1.0",
            signedAt: 0,
            entity: null,
          },
        ],
      ],
      { evidence: "import" },
    );
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    const seen = await seenBy(stage);
    expect(seen.stats).toContain("parked: unarchive it");
    expect(seen.parked).toBe(1);
    github.resetCalls();
    await stage.settled();
    expect(github.calls()).toMatchObject({ reads: 0, writes: 0 });
    hello.unarchive();
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect((await seenBy(stage)).parked).toBe(0);
    expect(alice.deleted).toBe(false);
  });

  it("whose head repository is gone is judged as before", async () => {
    const { stage, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    pull.from.delete();
    await stage.settled();
    await sign(stage, bob);
    pull.comment(bob, "/check-cla");
    await stage.settled();
    expect(pull.headRepository).toBeNull();
    expect(stateOf(pull)).toBe("success");
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });
});
