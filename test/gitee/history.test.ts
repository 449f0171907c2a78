import { describe, expect, it } from "vitest";
import type { CommitSpec } from "../../playground/gitee/state/commits.ts";
import { readPatch } from "../../src/verdict/patch.ts";
import { ROUTE, startHost } from "./start-host.ts";

async function startHistory() {
  const started = await startHost();
  const { host, repository } = started;
  const history = host.history;
  if (history === null) throw new Error("Gitee tells no history");
  const ref = { host: "gitee", id: repository.id } as const;
  return {
    ...started,
    standing: (name: string) => history.protectedCommit(ref, name, ROUTE),
    diff: (sha: string) => history.diff(ref, sha, ROUTE),
  };
}

it("A protected branch on Gitee has commits, also for its own pull request, and another branch has none", async () => {
  const { alice, bob, repository, newHost } = await startHistory();
  // More than are compared.
  for (let at = 0; at < 12; at += 1) {
    repository.branch(`a${at}`).protect(`a${at}`);
    repository.push([{ author: alice }], { branch: `a${at}` });
  }
  repository.branch("topic");
  const { sha } = repository.push([{ author: bob }], { branch: "topic" });
  const own = repository.openPull({ opener: alice, from: repository, branch: "topic" });
  const pull = { ref: { host: "gitee", repository: repository.id, number: own.number }, head: sha } as const;
  const other = { ref: { ...pull.ref, number: repository.openPull({ opener: alice }).number }, head: sha };
  const merged = async (host: ReturnType<typeof newHost>) => {
    host.seen(repository.id, repository.fullName);
    const both = [];
    for (const one of [pull, other])
      both.push([...((await host.history?.mergedCommits(one, [sha], ROUTE))?.merged ?? [])]);
    return both;
  };
  expect(await merged(newHost())).toEqual([[], []]);
  repository.protect("topic");
  const host = newHost();
  expect(await merged(host)).toEqual([[sha], [sha]]);
  const standing = (name: string) =>
    host.history?.protectedCommit({ host: "gitee", id: repository.id }, name, ROUTE);
  // A copy of a commit must come from a branch that no open pull request would merge.
  expect(await standing(sha)).toBeNull();
  repository.branch("release/1.x", "topic").protect("release/1.x");
  host.pushed(repository.id, "release/1.x");
  expect((await host.history?.mergedCommits(pull, [sha], ROUTE))?.merged).toEqual(new Set([sha]));
  expect(await standing(sha)).toBe(sha);
});

describe("what Gitee's protected branches have of a pull request", () => {
  async function withMerged() {
    const started = await startHistory();
    const { alice, bob, repository, host } = started;
    repository.branch("release/1.x");
    const { sha } = repository.push([{ author: bob }], { branch: "release/1.x" });
    repository.push([{ author: alice }], { branch: "release/1.x" });
    const { number } = repository.openPull({ opener: alice });
    const pull = { ref: { host: "gitee", repository: repository.id, number }, head: sha } as const;
    const merged = async (by = host) => (await by.history?.mergedCommits(pull, [sha], ROUTE))?.merged;
    return { ...started, sha, merged };
  }

  it("is nothing where the comparison may be cut", async () => {
    const { gitee, newHost, repository, sha, merged } = await withMerged();
    repository.protect("release/1.x");
    expect(await merged()).toEqual(new Set([sha]));
    const other = newHost();
    other.seen(repository.id, repository.fullName);
    const commits = Array.from({ length: 250 }, (_, at) => ({
      sha: String(at).padStart(40, "0"),
      commit: { message: "" },
    }));
    const cut = { base_commit: { sha }, merge_base_commit: { sha: "0".repeat(40) }, commits };
    gitee.fail({ status: 200, body: JSON.stringify(cut), match: /compare/, times: 9 });
    expect(await merged(other)).toEqual(new Set());
    // A comparison never changes.
    expect(await merged()).toEqual(new Set([sha]));
  });

  it("is looked for on ten branches, and on twenty pages of branches", async () => {
    const { gitee, host, alice, repository, sha, merged } = await withMerged();
    for (let at = 0; at < 12; at += 1) {
      repository.branch(`a${at}`).protect(`a${at}`);
      repository.push([{ author: alice }], { branch: `a${at}` });
    }
    repository.branch("z", "release/1.x").protect("z");
    gitee.resetCalls();
    expect(await merged()).toEqual(new Set());
    expect(gitee.requests.filter(({ path }) => path.includes("/compare/"))).toHaveLength(10);
    host.pushed(repository.id, null);
    gitee.resetCalls();
    for (let at = 0; at < 25; at += 1)
      gitee.fail({
        status: 200,
        body: JSON.stringify([{ name: `b${at}`, commit: { sha }, protected: false }]),
        headers: { total_page: "9000" },
        match: /branches/,
      });
    expect(await merged()).toEqual(new Set());
    expect(gitee.requests.filter(({ path }) => path.endsWith("/branches"))).toHaveLength(20);
  });
});

