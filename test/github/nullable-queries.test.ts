/**
 * As `nullable.test.ts`, for all other queries: whatever one of them leaves out, nothing wrongly counts as signed,
 * gone, unedited or complete, and the next complete answer is right.
 */
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { inspect } from "../../src/check/inspect.ts";
import { Failure } from "../../src/error.ts";
import { diagnoseGitHub } from "../../src/github/diagnose.ts";
import * as queries from "../../src/github/read/query.ts";
import { toldOfDefault, toldOfPush } from "../../src/github/traffic/told.ts";
import type { Reading } from "../../src/ports/host.ts";
import { checkScene } from "../check/reconcile-scene.ts";
import { FAULTS, nullablePlaces } from "./nullable-places.ts";
import { refOf, report, routeOf } from "./sim.ts";

type Scene = Awaited<ReturnType<typeof scene>>;

/** Bob has signed nothing; Alice has. */
async function scene() {
  const world = await checkScene();
  const { github, host, repository } = world;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  await world.sign(alice);
  const route = routeOf(github, repository);
  const place = { host: "github", id: repository.id } as const;
  /** The verdict of a reading. */
  const verdictOf = async (reading: Reading): Promise<string> => {
    const { finding } = await inspect(world.world, host, reading, route);
    return finding.kind === "judged" ? finding.judgment.verdict : finding.kind;
  };
  return { ...world, alice, bob, route, place, verdictOf };
}

interface Asking {
  /** Sends the query, and returns what is known then. */
  readonly ask: () => Promise<unknown>;
  /** What a whole answer says. */
  readonly whole: unknown;
  /** The acceptable results for a partial answer; a failure other than "not found" is always acceptable. */
  readonly mayBe: readonly unknown[];
}

interface Case {
  /** The operations' texts by name. */
  readonly texts: Readonly<Record<string, string>>;
  /** Fewer if other queries cover the same fragments. */
  readonly faults?: typeof FAULTS;
  readonly prepare: (scene: Scene) => Asking | Promise<Asking>;
}

const UNSIGNED = { whole: "unsigned", mayBe: ["unsigned", "unknown"] };

/** Reads a pull request with a missing signature, and computes its verdict. */
function judged({ host, route, verdictOf }: Scene, pull: Parameters<typeof refOf>[0]): Asking["ask"] {
  return async () => verdictOf(await host.read(refOf(pull), route, null));
}

