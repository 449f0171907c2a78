import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { reconcileGroup } from "../../src/check/group.ts";
import { Failure, type FailureCode } from "../../src/error.ts";
import type { GroupHead, GroupReading, History, Host, MergeQueue, Reading } from "../../src/ports/host.ts";
import type { Commit, Pull } from "../../src/pull.ts";
import type { PolicyFile } from "../../src/verdict/policy.ts";
import { commit, DAY, NOW, person, pull } from "../verdict/facts.ts";
import {
  alice,
  bob,
  carol,
  plainScene,
  policyFile,
  pullBy,
  ref,
  repository,
  route,
  someone,
} from "./plain-scene.ts";

const MINUTE = 60_000;
const task = { repository, head: "h", base: "b", failingSince: null } as const;
const DIFF = "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+two\n";

interface Given {
  /** The pull requests in the group, by number. */
  readonly pulls?: Readonly<Record<number, Pull | Reading | Failure>>;
  readonly commits?: readonly Commit[];
  readonly group?: Partial<GroupReading>;
  readonly head?: Partial<GroupHead> | Failure;
  /** Why it can't be read. */
  readonly failure?: Error | null;
  readonly host?: Partial<Host>;
}

/** Judges a group. Alice has signed. */
async function scene({ pulls = {}, commits = [], group = {}, head = {}, failure = null, host = {} }: Given) {
  const asked: unknown[] = [];
  const all = await plainScene({
    ...host,
    read: async (of, way, comment) => {
      expect([of.repository, way, comment]).toEqual([repository.id, route, null]);
      const found = pulls[of.number];
      if (found === undefined) throw new Error(`no pull request ${of.number}`);
      if (found instanceof Failure) throw found;
      return "pull" in found ? found : all.reading(found);
    },
  });
  await all.sign(alice);
  const anyone = all.reading(pullBy(alice));
  const show: GroupReading["show"] = (report, confirm) => anyone.show(report, confirm);
  const mergeQueue: MergeQueue = {
    read: async (...question) => {
      expect(question).toEqual([repository, "h", "b", route]);
      if (failure !== null) throw failure;
      return {
        path: "octo/repo",
        policyFile: null,
        head: "h",
        pulls: Object.keys(pulls).map((number) => ({ ...ref, number: Number(number) })),
        commits,
        gaps: [],
        show,
        ...group,
      };
    },
    readHead: async (...question) => {
      asked.push(question);
      if (head instanceof Failure) throw head;
      return { path: "octo/repo", policyFile: null, over: false, show, ...head };
    },
  };
  const what = { kind: "group", host: "github", repository: repository.id, head: "h", base: "b" } as const;
  const judged = async (change: { failingSince?: number } = {}, world = all.world) => {
    const hold = await all.take(what, { deliveries: [{ id: "d-1", at: 1 }] });
    try {
      return await reconcileGroup(world, { ...all.host, mergeQueue }, { ...task, ...change }, route, hold);
    } finally {
      await all.engine.queue.done(hold.taken, null);
    }
  };
  return {
    ...all,
    asked,
    judged,
    states: () => all.shown.map(({ report }) => report.state),
    line: () => all.shown.at(-1)?.report.line,
  };
}

const of = (author: Parameters<typeof commit>[1], sha = "c1"): Pull => pull(alice, [commit(sha, author)]);

