import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { inspect, isVerdict, type Asking } from "../../src/check/inspect.ts";
import { Failure } from "../../src/error.ts";
import type { History, Host, Memberships, Reading } from "../../src/ports/host.ts";
import type { Pull } from "../../src/pull.ts";
import { commit, person, pull } from "../verdict/facts.ts";
import {
  alice,
  bob,
  carol,
  plainHost,
  plainScene,
  policyFile,
  pullBy,
  route,
  shaOf,
  someone,
} from "./plain-scene.ts";

const refused = new Failure("host-refused", "no");

/** Alice has signed. */
async function scene(answers: Partial<Host> = {}) {
  const all = await plainScene(answers);
  await all.sign(alice);
  return {
    ...all,
    look: (of: Pull, more: Partial<Reading> = {}, asking?: Asking) =>
      inspect(all.world, all.host, all.reading(of, more), route, asking),
  };
}

const verdictOf = ({ finding }: Awaited<ReturnType<typeof inspect>>) =>
  finding.kind === "judged" ? finding.judgment.verdict : finding.kind;
const doubtsOf = ({ finding }: Awaited<ReturnType<typeof inspect>>) =>
  finding.kind === "judged" ? finding.judgment.doubts : null;

/** A host's history that says which commits are merged, and remembers what it was asked. */
function historyOf(answer: Partial<History>): { history: History; asked: unknown[][] } {
  const asked: unknown[][] = [];
  const history: History = {
    protectedCommit: async () => null,
    mergedCommits: async () => ({ merged: new Set(), failure: null }),
    diff: async () => null,
    ...answer,
  };
  const noted: History = {
    ...history,
    mergedCommits: async (of, commits, way) => {
      asked.push([of.ref.number, commits, way]);
      return history.mergedCommits(of, commits, way);
    },
  };
  return { history: noted, asked };
}

describe("a repository without an agreement", () => {
  const labels = { signed: "cla: yes", unsigned: "cla: no" };
  const elsewhere = { ...pullBy(alice), path: "other/repo" };

  it.each([
    ["has the server's labels", null, labels],
    ["has no labels where its policy file turns them off", policyFile("labels: false"), null],
    [
      "has the server's labels where its policy file has others",
      policyFile("labels: {signed: a, unsigned: b}"),
      labels,
    ],
    ["has the server's labels where its policy file says nothing", policyFile("comment: never"), labels],
    ["has the server's labels where its policy file is broken", policyFile("labels: 5"), labels],
  ])("is not covered and %s", async (_, file, expected) => {
    const { world, host, reading } = await scene();
    const found = await inspect(
      { ...world, policy: { labels } },
      host,
      reading(elsewhere, { policyFile: file }),
      route,
    );
    expect(found).toMatchObject({ finding: { kind: "uncovered" }, trouble: null, coverage: null });
    expect(found.policy.labels).toEqual(expected);
  });
});

describe("a policy file", () => {
  it("with mistakes is a finding with all of them, and the server's defaults apply", async () => {
    const { look } = await scene();
    const found = await look(pullBy(alice), { policyFile: policyFile("report: nope\ncomment: nope\n") });
    expect(found.finding).toMatchObject({ kind: "policy-broken", path: ".github/cla.yml" });
    expect(found.finding.kind === "policy-broken" && found.finding.problems).toHaveLength(2);
    expect(found).toMatchObject({ policy: { report: "status" }, trouble: null, coverage: null });
  });

  it("applies with the server's defaults below it", async () => {
    const { world, host, reading } = await scene();
    const defaults = { ...world, policy: { comment: "never", report: "check" } as const };
    const found = await inspect(
      defaults,
      host,
      reading(pullBy(alice), { policyFile: policyFile("report: status") }),
      route,
    );
    expect(found.policy).toMatchObject({ comment: "never", report: "status" });
  });
});

