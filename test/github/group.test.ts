import { describe, expect, it } from "vitest";
import { madeByQueue, pullsBetween } from "../../src/github/read/queue.ts";
import { refOf, report, routeOf, simulate } from "./sim.ts";

async function scene() {
  const simulation = await simulate();
  const { github } = simulation;
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  const first = repository.openPull({ opener: alice, commits: [{ author: alice }, { author: alice }] });
  const second = repository.openPull({
    opener: bob,
    commits: [{ author: bob, files: { "other.txt": "b" } }],
  });
  const queue = simulation.host.mergeQueue;
  if (queue === null) throw new Error("GitHub has merge queues");
  const place = { host: "github", id: repository.id } as const;
  const read = async (head: string, base: string) =>
    queue.read(place, head, base, routeOf(github, repository));
  return { ...simulation, repository, alice, bob, first, second, read };
}

describe("what a merge queue built", () => {
  it("by squashing holds nothing but the queue's own commits, and names its pull requests", async () => {
    const { github, repository, first, second, read } = await scene();
    const group = repository.enqueue([first, second], "squash");
    github.resetCalls();
    const reading = await read(group.head.sha, group.baseCommit.sha);
    expect(reading).toMatchObject({
      path: "octo/spoon",
      head: group.head.sha,
      pulls: [refOf(first), refOf(second)],
      commits: [],
      gaps: [],
    });
    expect(github.calls()).toMatchObject({ reads: 2, writes: 0 });
    expect(github.violations).toEqual([]);
  });

  it("by merging holds the pull requests' commits beside its own", async () => {
    const { repository, first, second, read } = await scene();
    const group = repository.enqueue([first, second], "merge");
    const { pulls, commits } = await read(group.head.sha, group.baseCommit.sha);
    expect(pulls).toEqual([refOf(first), refOf(second)]);
    const theirs = [...first.commits, ...second.commits].map(({ sha }) => sha);
    expect(commits.map(({ sha }) => sha).toSorted()).toEqual(theirs.toSorted());
  });

  it("is read in smaller parts while GitHub gives up on its commits", async () => {
    const { github, repository, first, second, read } = await scene();
    const group = repository.enqueue([first, second], "merge");
    github.fail({ kind: "bad gateway" }, { times: 3, when: ({ route }) => route === "CommitsByName" });
    const { commits, gaps } = await read(group.head.sha, group.baseCommit.sha);
    expect([commits.length, gaps]).toEqual([3, []]);
  });

  it("is read with fewer entries of its queue while GitHub gives up on them", async () => {
    const { github, repository, first, second, read } = await scene();
    const group = repository.enqueue([first, second], "squash");
    for (const answer of ["502", "RESOURCE_LIMITS_EXCEEDED"] as const) {
      github.faults.limitSize(10, answer);
      expect((await read(group.head.sha, group.baseCommit.sha)).pulls).toHaveLength(2);
    }
    github.faults.limitSize(9);
    await expect(read(group.head.sha, group.baseCommit.sha)).rejects.toMatchObject({ code: "host-refused" });
  });

  it("by rebasing holds commits that are judged by their authors, unless a pull request has only one", async () => {
    const { repository, alice, first, second, read } = await scene();
    const group = repository.enqueue([first, second], "rebase");
    const { commits, gaps } = await read(group.head.sha, group.baseCommit.sha);
    expect(commits.map(({ author }) => author.account)).toEqual([`github:${alice.id}`, `github:${alice.id}`]);
    expect(gaps).toEqual([]);
  });

  it("behind another group is that group's own, counted from where the other ends", async () => {
    const { repository, first, second, read } = await scene();
    const ahead = repository.enqueue([first], "squash");
    const behind = repository.enqueue([second], "squash");
    expect((await read(ahead.head.sha, ahead.baseCommit.sha)).pulls).toEqual([refOf(first)]);
    expect((await read(behind.head.sha, behind.baseCommit.sha)).pulls).toEqual([refOf(second)]);
    const both = await read(behind.head.sha, ahead.baseCommit.sha);
    expect(both.pulls).toEqual([refOf(first), refOf(second)]);
  });

  it("for a branch that is not the default one is found all the same", async () => {
    const { github, repository, bob, read } = await scene();
    repository.setBranch("v1/next", repository.head, repository.owner);
    const pull = repository.openPull({ opener: bob, base: "v1/next" });
    const group = repository.enqueue([pull], "squash");
    expect((await read(group.head.sha, group.baseCommit.sha)).pulls).toEqual([refOf(pull)]);
    expect(github.violations).toEqual([]);
  });

  it("and took apart again is gone, and what it does not tell of is not known whole", async () => {
    const { repository, first, read } = await scene();
    const group = repository.enqueue([first], "squash");
    group.destroy();
    await expect(read(group.head.sha, group.baseCommit.sha)).rejects.toMatchObject({ code: "not-found" });
    repository.setBranch(group.branch, group.head, repository.owner);
    await expect(read(group.head.sha, group.baseCommit.sha)).rejects.toMatchObject({ code: "list-cut" });
  });

  it("is not known whole where it begins or ends at a commit that no entry names", async () => {
    const { repository, first, read } = await scene();
    const mallory = { name: "GitHub", email: "noreply@github.com" };
    const slipped = repository.commit({ author: mallory, message: "Squash (#1)" }, repository.head);
    repository.setBranch(`gh-readonly-queue/main/pr-9-${repository.head.sha}`, slipped, repository.owner);
    const group = repository.enqueue([first], "merge");
    await expect(read(slipped.sha, repository.head.sha)).rejects.toMatchObject({ code: "list-cut" });
    await expect(read(group.head.sha, slipped.sha)).rejects.toMatchObject({ code: "list-cut" });
  });

  it("shows a status on its head, and writes it once", async () => {
    const { github, repository, first, read } = await scene();
    const group = repository.enqueue([first], "squash");
    const show = async () =>
      (await read(group.head.sha, group.baseCommit.sha)).show(report({ state: "success" }));
    expect(await show()).toEqual({ comment: null, writes: 1 });
    expect(await show()).toEqual({ comment: null, writes: 0 });
    expect(repository.statusesOf(group.head.sha)[0]).toMatchObject({ state: "success" });
    expect(first.comments).toEqual([]);
    expect(github.violations).toEqual([]);
  });
});

