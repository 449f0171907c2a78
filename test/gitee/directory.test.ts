import { describe, expect, it } from "vitest";
import { createDirectory } from "../../src/gitee/read/directory.ts";
import type { RepositoryPath } from "../../src/gitee/read/path.ts";

/** A directory over a list that a test can change, with paths tried and listings counted. */
function startDirectory(paths: Record<number, string>) {
  let now = 0;
  let listings = 0;
  const tried: string[] = [];
  const directory = createDirectory(
    async function* () {
      listings += 1;
      for (const [id, path] of Object.entries(paths)) yield { id: Number(id), full_name: path };
    },
    () => now,
  );
  const find = (id: number) =>
    directory.find(id, ({ owner, name }: RepositoryPath) => {
      const path = `${owner}/${name}`;
      tried.push(path);
      return Promise.resolve(paths[id] === path ? { path } : null);
    });
  return { directory, find, tried, listings: () => listings, wait: (ms: number) => void (now += ms) };
}

describe("the directory of Gitee's repositories", () => {
  it("lists them when it knows none, once for all who ask at the same time", async () => {
    const { find, listings } = startDirectory({ 1: "a/one", 2: "a/two" });
    expect(await Promise.all([find(1), find(2), find(1)])).toEqual([
      { path: "a/one" },
      { path: "a/two" },
      { path: "a/one" },
    ]);
    await find(2);
    expect(listings()).toBe(1);
  });

  it("tries what a delivery claims before it lists, and forgets a wrong claim", async () => {
    const paths: Record<number, string> = { 1: "a/one" };
    const { directory, find, tried, listings } = startDirectory(paths);
    directory.guess(1, "a/one");
    await find(1);
    expect(listings()).toBe(0);
    directory.learn({ id: 1, full_name: "a/one" });
    directory.guess(1, "evil/one");
    await find(1);
    expect(tried).toEqual(["a/one", "a/one"]);
    paths[1] = "a/new";
    await find(1);
    expect(tried.slice(2)).toEqual(["a/one", "evil/one", "a/new"]);
    await find(1);
    expect(tried.slice(5)).toEqual(["a/new"]);
  });

  it("lists at most once a minute, however many numbers are made up", async () => {
    const { find, listings, wait } = startDirectory({ 1: "a/one" });
    await expect(find(7)).rejects.toMatchObject({ code: "not-found" });
    for (let id = 100; id < 110; id += 1)
      await expect(find(id)).rejects.toMatchObject({ code: "host-refused", retryAt: 60_000 });
    expect(listings()).toBe(1);
    wait(60_000);
    await expect(find(8)).rejects.toMatchObject({ code: "not-found" });
    expect(listings()).toBe(2);
  });

  it("keeps a bounded number of claims, the latest", async () => {
    const { directory, find, listings } = startDirectory({ 1: "a/one" });
    directory.guess(1, "a/one");
    for (let id = 2; id <= 10_001; id += 1) directory.guess(id, `x/${id}`);
    await find(1);
    expect(listings()).toBe(1);
  });

  it("refuses a claim that is no path", async () => {
    const { directory, find } = startDirectory({ 1: "a/one" });
    directory.guess(1, "../../user");
    expect(await find(1)).toEqual({ path: "a/one" });
  });
});
