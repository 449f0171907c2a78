import { describe, expect, it } from "vitest";
import { work, type WorkWorld } from "../../src/check/work.ts";
import { createTurns } from "../../src/check/turns.ts";
import { Failure, HostWait, type FailureCode } from "../../src/error.ts";
import type { Host } from "../../src/ports/host.ts";
import { pullTask, type Mark, type Taken, type Task } from "../../src/ports/queue.ts";
import { drain, take as takeAll } from "../ports/engine-scene.ts";
import { NOW, pull } from "../verdict/facts.ts";
import { alice, bob, commentBy, plainScene, pullBy, ref, repository, route } from "./plain-scene.ts";

const MINUTE = 60_000;
const task = pullTask(ref);
const sweepTask = { kind: "repository", host: "github", repository: repository.id } as const;
const installationTask = { kind: "installation", host: "github", installation: 4 } as const;
const groupTask = { kind: "group", host: "github", repository: repository.id, head: "h", base: "b" } as const;
const commentTask = { kind: "comment", ...ref, comment: 5 } as const;

/** No open pull request. */
const empty = async function* () {};

/** Alice has signed. */
async function scene(answers: Partial<Host> = {}) {
  const all = await plainScene(answers);
  await all.sign(alice);
  return {
    ...all,
    /** Takes a task and does it. */
    done: async (
      what: Task = task,
      {
        change = {},
        mark = {},
        world = {},
      }: { change?: Partial<Taken>; mark?: Partial<Mark>; world?: Partial<WorkWorld> } = {},
    ) => {
      const { taken } = await all.take(what, mark);
      return work({ ...all.world, ...world }, { ...taken, ...change });
    },
    depth: () => all.engine.queue.depth(),
  };
}

const failing =
  (code: FailureCode, retryAt: number | null = null) =>
  () =>
    Promise.reject(new Failure(code, undefined, { retryAt }));