describe("a pull request whose people have signed", () => {
  it("is green without any lookup", async () => {
    const { look } = await scene({
      history: historyOf({ mergedCommits: () => Promise.reject(refused) }).history,
    });
    const found = await look(pullBy(alice), {
      policyFile: policyFile("exempt: {organizations: [5], lines: 9}"),
      change: () => Promise.reject(new Error("not asked")),
    });
    expect(verdictOf(found)).toBe("signed");
    expect(found).toMatchObject({ trouble: null });
    expect([...(found.coverage?.keys() ?? [])]).toEqual([alice.account]);
  });

  it("but for an address of a co-author who is only warned of is looked up, until a maintainer has waived it", async () => {
    const { history, asked } = historyOf({});
    const { look, engine } = await scene({ history });
    const of = pull(alice, [commit("c1", alice, { coauthors: [someone] })]);
    const file = policyFile("require: {coauthors: warn}");
    expect(verdictOf(await look(of, { policyFile: file }))).toBe("signed");
    expect(asked).toEqual([[7, ["c1"], route]]);
    const waiver = { repository: { host: "github", id: 1_296_269 }, commit: "c1", at: 1 } as const;
    await engine.waivers.add({ ...waiver, by: accountOf("github", 9) });
    const found = await look(of, { policyFile: file });
    expect(found.finding).toMatchObject({ judgment: { verdict: "signed", unlinked: [{ waived: true }] } });
    expect(asked).toHaveLength(1);
  });

  it("but for co-authors who are never resolved there is not compared", async () => {
    const { history, asked } = historyOf({});
    const { world, host, reading } = await scene({ history });
    const blind = { ...host, capabilities: { ...host.capabilities, resolvesCoauthors: false } };
    const of = pull(alice, [commit("c1", alice, { coauthors: [bob] })]);
    const warned = reading(of, { policyFile: policyFile("require: {coauthors: warn}") });
    expect(verdictOf(await inspect(world, blind, warned, route))).toBe("signed");
    expect(asked).toEqual([]);
    expect(verdictOf(await inspect(world, blind, reading(of), route))).toBe("unsigned");
    expect(asked).toHaveLength(1);
  });

  it("but for a co-author who is only warned of is looked up further", async () => {
    const { history, asked } = historyOf({
      mergedCommits: async () => ({ merged: new Set(), failure: refused }),
    });
    const { look } = await scene({ history });
    const of = pull(alice, [commit("c1", alice, { coauthors: [bob] })]);
    const found = await look(of, { policyFile: policyFile("require: {coauthors: warn}") }, "never");
    expect(asked).toEqual([[7, ["c1"], route]]);
    expect(verdictOf(found)).toBe("signed");
    // A green verdict did not need the answer.
    expect(found.trouble).toBeNull();
  });
});

describe("a waived commit", () => {
  it("asks its author for nothing, and is looked up only if somebody is missing", async () => {
    const { look, engine } = await scene();
    const waiver = { repository: { host: "github", id: 1_296_269 }, commit: shaOf(1), at: 1 } as const;
    await engine.waivers.add({ ...waiver, by: accountOf("github", 9) });
    expect(verdictOf(await look(pullBy(alice, someone)))).toBe("signed");
    expect(verdictOf(await look(pullBy(alice, bob, someone)))).toBe("unsigned");
    expect(verdictOf(await look(pullBy(someone, someone)))).toBe("unsigned");
  });

  it("is in doubt where the database does not answer", async () => {
    const all = await scene();
    const of = () => Promise.reject(new Failure("database-unreachable"));
    const engine = { ...all.engine, waivers: { ...all.engine.waivers, of } };
    const found = await inspect({ ...all.world, engine }, all.host, all.reading(pullBy(someone)), route);
    expect(verdictOf(found)).toBe("unsigned");
    expect(found.trouble).toMatchObject({ code: "database-unreachable" });
  });
});

