import { describe, expect, it } from "vitest";
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
  it("are bounded in any minute, for its checks and its comments together, and others have their own", () => {
    const turns = createTurns(2);
    expect(turns.take(pull(1), 0)).toBe(null);
    expect(turns.take({ kind: "comment", ...place(1), comment: 5 }, 1_000)).toBe(null);
    expect(turns.take(pull(1), 2_000)).toBe(60_000);
    expect(turns.take(pull(2), 2_000)).toBe(null);
    expect(turns.take({ kind: "repository", host: "github", repository: 1 }, 2_000)).toBe(null);
    expect(turns.take(pull(1), 60_000)).toBe(null);
    expect(turns.take(pull(1), 60_500)).toBe(61_000);
  });

  it("come back when the clock is put back", () => {
    const turns = createTurns(1);
    turns.take(pull(1), 1_000_000);
    expect(turns.take(pull(1), 0)).toBe(null);
  });

  it("are used up by a check that could not read all of it", async () => {
    const { github, engine, repository, work: world, taskOf } = await scene();
    const opened = repository.openPull({ opener: github.user({ login: "alice" }) });
    const turns = createTurns(30);
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

/** A host of which one check asks as much as it may. */
function cutHost({ hosts }: { hosts: ReadonlyMap<string, Host> }) {
  const host = hosts.get("github");
  if (host === undefined) throw new Error("the scene has GitHub");
  return { ...host, read: () => Promise.reject(new Failure("host-limit")) };
}