describe("a pull request's task", () => {
  it("is done, and due again when the verdict changes by time alone", async () => {
    const all = await scene({ read: async () => all.reading({ ...pullBy(alice), opener: null }) });
    const outcome = { state: "error", again: NOW + 10_000, writes: 1, openerGone: true };
    expect(await all.done(task, { change: { attempts: 5 } })).toEqual({ kind: "done", outcome });
    expect(await all.depth()).toEqual({ due: 0, leased: 0, waiting: 1, parked: 0 });
    all.clock.now += 10_000;
    expect(await drain(all.engine)).toEqual([task]);
  });

  it("of a host that is not configured waits for a mark", async () => {
    const { done, depth } = await scene();
    const failure = expect.objectContaining({ code: "configuration", message: "github is not configured" });
    expect(await done(task, { world: { hosts: new Map() } })).toEqual({ kind: "parked", failure });
    expect(await depth()).toMatchObject({ parked: 1, leased: 0 });
  });

  it("that fails is tried again, with jitter, and later where the host asks", async () => {
    const { done, depth, clock, engine } = await scene({ read: failing("host-refused") });
    const failure = expect.objectContaining({ code: "host-refused" });
    expect(await done(task, { world: { random: () => 0.5 } })).toEqual({
      kind: "retry",
      failure,
      at: NOW + 1_500,
    });
    expect(await depth()).toMatchObject({ waiting: 1 });
    clock.now += 1_500;
    expect(await takeAll(engine)).toMatchObject([{ task, attempts: 1, failingSince: NOW }]);
  });

  it("that lacks a permission asks for the repository's way, and is due again where that is another one", async () => {
    const newer = { ...route, installation: 2 };
    let now: () => Promise<typeof route> = async () => newer;
    const read = failing("permission-missing");
    const { done, engine } = await scene({ read, routeNow: () => now() });
    await done();
    expect(await engine.pulls.route(repository)).toEqual(newer);
    expect(await drain(engine)).toEqual(expect.arrayContaining([task, sweepTask]));
    now = failing("not-found");
    await done(task, { mark: { route: null } });
    expect(await drain(engine)).toEqual([]);
    now = async () => newer;
    await done(task, { mark: { route: null } });
    expect(await drain(engine)).toEqual([]);
  });

  it("that meets a bug throws it and keeps its lease", async () => {
    const { done, depth } = await scene({ read: () => Promise.reject(new TypeError("a bug")) });
    await expect(done()).rejects.toThrow("a bug");
    expect(await depth()).toMatchObject({ leased: 1 });
  });

  it("that is behind its delivery is looked at again, twenty times", async () => {
    const all = await scene({ read: async () => all.reading(pullBy(bob), { told: "older" }) });
    const mark = { told: "newer" };
    for (const attempts of [0, 19])
      expect(await all.done(task, { mark, change: { attempts } })).toMatchObject({
        kind: "retry",
        failure: { code: "host-behind" },
      });
    expect(await all.done(task, { mark, change: { attempts: 20 } })).toMatchObject({ kind: "done" });
    // What the host shows is shown meanwhile.
    expect(all.shown.map(({ report }) => report.state)).toEqual(["failure", "failure", "failure"]);
  });

  it("without an opener is looked at again, five times", async () => {
    const all = await scene({ read: async () => all.reading({ ...pullBy(alice), opener: null }) });
    for (const attempts of [0, 4])
      expect(await all.done(task, { change: { attempts } })).toMatchObject({
        kind: "retry",
        failure: { code: "host-refused", message: "the host named no opener" },
      });
    expect(await all.done(task, { change: { attempts: 5 } })).toMatchObject({ kind: "done" });
  });

  it("that was marked meanwhile is superseded and due again, for who waits for it", async () => {
    for (const bulk of [true, false]) {
      const all = await scene({
        read: async () => {
          await all.engine.queue.mark([{ task, route, bulk: true }]);
          return all.reading(pullBy(alice));
        },
      });
      expect(await all.done(task, { mark: { bulk } })).toEqual({ kind: "superseded" });
      expect(await takeAll(all.engine)).toMatchObject([{ task, bulk, attempts: 0 }]);
    }
  });

  it("whose lease was lost before it failed is superseded", async () => {
    for (const code of ["host-refused", "policy-broken", "unfinished"] as const) {
      const all = await scene({
        read: async () => {
          all.clock.now += 31_000;
          others.push(...(await takeAll(all.engine)));
          throw new Failure(code);
        },
      });
      const others: Taken[] = [];
      expect(await all.done()).toEqual({ kind: "superseded" });
      // The other worker may have read before this one wrote.
      for (const one of others) await all.engine.queue.done(one, null);
      expect(await drain(all.engine)).toEqual([task]);
    }
  });
});

describe("a head that can't be read", () => {
  it.each<[FailureCode, number, number]>([
    ["pull-unreadable", 0, 1],
    ["permission-missing", 0, 1],
    ["sso-required", 0, 1],
    ["repository-blocked", 0, 1],
    ["account-blocked", 0, 1],
    ["host-refused", 1, 0],
    ["host-refused", 2, 1],
    ["host-answer", 1, 0],
    ["host-answer", 2, 1],
    ["head-moving", 2, 1],
    ["ip-not-allowed", 2, 1],
    ["host-unreachable", 9, 0],
    ["host-limit", 9, 0],
  ])("by %s at try %i says so %i times", async (code, attempts, times) => {
    const all = await scene({ read: failing(code), readHead: async () => all.reading(pull(null, [])) });
    expect(await all.done(task, { change: { attempts } })).toMatchObject({
      kind: "retry",
      failure: { code },
    });
    expect(all.shown.map(({ report }) => report.state)).toEqual(Array.from({ length: times }, () => "error"));
  });

  it("and can't be told so fails as before, and a bug there is thrown", async () => {
    const refused = await scene({ read: failing("pull-unreadable"), readHead: failing("host-limit") });
    expect(await refused.done()).toMatchObject({ kind: "retry", failure: { code: "pull-unreadable" } });
    const bug = await scene({
      read: failing("pull-unreadable"),
      readHead: () => Promise.reject(new TypeError("a bug")),
    });
    await expect(bug.done()).rejects.toThrow("a bug");
  });
});

