import { describe, expect, it } from "vitest";
import { markRepositories, repositoriesOf, sweep } from "../../src/check/sweep.ts";
import { Failure } from "../../src/error.ts";
import type { Host, ListedRepository, Reading } from "../../src/ports/host.ts";
import { pullTask, type Task } from "../../src/ports/queue.ts";
import type { PullRef } from "../../src/pull.ts";
import { drain, take as takeAll } from "../ports/engine-scene.ts";
import { NOW } from "../verdict/facts.ts";
import { alice, bob, plainScene, pullBy, ref, repository, route } from "./plain-scene.ts";

const HOUR = 3_600_000;
const numbered = (number: number) => ({ ...pullBy(bob), ref: { ...ref, number }, head: `h${number}` });
const taskOf = (number: number): Task => pullTask({ ...ref, number });
const sweepOf = (id: number, host: "github" | "gitee" = "github"): Task => ({
  kind: "repository",
  host,
  repository: id,
});

type Found = Reading | PullRef | { readonly group: { readonly head: string; readonly base: string } };

/** A sweep of a repository with these open pull requests. */
async function scene(found: (all: Awaited<ReturnType<typeof plainScene>>) => Iterable<Found>) {
  const host: Partial<Host> = {
    readOpen: async function* (place, way) {
      expect([place, way]).toEqual([repository, route]);
      yield* found(all);
    },
  };
  const all = await plainScene(host);
  const { engine } = all;
  return {
    ...all,
    sweep: (pausedUntil?: () => number | null, world = all.world as Parameters<typeof sweep>[0]) =>
      sweep(world, all.host, repository.id, route, pausedUntil),
    record: (number: number, head = `h${number}`) =>
      engine.pulls.record({
        ref: { ...ref, number },
        head,
        agreement: "icla",
        verdict: "unsigned",
        buckets: [],
        comment: null,
      }),
    numbers: () => all.shown.map(({ report }) => Number(report.detailsUrl.split("/").at(-1))),
  };
}

