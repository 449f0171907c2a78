import { describe, expect, it } from "vitest";
import type { Pull } from "../../playground/github/state/model.ts";
import { work } from "../../src/check/work.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { checkScene } from "./reconcile-scene.ts";

const stateOf = ({ repository, head }: Pull) =>
  repository.statusesOf(head.sha).find(({ context }) => context === "license/cla")?.state;

describe("a check during which a signature comes or goes", () => {
  it("is not green for what was revoked before anything told whom the pull request is of", async () => {
    const { github, repository, afterCovered, check, sign, revoke } = await checkScene();
    const alice = github.user({ login: "alice" });
    await sign(alice);
    const pull = repository.openPull({ opener: alice });
    afterCovered.push(async () => void (await revoke(alice)));
    await check(pull);
    expect(stateOf(pull)).toBe("failure");
  });

  it("is green for what was signed before anything told whom the pull request is of", async () => {
    const { github, repository, afterCovered, check, sign } = await checkScene();
    const alice = github.user({ login: "alice" });
    const pull = repository.openPull({ opener: alice });
    afterCovered.push(async () => void (await sign(alice)));
    await check(pull);
    expect(stateOf(pull)).toBe("success");
  });

  it("counts the new people of a new head, too", async () => {
    const { github, repository, afterCovered, check, sign, revoke } = await checkScene();
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    await sign(alice);
    await sign(bob);
    const pull = repository.openPull({ opener: alice });
    await check(pull);
    pull.push([{ author: bob }]);
    afterCovered.push(async () => void (await revoke(bob)));
    await check(pull);
    expect(stateOf(pull)).toBe("failure");
  });
});

describe("a check of a host that does not show yet what a delivery said", () => {
  it("makes nothing green before the host shows it, says so after a minute, and believes the host after hours", async () => {
    const { github, repository, engine, work: world, sign } = await checkScene();
    const alice = github.user({ login: "alice" });
    await sign(alice);
    const pull = repository.openPull({ opener: alice });
    const task = pullTask(refOf(pull));
    await engine.queue.mark([{ task, route: routeOf(github, repository), told: "another head" }]);
    const taken = await takeOne(engine);
    expect(await work(world, taken)).toMatchObject({ kind: "retry", failure: { code: "host-behind" } });
    expect(stateOf(pull)).toBeUndefined();
    expect(await engine.pulls.find(refOf(pull))).toBeNull();
    await engine.queue.mark([{ task, route: null }]);
    const late = { ...(await takeOne(engine)), attempts: 5 };
    expect(await work(world, late)).toMatchObject({ kind: "retry", failure: { code: "host-behind" } });
    expect(repository.statusesOf(pull.head.sha)[0]).toMatchObject({
      state: "error",
      description: expect.stringContaining("does not show the newest change yet"),
    });
    await engine.queue.mark([{ task, route: null }]);
    expect(await work(world, { ...(await takeOne(engine)), attempts: 20 })).toMatchObject({ kind: "done" });
    expect(stateOf(pull)).toBe("success");
  });

  it("leaves no green label for longer than some seconds: a label stays when the head changes", async () => {
    const { github, repository, engine, work: world, sign } = await checkScene();
    repository.writeFile(".github/cla.yml", "labels: {signed: cla/yes, unsigned: cla/no}\n");
    const alice = github.user({ login: "alice" });
    await sign(alice);
    const pull = repository.openPull({ opener: alice });
    const mark = { task: pullTask(refOf(pull)), route: routeOf(github, repository) };
    await engine.queue.mark([mark]);
    await work(world, await takeOne(engine));
    const labels = (): string[] => [...pull.labels.keys()];
    expect(labels()).toEqual(["cla/yes"]);
    await engine.queue.mark([{ ...mark, told: "another head" }]);
    for (const [attempts, shown] of [
      [1, ["cla/yes"]],
      [2, ["cla/no"]],
    ] as const) {
      const taken = { ...(await takeOne(engine)), attempts };
      expect(await work(world, taken)).toMatchObject({ failure: { code: "host-behind" } });
      expect(labels()).toEqual(shown);
      await engine.queue.mark([mark]);
    }
  });

  it("waits for no state from before the pull request's last change", async () => {
    const { github, repository, engine, work: world, sign } = await checkScene();
    const alice = github.user({ login: "alice" });
    await sign(alice);
    const pull = repository.openPull({ opener: alice });
    const route = routeOf(github, repository);
    const toldAt = pull.updatedAt.getTime() - 1000;
    const mark = { task: pullTask(refOf(pull)), route, told: "an older head", toldAt };
    const states: unknown[] = [];
    // After the first look, the bot's own answer may be the last change.
    for (const [attempts, kind] of [
      [1, "retry"],
      [0, "done"],
      [11, "retry"],
      [12, "done"],
    ] as const) {
      await engine.queue.mark([mark]);
      const done = await work(world, { ...(await takeOne(engine)), attempts });
      expect(done, `after ${attempts} tries`).toMatchObject({ kind });
      states.push(stateOf(pull));
    }
    expect(states).toEqual([undefined, "success", "error", "success"]);
  });
});

