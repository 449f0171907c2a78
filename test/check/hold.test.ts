import { setTimeout as sleep } from "node:timers/promises";
import { describe, expect, it } from "vitest";
import type { Fault } from "../../playground/github/traffic/faults.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import { DOCUMENTED_LIMITS } from "../../src/github/traffic/limits.ts";
import { sweep } from "../../src/check/sweep.ts";
import { work, type WorkWorld } from "../../src/check/work.ts";
import type { Host } from "../../src/ports/host.ts";
import { AFTER_A_LAPSE, pullTask, type Task } from "../../src/ports/queue.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { drain, take, takeOne } from "../ports/engine-scene.ts";
import { checkScene } from "./reconcile-scene.ts";

async function scene(options: Parameters<typeof checkScene>[0] = {}) {
  const world = await checkScene(options);
  const { github, engine, repository, sign } = world;
  const route = routeOf(github, repository);
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  await sign(alice);
  repository.addCollaborator(alice).addCollaborator(bob);
  return {
    ...world,
    route,
    alice,
    bob,
    taskOf: (pull: Pull): Task => pullTask(refOf(pull)),
    mark: (pull: Pull) => engine.queue.mark([{ task: pullTask(refOf(pull)), route }]),
    stateOf: (pull: Pull) => repository.statusesOf(pull.head.sha)[0]?.state ?? null,
  };
}

/** A host on which `happen` runs once, after the open pull requests were read and before any of them is settled. */
function readEarly(host: Host, happen: () => Promise<void>): Host {
  return {
    ...host,
    async *readOpen(place, route) {
      const all = await Array.fromAsync(host.readOpen(place, route));
      await happen();
      yield* all;
    },
  };
}

describe("a sweep beside a worker", () => {
  it("never shows or records an old reading over a newer check", async () => {
    const {
      engine,
      host,
      repository,
      work: world,
      checkBeside,
      route,
      alice,
      bob,
      stateOf,
      taskOf,
    } = await scene();
    const pulls = [1, 2, 3].map(() => repository.openPull({ opener: alice }));
    for (const pull of pulls) await checkBeside(pull);
    const last = pulls[2] as Pull;
    const early = readEarly(host, async () => {
      last.push([{ author: bob }]);
      await checkBeside(last);
    });
    expect(await sweep(world, early, repository.id, route)).toBe(3);
    expect(stateOf(last)).toBe("failure");
    expect(await engine.pulls.find(refOf(last))).toMatchObject({ head: last.head.sha, verdict: "unsigned" });
    expect(await drain(engine)).toEqual([taskOf(last)]);
  });

  it("leaves alone a pull request that a worker has, so that there is one comment", async () => {
    const { engine, host, repository, work: world, checkBeside, route, bob, taskOf } = await scene();
    const pull = repository.openPull({ opener: bob });
    const early = readEarly(host, async () => void (await checkBeside(pull)));
    await sweep(world, early, repository.id, route);
    expect(pull.comments).toHaveLength(1);
    expect(await drain(engine)).toEqual([taskOf(pull)]);
    const [held] = await engine.queue.claim([{ ref: refOf(pull), route }], 15_000);
    expect(held).toBeDefined();
    await sweep(world, host, repository.id, route);
    expect(await engine.queue.done(held as NonNullable<typeof held>, null)).toBe(true);
    expect(await take(engine)).toMatchObject([{ task: taskOf(pull) }]);
  });

  it("leaves alone one whose newest commit the host does not show yet: what waits for it keeps waiting", async () => {
    const { engine, host, repository, work: world, checkBeside, clock, route, alice, taskOf } = await scene();
    const pull = repository.openPull({ opener: alice });
    await checkBeside(pull);
    await engine.queue.mark([{ task: taskOf(pull), route, told: "f".repeat(40) }]);
    expect(await work(world, await takeOne(engine))).toMatchObject({ kind: "retry" });
    await sweep(world, host, repository.id, route);
    clock.ahead += 60_000;
    expect(await take(engine)).toMatchObject([{ task: taskOf(pull), told: "f".repeat(40) }]);
  });
});