describe("a commit in a group", () => {
  const between = new Map([
    ["b", ["a"]],
    ["c", ["b", "p"]],
    ["p", ["a"]],
    ["x", ["c"]],
    ["d", ["x"]],
  ]);
  const entry = (base: string, head: string) => ({ base, head, number: 1 });

  it("is the queue's where an entry begins and ends with it, or there is one for each pull request", () => {
    expect([...madeByQueue([entry("a", "b"), entry("b", "c")], between)]).toEqual(["b", "c"]);
    // Two pull requests that were built together.
    expect([...madeByQueue([entry("a", "c"), entry("a", "c")], between)].toSorted()).toEqual(["b", "c"]);
  });

  it("is anybody's where there are more of them than pull requests, no matter who signed it", () => {
    expect([...madeByQueue([entry("c", "d")], between)]).toEqual([]);
    expect([...madeByQueue([entry("a", "d"), entry("a", "d")], between)]).toEqual([]);
    // A merge has nothing of its own, and names what it merged.
    expect([...madeByQueue([entry("z", "c")], between)]).toEqual(["c"]);
  });

  it("is anybody's where it may be another pull request's, built together with one that is shown", () => {
    const squashed = new Map([
      ["s", ["a"]],
      ["h", ["s"]],
    ]);
    expect([...madeByQueue([entry("a", "h")], squashed)]).toEqual([]);
  });
});

describe("the entries of a queue", () => {
  const entry = (from: string, to: string, number: number) => ({
    base: from,
    head: to,
    number,
  });
  const between = new Set(["b", "c", "d"]);

  it("lead from the base to the head without a gap, or tell nothing", () => {
    const chain = [entry("a", "b", 1), entry("b", "c", 2), entry("c", "d", 3), entry("d", "e", 4)];
    expect(pullsBetween(chain, between, "a", "d")).toEqual([1, 2, 3]);
    expect(pullsBetween(chain.toReversed(), between, "a", "d")).toEqual([1, 2, 3]);
    expect(pullsBetween(chain.toSpliced(1, 1), between, "a", "d")).toBeNull();
    expect(pullsBetween(chain.slice(0, 2), between, "a", "d")).toBeNull();
    expect(pullsBetween([], between, "a", "d")).toBeNull();
    expect(pullsBetween([entry("a", "d", 1), entry("x", "c", 2)], between, "a", "d")).toBeNull();
  });
});
