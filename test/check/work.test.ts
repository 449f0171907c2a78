import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { Failure } from "../../src/error.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import type { Task } from "../../src/ports/queue.ts";
import { markRepositories, sweep } from "../../src/check/sweep.ts";
import { retryAt, work } from "../../src/check/work.ts";
import { DAY, drain, takeOne } from "../ports/engine-scene.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { checkScene } from "./reconcile-scene.ts";

const HOUR = 3_600_000;
const MINUTE = 60_000;

const stateOf = ({ repository, head }: Pull) =>
  repository.statusesOf(head.sha).find(({ context }) => context === "license/cla")?.state ?? null;

async function scene() {
  const world = await checkScene();
  const { github, engine, host, repository } = world;
  const route = routeOf(github, repository);
  // A sweep comes from a mark, which brings the way to the repository.
  await engine.queue.mark([
    { task: { kind: "repository", host: "github", repository: repository.id }, route },
  ]);
  await engine.queue.done(await takeOne(engine), null);
  return {
    ...world,
    route,
    sweep: (changed = world.work) => sweep(changed, host, repository.id, route),
    mark: (task: Task) => engine.queue.mark([{ task, route }]),
    workOnce: async () => work(world.work, await takeOne(engine)),
    taskOf: (pull: Pull): Task => ({ kind: "pull", ...refOf(pull) }),
  };
}

describe("a sweep", () => {
  it("checks all the others, though one of them fails because of a bug", async () => {
    const { github, engine, repository, work, sweep, sign, taskOf } = await scene();
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    await sign(alice);
    const poisoned = repository.openPull({ opener: bob });
    const fine = repository.openPull({ opener: alice });
    const covered: typeof engine.signatures.covered = async (accounts, agreement) => {
      if (accounts.includes(accountOf("github", bob.id))) throw new TypeError("a bug");
      return engine.signatures.covered(accounts, agreement);
    };
    const signatures = { ...engine.signatures, covered };
    expect(await sweep({ ...work, engine: { ...work.engine, signatures } })).toBe(2);
    expect(stateOf(fine)).toBe("success");
    expect(await drain(engine)).toEqual([taskOf(poisoned)]);
  });

  it("finds that a pull request is closed though no event said so, and that it blocked another", async () => {
    const { github, engine, repository, sweep, sign, checkBeside, workOnce } = await scene();
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    repository.addCollaborator(alice).addCollaborator(bob);
    repository.push([{ author: alice }], { branch: "topic", by: alice });
    repository.push([], { branch: "release" });
    await sign(alice);
    const at = { branch: "topic", from: repository, at: repository.tip("topic") };
    const red = repository.openPull({ opener: bob, base: "release", ...at });
    const green = repository.openPull({ opener: alice, base: "main", ...at });
    await checkBeside(red);
    await checkBeside(green);
    await drain(engine);
    red.close();
    await sweep();
    expect(stateOf(green)).toBe("failure");
    while ((await engine.queue.depth()).due > 0) await workOnce();
    expect(stateOf(green)).toBe("success");
    expect(await engine.pulls.find(refOf(red))).toBeNull();
  });

  it("leaves one whose head moved to its own check, which may be under way", async () => {
    const { github, engine, repository, sweep, sign, checkBeside, taskOf } = await scene();
    const alice = github.user({ login: "alice" });
    await sign(alice);
    const pull = repository.openPull({ opener: alice });
    await checkBeside(pull);
    pull.push([{ author: alice }]);
    await sweep();
    expect(stateOf(pull)).toBeNull();
    expect(await drain(engine)).toEqual([taskOf(pull)]);
  });

  it("has one whose verdict time alone changes before the next checked in time", async () => {
    const { github, clock, engine, repository, sweep, workOnce } = await scene();
    const alice = github.user({ login: "alice" });
    const account = accountOf("github", alice.id);
    const until = Date.now() + HOUR;
    await engine.entities.add({ id: "acme", agreement: "icla", version: "1.0", signedAt: 1 }, "cli");
    await engine.entities.join("acme", [{ account, from: 1, until }], "cli");
    const pull = repository.openPull({ opener: alice });
    await sweep();
    expect(stateOf(pull)).toBe("success");
    expect(await engine.queue.depth()).toMatchObject({ due: 0, waiting: 1 });
    clock.ahead = HOUR;
    await workOnce();
    expect(stateOf(pull)).toBe("failure");
  });
});