describe("a worker that stood still for longer than its lease", () => {
  it("writes nothing when it wakes, and has checked again what it left", async () => {
    const { clock, engine, repository, work: world, alice, bob, mark, stateOf, taskOf } = await scene();
    const pull = repository.openPull({ opener: alice });
    await mark(pull);
    let asleep = true;
    const covered: typeof engine.signatures.covered = async (accounts, agreement) => {
      const found = await engine.signatures.covered(accounts, agreement);
      if (asleep) {
        asleep = false;
        clock.ahead += 40_000;
        pull.push([{ author: bob }]);
        await work(world, await takeOne(engine));
      }
      return found;
    };
    const sleeping: WorkWorld = {
      ...world,
      engine: { ...world.engine, signatures: { ...engine.signatures, covered } },
    };
    expect(await work(sleeping, await takeOne(engine))).toEqual({ kind: "superseded" });
    expect(stateOf(pull)).toBe("failure");
    expect(await engine.pulls.find(refOf(pull))).toMatchObject({ head: pull.head.sha, verdict: "unsigned" });
    expect((await take(engine)).map(({ task }) => task)).toEqual([taskOf(pull)]);
  });

  it("may have had a write under way: what another did meanwhile is looked at once more", async () => {
    const { clock, engine, repository, work: world, alice, mark, taskOf } = await scene();
    const pull = repository.openPull({ opener: alice });
    await mark(pull);
    await takeOne(engine);
    clock.ahead += 40_000;
    expect(await work(world, await takeOne(engine))).toMatchObject({ kind: "done" });
    expect(await take(engine)).toEqual([]);
    clock.ahead += 2 * 60_000;
    expect((await take(engine)).map(({ task }) => task)).toEqual([taskOf(pull)]);
  });
});

describe("a sweep beside a worker that saw a pull request open and close", () => {
  it("writes nothing on it and does not record it as open", async () => {
    const { engine, host, repository, work: world, checkBeside, route, bob } = await scene();
    const pull = repository.openPull({ opener: bob });
    const early = readEarly(host, async () => {
      await checkBeside(pull);
      pull.close();
      await checkBeside(pull);
      for (const comment of pull.comments.toReversed()) comment.delete(repository.owner);
    });
    await sweep(world, early, repository.id, route);
    expect(pull.comments).toEqual([]);
    expect(await engine.pulls.find(refOf(pull))).toBeNull();
  });
});

describe("a command in a comment", () => {
  it.each([
    ["a waiver", 40],
    ["a refusal", 9],
  ])("records nothing once its task was marked again: what is read later counts (%s)", async (_, digits) => {
    const { engine, github, repository, route, work: world } = await scene();
    const pull = repository.openPull({
      opener: repository.owner,
      commits: [{ author: { name: "Nobody", email: "nobody@example.org" } }],
    });
    const comment = pull.comment(repository.owner, `/cla waive ${pull.head.sha.slice(0, digits)}`);
    const task = { kind: "comment", ...refOf(pull), comment: comment.id } as const;
    await engine.queue.mark([{ task, route }]);
    const taken = await takeOne(engine);
    let once = true;
    github.onRequest(() => {
      if (once) void engine.queue.mark([{ task, route }]);
      once = false;
    });
    expect(await work(world, taken)).toEqual({ kind: "superseded" });
    const place = { host: "github", id: repository.id } as const;
    expect(await engine.waivers.all(place)).toEqual([]);
    expect(await engine.notices.of(refOf(pull))).toEqual([]);
    expect((await take(engine)).map((one) => one.task)).toEqual([task]);
  });
});

describe("/cla waive", () => {
  it("of an unknown commit is answered, even if the host never lists every commit", async () => {
    const { engine, github, repository, route, work: world, host } = await scene();
    const pull = repository.openPull({ opener: repository.owner });
    const comment = pull.comment(repository.owner, `/cla waive ${"a".repeat(40)}`);
    const task = { kind: "comment", ...refOf(pull), comment: comment.id } as const;
    const cut: Host = {
      ...host,
      read: async (...asked) => {
        const reading = await host.read(...asked);
        return { ...reading, pull: { ...reading.pull, gaps: ["too-large"] } };
      },
    };
    const hosts = new Map([["github", cut] as const]);
    await engine.queue.mark([{ task, route }]);
    const taken = await takeOne(engine);
    expect(await work({ ...world, hosts }, taken)).toMatchObject({ failure: { code: "list-cut" } });
    expect(await engine.notices.of(refOf(pull))).toEqual([]);
    github.resetCalls();
    await engine.queue.mark([{ task, route }]);
    const [again] = await engine.queue.take({ limit: 1, leaseMs: 15_000, skip: [] });
    if (again === undefined) throw new Error("the comment is to be read again");
    await work({ ...world, hosts }, { ...again, attempts: 5 });
    expect(await engine.notices.of(refOf(pull))).toMatchObject([{ about: "waive-unknown" }]);
  });

  it("has every open pull request checked that may hold the commit", async () => {
    const { engine, repository, route, work: world, taskOf } = await scene();
    const pull = repository.openPull({
      opener: repository.owner,
      commits: [{ author: { name: "Nobody", email: "nobody@example.org" } }],
    });
    const comment = pull.comment(repository.owner, `/cla waive ${pull.head.sha} known to us`);
    const task = { kind: "comment", ...refOf(pull), comment: comment.id } as const;
    await engine.queue.mark([{ task, route }]);
    await work(world, await takeOne(engine));
    expect((await take(engine)).map((taken) => taken.task)).toEqual([
      taskOf(pull),
      { kind: "repository", host: "github", repository: repository.id },
    ]);
  });
});