describe("members of an exempt organization", () => {
  const file = policyFile("exempt: {organizations: [5, 'github:6', 'gitee:7']}");
  const answer = (change: Partial<Memberships> = {}): Memberships => ({
    members: new Set(),
    unknown: new Set(),
    ...change,
  });

  it("need not sign, and only those who have not signed are asked for", async () => {
    const asked: unknown[] = [];
    const members: Host["members"] = async (...question) => {
      asked.push(question);
      return answer({ members: new Set([accountOf("github", 2)]) });
    };
    const { look } = await scene({ members });
    expect(verdictOf(await look(pullBy(alice, bob), { policyFile: file }))).toBe("signed");
    expect(asked).toEqual([[[5, 6], [bob.account], route]]);
    expect(verdictOf(await look(pullBy(bob, carol), { policyFile: file }))).toBe("unsigned");
    // Nobody of them has an account, or no organization is of this host.
    await look(pullBy(someone), { policyFile: file });
    await look(pullBy(bob), { policyFile: policyFile("exempt: {organizations: ['gitee:7']}") });
    expect(asked).toHaveLength(2);
  });

  it.each([
    [
      "the host did not answer",
      {},
      ["look-up-failed"],
      { code: "host-refused", message: "the host did not answer about everybody" },
    ],
    ["there are too many", { why: "too-many" }, ["too-many-people"], null],
    [
      "the next check continues",
      { why: "unfinished", waitsUntil: 9 },
      ["lookup-unfinished"],
      { code: "unfinished", retryAt: 9 },
    ],
    [
      "the next check continues in a minute",
      { why: "unfinished" },
      ["lookup-unfinished"],
      { code: "unfinished", retryAt: null },
    ],
  ] as const)("are in doubt where %s", async (_, change, doubts, trouble) => {
    const unknown = new Set([accountOf("github", 2)]);
    const { look } = await scene({ members: async () => answer({ unknown, ...change }) });
    const found = await look(pullBy(alice, bob), { policyFile: file });
    expect([verdictOf(found), doubtsOf(found)]).toEqual(["unknown", doubts]);
    expect(found).toMatchObject({ trouble });
  });

  it("are all in doubt where the lookup fails, and a missing organization is no missing pull request", async () => {
    const { look, world, reading } = await scene({ members: () => Promise.reject(refused) });
    const found = await look(pullBy(alice, bob), { policyFile: file });
    expect([verdictOf(found), found.trouble]).toEqual(["unknown", refused]);
    const members = () => Promise.reject(new Failure("not-found", "no such organization"));
    const gone = await inspect(
      world,
      plainHost({ members }),
      reading(pullBy(bob), { policyFile: file }),
      route,
    );
    expect(gone.trouble).toMatchObject({
      code: "host-refused",
      message: "no such organization",
      cause: { code: "not-found" },
    });
    const bug = plainHost({ members: () => Promise.reject(new TypeError("a bug")) });
    await expect(inspect(world, bug, reading(pullBy(bob), { policyFile: file }), route)).rejects.toThrow(
      "a bug",
    );
  });
});