describe("a pull request's share", () => {
  it("that is used up lets its task wait", async () => {
    const all = await scene({ read: async () => all.reading(pullBy(alice)) });
    const turns = createTurns({ tasks: 1 });
    expect(await all.done(task, { world: { turns } })).toMatchObject({ kind: "done" });
    expect(await all.done(task, { world: { turns } })).toEqual({ kind: "paced", at: NOW + MINUTE });
    expect(await all.depth()).toMatchObject({ waiting: 1, parked: 0 });
    expect(await all.engine.queue.troubled(9)).toEqual([]);
  });

  it.each<[FailureCode, number | null, string, boolean]>([
    ["unfinished", null, "paced", true],
    ["host-limit", null, "retry", true],
    ["host-limit", NOW + 5, "retry", false],
    ["host-refused", null, "retry", false],
    ["paced", NOW + 5, "paced", false],
    ["paced", null, "retry", false],
  ])("after %s until %s is %s, and used up: %s", async (code, retryAt, kind, isUsedUp) => {
    const { done } = await scene({ read: failing(code, retryAt) });
    const turns = createTurns();
    expect(await done(task, { world: { turns } })).toMatchObject({ kind });
    expect(turns.take(task, NOW) !== null).toBe(isUsedUp);
  });

  it("whose request was not sent because the host asked to wait has not failed", async () => {
    const { done, engine } = await scene({
      read: () => Promise.reject(new HostWait("asked to wait", NOW + 5)),
    });
    expect(await done()).toEqual({ kind: "paced", at: NOW + 5 });
    expect(await engine.queue.troubled(9)).toEqual([]);
  });

  it("that needs another check continues when the host says, or in a minute, and that is no try", async () => {
    const at = async (retryAt: number | null, code: FailureCode = "unfinished") => {
      const { done, engine } = await scene({ read: failing(code, retryAt) });
      const result = await done();
      expect(await engine.queue.troubled(9)).toEqual([]);
      return result;
    };
    expect(await at(null)).toEqual({ kind: "paced", at: NOW + MINUTE });
    expect(await at(NOW + 5)).toEqual({ kind: "paced", at: NOW + 5 });
    expect(await at(NOW + 9, "paced")).toEqual({ kind: "paced", at: NOW + 9 });
  });
});

describe("a comment's task", () => {
  it("has its pull request checked by its own task, with the deliveries that asked for it", async () => {
    const { done, engine } = await scene({ comment: async () => commentBy(alice, "recheck") });
    const deliveries = [{ id: "d-1", at: 1 }];
    expect(await done(commentTask, { mark: { deliveries } })).toEqual({ kind: "done", outcome: null });
    expect(await takeAll(engine)).toMatchObject([{ task, route, deliveries, bulk: false }]);
  });
});

describe("a repository's task", () => {
  it("sweeps it, unless there is no room for bulk work", async () => {
    const asked: unknown[] = [];
    const all = await scene({
      readOpen: async function* () {
        yield all.reading(pullBy(bob));
      },
    });
    const bulkPausedUntil = (installation: number | null) => (asked.push(installation) > 1 ? Infinity : null);
    expect(await all.done(sweepTask)).toEqual({ kind: "done", outcome: null });
    expect(all.shown).toHaveLength(1);
    await all.done(sweepTask, { world: { bulkPausedUntil } });
    expect(all.shown).toHaveLength(2);
    await all.done(sweepTask, { world: { bulkPausedUntil } });
    expect([all.shown.length, asked]).toEqual([2, [1, 1]]);
    expect(await drain(all.engine)).toEqual([task]);
  });

  it("waits until the host shows what its delivery said, for a minute of tries", async () => {
    const asked: unknown[] = [];
    const isBehind: Host["isBehind"] = async (...question) => asked.push(question) < 3;
    let swept = 0;
    const all = await scene({
      isBehind,
      readOpen: () => {
        swept += 1;
        return empty();
      },
    });
    const mark = { told: "policy" };
    for (const attempts of [0, 4])
      expect(await all.done(sweepTask, { mark, change: { attempts } })).toMatchObject({
        kind: "retry",
        failure: { code: "host-behind" },
      });
    expect(await all.done(sweepTask, { mark })).toMatchObject({ kind: "done" });
    expect(asked).toEqual([
      ["policy", route],
      ["policy", route],
      ["policy", route],
    ]);
    expect(swept).toBe(1);
    expect(await all.done(sweepTask, { mark, change: { attempts: 20 } })).toMatchObject({ kind: "done" });
    expect(await all.done(sweepTask)).toMatchObject({ kind: "done" });
    expect([asked.length, swept]).toEqual([3, 3]);
  });

  it("is done with what the host shows after a minute of tries, and once more when it shows more", async () => {
    let swept = 0;
    const all = await scene({
      isBehind: async () => true,
      readOpen: () => {
        swept += 1;
        return empty();
      },
    });
    for (const [attempts, times] of [
      [4, 0],
      [5, 1],
      [6, 1],
      [19, 1],
    ] as const) {
      expect(await all.done(sweepTask, { mark: { told: "policy" }, change: { attempts } })).toMatchObject({
        kind: "retry",
        failure: { code: "host-behind" },
      });
      expect(swept).toBe(times);
    }
  });
});

