import { describe, expect, it } from "vitest";
import type { Pull } from "../../playground/github/state/model.ts";
import { routeOf, simulate } from "./sim.ts";

async function scene() {
  const simulation = await simulate();
  const { github } = simulation;
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  const alice = github.user({ login: "alice" });
  const { history } = simulation.host;
  if (history === null) throw new Error("GitHub tells a repository's history");
  const place = { host: "github", id: repository.id } as const;
  const route = routeOf(github, repository);
  return {
    ...simulation,
    repository,
    alice,
    find: async (name: string) => history.protectedCommit(place, name, route),
    merged: async ({ number, head }: Pull, shas: readonly string[]) => {
      const pull = { ref: { host: "github", repository: repository.id, number }, head: head.sha } as const;
      return [...(await history.mergedCommits(pull, shas, route)).merged];
    },
    diff: async (sha: string) => history.diff(place, sha, route),
  };
}

describe("a commit of a protected branch", () => {
  it("is found by its name, whole or short, on any protected branch", async () => {
    const { github, repository, alice, find } = await scene();
    const commit = repository.push([{ author: alice }]);
    expect(await find(commit.sha)).toBeNull();
    repository.protect();
    expect(await find(commit.sha)).toBe(commit.sha);
    expect(await find(commit.sha.slice(0, 8))).toBe(commit.sha);
    repository.setBranch("v1", repository.head, repository.owner);
    const other = repository.push([{ author: alice }], { branch: "v1" });
    expect(await find(other.sha)).toBeNull();
    repository.protect("v1");
    expect(await find(other.sha)).toBe(other.sha);
    expect(github.violations).toEqual([]);
  });

  it("is not found on the branch of an open pull request, unless it is the default branch", async () => {
    const { repository, alice, find } = await scene();
    repository.setBranch("topic", repository.head, repository.owner);
    repository.protect("topic").protect();
    repository.setBranch("v1", repository.head, repository.owner);
    const { sha } = repository.push([{ author: alice }], { branch: "topic" });
    const merged = repository.push([{ author: alice }]);
    expect(await find(sha)).toBe(sha);
    repository.openPull({ opener: alice, from: repository, branch: "topic" });
    repository.openPull({ opener: alice, base: "v1", from: repository, branch: "main" });
    expect(await find(sha)).toBeNull();
    expect(await find(merged.sha)).toBe(merged.sha);
  });

  it("of a pull request is merged unless a branch lacks too many commits to list them", async () => {
    const { repository, alice, merged } = await scene();
    repository.setBranch("v1", repository.head, repository.owner);
    const { sha } = repository.push([{ author: alice }]);
    const commits = Array.from({ length: 100 }, () => ({ author: alice }));
    const pull = repository.openPull({ opener: alice, commits });
    expect(await merged(pull, [sha])).toEqual([sha]);
    pull.push([{ author: alice }]);
    expect(await merged(pull, [sha])).toEqual([]);
  });

  it.each([
    [29, 1],
    [30, 0],
  ])(
    "of a pull request is looked for on thirty protected branches, five in a call: after %i",
    async (before, found) => {
      const { github, repository, alice, merged } = await scene();
      const main = repository.head;
      for (let at = 0; at < before; at += 1) {
        repository.setBranch(`a${at}`, main, repository.owner);
        repository.protect(`a${at}`);
      }
      repository.setBranch("z", main, repository.owner);
      const tip = repository.push([{ author: alice }], { branch: "z" });
      const pull = repository.openPull({ opener: alice, at: repository.commit({ author: alice }, tip) });
      repository.protect("z");
      github.resetCalls();
      expect(await merged(pull, [tip.sha, pull.head.sha])).toHaveLength(found);
      expect(github.calls().byRoute).toMatchObject({ "graphql NewCommits": 6 });
    },
  );

  it("of a pull request is found on its own protected branch, which is compared first", async () => {
    const { github, repository, alice, merged } = await scene();
    for (let at = 0; at < 35; at += 1) {
      repository.setBranch(`a${at}`, repository.head, repository.owner);
      repository.protect(`a${at}`);
    }
    repository.setBranch("z", repository.head, repository.owner);
    repository.push([{ author: alice }], { branch: "z" });
    repository.protect("z");
    const pull = repository.openPull({ opener: alice, from: repository, branch: "z" });
    github.resetCalls();
    expect(await merged(pull, [pull.head.sha])).toEqual([pull.head.sha]);
    expect(github.calls().byRoute).toMatchObject({ "graphql NewCommits": 1 });
    expect(github.violations).toEqual([]);
  });

  it("is compared with fewer branches at once while GitHub gives up on the comparisons", async () => {
    const { github, repository, alice, find, merged } = await scene();
    for (const name of ["v1", "v2", "v3"]) {
      repository.setBranch(name, repository.head, repository.owner);
      repository.protect(name);
    }
    const { sha } = repository.push([{ author: alice }], { branch: "v3" });
    const tip = repository.commit({ author: alice }, repository.tip("v3"));
    const pull = repository.openPull({ opener: alice, at: tip });
    github.fail({ kind: "bad gateway" }, { times: 2, when: ({ route }) => route === "NewCommits" });
    expect(await merged(pull, [sha, tip.sha])).toEqual([sha]);
    const path = ["node", "branch0", "compare"];
    const type = "RESOURCE_LIMITS_EXCEEDED";
    github.fail({ kind: "graphql error", path, type }, { when: ({ route }) => route === "Comparisons" });
    expect(await find(sha)).toBe(sha);
  });

  it("is neither a pull request's commit, nor a branch's name, nor nothing", async () => {
    const { repository, alice, find } = await scene();
    repository.protect();
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice }] });
    expect(await find(pull.head.sha)).toBeNull();
    expect(await find("f".repeat(40))).toBeNull();
    repository.setBranch("abcdef1", repository.head, repository.owner);
    expect(await find("abcdef1")).toBeNull();
    expect(await find("main")).toBeNull();
  });

  it("has its diff", async () => {
    const { repository, alice, diff } = await scene();
    const commit = repository.push([{ author: alice, files: { "a.txt": "one\n" } }]);
    const text = await diff(commit.sha);
    expect(text).toContain("diff --git a/a.txt b/a.txt");
    expect(text).toContain("+one");
    expect(await diff("f".repeat(40))).toBeNull();
  });
});
