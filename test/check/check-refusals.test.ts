import { describe, expect, it } from "vitest";
import {
  findCheckRefusal,
  hadCheckRuns,
  listCheckRefusals,
  noteCheckRefusal,
} from "../../src/check/check-refusals.ts";
import { plainScene, repository, route } from "./plain-scene.ts";

async function scene() {
  const { engine } = await plainScene();
  const moved: [string, number][] = [];
  const cursors = {
    ...engine.cursors,
    move: async (name: string, at: number) => {
      moved.push([name, at]);
      await engine.cursors.move(name, at);
    },
  };
  return {
    engine,
    /** The written times, without what each name begins with. */
    moved: () =>
      moved.splice(0).map(([name, at]) => [name.replace(`check-run/github/${repository.id}/`, ""), at]),
    note: (shown: Parameters<typeof noteCheckRefusal>[2], now: number) =>
      noteCheckRefusal({ cursors }, repository, shown, now),
    found: () => findCheckRefusal(engine, repository),
  };
}

describe("a refused check run", () => {
  it("is found until one is written, with the last reason", async () => {
    const { note, found } = await scene();
    expect(await found()).toBeNull();
    for (const [at, refusal] of [
      [10, "right"],
      [20, "edition"],
      [30, "refused"],
      [40, "right"],
    ] as const) {
      await note({ checkRefusal: refusal }, at);
      expect(await found()).toEqual({ refusal, stale: false });
    }
    await note({}, 50);
    expect(await found()).toBeNull();
    await note({ checkRefusal: "edition" }, 60);
    expect(await found()).toEqual({ refusal: "edition", stale: false });
  });

  it("that came at the same moment as another is the one of the account's right", async () => {
    const { engine, found } = await scene();
    for (const refusal of ["refused", "edition", "right"])
      await engine.cursors.move(`check-run/github/${repository.id}/${refusal}`, 10);
    expect(await found()).toMatchObject({ refusal: "right" });
  });

  it("is written only if it changes something", async () => {
    const { note, moved } = await scene();
    await note({}, 1);
    expect(moved()).toEqual([]);
    await note({ checkRefusal: "right" }, 2);
    await note({ checkRefusal: "right" }, 3);
    expect(moved()).toEqual([["right", 2]]);
    await note({ checkRefusal: "right", checkStale: true }, 4);
    await note({ checkRefusal: "right", checkStale: true }, 5);
    expect(moved()).toEqual([["stale", 4]]);
    await note({ checkRun: true }, 6);
    await note({ checkRun: true }, 7);
    expect(moved()).toEqual([
      ["none", 6],
      ["run", 6],
    ]);
  });

  it("is stale while a green run of an earlier verdict could not be replaced since", async () => {
    const { note, found } = await scene();
    await note({ checkRefusal: "right", checkStale: true }, 10);
    expect(await found()).toEqual({ refusal: "right", stale: true });
    await note({ checkRefusal: "edition" }, 20);
    expect(await found()).toEqual({ refusal: "edition", stale: true });
    await note({}, 30);
    await note({ checkRefusal: "right" }, 40);
    expect(await found()).toEqual({ refusal: "right", stale: false });
  });

  it("at the time of one that was written is none", async () => {
    const { engine, note, found } = await scene();
    await note({ checkRefusal: "right", checkStale: true }, 10);
    await engine.cursors.move(`check-run/github/${repository.id}/none`, 10);
    expect(await found()).toBeNull();
    await note({ checkRefusal: "right" }, 11);
    expect(await found()).toEqual({ refusal: "right", stale: false });
  });

  it("is listed for each repository of the host that has one", async () => {
    const { engine, note } = await scene();
    const task = (host: "github" | "gitee", id: number) =>
      ({ task: { kind: "repository", host, repository: id }, route }) as const;
    await engine.queue.mark([task("github", repository.id), task("github", 2), task("gitee", 3)]);
    await note({ checkRefusal: "right" }, 10);
    await noteCheckRefusal(engine, { host: "gitee", id: 3 }, { checkRefusal: "edition" }, 10);
    expect(await listCheckRefusals(engine, "github")).toEqual([
      { repository: repository.id, refusal: "right", stale: false },
    ]);
    expect(await listCheckRefusals(engine, "gitee")).toEqual([
      { repository: 3, refusal: "edition", stale: false },
    ]);
  });
});

it("a repository's first check run is remembered", async () => {
  const { engine, note } = await scene();
  expect(await hadCheckRuns(engine, repository)).toBe(false);
  await note({ checkRefusal: "right" }, 1);
  expect(await hadCheckRuns(engine, repository)).toBe(false);
  await note({ checkRun: true }, 2);
  expect(await hadCheckRuns(engine, repository)).toBe(true);
  expect(await hadCheckRuns(engine, { host: "gitee", id: repository.id })).toBe(false);
});