describe("an installation's task", () => {
  it("marks its repositories, and is due again when one is missing", async () => {
    const asked: unknown[] = [];
    const listed = { repository, path: "octo/repo", route, archived: false };
    const { done, engine } = await scene({
      isBehind: async (...question) => asked.push(question) > 9,
      repositories: async function* (installation) {
        asked.push(installation);
        yield listed;
      },
    });
    expect(await done(installationTask, { mark: { told: "policy", route: null } })).toEqual({
      kind: "done",
      outcome: { state: "listed", again: null, writes: 0 },
    });
    expect(asked).toEqual([["policy", { installation: 4, handle: null }], 4]);
    expect(await drain(engine)).toEqual([sweepTask]);
  });
});

describe("a merge group's task", () => {
  it("is done on a host without merge queues", async () => {
    const { done } = await scene();
    expect(await done(groupTask)).toEqual({ kind: "done", outcome: null });
  });

  it("is read by its head and base", async () => {
    const asked: unknown[] = [];
    const all = await scene({
      mergeQueue: {
        read: async (...question) => {
          asked.push(question);
          return {
            path: "octo/repo",
            policyFile: null,
            head: "h",
            pulls: [ref],
            commits: [],
            gaps: [],
            show: (report, confirm) => all.reading(pullBy(alice)).show(report, confirm),
          };
        },
        readHead: () => Promise.reject(new Error("not asked")),
      },
      read: async () => all.reading(pullBy(alice)),
    });
    expect(await all.done(groupTask)).toEqual({
      kind: "done",
      outcome: { state: "success", again: NOW + 5 * MINUTE, writes: 1 },
    });
    expect(asked).toEqual([[repository, "h", "b", route]]);
  });
});