describe("a sweep", () => {
  it("settles every open pull request, and leaves nothing due", async () => {
    const all = await scene(({ reading }) =>
      Array.from({ length: 45 }, (_, at) => reading(numbered(at + 1))),
    );
    expect(await all.sweep()).toBe(45);
    expect(all.numbers().toSorted((a, b) => a - b)).toEqual(Array.from({ length: 45 }, (_, at) => at + 1));
    expect(await takeAll(all.engine)).toEqual([]);
    expect((await all.engine.pulls.open(repository)).size).toBe(45);
  });

  it("claims twenty at a time, so that no lease runs out", async () => {
    const all = await scene(({ reading }) =>
      Array.from({ length: 41 }, (_, at) => reading(numbered(at + 1))),
    );
    const claimed: number[] = [];
    const claim: typeof all.engine.queue.claim = (wanted, leaseMs) => {
      claimed.push(wanted.length, leaseMs);
      return all.engine.queue.claim(wanted, leaseMs);
    };
    await all.sweep(undefined, {
      ...all.world,
      engine: { ...all.engine, queue: { ...all.engine.queue, claim } },
    });
    expect(claimed).toEqual([20, 15_000, 20, 15_000, 1, 15_000]);
  });

  it("marks what it can't settle: too large for a shared read, moved, gone, or a group without an answer", async () => {
    const all = await scene(({ reading }) => [
      { ...ref, number: 1 },
      reading(numbered(2)),
      reading(numbered(3)),
      { group: { head: "gh", base: "gb" } },
    ]);
    for (const [number, head] of [
      [2, "older"],
      [3, "h3"],
      [4, "h4"],
    ] as const)
      await all.record(number, head);
    expect(await all.sweep()).toBe(3);
    expect(all.numbers()).toEqual([3]);
    const taken = await takeAll(all.engine);
    const group = { kind: "group", host: "github", repository: repository.id, head: "gh", base: "gb" };
    expect(taken.map(({ task, bulk }) => [task, bulk])).toEqual(
      expect.arrayContaining([
        [taskOf(1), true],
        [taskOf(2), true],
        [taskOf(4), true],
        [group, false],
      ]),
    );
    expect(taken).toHaveLength(4);
  });

  it("keeps the route that a delivery brought meanwhile, e.g. after a transfer", async () => {
    const newer = { installation: 2, handle: "R_2" };
    const all = await scene(({ reading }) => [reading(numbered(1)), { ...ref, number: 2 }]);
    await all.engine.queue.mark([{ task: taskOf(3), route: newer }]);
    await all.sweep();
    expect(await all.engine.pulls.route(repository)).toEqual(newer);
  });

  it("marks all of them where the host's limits leave no room", async () => {
    const all = await scene(({ reading }) => [reading(numbered(1)), reading(numbered(2))]);
    expect(await all.sweep(() => NOW + HOUR)).toBe(2);
    expect(all.shown).toEqual([]);
    expect(await drain(all.engine)).toEqual([taskOf(1), taskOf(2)]);
  });

  it("asks for the room at each claim and before it reads on, and not without a pull request", async () => {
    let asked = 0;
    const pausedUntil = () => (++asked > 0 ? null : NOW);
    const empty = await scene(() => []);
    expect(await empty.sweep(pausedUntil)).toBe(0);
    expect(asked).toBe(0);
    const all = await scene(({ reading }) =>
      Array.from({ length: 21 }, (_, at) => reading(numbered(at + 1))),
    );
    await all.sweep(pausedUntil);
    expect(asked).toBe(3);
  });

  it("reads no more while the host's limits have no room: it waits, and starts again later if that takes long", async () => {
    const moments = [null, NOW + 2, NOW - 1, null, null, NOW + HOUR];
    const all = await scene(({ reading }) =>
      Array.from({ length: 60 }, (_, at) => reading(numbered(at + 1))),
    );
    const world = { ...all.world, sleep: () => Promise.resolve() };
    await expect(all.sweep(() => moments.shift() ?? null, world)).rejects.toMatchObject({
      code: "paced",
      retryAt: NOW + HOUR,
    });
    expect([all.shown.length, moments]).toEqual([40, []]);
    expect(await drain(all.engine)).toEqual([]);
  });

  it("stores what it marks in parts, also if it ends half way", async () => {
    const sizes: number[] = [];
    const all = await scene(function* () {
      for (let number = 1; number <= 1_001; number += 1) yield { ...ref, number };
      throw new Failure("host-unreachable");
    });
    const { queue } = all.engine;
    const mark: typeof queue.mark = (marks) => {
      sizes.push(marks.length);
      return Promise.resolve();
    };
    const world = { ...all.world, engine: { ...all.engine, queue: { ...queue, mark } } };
    await expect(all.sweep(undefined, world)).rejects.toMatchObject({ code: "host-unreachable" });
    expect(sizes).toEqual([500, 500, 1]);
  });

  it("marks one that fails, that is behind its delivery or that is marked meanwhile, and settles the others", async () => {
    const refused = new Failure("host-refused");
    const all = await scene(({ reading, engine }) => [
      reading(numbered(1)),
      reading(numbered(2), { show: () => Promise.reject(refused) }),
      reading(numbered(3), {
        show: async () => {
          await engine.queue.mark([{ task: taskOf(3), route }]);
          return { comment: null, writes: 0 };
        },
      }),
    ]);
    await all.sweep();
    expect(all.numbers()).toEqual([1]);
    expect(new Set(await drain(all.engine))).toEqual(new Set([taskOf(2), taskOf(3)]));
  });

  it("leaves one alone whose own check is due or running", async () => {
    const all = await scene(({ reading }) => [reading(numbered(7)), reading(numbered(8))]);
    await all.take(taskOf(8));
    await all.engine.queue.mark([{ task: taskOf(7), route }]);
    await all.sweep();
    expect(all.shown).toEqual([]);
    expect(await drain(all.engine)).toEqual([taskOf(7)]);
  });

  it("has one checked again at the time of its verdict", async () => {
    const all = await scene(({ reading }) => [reading({ ...pullBy(alice), opener: null })]);
    await all.sweep();
    expect(await all.engine.queue.depth()).toMatchObject({ due: 0, waiting: 1 });
    all.clock.now += 10_000;
    expect(await drain(all.engine)).toEqual([taskOf(7)]);
  });

  it("shows that the repository is there", async () => {
    const all = await scene(() => []);
    await all.engine.queue.mark([{ task: taskOf(7), route }]);
    await all.engine.pulls.noteMissing(repository);
    await all.sweep();
    expect(await all.engine.pulls.forgetRepository(repository)).toBe(false);
  });

  it("tries what is in trouble in this repository, for which nobody waits", async () => {
    const all = await scene(() => []);
    const here = { host: "github", repository: repository.id } as const;
    const troubled: Task[] = [
      { kind: "comment", ...here, number: 7, comment: 5 },
      { kind: "group", ...here, head: "h", base: "b" },
      taskOf(7),
    ];
    const others: Task[] = [
      sweepOf(repository.id),
      { kind: "installation", host: "github", installation: 1 },
      pullTask({ ...ref, repository: 99 }),
      pullTask({ ...ref, host: "gitee" }),
    ];
    for (const task of [...troubled, ...others]) {
      await all.engine.queue.mark([{ task, route: null, bulk: true }]);
      for (const taken of await takeAll(all.engine)) await all.engine.queue.park(taken, "refused");
    }
    await all.sweep();
    const taken = await takeAll(all.engine);
    expect(new Set(taken.map(({ task }) => task))).toEqual(new Set(troubled));
    expect(taken.every(({ bulk }) => bulk)).toBe(true);
  });
});