describe("a merge group", () => {
  it("of signed pull requests is green, tells so, and is looked at every five minutes", async () => {
    const { judged, states, verdicts, shown } = await scene({ pulls: { 7: of(alice), 8: of(alice, "c2") } });
    expect(await judged()).toEqual({ state: "success", again: NOW + 5 * MINUTE, writes: 1 });
    expect(states()).toEqual(["success"]);
    expect(verdicts).toEqual([
      {
        task: { kind: "group", host: "github", repository: repository.id, head: "h", base: "b" },
        state: "success",
        writes: 1,
        deliveries: [{ id: "d-1", at: 1 }],
      },
    ]);
    expect(shown[0]?.report.detailsUrl).toBe("https://cla.example.com/pulls/github/octo/repo/7");
  });

  it.each<[string, Record<number, Pull>, string]>([
    ["one of which is unsigned", { 7: of(alice), 8: of(bob, "c2") }, "failure"],
    ["one of which is unknown", { 7: of(alice), 8: { ...of(alice, "c2"), gaps: ["too-large"] } }, "error"],
    [
      "that are unknown and unsigned",
      { 7: { ...of(alice), gaps: ["too-large"] }, 8: of(bob, "c2") },
      "failure",
    ],
  ])("of pull requests %s is not green", async (_, pulls, state) => {
    const { judged, states } = await scene({ pulls });
    expect(await judged()).toMatchObject({ state });
    expect(states()).toEqual([state]);
  });

  it("takes no pull request out of the queue while the host compares no branch", async () => {
    const refused = new Failure("host-refused");
    const history: History = {
      protectedCommit: async () => null,
      mergedCommits: () => Promise.reject(refused),
      diff: async () => null,
    };
    const { judged, states } = await scene({ pulls: { 7: of(bob) }, host: { history } });
    await expect(judged()).rejects.toBe(refused);
    expect(states()).toEqual(["error"]);
  });

  it("with a broken policy is an error with its mistake", async () => {
    const all = await scene({ pulls: {} });
    const broken = all.reading(of(alice), { policyFile: policyFile("report: nope") });
    const { judged, states, line } = await scene({ pulls: { 7: of(alice), 8: broken } });
    expect(await judged()).toMatchObject({ state: "error" });
    expect([states(), line()]).toEqual([["error"], expect.stringContaining(".github/cla.yml")]);
  });

  it("without an agreement gets no answer", async () => {
    const { judged, states } = await scene({
      pulls: { 7: { ...of(bob), path: "other/repo" } },
      group: { path: "other/repo" },
    });
    expect(await judged()).toEqual({ state: "uncovered", again: null, writes: 0 });
    expect(states()).toEqual([]);
  });

  it("of which a part has no agreement gets no answer", async () => {
    const { judged } = await scene({ pulls: { 7: of(alice), 8: { ...of(bob), path: "other/repo" } } });
    expect(await judged()).toMatchObject({ state: "uncovered" });
  });

  it("is judged also where nobody observes the verdict", async () => {
    const { judged, world } = await scene({ pulls: { 7: of(alice) } });
    const { observeVerdict: _, ...unobserved } = world;
    expect(await judged({}, unobserved)).toMatchObject({ state: "success" });
  });

  it("has a bot judged by the pull request that needs its signature", async () => {
    const dependabot = person(49_699_333, { login: "dependabot[bot]", bot: true });
    const exempt = pull(dependabot, [commit("c1", dependabot)]);
    for (const pulls of [
      { 7: exempt, 8: of(dependabot, "c2") },
      { 7: of(dependabot, "c2"), 8: exempt },
    ]) {
      const { judged, line } = await scene({ pulls });
      expect(await judged()).toMatchObject({ state: "failure" });
      expect(line()).toBe("CLA icla 1.0: 1 of 2 accounts");
    }
  });

  it("with an address that nobody knows says how many commits have one", async () => {
    const { judged, line } = await scene({ pulls: { 7: of(someone) } });
    expect(await judged()).toMatchObject({ state: "failure" });
    expect(line()).toContain("1 commit");
  });

  it("with a gap shows doubt, and is read again", async () => {
    const { judged, states } = await scene({ pulls: { 7: of(alice) }, group: { gaps: ["list-cut"] } });
    await expect(judged()).rejects.toMatchObject({ code: "list-cut" });
    expect(states()).toEqual(["error"]);
  });

  it("names each account once, with its strictest result", async () => {
    const warned = "require: {coauthors: warn}";
    const all = await scene({ pulls: {} });
    const weak = all.reading(pull(alice, [commit("c1", alice, { coauthors: [bob] })]), {
      policyFile: policyFile(warned),
    });
    for (const pulls of [
      { 7: weak, 8: of(bob, "c2") },
      { 7: of(bob, "c2"), 8: weak },
    ]) {
      const { judged, line } = await scene({ pulls });
      expect(await judged()).toMatchObject({ state: "failure" });
      expect(line()).toBe("CLA icla 1.0: 1 of 2 accounts");
    }
    const { judged, line } = await scene({ pulls: { 7: weak } });
    expect(await judged()).toMatchObject({ state: "success" });
    expect(line()).toBe("CLA icla 1.0: 1 of 1 account");
  });

  it("requires nothing for an exempt pull request", async () => {
    const all = await scene({ pulls: {} });
    const exempt = all.reading(of(bob), {
      policyFile: policyFile("exempt: {lines: 5}"),
      change: async () => ({ lines: 1, files: [{ path: "a", counted: true }] }),
    });
    const both = await scene({ pulls: { 7: exempt, 8: of(alice, "c2") } });
    expect(await both.judged()).toMatchObject({ state: "success" });
    expect(both.line()).toBe("CLA icla 1.0: 1 of 1 account");
    const alone = await scene({ pulls: { 7: exempt } });
    expect(await alone.judged()).toMatchObject({ state: "success" });
    expect(alone.line()).toContain("small change");
  });
});