describe("commits that the repository already has", () => {
  it("ask nobody, and only commits with somebody missing besides the opener are compared", async () => {
    const { history, asked } = historyOf({
      mergedCommits: async () => ({ merged: new Set([shaOf(1), shaOf(2)]), failure: null }),
    });
    const { look } = await scene({ history });
    const found = await look(pullBy(alice, bob, someone));
    expect(asked).toEqual([[7, [shaOf(1), shaOf(2)], route]]);
    expect(verdictOf(found)).toBe("signed");
    expect(found.finding).toMatchObject({ judgment: { merged: [shaOf(1), shaOf(2)] } });
  });

  it("are not looked for where only the opener is missing, the reading has gaps or the host can't tell", async () => {
    const { history, asked } = historyOf({});
    const { look, world, reading } = await scene({ history });
    expect(verdictOf(await look(pull(bob, [commit("c1", bob)])))).toBe("unsigned");
    expect(verdictOf(await look({ ...pullBy(alice, bob), gaps: ["list-cut"] }))).toBe("unsigned");
    expect(asked).toEqual([]);
    const found = await inspect(world, plainHost(), reading(pullBy(bob)), route);
    expect([verdictOf(found), found.trouble]).toEqual(["unsigned", null]);
  });

  it("are looked for among the commits of people who must sign only", async () => {
    const { history, asked } = historyOf({});
    const { look } = await scene({ history });
    const file = policyFile("exempt: {authors: ['github:3']}");
    await look(pullBy(alice, carol, bob), { policyFile: file });
    expect(asked).toEqual([[7, [shaOf(2)], route]]);
    asked.length = 0;
    const { look: other, sign } = await scene({ history });
    await sign(carol);
    await other(pullBy(carol, bob));
    expect(asked).toEqual([[7, [shaOf(1)], route]]);
  });

  it("are asked for by default where a comparison failed", async () => {
    const mergedCommits = () => Promise.reject(refused);
    const { look } = await scene({ history: historyOf({ mergedCommits }).history });
    expect(verdictOf(await look(pullBy(alice, bob)))).toBe("unsigned");
  });

  it("are not looked for in a commit that was waived", async () => {
    const { history, asked } = historyOf({});
    const { look, engine } = await scene({ history });
    const waiver = { repository: { host: "github", id: 1_296_269 }, commit: shaOf(0), at: 1 } as const;
    await engine.waivers.add({ ...waiver, by: accountOf("github", 9) });
    await look(pullBy(someone, bob));
    expect(asked).toEqual([[7, [shaOf(1)], route]]);
  });

  it.each<[string, Asking, boolean, string, string[]]>([
    ["are asked for", "always", false, "unsigned", ["look-up-failed"]],
    ["are asked for", "always", true, "unsigned", ["look-up-failed"]],
    ["are asked for", "partly", true, "unsigned", ["look-up-failed"]],
    ["are not asked for yet", "partly", false, "unknown", ["look-up-failed"]],
    ["are not asked for", "never", true, "unknown", ["look-up-failed"]],
    ["are not asked for", "never", false, "unknown", ["look-up-failed"]],
  ])("%s where a comparison failed (%s, in part: %s)", async (_, asking, inPart, verdict, doubts) => {
    const mergedCommits: History["mergedCommits"] = () =>
      inPart ? Promise.resolve({ merged: new Set<string>(), failure: refused }) : Promise.reject(refused);
    const { look } = await scene({ history: historyOf({ mergedCommits }).history });
    const found = await look(pullBy(alice, bob, someone), {}, asking);
    expect([verdictOf(found), doubtsOf(found), found.trouble]).toEqual([verdict, doubts, refused]);
  });

  it("count where another branch was not compared", async () => {
    const merged = new Set([shaOf(0)]);
    const { history } = historyOf({ mergedCommits: async () => ({ merged, failure: refused }) });
    for (const asking of ["always", "never"] as const) {
      const { look } = await scene({ history });
      const found = await look(pullBy(bob, carol), {}, asking);
      expect(found.finding).toMatchObject({ judgment: { merged: [shaOf(0)] } });
    }
  });
});

describe("a commit that repeats one of a protected branch", () => {
  const DIFF = "diff --git a/a b/a\nindex 1..2 100644\n--- a/a\n+++ b/a\n@@ -1 +1 @@\n-one\n+two\n";
  const message = `Fix\n\n(cherry picked from commit ${"0".repeat(40)})`;
  const of = pull(alice, [
    commit("c1", bob, { message }),
    commit("c2", alice, { message }),
    commit("c3", someone, { message }),
  ]);

  it("asks nobody where the policy has it verified, and only commits with somebody missing are looked up", async () => {
    const looked: string[] = [];
    const { history } = historyOf({
      protectedCommit: async (_, name) => name,
      diff: async (place, sha, way) => {
        expect([place, way]).toEqual([{ host: "github", id: 1_296_269 }, route]);
        looked.push(sha);
        return DIFF;
      },
    });
    const { look } = await scene({ history });
    expect(verdictOf(await look(of, { policyFile: policyFile("require: {backports: verify}") }))).toBe(
      "signed",
    );
    expect(looked).toEqual(["c1", "0".repeat(40), "c3"]);
    looked.length = 0;
    expect(verdictOf(await look(of))).toBe("unsigned");
    expect(looked).toEqual([]);
  });

  it("is not looked for on a host that can't tell, and a failed lookup is told", async () => {
    const file = policyFile("require: {backports: verify}");
    const { world, reading } = await scene();
    const look = (history: History | null) =>
      inspect(world, plainHost({ history }), reading(of, { policyFile: file }), route);
    expect(await look(null)).toMatchObject({ trouble: null });
    const failing = historyOf({ protectedCommit: () => Promise.reject(refused) });
    expect(await look(failing.history)).toMatchObject({ trouble: refused });
  });
});