it("What Gitee's branches have costs calls only after a push to one that matters, or an hour", async () => {
  let clock = Date.now();
  const { gitee, host, bob, alice, repository } = await startHost({ host: { now: () => clock } });
  const names = ["release/1.x", "release/2.x"];
  for (const name of names) {
    repository.branch(name).protect(name);
    repository.push([{ author: alice }], { branch: name });
  }
  repository.branch("topic");
  const calls = async (pull = opened): Promise<string[]> => {
    const ref = { host: "gitee", repository: repository.id, number: pull.number } as const;
    await host.read(ref, ROUTE, null);
    gitee.resetCalls();
    const commits = pull.commits.map(({ sha }) => sha);
    const found = await host.history?.mergedCommits({ ref, head: pull.headSha }, commits, ROUTE);
    expect(found).toEqual({ merged: new Set(), failure: null });
    return gitee.requests.map(({ path }) => path.split("/").at(6) ?? "");
  };
  const open = () => repository.openPull({ opener: alice, commits: [{ author: bob }] });
  const opened = open();
  expect(await calls()).toEqual(["branches", "compare", "compare"]);
  // Another head, later commits of the target and another branch change nothing.
  repository.push([{ author: alice }]);
  host.pushed(repository.id, "master");
  host.pushed(repository.id, "topic");
  clock += 59 * 60_000;
  expect([await calls(), await calls(open())]).toEqual([[], []]);
  repository.push([{ author: alice }], { branch: "release/1.x" });
  host.pushed(repository.id, "release/1.x");
  expect([await calls(), await calls(open())]).toEqual([["branches", "compare"], []]);
  for (const branch of [null, "release/3.x"]) {
    host.pushed(repository.id, branch);
    expect([await calls(), await calls()]).toEqual([["branches"], []]);
  }
  clock += 61 * 60_000;
  expect([await calls(), await calls()]).toEqual([["branches"], []]);
});

it("A commit that a branch had a while ago counts only if it is there now", async () => {
  let clock = Date.now();
  const { gitee, host, bob, alice, repository } = await startHost({ host: { now: () => clock } });
  repository.branch("release/1.x").protect("release/1.x");
  const { sha } = repository.push([{ author: bob }], { branch: "release/1.x" });
  const { number } = repository.openPull({ opener: alice, at: sha });
  const ref = { host: "gitee", repository: repository.id, number } as const;
  const merged = async () => {
    await host.read(ref, ROUTE, null);
    gitee.resetCalls();
    return (await host.history?.mergedCommits({ ref, head: sha }, [sha], ROUTE))?.merged.size;
  };
  expect(await merged()).toBe(1);
  const tip = repository.record.branches.get("master");
  if (tip !== undefined) repository.record.branches.set("release/1.x", tip);
  clock += 2 * 60_000;
  expect(await merged()).toBe(0);
});