describe("a check while another one of the same head ends", () => {
  it("leaves no green that it wrote late, though its later answer was there when it began", async () => {
    const scene = await checkScene();
    const { github, repository, afterSharing, check, checkBeside, sign, revoke } = scene;
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    repository.addCollaborator(alice).addCollaborator(bob);
    repository.push([{ author: alice }], { branch: "topic", by: alice });
    repository.push([], { branch: "release" });
    await sign(alice);
    const at = repository.tip("topic");
    const red = repository.openPull({ opener: bob, base: "release", branch: "topic", from: repository, at });
    await checkBeside(red);
    const green = repository.openPull({ opener: alice, base: "main", branch: "topic", from: repository, at });
    await checkBeside(green);
    expect(stateOf(green)).toBe("failure");
    await sign(bob);
    await checkBeside(red);
    await revoke(bob);
    afterSharing.push(async () => {
      // The other one is green in the database when it is read, but no longer when green is written.
      await checkBeside(red);
    });
    repository.addStatus({
      ...repository.statusesOf(green.head.sha)[0],
      sha: green.head.sha,
      context: "license/cla",
      state: "failure",
      description: "CLA icla 1.0: 1 of 1 account; another pull request with this head has not passed",
      targetUrl: `https://cla.example.com/pulls/github/octo/spoon/${green.number}`,
      creator: github.world.bot,
    });
    await check(green);
    expect(stateOf(green)).toBe("failure");
  });

  it.each([
    ["status", "nobody", 0],
    ["status", "one of two people", 1],
    ["check", "nobody", 0],
    ["check", "one of two people", 1],
  ])("writes nothing more with report: %s where %s has signed", async (kind, _, signed) => {
    const { github, repository, checkBeside, sign } = await checkScene();
    const people = [github.user({ login: "alice" }), github.user({ login: "bob" })] as const;
    for (const person of people) repository.addCollaborator(person);
    repository.writeFile(".github/cla.yml", `report: ${kind}\n`);
    repository.push([{ author: people[0] }], { branch: "topic", by: people[0] });
    repository.push([], { branch: "release" });
    const at = repository.tip("topic");
    const first = repository.openPull({
      opener: people[0],
      base: "main",
      branch: "topic",
      from: repository,
      at,
    });
    const second = repository.openPull({
      opener: people[1],
      base: "release",
      branch: "topic",
      from: repository,
      at,
    });
    if (signed === 1) await sign(people[0]);
    for (const pull of [first, second, first, second]) await checkBeside(pull);
    github.resetCalls();
    for (const pull of [first, second, second, first]) await checkBeside(pull);
    expect(github.calls().writes).toBe(0);
    const shown =
      kind === "status"
        ? repository.statusesOf(at.sha).map(({ state, targetUrl }) => [state, targetUrl])[0]
        : repository.checkRunsOf(at.sha).map(({ fields }) => [fields.conclusion, fields.detailsUrl])[0];
    const winner = signed === 1 ? first.number : `(${first.number}|${second.number})`;
    expect(shown).toEqual([
      kind === "status" ? "failure" : "action_required",
      expect.stringMatching(new RegExp(`/${winner}$`)),
    ]);
  });

  it("writes its comment once", async () => {
    const { github, repository, afterSharing, check, checkBeside, sign } = await checkScene();
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    repository.addCollaborator(alice).addCollaborator(bob);
    repository.push([{ author: alice }], { branch: "topic", by: alice });
    repository.push([], { branch: "release" });
    await sign(alice);
    const at = repository.tip("topic");
    const red = repository.openPull({ opener: bob, base: "release", branch: "topic", from: repository, at });
    const green = repository.openPull({ opener: alice, base: "main", branch: "topic", from: repository, at });
    afterSharing.push(async () => void (await checkBeside(green)));
    await check(red);
    afterSharing.push(async () => {
      await sign(bob);
      await checkBeside(red);
    });
    await check(green);
    expect(stateOf(green)).toBe("success");
    for (const { comments } of [red, green]) expect(comments.length).toBeLessThan(2);
    expect(github.violations).toEqual([]);
  });
});

describe("an exemption by size", () => {
  it("is by the size of the head that is judged, not of one pushed for a moment", async () => {
    const { github, repository, check } = await checkScene();
    repository.writeFile(".github/cla.yml", "exempt: {lines: 3}\n");
    const bob = github.user({ login: "bob" });
    const large = { author: bob, files: { "large.txt": "line\n".repeat(100) } };
    const pull = repository.openPull({ opener: bob, commits: [large] });
    const judged = pull.head.sha;
    let moved = false;
    github.onRequest((call) => {
      if (!call.route.endsWith("/files") || moved) return;
      moved = true;
      pull.forcePush([{ author: bob, files: { "small.txt": "line\n" } }]);
    });
    await expect(check(pull)).rejects.toMatchObject({ code: "head-moving" });
    expect(moved).toBe(true);
    expect(repository.statusesOf(judged)).toMatchObject([{ state: "failure" }]);
    await check(pull);
    expect(stateOf(pull)).toBe("success");
  });
});