describe("an exemption by size", () => {
  const file = policyFile("exempt: {lines: 5}");
  const small = { lines: 5, files: [{ path: "a.ts", counted: true }] };

  it("is read only where the policy has one and somebody is missing", async () => {
    const { look } = await scene();
    const change = async () => small;
    const found = await look(pullBy(bob), { policyFile: file, change });
    expect(found.finding).toMatchObject({ judgment: { verdict: "signed", exemption: "lines" } });
    expect(verdictOf(await look(pullBy(bob), { policyFile: file }))).toBe("unsigned");
    const never = () => Promise.reject(refused);
    expect(await look(pullBy(bob), { change: never })).toMatchObject({ trouble: null });
    expect(await look(pullBy(alice), { policyFile: file, change: never })).toMatchObject({ trouble: null });
  });

  it("is none where the host does not list every file, and in doubt where it does not answer", async () => {
    const { look } = await scene();
    const cut = () => Promise.reject(new Failure("list-cut"));
    const found = await look(pullBy(bob), { policyFile: file, change: cut });
    expect([verdictOf(found), found.trouble]).toEqual(["unsigned", null]);
    const failing = await look(pullBy(bob), { policyFile: file, change: () => Promise.reject(refused) });
    expect([verdictOf(failing), failing.trouble]).toEqual(["unsigned", refused]);
  });
});

describe("doubt without a failure", () => {
  it.each([
    [{ gaps: ["list-cut"] }, { code: "list-cut" }],
    [{ gaps: ["count-differs"] }, { code: "list-cut" }],
    [{ gaps: ["look-up-failed"] }, { code: "host-refused" }],
    [{ gaps: ["too-large"] }, null],
    [{ gaps: ["list-cut", "too-large"] }, null],
    [{ opener: null }, null],
    [{ opener: null, gaps: ["list-cut"] }, { code: "list-cut" }],
  ] as const)("%j is looked up again where that may help", async (change, trouble) => {
    const { look } = await scene();
    const found = await look({ ...pullBy(alice), ...change });
    expect(verdictOf(found)).toBe("unknown");
    expect(found).toMatchObject({ trouble });
  });

  it("of the database is that of the first failure", async () => {
    const all = await scene();
    const covered = () => Promise.reject(new Failure("database-unreachable"));
    const engine = { ...all.engine, signatures: { ...all.engine.signatures, covered } };
    const found = await inspect({ ...all.world, engine }, all.host, all.reading(pullBy(alice)), route);
    expect([verdictOf(found), doubtsOf(found)]).toEqual(["unknown", ["database"]]);
    expect(found).toMatchObject({ trouble: { code: "database-unreachable" }, coverage: null });
  });
});

it("a task that ended without a verdict is told apart", () => {
  const states = ["success", "failure", "error", "closed", "uncovered", "gone", "listed", undefined];
  expect(states.filter(isVerdict)).toEqual(["success", "failure", "error"]);
});

it("a person in several commits is looked up once", async () => {
  const { look } = await scene({ members: async () => ({ members: new Set(), unknown: new Set() }) });
  const found = await look(pullBy(bob, bob, person(4)), {
    policyFile: policyFile("exempt: {organizations: [5]}"),
  });
  expect(found.finding).toMatchObject({ judgment: { verdict: "unsigned", doubts: [] } });
});