describe("a commit of a merge group in no pull request", () => {
  it("is judged by its authors", async () => {
    const signed = await scene({
      pulls: { 7: of(alice) },
      commits: [commit("c1", alice), commit("m1", alice)],
    });
    expect(await signed.judged()).toMatchObject({ state: "success" });
    const other = await scene({ pulls: { 7: of(alice) }, commits: [commit("m1", bob)] });
    expect(await other.judged()).toMatchObject({ state: "failure" });
    expect(other.line()).toContain("1 of 2");
  });

  it("is judged also where no pull request is named, with a link to the repository", async () => {
    const { judged, shown } = await scene({ commits: [commit("m1", alice)] });
    expect(await judged()).toMatchObject({ state: "success" });
    expect(shown[0]?.report.detailsUrl).toBe("https://cla.example.com/pulls/github/octo/repo/0");
    const empty = await scene({});
    await expect(empty.judged()).rejects.toMatchObject({ code: "list-cut" });
    expect(empty.states()).toEqual(["error"]);
  });

  it("is exempt by nothing that a commit claims, nor by size, nor as merged", async () => {
    const dependabot = person(49_699_333, { login: "dependabot[bot]", bot: true });
    const mergedCommits = async () => ({ merged: new Set(["m1"]), failure: null });
    const history: History = { protectedCommit: async () => null, mergedCommits, diff: async () => null };
    for (const [text, author] of [
      ["exempt: {accounts: ['github:49699333']}", dependabot],
      ["exempt: {authors: ['github:2']}", bob],
      ["exempt: {lines: 500, paths: ['**']}", bob],
      ["comment: never", dependabot],
    ] as const) {
      const group = { policyFile: policyFile(text) };
      const { judged, states } = await scene({ commits: [commit("m1", author)], group, host: { history } });
      await judged().catch(() => null);
      expect([text, states()]).toEqual([text, ["failure"]]);
    }
  });

  it("may have any committer, because the queue is one, and bots as co-authors where the policy allows them", async () => {
    const dependabot = person(49_699_333, { login: "dependabot[bot]", bot: true });
    const judge = async (text: string, more: Partial<Commit>) => {
      const group = { policyFile: policyFile(text) };
      const { judged } = await scene({ commits: [commit("m1", alice, more)], group });
      return (await judged()).state;
    };
    expect(await judge("require: {committers: require}", { committer: bob })).toBe("success");
    expect(await judge("comment: never", { coauthors: [dependabot] })).toBe("success");
    expect(await judge("require: {coauthors: ignore}", { coauthors: [bob] })).toBe("success");
    expect(await judge("exempt: {bots: none}", { coauthors: [dependabot] })).toBe("failure");
  });

  it("follows the server's policy strictly, too", async () => {
    const { judged, states, world } = await scene({ commits: [commit("m1", bob)] });
    const policy: PolicyFile = {
      exempt: { authors: [accountOf("github", 2)] },
      require: { committers: "require" },
    };
    await judged({}, { ...world, policy }).catch(() => null);
    expect(states()).toEqual(["failure"]);
  });

  it("with a broken policy file is an error", async () => {
    const { judged } = await scene({
      commits: [commit("m1", alice)],
      group: { policyFile: policyFile("x: 1") },
    });
    expect(await judged()).toMatchObject({ state: "error" });
  });

  it("is a server's own with numbers of its own", async () => {
    const author = person(49_699_333, { login: "dependabot[bot]" });
    const commits = [commit("m1", alice, { coauthors: [author] })];
    const own = await scene({ commits, group: { ownNumbers: true } });
    expect(await own.judged()).toMatchObject({ state: "failure" });
    const shared = await scene({ commits, group: { ownNumbers: false } });
    expect(await shared.judged()).toMatchObject({ state: "success" });
  });
});