describe("what the host does not show", () => {
  it("is looked for again for an hour: a host may tell of something a moment before it shows it", async () => {
    const { github, clock, engine, repository, mark, workOnce, taskOf } = await scene();
    const pull = repository.openPull({ opener: github.user({ login: "bob" }) });
    await mark({ ...taskOf(pull), number: 99 } as Task);
    expect(await workOnce()).toMatchObject({ kind: "retry", failure: { code: "not-found" } });
    clock.ahead += HOUR / 2;
    expect(await workOnce()).toMatchObject({ kind: "retry" });
    clock.ahead += HOUR;
    // The clock may have jumped: a few more looks are made.
    for (let looks = 2; looks < 5; looks += 1) {
      expect(await workOnce()).toMatchObject({ kind: "retry" });
      clock.ahead += 2 * MINUTE;
    }
    expect(await workOnce()).toMatchObject({ kind: "done", outcome: { state: "gone" } });
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });

  it("is looked for a few times, even if the clock jumps ahead by hours after the first: a comment may be a signature", async () => {
    const { clock, engine, host, mark, taskOf, repository, github, work: world } = await scene();
    const pull = repository.openPull({ opener: github.user({ login: "bob" }) });
    const missing = { ...host, comment: () => Promise.reject(new Failure("not-found")) };
    const hosts = new Map([["github", missing] as const]);
    await mark({ ...taskOf(pull), kind: "comment", comment: 1 } as Task);
    for (let looks = 0; looks < 5; looks += 1) {
      expect(await work({ ...world, hosts }, await takeOne(engine))).toMatchObject({ kind: "retry" });
      clock.ahead += 2 * HOUR;
    }
    expect(await work({ ...world, hosts }, await takeOne(engine))).toMatchObject({ kind: "done" });
  });

  it("is not kept any longer than that, be it a pull request or a repository", async () => {
    const { github, clock, engine, repository, sign, checkBeside, mark, workOnce, taskOf } = await scene();
    const alice = github.user({ login: "alice" });
    const pull = repository.openPull({ opener: alice });
    await checkBeside(pull);
    const place = { host: "github", id: repository.id } as const;
    const by = accountOf("github", alice.id);
    await engine.waivers.add({ repository: place, commit: "c1", by, at: 1 });
    github.installationFor(repository)?.delete();
    for (const task of [
      taskOf(pull),
      { kind: "repository", host: "github", repository: repository.id } as const,
    ]) {
      await mark(task);
      expect(await workOnce()).toMatchObject({ kind: "retry" });
      clock.ahead += 2 * HOUR;
      expect(await engine.pulls.route(place)).not.toBeNull();
      expect(await workOnce()).toMatchObject({ kind: "done", outcome: { state: "gone" } });
      expect(await engine.pulls.find(refOf(pull))).toBeNull();
    }
    expect(await engine.pulls.route(place)).toBeNull();
    expect(await engine.waivers.of(place, ["c1"])).toHaveLength(1);
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
    expect(await sign(alice)).toMatchObject({ added: 1, marked: 0 });
  });
});