const CASES: Readonly<Record<string, Case>> = {
  "the open pull requests": {
    texts: { Open: queries.OPEN_QUERY },
    faults: FAULTS.filter((_, index) => [0, 1, 4].includes(index)),
    prepare(scene) {
      const { host, place, route, repository, alice, bob, verdictOf } = scene;
      repository.openPull({ opener: alice, commits: [{ author: alice, coauthors: [bob] }] });
      return {
        async ask() {
          const found: string[] = [];
          for await (const one of host.readOpen(place, route))
            found.push("pull" in one ? await verdictOf(one) : "read by itself");
          return found.join();
        },
        whole: "unsigned",
        mayBe: ["unsigned", "unknown", "read by itself"],
      };
    },
  },
  "their numbers alone": {
    texts: { Numbers: queries.NUMBERS_QUERY },
    prepare({ github, host, place, route, repository, alice }) {
      for (let count = 0; count < 3; count += 1) repository.openPull({ opener: alice });
      return {
        async ask() {
          github.faults.limitSize(10);
          const found: number[] = [];
          for await (const one of host.readOpen(place, route)) found.push("number" in one ? one.number : 0);
          return found.join();
        },
        whole: "1,2,3",
        mayBe: ["1,2,3"],
      };
    },
  },
  "a head alone": {
    texts: { Head: queries.HEAD_QUERY },
    prepare({ host, route, repository, alice, verdictOf }) {
      const pull = repository.openPull({ opener: alice });
      return {
        async ask() {
          const reading = await host.readHead?.(refOf(pull), route, null);
          return reading === undefined ? null : verdictOf(reading);
        },
        whole: "unknown",
        mayBe: ["unknown"],
      };
    },
  },
  "what stands on a head without commits": {
    texts: { Marks: queries.MARKS_QUERY },
    prepare(scene) {
      const pull = scene.repository.openPull({ opener: scene.alice, commits: [] });
      return { ask: judged(scene, pull), whole: "unknown", mayBe: ["unknown"] };
    },
  },
  "further commits": {
    texts: { Commits: queries.COMMITS_QUERY },
    prepare(scene) {
      const { repository, alice, bob } = scene;
      const commits = Array.from({ length: 100 }, () => ({ author: alice }));
      const pull = repository.openPull({ opener: alice, commits: [...commits, { author: bob }] });
      return { ask: judged(scene, pull), ...UNSIGNED };
    },
  },
  "further authors of a commit": {
    texts: { Authors: queries.AUTHORS_QUERY },
    prepare(scene) {
      const { github, repository, alice, bob } = scene;
      const bots = Array.from({ length: 10 }, (_, index) => ({
        name: "Claude",
        email: index % 2 === 0 ? "noreply@anthropic.com" : "codex@openai.com",
      }));
      const more = Array.from({ length: 10 }, (_, index) => github.user({ login: `more-${index}` }));
      for (const one of more) one.emails.add(`${one.login}@example.org`);
      const commits = [{ author: alice, coauthors: [...bots, alice, bob, ...more] }];
      const pull = repository.openPull({ opener: alice, commits });
      return { ask: judged(scene, pull), ...UNSIGNED };
    },
  },
  "which commits a branch has": {
    texts: {
      DefaultComparison: queries.DEFAULT_COMPARISON_QUERY,
      NewCommits: queries.newCommits(1),
      Name: queries.NAME_QUERY,
    },
    prepare({ host, route, repository, alice, bob }) {
      repository.setBranch("v1", repository.head, repository.owner);
      const merged = repository.push([{ author: bob }], { branch: "v1" });
      repository.protect("v1");
      const fresh = repository.commit({ author: bob }, merged);
      const pull = repository.openPull({ opener: alice, at: fresh });
      const shas = [merged.sha, fresh.sha];
      return {
        ask: async () => {
          const found = await host.history?.mergedCommits(
            { ref: { host: "github", repository: repository.id, number: pull.number }, head: pull.head.sha },
            shas,
            route,
          );
          if (found?.failure) throw found.failure;
          return shas.filter((sha) => found?.merged.has(sha)).join();
        },
        whole: merged.sha,
        mayBe: [merged.sha],
      };
    },
  },
  "where a commit stands": {
    texts: { Comparisons: queries.comparisons(1) },
    prepare({ host, place, route, repository, alice }) {
      repository.protect();
      const pull = repository.openPull({ opener: alice });
      return {
        ask: async () => host.history?.protectedCommit(place, pull.head.sha, route),
        whole: null,
        mayBe: [null],
      };
    },
  },
  "a merge group": {
    texts: {
      Group: queries.GROUP_QUERY,
      QueueBranches: queries.QUEUE_BRANCHES_QUERY,
      CommitsByName: queries.commitsByName(1),
    },
    faults: FAULTS.filter((_, index) => [0, 1, 4].includes(index)),
    prepare({ host, place, route, repository, alice, bob }) {
      repository.setBranch("v1", repository.head, repository.owner);
      // The first entry and all entries before it are part of the group; the last is not built yet.
      const pull = repository.openPull({ opener: alice, base: "v1", commits: [{ author: bob }] });
      const beside = repository.openPull({
        opener: alice,
        base: "v1",
        commits: [{ author: alice, files: { "b.txt": "b" } }],
      });
      const behind = repository.openPull({
        opener: alice,
        base: "v1",
        commits: [{ author: alice, files: { "c.txt": "c" } }],
      });
      const group = repository.enqueue([pull, beside], "merge");
      repository.enqueue([behind], "merge");
      repository.waitingInQueue.push(repository.openPull({ opener: bob, base: "v1" }));
      const ask = async (): Promise<unknown> => {
        const read = await host.mergeQueue?.read(place, group.head.sha, group.baseCommit.sha, route);
        const { pulls = [], commits = [], gaps = [], policyFile } = read ?? {};
        if (gaps.length > 0) return "cut";
        return [pulls.map(({ number }) => number), commits.map(({ author }) => author.account), policyFile];
      };
      const numbers = [pull.number, beside.number];
      const whole = [numbers, [accountOf("github", bob.id), accountOf("github", alice.id)], null];
      // A commit without a linked account blocks, too.
      return { ask, whole, mayBe: [whole, "cut", [numbers, [null, accountOf("github", alice.id)], null]] };
    },
  },
  "a long merge queue": {
    texts: { QueueEntries: queries.QUEUE_ENTRIES_QUERY },
    faults: FAULTS.filter((_, index) => [0, 1, 4].includes(index)),
    prepare({ host, place, route, repository, alice }) {
      const pulls = Array.from({ length: 101 }, (_, index) =>
        repository.openPull({
          opener: alice,
          commits: [{ author: alice, files: { [`${index}.txt`]: "1" } }],
        }),
      );
      const group = repository.enqueue(pulls, "squash");
      const ask = async (): Promise<unknown> => {
        const read = await host.mergeQueue?.read(place, group.head.sha, group.baseCommit.sha, route);
        return [read?.pulls.length, read?.commits.length];
      };
      return { ask, whole: [101, 0], mayBe: [[101, 0]] };
    },
  },
  "the merge groups of a repository whose pull requests are read by their numbers": {
    texts: { Groups: queries.GROUPS_QUERY },
    faults: FAULTS.filter((_, index) => [1, 4].includes(index)),
    prepare({ github, host, place, route, repository, alice }) {
      const group = repository.enqueue([repository.openPull({ opener: alice })], "squash");
      return {
        async ask() {
          github.faults.limitSize(10);
          const found: string[] = [];
          for await (const one of host.readOpen(place, route)) if ("group" in one) found.push(one.group.head);
          return found.join();
        },
        // What GitHub does not tell now, the next sweep asks again.
        whole: group.head.sha,
        mayBe: [group.head.sha, ""],
      };
    },
  },
  "a merge group's head": {
    texts: { GroupHead: queries.GROUP_HEAD_QUERY },
    faults: FAULTS.filter((_, index) => [1, 4].includes(index)),
    prepare({ host, place, route, repository, alice }) {
      repository.writeFile(".github/cla.yml", "context: cla\n");
      const group = repository.enqueue([repository.openPull({ opener: alice })], "squash");
      const ask = async (): Promise<unknown> => {
        const { over, path, policyFile } =
          (await host.mergeQueue?.readHead(place, group.head.sha, route)) ?? {};
        return [over, path, policyFile === null ? "none" : policyFile?.text];
      };
      const [whole, without] = ["context: cla\n", "none"].map((text) => [false, repository.fullName, text]);
      return { ask, whole, mayBe: [whole, without] };
    },
  },
  "whether a push is there": {
    texts: { Lag: queries.LAG_QUERY },
    prepare({ host, route, repository }) {
      const told = toldOfPush(repository.nodeId, "f".repeat(40));
      return { ask: async () => host.isBehind?.(told, route), whole: true, mayBe: [true] };
    },
  },
  "which branch is the default branch": {
    texts: { DefaultBranch: queries.DEFAULT_BRANCH_QUERY },
    prepare({ host, route, repository }) {
      const told = toldOfDefault(repository.nodeId, "another");
      return { ask: async () => host.isBehind?.(told, route), whole: true, mayBe: [true] };
    },
  },
  "further comments": {
    texts: { Comments: queries.COMMENTS_QUERY },
    async prepare({ host, route, repository, alice }) {
      const pull = repository.openPull({ opener: alice });
      for (let count = 0; count < 101; count += 1) pull.comment(alice, "Hello");
      const show = async (): Promise<unknown> =>
        (await host.read(refOf(pull), route, null)).show(report({ detailsUrl: "https://cla.example.com/" }));
      await show();
      const count = (): number => pull.comments.filter(({ viaApp }) => viaApp).length;
      return {
        async ask() {
          await show().catch((error: unknown) => {
            if (!(error instanceof Failure) || error.code === "not-found") throw error;
          });
          return count();
        },
        whole: 1,
        mayBe: [1],
      };
    },
  },
  "whether a comment was edited": {
    texts: { Edited: queries.EDITED_QUERY },
    prepare({ host, route, repository, alice, bob }) {
      const pull = repository.openPull({ opener: alice });
      const comment = pull.comment(alice, "Hello");
      comment.edit("/cla waive", bob);
      return {
        ask: async () => (await host.comment(refOf(pull), comment.id, route))?.edited,
        whole: true,
        mayBe: [true],
      };
    },
  },
  "accounts by their logins": {
    texts: { Accounts: queries.accountsByLogin(1) },
    prepare({ host, alice }) {
      const ask = async (): Promise<unknown> => (await host.accountsOf(["alice"])).get("alice");
      return { ask, whole: accountOf("github", alice.id), mayBe: [accountOf("github", alice.id)] };
    },
  },
  "which repositories are shown": {
    texts: { Shown: queries.SHOWN_QUERY },
    prepare({ client }) {
      const diagnose = diagnoseGitHub(client, { agreements: [], webhookSecret: "secret" });
      const ask = async (): Promise<unknown> =>
        (await diagnose("https://cla.example.com")).filter(({ what }) => what.includes("is refused")).length;
      return { ask, whole: 0, mayBe: [0, 1] };
    },
  },
};