describe("a commit on a protected branch of Gitee", () => {
  it("is one that a protected branch has among its ancestors, and no other", async () => {
    const { alice, repository, standing } = await startHistory();
    const fix: CommitSpec = { author: alice, files: { a: "1\n" } };
    const old = repository.push([fix]);
    repository.push([{ author: alice }]);
    repository.branch("topic").protect();
    const aside = repository.push([{ author: alice, files: { b: "1\n" } }], { branch: "topic" });
    expect(await standing(old.sha)).toBe(old.sha);
    expect(await standing(aside.sha)).toBeNull();
    expect(await standing("f".repeat(40))).toBeNull();
  });

  it("is none while no branch is protected, nor what is no commit's name", async () => {
    const { gitee, repository, standing } = await startHistory();
    expect(await standing(repository.tip().sha)).toBeNull();
    gitee.resetCalls();
    for (const name of ["master", "abc", "../labels", "HEAD~1"]) expect(await standing(name)).toBeNull();
    expect(gitee.requests.filter(({ path }) => path.includes("/commits/"))).toEqual([]);
  });

  it("is not a branch that bears such a name", async () => {
    const { alice, repository, standing } = await startHistory();
    repository.branch("abcdef0").protect().protect("abcdef0");
    repository.push([{ author: alice }], { branch: "abcdef0" });
    expect(await standing("abcdef0")).toBeNull();
  });

  it("is found where the list of branches has no pages, and the list is read no further", async () => {
    const { gitee, repository, standing } = await startHistory();
    const { sha } = repository.tip();
    const branches = Array.from({ length: 150 }, (_, at) => ({
      name: `b${at}`,
      commit: { sha },
      protected: at === 149,
    }));
    gitee.fail({ status: 200, body: JSON.stringify(branches), match: /branches$/, times: 9 });
    expect(await standing(sha)).toBe(sha);
    expect(gitee.requests.filter(({ path }) => path.endsWith("/branches"))).toHaveLength(2);
  });
});

describe("what a commit changes on Gitee", () => {
  it("is put together from its files, each way that a file changes", async () => {
    const { alice, repository, diff } = await startHistory();
    repository.push([{ author: alice, files: { "old name.txt": "a\nb\n", gone: "x\n" } }]);
    const { sha } = repository.push([
      { author: alice, files: { "old name.txt": "a\nc\n", gone: null, "src/new.ts": "1\n2\n" } },
    ]);
    const patch = readPatch((await diff(sha)) ?? "");
    expect(patch?.map(({ from, to }) => [from, to])).toEqual([
      ["gone", null],
      ["old name.txt", "old name.txt"],
      [null, "src/new.ts"],
    ]);
    expect(patch?.[1]?.blocks).toEqual([{ removed: ["b\n"], added: ["c\n"] }]);
  });

  it("is none of a merge, whose change is not one commit's", async () => {
    const { alice, repository, diff } = await startHistory();
    const side = repository.branch("side").push([{ author: alice, files: { a: "1\n" } }], { branch: "side" });
    const { sha } = repository.push([{ author: alice, files: { a: "1\n" }, merges: [side.sha] }]);
    expect(await diff(sha)).toBeNull();
  });

  const sha = "a".repeat(40);
  const file = {
    filename: "src/a.ts",
    status: "modified",
    additions: "1",
    deletions: 1,
    patch: "--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-old\n+new",
  };
  const whole = { sha, parents: [{ sha: "b" }], stats: { additions: 1, deletions: 1 }, files: [file] };
  const answered = async (answer: unknown): Promise<string | null> => {
    const { gitee, diff } = await startHistory();
    gitee.fail({ status: 200, body: JSON.stringify(answer), match: new RegExp(`commits/${sha}$`) });
    return diff(sha);
  };

  it("is the same whether a patch is a text or an object, with names of its own or without", async () => {
    const text = await answered(whole);
    expect(readPatch(text ?? "")).toHaveLength(1);
    const bare = { ...file, patch: { diff: "@@ -1 +1 @@\n-old\n+new\n" } };
    expect(await answered({ ...whole, files: [bare] })).toBe(text);
  });

  it.each([
    ["no files", { ...whole, files: undefined }],
    ["no counts", { ...whole, stats: null }],
    ["fewer lines than it counts", { ...whole, stats: { additions: 9, deletions: 1 } }],
    ["another commit", { ...whole, sha: "c".repeat(40) }],
    ["no parents", { ...whole, parents: undefined }],
    ["a file without its text", { ...whole, files: [{ ...file, patch: null }] }],
    ["a text that was cut", { ...whole, files: [{ ...file, patch: "@@ -1 +1 @@\n-old" }] }],
    ["a way to change that is not known", { ...whole, files: [{ ...file, status: "renamed" }] }],
    ["a name of two lines", { ...whole, files: [{ ...file, filename: "a\nb" }] }],
    [
      "as many files as may be shown",
      { ...whole, stats: { additions: 300, deletions: 300 }, files: Array.from({ length: 300 }, () => file) },
    ],
  ])("is none where Gitee shows %s", async (_, answer) => {
    expect(await answered(answer)).toBeNull();
  });
});