describe("the marks of a sweep of everything", () => {
  it("reach the repositories of every installation, though one of them is in trouble", async () => {
    const { github, engine, host, work } = await scene();
    const other = github.repository({ owner: github.user({ login: "elsewhere" }), name: "spoon" });
    await engine.queue.mark([
      { task: { kind: "repository", host: "github", repository: other.id }, route: routeOf(github, other) },
    ]);
    await drain(engine);
    github.fail(
      { kind: "bad gateway" },
      { when: ({ route }) => route.endsWith("/installation/repositories") },
    );
    await expect(markRepositories(work, host, null)).rejects.toMatchObject({ code: "host-refused" });
    const marked = await drain(engine);
    expect(marked).toContainEqual({ kind: "repository", host: "github", repository: other.id });
    await markRepositories(work, host, null);
    expect(await drain(engine)).toHaveLength(2);
  });

  it("reach a repository that was heard of and is listed no more, so that it is found gone", async () => {
    const { github, clock, engine, host, repository, route, work, mark } = await scene();
    const task = { kind: "repository", host: "github", repository: repository.id } as const;
    await mark(task);
    await drain(engine);
    const installation = github.installationFor(repository);
    installation?.removeRepositories([repository]);
    await markRepositories(work, host, null);
    expect(await drain(engine)).toEqual([task]);
    const isKnown = async () =>
      (await engine.pulls.repositories("github")).some(({ id }) => id === task.repository);
    // An empty list proves nothing, however often it comes.
    for (const ahead of [HOUR, HOUR]) {
      expect(await markRepositories(work, host, route.installation)).toBeNull();
      expect(await drain(engine)).toEqual([task]);
      clock.ahead += ahead;
    }
    expect(await isKnown()).toBe(true);
    // Its installation's own list, once confirmed, proves more than its absence from all lists.
    const other = github.repository({ owner: repository.owner, name: "other", installed: false });
    installation?.addRepositories([other, repository]);
    // A list is wrong where GitHub says that the app is installed there, or does not answer.
    const lies = {
      ...host,
      async *repositories() {
        for await (const one of host.repositories(route.installation))
          if (one.repository.id === other.id) yield one;
      },
    };
    for (const ahead of [HOUR, HOUR]) {
      expect(await markRepositories(work, lies, route.installation)).toBeNull();
      clock.ahead += ahead;
    }
    await drain(engine);
    installation?.removeRepositories([repository]);
    const when = ({ route: path }: { route: string }): boolean => path === "Name";
    github.fail({ kind: "graphql error", path: ["node"], type: "FORBIDDEN" }, { when });
    expect(await markRepositories(work, host, route.installation)).toBeNull();
    await drain(engine);
    expect(await isKnown()).toBe(true);
    expect(await markRepositories(work, host, route.installation)).not.toBeNull();
    expect(await isKnown()).toBe(true);
    clock.ahead += HOUR;
    expect(await markRepositories(work, host, route.installation)).toBeNull();
    expect(await isKnown()).toBe(false);
    expect(await drain(engine)).not.toContainEqual(task);
  });
});

it("a host's limit is no reason to give work up, however long there is more of it than the limit allows", async () => {
  const { engine, mark } = await scene();
  await mark({ kind: "pull", host: "github", repository: 1, number: 1 });
  const taken = { ...(await takeOne(engine)), failingSince: 1, attempts: 100 };
  expect(retryAt(new Failure("host-limit"), taken, 1 + 3 * DAY, 0)).toBeGreaterThan(1 + 3 * DAY);
  expect(retryAt(new Failure("host-refused"), taken, 1 + 3 * DAY, 0)).toBeNull();
});

it("a clock that jumps ahead, or a bot that was stopped for days, does not park what failed a few times", async () => {
  const { engine, mark } = await scene();
  await mark({ kind: "pull", host: "github", repository: 1, number: 1 });
  const taken = { ...(await takeOne(engine)), failingSince: 1 };
  const failure = new Failure("host-unreachable");
  for (const [attempts, isGivenUp] of [
    [1, false],
    [10, false],
    [50, false],
    [60, true],
  ] as const)
    expect(retryAt(failure, { ...taken, attempts }, 1 + 3 * DAY, 0) === null, `${attempts}`).toBe(isGivenUp);
  expect(retryAt(failure, { ...taken, attempts: 60 }, 1 + HOUR, 0)).not.toBeNull();
});