describe("a commit that the queue rebuilt", () => {
  const bot = person(49_699_333, { login: "dependabot[bot]", bot: true });
  const original = commit("c1", bot, { message: "Bump it" });
  const rebuilt = { ...original, sha: "r1" };
  const botPull = pull(bot, [original]);
  const historyOf = (diff: History["diff"]): History => ({
    protectedCommit: async () => null,
    mergedCommits: () => Promise.reject(new Error("not asked")),
    diff,
  });
  const asked: unknown[] = [];
  const same = historyOf(async (...question) => {
    asked.push(question);
    return DIFF;
  });

  it("counts as it does in its pull request", async () => {
    const { judged, states, line } = await scene({
      pulls: { 7: botPull },
      commits: [rebuilt],
      host: { history: same },
    });
    expect(await judged()).toMatchObject({ state: "success" });
    expect([states(), line()]).toEqual([["success"], "CLA icla 1.0: 1 of 1 account"]);
    expect(asked).toEqual([
      [repository, "r1", route],
      [repository, "c1", route],
    ]);
  });

  it.each<[string, Partial<Commit>]>([
    ["message", { message: "Bump more" }],
    ["author", { author: bob }],
    ["author's name", { author: { ...bot, name: "x" } }],
    ["author's address", { author: { ...bot, email: "x@example.org" } }],
    ["co-author", { coauthors: [bob] }],
  ])("has the same %s", async (_, change) => {
    const commits = [{ ...rebuilt, ...change }];
    const { judged } = await scene({ pulls: { 7: botPull }, commits, host: { history: same } });
    expect(await judged()).toMatchObject({ state: "failure" });
  });

  it("has the same change, which the host must show", async () => {
    for (const diff of [
      async (_: unknown, sha: string) => (sha === "r1" ? DIFF.replace("two", "three") : DIFF),
      async (_: unknown, sha: string) => (sha === "r1" ? null : DIFF),
      async (_: unknown, sha: string) => (sha === "c1" ? null : DIFF),
    ]) {
      const history = historyOf(diff);
      const { judged } = await scene({ pulls: { 7: botPull }, commits: [rebuilt], host: { history } });
      expect(await judged()).toMatchObject({ state: "failure" });
    }
  });

  it("leaves the others to be judged by their authors", async () => {
    const given = { pulls: { 7: botPull }, host: { history: same } };
    const signed = await scene({ ...given, commits: [rebuilt, commit("m1", alice)] });
    expect(await signed.judged()).toMatchObject({ state: "success" });
    const slipped = await scene({ ...given, commits: [rebuilt, commit("m1", bob)] });
    expect(await slipped.judged()).toMatchObject({ state: "failure" });
    const nameless = await scene({ ...given, commits: [rebuilt, commit("m1", someone)] });
    expect(await nameless.judged()).toMatchObject({ state: "failure" });
    const cut = await scene({ ...given, commits: [rebuilt], group: { gaps: ["list-cut"] } });
    await expect(cut.judged()).rejects.toMatchObject({ code: "list-cut" });
    expect(cut.states()).toEqual(["error"]);
  });

  it("is compared only where somebody has not signed", async () => {
    asked.length = 0;
    const own = commit("c2", alice);
    const pulls = { 7: botPull, 8: pull(alice, [own]) };
    const commits = [rebuilt, { ...own, sha: "r2" }];
    const { judged } = await scene({ pulls, commits, host: { history: same } });
    expect(await judged()).toMatchObject({ state: "success" });
    expect(asked).toEqual([
      [repository, "r1", route],
      [repository, "c1", route],
    ]);
  });

  it("from one that a maintainer waived passes, too, and one of its pull request is not judged again", async () => {
    const nameless = commit("c1", someone);
    const given = { pulls: { 7: pull(alice, [nameless]) }, host: { history: same } };
    for (const commits of [[{ ...nameless, sha: "r1" }], [nameless]]) {
      const { engine, judged } = await scene({ ...given, commits });
      await engine.waivers.add({ repository, commit: "c1", by: accountOf("github", 9), at: 1 });
      expect(await judged()).toMatchObject({ state: "success" });
    }
    const merged = await scene({ pulls: { 7: botPull }, commits: [original] });
    expect(await merged.judged()).toMatchObject({ state: "success" });
  });

  it("is not looked for where a pull request has not passed, or the host can't tell", async () => {
    const never = historyOf(() => Promise.reject(new Error("not asked")));
    const pulls = { 7: botPull, 8: { ...of(alice, "c3"), gaps: ["too-large"] as const } };
    const red = await scene({ pulls, commits: [rebuilt], host: { history: never } });
    expect(await red.judged()).toMatchObject({ state: "failure" });
    const blind = await scene({ pulls: { 7: botPull }, commits: [rebuilt] });
    expect(await blind.judged()).toMatchObject({ state: "failure" });
    const signed = await scene({
      pulls: { 7: of(alice) },
      commits: [commit("m1", alice)],
      host: { history: never },
    });
    expect(await signed.judged()).toMatchObject({ state: "success" });
  });

  it("that can't be compared is a failure for now, and read again; a bug is thrown", async () => {
    const refused = new Failure("host-refused");
    const given = { pulls: { 7: botPull }, commits: [rebuilt] };
    const failing = await scene({ ...given, host: { history: historyOf(() => Promise.reject(refused)) } });
    await expect(failing.judged()).rejects.toBe(refused);
    expect(failing.states()).toEqual(["failure"]);
    const bug = await scene({
      ...given,
      host: { history: historyOf(() => Promise.reject(new TypeError("a bug"))) },
    });
    await expect(bug.judged()).rejects.toThrow("a bug");
  });

  it("is one of fifty at most", async () => {
    const many = (count: number) =>
      Array.from({ length: count }, (_, index) => ({ ...rebuilt, sha: `r${index}` }));
    for (const [count, state] of [
      [50, "success"],
      [51, "failure"],
    ] as const) {
      const { judged } = await scene({
        pulls: { 7: botPull },
        commits: many(count),
        host: { history: same },
      });
      expect(await judged()).toMatchObject({ state });
    }
  });
});