describe("a null in the answer about", () => {
  it("anything is looked at here", () => {
    const covered = Object.values(CASES).flatMap(({ texts }) => Object.keys(texts));
    const sent = Object.values(queries).flatMap((query) => {
      const [, kind, name = ""] =
        /^\s*(query|mutation) (\w+)/.exec(typeof query === "string" ? query : query(1)) ?? [];
      return kind === "query" ? [name] : [];
    });
    expect(covered.toSorted()).toEqual(sent.filter((name) => name !== "Pull").toSorted());
  });

  it.each(Object.entries(CASES))(
    "%s is never taken for the answer",
    async (_, { texts, prepare, faults = FAULTS }) => {
      const world = await scene();
      const { github } = world;
      const { ask, whole, mayBe } = await prepare(world);
      expect(await ask()).toEqual(whole);
      for (const [name, text] of Object.entries(texts)) {
        github.resetCalls();
        await ask();
        expect(Object.keys(github.calls().byRoute)).toContain(`graphql ${name}`);
        for (const path of nullablePlaces(text)) {
          for (const fault of faults) {
            github.fail(fault(path), { when: ({ route }) => route === name });
            const seen = await ask().catch((error: unknown) => {
              if (error instanceof Failure) return error.code;
              throw error;
            });
            github.faults.clear();
            const where = [name, path.join("."), JSON.stringify(fault(["…"]))];
            const failures = ["host-refused", "host-answer", "permission-missing", "list-cut", "head-moving"];
            const isFine = [...mayBe, ...failures].some(
              (one) => JSON.stringify(one) === JSON.stringify(seen),
            );
            expect([...where, isFine ? "fine" : seen]).toEqual([...where, "fine"]);
          }
          expect([name, path.join("."), await ask()]).toEqual([name, path.join("."), whole]);
        }
      }
    },
    180_000,
  );
});