describe("a write", () => {
  it.each<[string, Fault, string]>([
    ["did not answer", { kind: "reset" }, "host-unreachable"],
    ["answered with an error of a proxy", { kind: "status", status: 504, message: "" }, "host-refused"],
  ])(
    "that the host %s may still happen after the next check, and there is one more",
    async (_, fault, code) => {
      const { clock, engine, github, repository, work: world, alice, mark, stateOf, taskOf } = await scene();
      const pull = repository.openPull({ opener: alice });
      await mark(pull);
      github.fail(fault, { when: ({ route }) => route.includes("/statuses/") });
      expect(await work(world, await takeOne(engine))).toMatchObject({ kind: "retry", failure: { code } });
      clock.ahead += 5_000;
      expect(await work(world, await takeOne(engine))).toMatchObject({ kind: "done" });
      expect(stateOf(pull)).toBe("success");
      expect(await take(engine)).toEqual([]);
      clock.ahead += AFTER_A_LAPSE;
      expect(await drain(engine)).toEqual([taskOf(pull)]);
    },
  );
});

describe("a write that waits for a place among the host's requests", () => {
  it("is not sent if its pull request was marked meanwhile", async () => {
    const limits = { ...DOCUMENTED_LIMITS, concurrent: 1 };
    const {
      client,
      engine,
      github,
      repository,
      route,
      work: world,
      alice,
      mark,
      stateOf,
    } = await scene({ limits });
    const pull = repository.openPull({ opener: alice });
    await mark(pull);
    let isOtherAnswered = false;
    const sharing: typeof engine.pulls.sharing = async (...head) => {
      github.onRequest(async () => {
        if (isOtherAnswered) return;
        // Until then the write waits.
        await sleep(50);
        await mark(pull);
      });
      const place = { owner: "octo", repo: "spoon" };
      const asked = client.rest(route.installation, "GET /repos/{owner}/{repo}", place);
      void asked.then(() => (isOtherAnswered = true));
      return engine.pulls.sharing(...head);
    };
    const busy: WorkWorld = { ...world, engine: { ...world.engine, pulls: { ...engine.pulls, sharing } } };
    expect(await work(busy, await takeOne(engine))).toEqual({ kind: "superseded" });
    expect(isOtherAnswered).toBe(true);
    expect(stateOf(pull)).toBeNull();
  });
});

describe("a comment that nobody waits for", () => {
  it("leaves the last fifth of the comments to people, and its status does not wait", async () => {
    const limits = { ...DOCUMENTED_LIMITS, contentPerHour: 5 };
    const { engine, repository, work: world, bob, mark, route, stateOf, taskOf } = await scene({ limits });
    const pulls = Array.from({ length: 6 }, () => repository.openPull({ opener: bob }));
    for (const pull of pulls.slice(0, 5)) {
      await engine.queue.mark([{ task: taskOf(pull), route, bulk: true }]);
      await work(world, await takeOne(engine));
    }
    const last = pulls[5] as Pull;
    await mark(last);
    await work(world, await takeOne(engine));
    expect(pulls.map(stateOf)).toEqual(pulls.map(() => "failure"));
    expect(pulls.map(({ comments }) => comments.length)).toEqual([1, 1, 1, 1, 0, 1]);
    expect(await engine.queue.depth()).toMatchObject({ waiting: 1 });
  });

  it("comes after those of people that wait, too", async () => {
    const limits = { ...DOCUMENTED_LIMITS, contentPerHour: 2 };
    const { clock, engine, repository, work: world, bob, mark, route, taskOf } = await scene({ limits });
    const pulls = Array.from({ length: 6 }, () => repository.openPull({ opener: bob }));
    for (const pull of pulls.slice(0, 4)) {
      await engine.queue.mark([{ task: taskOf(pull), route, bulk: true }]);
      await work(world, await takeOne(engine));
    }
    for (const pull of pulls.slice(4)) {
      await mark(pull);
      await work(world, await takeOne(engine));
    }
    expect(pulls.map(({ comments }) => comments.length)).toEqual([1, 1, 0, 0, 0, 0]);
    clock.ahead += 1.6 * 3_600_000;
    const waited = await take(engine);
    expect(waited.map(({ task, bulk }) => ({ task, bulk }))).toEqual(
      [4, 5, 2, 3].map((at) => ({ task: taskOf(pulls[at] as Pull), bulk: at < 4 })),
    );
  });
});