describe("a merge group that can't be read", () => {
  it.each<[FailureCode, string, string]>([
    ["list-cut", "pending", "unexplained"],
    ["host-unreachable", "pending", "unread"],
    ["permission-missing", "pending", "unread"],
    ["installation-suspended", "error", "unread"],
  ])("because of %s says so on its head: %s", async (code, state) => {
    const { judged, states, asked, line } = await scene({ failure: new Failure(code) });
    await expect(judged()).rejects.toMatchObject({ code });
    expect([asked, states()]).toEqual([[[repository, "h", route]], [state]]);
    expect(line()).toContain(code === "list-cut" ? "which pull requests" : "does not show this merge group");
  });

  it("is an error after ten minutes, or at the second refusal", async () => {
    for (const [minutes, state, code] of [
      [10, "pending", "list-cut"],
      [11, "error", "list-cut"],
      // The next retry is tomorrow.
      [0, "error", "permission-missing"],
    ] as const) {
      const { judged, states } = await scene({ failure: new Failure(code) });
      await judged({ failingSince: NOW - minutes * MINUTE }).catch(() => null);
      expect(states()).toEqual([state]);
    }
  });

  it.each<FailureCode>(["superseded", "paced", "host-limit"])("for now by %s says nothing", async (code) => {
    const { judged, asked } = await scene({ failure: new Failure(code) });
    await expect(judged()).rejects.toMatchObject({ code });
    expect(asked).toEqual([]);
  });

  it("because of a bug throws it", async () => {
    const { judged, asked } = await scene({ failure: new TypeError("a bug") });
    await expect(judged()).rejects.toThrow("a bug");
    expect(asked).toEqual([]);
  });

  it("and is gone needs no answer where it was judged, and is looked for again where not", async () => {
    const over = await scene({ failure: new Failure("not-found"), head: { over: true } });
    expect(await over.judged()).toEqual({ state: "gone", again: null, writes: 0 });
    const elsewhere = await scene({ failure: new Failure("not-found"), head: { path: "other/repo" } });
    expect(await elsewhere.judged()).toMatchObject({ state: "gone" });
    const open = await scene({ failure: new Failure("not-found") });
    await expect(open.judged()).rejects.toMatchObject({ code: "not-found" });
    expect(open.line()).toContain("which pull requests");
    expect([over.states(), elsewhere.states(), open.states()]).toEqual([[], [], ["pending"]]);
  });

  it("and is over needs no answer, but is not gone", async () => {
    const { judged, states } = await scene({ failure: new Failure("list-cut"), head: { over: true } });
    await expect(judged()).rejects.toMatchObject({ code: "list-cut" });
    expect(states()).toEqual([]);
  });

  it("nor its head fails as before, unless another worker has it", async () => {
    const refused = await scene({ failure: new Failure("list-cut"), head: new Failure("host-refused") });
    await expect(refused.judged()).rejects.toMatchObject({ code: "list-cut" });
    const gone = await scene({ failure: new Failure("not-found"), head: new Failure("host-refused") });
    await expect(gone.judged()).rejects.toMatchObject({ code: "not-found" });
    const lost = await scene({ failure: new Failure("list-cut"), head: new Failure("superseded") });
    await expect(lost.judged()).rejects.toMatchObject({ code: "superseded" });
  });

  it("because one of its pull requests is not there is no group that is gone", async () => {
    const { judged, states } = await scene({
      pulls: { 7: of(alice), 8: new Failure("not-found", "no such pull request") },
      head: { over: true },
    });
    await expect(judged()).rejects.toMatchObject({
      code: "host-refused",
      message: "no such pull request",
      cause: { code: "not-found" },
    });
    expect(states()).toEqual([]);
  });

  it("because one of its pull requests can't be read says so", async () => {
    const { judged, states } = await scene({ pulls: { 7: new Failure("sso-required") } });
    await expect(judged()).rejects.toMatchObject({ code: "sso-required" });
    expect(states()).toEqual(["pending"]);
  });
});

it("a group's members of one grace are told until when", async () => {
  const { engine, judged, world, states } = await scene({ pulls: { 7: of(alice), 8: of(carol, "c2") } });
  await engine.signatures.sign(
    [[{ account: accountOf("github", 3), agreement: "icla", version: "1.0", signedAt: 1, entity: null }]],
    { evidence: "import" },
  );
  const [known] = world.agreements;
  if (known === undefined) throw new Error("the scene has an agreement");
  const revised = { ...known, version: "2.0", accepts: [], graceDays: 3, effective: NOW - DAY };
  expect(await judged({}, { ...world, agreements: [revised] })).toMatchObject({ state: "success" });
  expect(states()).toEqual(["success"]);
});
