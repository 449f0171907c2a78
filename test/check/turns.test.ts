import { describe, expect, it } from "vitest";
import { createCallPoints } from "../../src/bot/call-points.ts";
import { createTurns } from "../../src/check/turns.ts";
import { Failure } from "../../src/error.ts";
import { work } from "../../src/check/work.ts";
import type { Host } from "../../src/ports/host.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { checkScene } from "./reconcile-scene.ts";

const place = (number: number) => ({ host: "github" as const, repository: 1, number });
const pull = (number: number) => pullTask(place(number));

describe("a pull request's turns", () => {
  it("are limited in every minute, for its checks and comments together, and others have their own limit", () => {
    const turns = createTurns({ tasks: 2 });
    expect(turns.take(pull(1), 0)).toBe(null);
    expect(turns.take({ kind: "comment", ...place(1), comment: 5 }, 1_000)).toBe(null);
    expect(turns.take(pull(1), 2_000)).toBe(60_000);
    expect(turns.take(pull(2), 2_000)).toBe(null);
    expect(turns.take({ kind: "repository", host: "github", repository: 1 }, 2_000)).toBe(null);
    expect(turns.take(pull(1), 60_000)).toBe(null);
    expect(turns.take(pull(1), 60_500)).toBe(61_000);
  });

  it("are given one by one to any number of waiting comments, and first to the pull request itself", () => {
    const turns = createTurns({ tasks: 2 });
    const comment = (at: number) => turns.take({ kind: "comment", ...place(1), comment: at }, 1_000);
    expect([comment(1), comment(2)]).toEqual([null, null]);
    expect([comment(3), comment(4), comment(5), turns.take(pull(1), 1_000)]).toEqual([
      61_000, 91_000, 121_000, 61_000,
    ]);
    const last = Math.max(...Array.from({ length: 1_000 }, (_, at) => comment(at) ?? 0));
    expect(last).toBe(61_000 + 3_600_000);
  });

  it("are limited by the cost of its calls, for any number of tasks", () => {
    const turns = createTurns({ points: 100 });
    expect(turns.take(pull(1), 0)).toBe(null);
    turns.spend(pull(1), 60, 1_000);
    expect(turns.take(pull(1), 2_000)).toBe(null);
    turns.spend({ kind: "comment", ...place(1), comment: 5 }, 60, 3_000);
    turns.spend({ kind: "repository", host: "github", repository: 1 }, 500, 3_000);
    expect(turns.take(pull(1), 4_000)).toBe(61_000);
    expect(turns.take(pull(2), 4_000)).toBe(null);
    expect(turns.take(pull(1), 61_000)).toBe(null);
  });

  it("are limited by the hourly cost of its calls, so that a stranger's comments leave points for others", () => {
    const turns = createTurns();
    let now = 0;
    let points = 0;
    for (let minute = 0; minute < 60; minute += 1) {
      now = minute * 60_000;
      if (turns.take(pull(1), now) !== null) continue;
      turns.spend({ kind: "comment", ...place(1), comment: minute }, 250, now);
      points += 250;
    }
    expect(points).toBe(1_500);
    expect(turns.take(pull(1), now)).toBe(3_600_000);
    expect(turns.take(pull(2), now)).toBe(null);
    expect(turns.take(pull(1), 3_600_000)).toBe(null);
  });

  it("are divided among the processes that share the host's limits", () => {
    const turns = createTurns({ tasks: 6, points: 100, sharers: () => 3 });
    expect([turns.take(pull(1), 0), turns.take(pull(1), 1), turns.take(pull(1), 2)]).toEqual([
      null,
      null,
      60_000,
    ]);
    turns.spend(pull(2), 34, 0);
    expect(turns.take(pull(2), 3)).toBe(60_000);
  });

  it("are one at least, however many processes share the limits, and all where the number is unknown", () => {
    const crowded = createTurns({ tasks: 2, points: 10, hourly: 10, sharers: () => 100 });
    expect([crowded.take(pull(1), 0), crowded.take(pull(1), 1)]).toEqual([null, 60_000]);
    const alone = createTurns({ tasks: 2, sharers: () => 0 });
    expect([alone.take(pull(1), 0), alone.take(pull(1), 1), alone.take(pull(1), 2)]).toEqual([
      null,
      null,
      60_000,
    ]);
  });

  it("of an hour are back an hour after the end of the minute in which they were spent", () => {
    const turns = createTurns({ points: 9_000 });
    turns.spend(pull(1), 700, 30_000);
    turns.spend(pull(1), 800, 40_000);
    expect(turns.take(pull(1), 50_000)).toBe(3_660_000);
    expect(turns.take(pull(1), 3_659_999)).toBe(3_660_000);
    expect(turns.take(pull(1), 3_660_000)).toBe(null);
    turns.spend(pull(2), 1_499, 60_000);
    expect(turns.take(pull(2), 60_000)).toBe(null);
    turns.spend(pull(2), 1, 60_000);
    expect(turns.take(pull(2), 60_000)).toBe(3_660_000);
    turns.spend(pull(3), 1_000, 60_000);
    turns.spend(pull(3), 600, 120_000);
    expect(turns.take(pull(3), 130_000)).toBe(3_660_000);
  });

  it("are free as soon as enough of what was spent is a minute ago, and no sooner", () => {
    const turns = createTurns({ tasks: 3, points: 100 });
    for (const at of [0, 10_000, 20_000]) expect(turns.take(pull(1), at)).toBe(null);
    expect(turns.take(pull(1), 30_000)).toBe(60_000);
    turns.spend(pull(1), 100, 40_000);
    expect(turns.take(pull(1), 60_000)).toBe(100_000);
    expect(turns.take(pull(1), 99_999)).toBe(100_000);
    expect(turns.take(pull(1), 100_000)).toBe(null);
  });

  it("are used up by a task that took all of it, and not by calls that cost nothing", () => {
    const turns = createTurns({ tasks: 3 });
    turns.spend(pull(1), 0, 0);
    turns.spendAll({ kind: "repository", host: "github", repository: 1 }, 0);
    expect(turns.take(pull(1), 0)).toBe(null);
    turns.spendAll(pull(1), 5);
    expect(turns.take(pull(1), 10)).toBe(60_005);
    expect(turns.take(pull(2), 10)).toBe(null);
  });

  it("of a comment wait no longer than an hour after the pull request's own, and begin again after that", () => {
    const turns = createTurns({ tasks: 1 });
    const comment = (now: number) => turns.take({ kind: "comment", ...place(1), comment: 1 }, now);
    expect([comment(0), comment(0), comment(0)]).toEqual([null, 60_000, 120_000]);
    for (let at = 3; at <= 61; at += 1) expect(comment(0)).toBe(at * 60_000);
    expect([comment(0), comment(0)]).toEqual([60_000, 120_000]);
  });

  it("of very many pull requests are still each their own", () => {
    const turns = createTurns({ tasks: 1 });
    for (let number = 1; number <= 1_100; number += 1) expect(turns.take(pull(number), number)).toBe(null);
    expect(turns.take(pull(1_050), 2_000)).toBe(61_050);
    for (let number = 1; number <= 1_100; number += 1) expect(turns.take(pull(number), 70_000)).toBe(null);
    expect(turns.take(pull(1), 70_001)).toBe(130_000);
  });

  it("are charged with the calls made in the course of a task, and with no others", async () => {
    const points = createCallPoints();
    const spent: number[] = [];
    const call = async (host: "github" | "gitee", kind: "read" | "write") => {
      await Promise.resolve();
      points.call(host, { kind });
    };
    const github = points.during(
      () => Promise.all([call("github", "read"), call("github", "write")]),
      (cost) => spent.push(cost),
    );
    const failing = points.during(
      async () => {
        await call("gitee", "write");
        throw new Failure("host-refused");
      },
      (cost) => spent.push(cost),
    );
    await call("github", "write");
    await github;
    await expect(failing).rejects.toMatchObject({ code: "host-refused" });
    expect(new Set(spent)).toEqual(new Set([1, 6]));
  });

  it("come back when the clock is put back", () => {
    const turns = createTurns({ tasks: 1 });
    turns.take(pull(1), 1_000_000);
    expect(turns.take(pull(1), 0)).toBe(null);
  });

  it("are used up by a check that could not read all of it", async () => {
    const { github, engine, repository, work: world, taskOf } = await scene();
    const opened = repository.openPull({ opener: github.user({ login: "alice" }) });
    const turns = createTurns();
    const cut = { ...world, turns, hosts: new Map([["github" as const, cutHost(world)]]) };
    await engine.queue.mark([taskOf(opened)]);
    expect((await work(cut, await takeOne(engine))).kind).toBe("retry");
    await engine.queue.mark([taskOf(opened)]);
    const waiting = await work({ ...world, turns }, await takeOne(engine));
    expect(waiting).toEqual({ kind: "paced", at: expect.any(Number) });
    expect(github.violations).toEqual([]);
  });
});