describe("the repositories of a host", () => {
  const listed = (id: number, change: Partial<ListedRepository> = {}): ListedRepository => ({
    repository: { host: "github", id },
    path: `octo/r${id}`,
    route: { installation: 1, handle: `R_${id}` },
    archived: false,
    ...change,
  });

  async function hostOf(list: readonly (ListedRepository | Failure)[]) {
    const asked: unknown[] = [];
    const served: unknown[] = [];
    const answer: { list: typeof list; serves: boolean | Failure } = { list, serves: false };
    const all = await plainScene({
      serves: async (...question) => {
        served.push(question);
        if (answer.serves instanceof Failure) throw answer.serves;
        return answer.serves;
      },
      repositories: async function* (installation) {
        asked.push(installation);
        for (const one of answer.list) {
          if (one instanceof Failure) throw one;
          yield one;
        }
      },
    });
    const know = async (id: number, installation: number | null, host: "github" | "gitee" = "github") => {
      await all.engine.queue.mark([{ task: sweepOf(id, host), route: { installation, handle: null } }]);
      await drain(all.engine);
    };
    return {
      ...all,
      answer,
      asked,
      served,
      know,
      mark: (installation: number | null = null) => markRepositories(all.world, all.host, installation),
    };
  }

  it("are marked where an agreement covers them or once did, unless they are read-only", async () => {
    const list = [
      listed(1),
      listed(2, { path: "other/r2" }),
      listed(3, { path: "other/r3" }),
      listed(4, { archived: true }),
    ];
    const { engine, asked, know, mark, world, host } = await hostOf(list);
    await know(3, 1);
    const marks = [1, 3].map((id) => ({
      task: sweepOf(id),
      route: { installation: 1, handle: `R_${id}` },
      bulk: true,
    }));
    expect(await repositoriesOf(world, host, 5)).toEqual(marks);
    expect(await drain(engine)).toEqual([]);
    expect(await mark(6)).toBeNull();
    expect(asked).toEqual([5, 6]);
    const taken = await takeAll(engine);
    expect(taken.map(({ task, bulk }) => [task, bulk])).toEqual([
      [sweepOf(1), true],
      [sweepOf(3), true],
    ]);
  });

  it("are marked as far as the list goes, and what is missing is left alone", async () => {
    const refused = new Failure("host-refused");
    const { engine, know, mark } = await hostOf([listed(1), refused]);
    await know(2, 1);
    await expect(mark()).rejects.toBe(refused);
    expect(await drain(engine)).toEqual([sweepOf(1)]);
  });

  it("that an installation's list lacks are forgotten an hour later", async () => {
    const { clock, engine, know, mark, served } = await hostOf([listed(1)]);
    await know(2, 1);
    expect(await mark()).toBe(NOW + HOUR);
    expect(served).toEqual([
      [
        { host: "github", id: 2 },
        { installation: 1, handle: null },
      ],
    ]);
    clock.now += HOUR - 1;
    expect(await mark()).toBe(NOW + HOUR);
    clock.now += 1;
    expect(await mark()).toBeNull();
    expect((await engine.pulls.repositories("github")).map(({ id }) => id)).toEqual([1]);
    expect(await drain(engine)).toEqual([sweepOf(1)]);
  });

  it("that the host still serves, or may, are swept instead", async () => {
    const { answer, engine, host, know, mark, world } = await hostOf([listed(1)]);
    await know(2, 1);
    for (const serves of [true, new Failure("host-refused")]) {
      answer.serves = serves;
      expect(await mark()).toBeNull();
      expect(await drain(engine)).toEqual([sweepOf(1), sweepOf(2)]);
    }
    expect(await markRepositories(world, { ...host, serves: null }, null)).toBeNull();
    expect(await drain(engine)).toEqual([sweepOf(1), sweepOf(2)]);
  });

  it("are covered by any of the agreements", async () => {
    const { world, host } = await hostOf([listed(1), listed(2, { path: "other/r2" })]);
    const [known] = world.agreements;
    if (known === undefined) throw new Error("the scene has an agreement");
    const agreements = [known, { ...known, repositories: ["github:some/*"] }];
    expect(await repositoriesOf({ ...world, agreements }, host, null)).toMatchObject([{ task: sweepOf(1) }]);
  });

  it("that are missing are looked for at the last of their times", async () => {
    const { clock, know, mark } = await hostOf([listed(1)]);
    await know(2, 1);
    await mark();
    clock.now += 5;
    await know(3, 1);
    expect(await mark()).toBe(NOW + 5 + HOUR);
  });

  it("that no list shows are swept, if they belong to what was asked for", async () => {
    const { engine, know, mark } = await hostOf([listed(1, { route: { installation: null, handle: null } })]);
    await know(2, 1);
    await know(3, 2);
    await know(4, null);
    await know(5, 1, "gitee");
    expect(await mark()).toBeNull();
    expect(new Set(await drain(engine))).toEqual(new Set([1, 2, 3, 4].map((id) => sweepOf(id))));
    expect(await mark(2)).toBeNull();
    const taken = await takeAll(engine);
    expect(taken.map(({ task, bulk }) => [task, bulk])).toEqual([
      [sweepOf(1), true],
      [sweepOf(3), true],
    ]);
  });
});
