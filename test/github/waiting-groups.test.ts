import { describe, expect, it } from "vitest";
import type { Report } from "../../src/ports/host.ts";
import { report, routeOf, simulate } from "./sim.ts";

/** A queue that built a group for each of some pull requests, and what a sweep finds of it. */
async function scene(groups: number) {
  const simulation = await simulate();
  const { github, host } = simulation;
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  const alice = github.user({ login: "alice" });
  const built = Array.from({ length: groups }, (_, index) => {
    const commits = [{ author: alice, files: { [`${index}.txt`]: "1" } }];
    return repository.enqueue([repository.openPull({ opener: alice, commits })], "squash");
  });
  const place = { host: "github", id: repository.id } as const;
  const route = routeOf(github, repository);
  const { mergeQueue } = host;
  if (mergeQueue === null) throw new Error("GitHub has merge queues");
  return {
    ...simulation,
    repository,
    built,
    waiting: async (): Promise<readonly string[]> => {
      const found: string[] = [];
      for await (const one of host.readOpen(place, route)) if ("group" in one) found.push(one.group.head);
      return found;
    },
    show: async (index: number, change: Partial<Report>): Promise<void> => {
      const head = built[index]?.head.sha ?? "";
      await (await mergeQueue.readHead(place, head, route)).show(report(change));
    },
    over: async (index: number): Promise<boolean> =>
      (await mergeQueue.readHead(place, built[index]?.head.sha ?? "", route)).over,
  };
}

describe("the merge groups that a sweep finds", () => {
  it("are all without a verdict, however many a queue built", async () => {
    const { built, waiting, github } = await scene(24);
    const heads = built.map(({ head }) => head.sha).toSorted();
    expect((await waiting()).toSorted()).toEqual(heads);
    expect(github.violations).toEqual([]);
  });

  it("are found where the repository's pull requests are too large to be read together", async () => {
    const { built, waiting, github } = await scene(1);
    github.faults.limitSize(10);
    expect(await waiting()).toEqual(built.map(({ head }) => head.sha));
  });

  it("are read alone where GitHub leaves them out beside the pull requests", async () => {
    const { built, waiting, github } = await scene(2);
    const fault = {
      kind: "graphql error",
      path: ["node", "groups"],
      type: "RESOURCE_LIMITS_EXCEEDED",
    } as const;
    github.fail(fault, { times: 9, when: ({ route }) => route === "Open" });
    expect((await waiting()).toSorted()).toEqual(built.map(({ head }) => head.sha).toSorted());
  });

  it("are those with a pending status or an error, which is no verdict, and no others", async () => {
    const { built, waiting, show } = await scene(4);
    const states = ["success", "failure", "error", "pending"] as const;
    for (const [index, state] of states.entries()) await show(index, { state });
    expect((await waiting()).toSorted()).toEqual(
      built
        .slice(2)
        .map(({ head }) => head.sha)
        .toSorted(),
    );
  });
});

describe("a group that its queue does not explain", () => {
  it.each([
    ["success", true],
    ["failure", true],
    ["error", true],
    ["pending", false],
  ] as const)("keeps an earlier answer: %s", async (state, keeps) => {
    const { show, over } = await scene(1);
    expect(await over(0)).toBe(false);
    await show(0, { state });
    expect(await over(0)).toBe(keeps);
  });

  it("keeps an earlier check run in the same way", async () => {
    const { show, over } = await scene(1);
    await show(0, { kind: "check", state: "pending" });
    expect(await over(0)).toBe(false);
    await show(0, { kind: "check", state: "error" });
    expect(await over(0)).toBe(true);
  });
});