async function scene() {
  const all = await checkScene();
  const route = routeOf(all.github, all.repository);
  return {
    ...all,
    taskOf: (opened: Parameters<typeof refOf>[0]) => ({ task: pullTask(refOf(opened)), route }),
  };
}

describe("a pull request with too many people to look up in one check", () => {
  it.each([
    ["unfinished", "many people are named here", "paced"],
    ["too-many", "more people are named here", "done"],
  ] as const)("whose lookup is %s says so, and comes back only where that helps", async (why, says, kind) => {
    const { github, engine, repository, work: world, taskOf } = await scene();
    const opened = repository.openPull({ opener: github.user({ login: "alice" }) });
    const turns = createTurns();
    const host = world.hosts.get("github");
    if (host === undefined) throw new Error("the scene has GitHub");
    const members: Host["members"] = async (_, accounts) => ({
      members: new Set(),
      unknown: new Set(accounts),
      why,
    });
    const policy = { exempt: { organizations: [1] } };
    const crowded = {
      ...world,
      policy,
      turns,
      hosts: new Map([["github" as const, { ...host, members }]]),
    };
    await engine.queue.mark([taskOf(opened)]);
    expect((await work(crowded, await takeOne(engine))).kind).toBe(kind);
    expect(repository.statusesOf(opened.head.sha)[0]).toMatchObject({
      state: "error",
      description: expect.stringContaining(says),
    });
    await engine.queue.mark([taskOf(opened)]);
    const next = await work(crowded, await takeOne(engine));
    expect(next.kind).toBe(kind);
    expect(github.violations).toEqual([]);
  });
});

/** A host on which one check makes as many calls as allowed. */
function cutHost({ hosts }: { hosts: ReadonlyMap<string, Host> }) {
  const host = hosts.get("github");
  if (host === undefined) throw new Error("the scene has GitHub");
  return { ...host, read: () => Promise.reject(new Failure("host-limit")) };
}