describe("what the host does not show", () => {
  const HOUR = 3_600_000;
  const late = { attempts: 5, failingSince: NOW - HOUR - 1 };
  const gone = failing("not-found");
  const lost = (): AsyncIterable<never> => ({ [Symbol.asyncIterator]: () => ({ next: gone }) });
  const outcome = { state: "gone", again: null, writes: 0 };

  it("is looked for again, and a pull request of a repository that is there is closed after an hour", async () => {
    const all = await scene({ read: gone, readOpen: () => empty() });
    await all.engine.pulls.record({
      ref,
      head: "h",
      agreement: null,
      verdict: "unknown",
      buckets: [],
      comment: null,
    });
    expect(await all.done()).toMatchObject({
      kind: "retry",
      failure: { code: "not-found" },
      at: NOW + 1_000,
    });
    expect(await all.engine.pulls.find(ref)).not.toBeNull();
    expect(await all.done(task, { change: late })).toEqual({ kind: "done", outcome });
    expect(await all.engine.pulls.find(ref)).toBeNull();
    expect(await all.engine.pulls.route(repository)).not.toBeNull();
  });

  it("is a repository that is forgotten an hour after it was first missing", async () => {
    const all = await scene({ read: gone, readOpen: lost });
    expect(await all.done()).toMatchObject({ kind: "retry", at: NOW + 1_000 });
    all.clock.now += 10;
    // A mark with a route would say that the host shows it.
    const mark = { route: null };
    expect(await all.done(task, { change: late, mark })).toMatchObject({
      kind: "retry",
      failure: { code: "not-found", retryAt: NOW + HOUR },
      at: NOW + HOUR,
    });
    all.clock.now = NOW + HOUR;
    expect(await all.done(task, { change: late, mark })).toEqual({ kind: "done", outcome });
    expect(await all.engine.pulls.route(repository)).toBeNull();
  });

  it("was seen if its repository is there, so that a later loss counts from then on", async () => {
    let isThere = true;
    const all = await scene({ read: gone, readOpen: () => (isThere ? empty() : lost()) });
    await all.take();
    await all.engine.pulls.noteMissing(repository);
    all.clock.now += HOUR;
    await all.done(task, { mark: { route: null } });
    isThere = false;
    expect(await all.engine.pulls.noteMissing(repository)).toBe(NOW + HOUR);
  });

  it("is asked about once at the first try, and not at the next ones of an hour", async () => {
    let asked = 0;
    const all = await scene({
      read: gone,
      readOpen: () => {
        asked += 1;
        return empty();
      },
    });
    await all.done();
    expect(asked).toBe(1);
    expect(await all.done(task, { change: { attempts: 1 } })).toMatchObject({ kind: "retry" });
    expect(asked).toBe(1);
  });

  it("is not given up after fewer than five looks, because a clock may have jumped", async () => {
    const all = await scene({ read: gone, readOpen: () => empty() });
    await all.engine.pulls.record({
      ref,
      head: "h",
      agreement: null,
      verdict: "unknown",
      buckets: [],
      comment: null,
    });
    expect(await all.done(task, { change: { ...late, attempts: 4 } })).toMatchObject({
      kind: "retry",
      at: NOW + MINUTE,
    });
    expect(await all.engine.pulls.find(ref)).not.toBeNull();
  });

  it("is in doubt where the host does not answer about the repository", async () => {
    const failed = (): AsyncIterable<never> => ({
      [Symbol.asyncIterator]: () => ({ next: failing("host-unreachable") }),
    });
    const all = await scene({ read: gone, readOpen: failed });
    expect(await all.done(task, { change: late })).toMatchObject({ failure: { code: "host-unreachable" } });
  });

  it("is a repository whose own sweep fails: it is looked for again for an hour, and then seen", async () => {
    const found = { after: 0 };
    const all = await scene({ readOpen: () => (found.after++ === 0 ? lost() : empty()) });
    expect(await all.done(sweepTask)).toMatchObject({ kind: "retry", failure: { code: "not-found" } });
    found.after = 0;
    expect(await all.done(sweepTask, { change: late })).toEqual({ kind: "done", outcome });
  });

  it("is an installation, whose repositories are then looked for one after the other", async () => {
    const repositories = (): AsyncIterable<never> => lost();
    const all = await scene({ repositories });
    const other = { host: "github", repository: 99, kind: "repository" } as const;
    await all.engine.queue.mark([
      { task: sweepTask, route: { installation: 4, handle: null } },
      { task: other, route: { installation: 5, handle: null } },
    ]);
    await drain(all.engine);
    expect(await all.done(installationTask)).toMatchObject({ kind: "retry" });
    expect(await drain(all.engine)).toEqual([]);
    expect(await all.done(installationTask, { change: late })).toEqual({ kind: "done", outcome });
    expect(await drain(all.engine)).toEqual([sweepTask]);
  });

  it("is a comment or a merge group, which are done after an hour", async () => {
    const mergeQueue = { read: gone, readHead: gone };
    for (const what of [commentTask, groupTask]) {
      const all = await scene({ comment: gone, mergeQueue });
      expect(await all.done(what)).toMatchObject({ kind: "retry", failure: { code: "not-found" } });
      expect(await all.done(what, { change: late })).toEqual({ kind: "done", outcome });
    }
  });
});
