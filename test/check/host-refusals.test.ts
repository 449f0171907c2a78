/** GitHub's refusals, from the task that receives one to the advice for the person who can solve it. */
import { describe, expect, it } from "vitest";
import { sweep } from "../../src/check/sweep.ts";
import { work } from "../../src/check/work.ts";
import { adviceOf } from "../../src/error.ts";
import { diagnoseGitHub } from "../../src/github/diagnose.ts";
import type { Task } from "../../src/ports/queue.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { refOf, routeOf } from "../github/sim.ts";
import { checkScene } from "./reconcile-scene.ts";

/** Alice has signed, Bob has not. */
async function scene() {
  const world = await checkScene();
  const { github, engine, repository } = world;
  const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
  await world.sign(alice);
  const route = routeOf(github, repository);
  /** Does a task like a worker. */
  const perform = async (task: Task) => {
    await engine.queue.mark([{ task, route }]);
    return work(world.work, await takeOne(engine));
  };
  const installation = github.installationFor(repository);
  if (installation === undefined) throw new Error("the app is installed");
  return { ...world, alice, bob, route, perform, installation };
}

describe("a refusal by REST", () => {
  const saml = { "x-github-sso": "required; url=https://github.com/orgs/octo/sso" };
  const REFUSALS = [
    ["Resource not accessible by integration", 403, {}, "permission-missing"],
    ["the `octo` organization has an IP allow list enabled, and your IP", 403, {}, "ip-not-allowed"],
    ["Resource protected by organization SAML enforcement.", 403, {}, "sso-required"],
    ["Forbidden", 403, saml, "sso-required"],
    ["Repository access blocked", 403, {}, "repository-blocked"],
    ["Repository unavailable due to DMCA takedown.", 451, {}, "repository-blocked"],
    ["Repository was archived so is read-only.", 403, {}, "repository-archived"],
    ["User is blocked", 403, {}, "account-blocked"],
    ["Validation Failed: User is blocked", 422, {}, "account-blocked"],
    ["This installation has been suspended", 403, {}, "installation-suspended"],
  ] as const;

  it("leads each to its own advice, and forgets nothing", async () => {
    const { clock, github, engine, repository, alice, perform } = await scene();
    const advice = new Map<string, string | null>();
    for (const [message, status, headers, code] of REFUSALS) {
      const pull = repository.openPull({ opener: alice });
      const when = ({ route }: { route: string }): boolean => route.endsWith("/statuses/{sha}");
      github.fail({ kind: "status", status, message, headers }, { when });
      const done = await perform({ kind: "pull", ...refOf(pull) });
      expect([message, "failure" in done ? done.failure.code : done.kind]).toEqual([message, code]);
      expect(await engine.pulls.find(refOf(pull))).not.toBeNull();
      advice.set(code, adviceOf(code));
      // The first retry comes soon.
      clock.ahead += 3_000;
      for (const one of await engine.queue.take({ limit: 9, leaseMs: 15_000, skip: [] }))
        await engine.queue.done(one, null);
    }
    const sentences = [...advice].flatMap(([code, sentence]) =>
      code === "permission-missing" ? [] : [sentence],
    );
    expect(sentences).not.toContain(null);
    expect(new Set(sentences).size).toBe(sentences.length);
  });
});

describe("the organization's repository `.github` that GitHub refuses", () => {
  const refusal = {
    kind: "graphql error",
    path: ["node", "owner", "repository"],
    type: "FORBIDDEN",
    message: "Resource not accessible by integration",
  } as const;

  it.each([
    ["has no policy where the installation does not include it", true, "success"],
    ["is unknown where the installation includes it", false, "error"],
  ])("%s", async (_, isSelected, state) => {
    const { client, github, repository, alice, bob, perform, installation } = await scene();
    const shared = github.repository({ owner: repository.owner, name: ".github", private: true });
    shared.writeFile(".github/cla.yml", "require: {committers: require}\n");
    if (isSelected) installation.removeRepositories([shared]);
    github.fail(refusal, { times: 99 });
    const pull = repository.openPull({ opener: alice, commits: [{ author: alice, committer: bob }] });
    await perform({ kind: "pull", ...refOf(pull) });
    expect(pull.repository.statusesOf(pull.head.sha)[0]?.state).toBe(state);
    const found = await diagnoseGitHub(client, { agreements: [], webhookSecret: "secret" })(
      "https://x.example",
    );
    const line = `installation ${installation.id} does not include the repository .github: no policy of the organization's applies`;
    expect(found.map(({ what }) => what).includes(line)).toBe(isSelected);
  });
});

describe("a single refusal by GraphQL", () => {
  it.each([["node"], ["node", "pullRequest"], ["node", "owner", "repository"]])(
    "at %j… is an error for a moment only",
    async (...path) => {
      const { github, engine, repository, alice, work: world, perform, clock } = await scene();
      github.fail({ kind: "graphql error", path, type: "FORBIDDEN", message: "Resource not accessible" });
      if (path.length === 3) github.repository({ owner: repository.owner, name: ".github" });
      const pull = repository.openPull({ opener: alice });
      const state = () => repository.statusesOf(pull.head.sha)[0]?.state;
      expect(await perform({ kind: "pull", ...refOf(pull) })).toMatchObject({ kind: "retry" });
      expect(state()).toBe("error");
      clock.ahead += 2_000;
      await work(world, await takeOne(engine));
      expect(state()).toBe("success");
    },
  );
});

describe("a list of the installation's repositories that is cut", () => {
  it("is no reason to leave a head silent where the organization's .github is refused", async () => {
    const { github, engine, repository, alice, work: world, route, clock } = await scene();
    github.faults.refuseAt(["node", "owner", "repository"]);
    const when = ({ route: path }: { route: string }): boolean => path.endsWith("/installation/repositories");
    const cut = { total_count: 9, repositories: [] };
    github.fail({ kind: "body", body: cut }, { times: 99, when });
    const pull = repository.openPull({ opener: alice });
    await engine.queue.mark([{ task: { kind: "pull", ...refOf(pull) }, route }]);
    for (let tries = 0; tries < 3; tries += 1) {
      expect(await work(world, await takeOne(engine))).toMatchObject({ failure: { code: "list-cut" } });
      clock.ahead += 60_000;
    }
    expect(repository.statusesOf(pull.head.sha)[0]?.state).toBe("error");
  });
});

describe("a 404 that is not about the pull request itself", () => {
  const HOUR = 3_600_000;
  const ROUTES = [
    "/statuses/{sha}",
    "/issues/{issue_number}/labels",
    "/issues/{issue_number}/comments",
    "/pulls/{pull_number}/files",
    "/branches",
    "/installation/repositories",
  ];

  it("never closes it, however long it lasts", async () => {
    const { clock, github, engine, repository, bob, work: world, route } = await scene();
    repository.protect();
    repository.writeFile(
      ".github/cla.yml",
      "exempt: {paths: [docs/**]}\nlabels: {signed: 'cla: yes', unsigned: 'cla: no'}\n",
    );
    const carol = github.user({ login: "carol" });
    for (const end of ROUTES) {
      if (end.startsWith("/installation")) {
        repository.writeFile(".github/cla.yml", null);
        const path = ["node", "owner", "repository"];
        github.fail({ kind: "graphql error", path, type: "FORBIDDEN" }, { times: 99 });
      }
      const pull = repository.openPull({ opener: bob, commits: [{ author: bob }, { author: carol }] });
      const task = { kind: "pull", ...refOf(pull) } as const;
      await engine.pulls.record({
        ref: refOf(pull),
        head: pull.head.sha,
        agreement: "icla",
        verdict: "unsigned",
        buckets: [],
        missing: [],
        comment: null,
      });
      github.fail(
        { kind: "status", status: 404, message: "Not Found" },
        { times: 99, when: ({ route }) => route.endsWith(end) },
      );
      await engine.queue.mark([{ task, route }]);
      for (let round = 0; round < 3; round += 1) {
        const done = await work(world, await takeOne(engine));
        const code = "failure" in done ? done.failure.code : done.kind;
        expect([end, code]).toEqual([end, "host-refused"]);
        clock.ahead += 2 * HOUR;
      }
      expect([end, await engine.pulls.find(refOf(pull))]).not.toEqual([end, null]);
      github.faults.clear();
      for (const one of await engine.queue.take({ limit: 9, leaseMs: 15_000, skip: [] }))
        await engine.queue.done(one, null);
    }
  });
});

describe("a lookup that finds nothing", () => {
  it("keeps the pull request and its verdict, and is tried again", async () => {
    const { clock, github, engine, repository, bob, work: world, route } = await scene();
    repository.protect();
    const carol = github.user({ login: "carol" });
    const pull = repository.openPull({ opener: bob, commits: [{ author: bob }, { author: carol }] });
    const gone = { kind: "graphql error", path: ["node"], type: "NOT_FOUND" } as const;
    github.fail(gone, { times: 99, when: ({ route }) => route === "Name" });
    await engine.queue.mark([{ task: { kind: "pull", ...refOf(pull) }, route }]);
    for (let round = 0; round < 3; round += 1) {
      expect(await work(world, await takeOne(engine))).toMatchObject({
        kind: "retry",
        failure: { code: "host-refused" },
      });
      clock.ahead += 2 * 3_600_000;
    }
    expect(await engine.pulls.find(refOf(pull))).toMatchObject({ verdict: "unsigned" });
    expect(repository.statusesOf(pull.head.sha)[0]?.state).toBe("failure");
  });
});

describe("a merge group that its queue does not explain", () => {
  it("is pending, an error after ten minutes, and green once it is explained", async () => {
    const { clock, engine, repository, alice, route, work: world } = await scene();
    const group = repository.enqueue([repository.openPull({ opener: alice })], "squash");
    const queued = repository.mergeQueue.splice(0);
    const [head, base] = [group.head.sha, group.baseCommit.sha];
    const task = { kind: "group", host: "github", repository: repository.id, head, base } as const;
    await engine.queue.mark([{ task, route }]);
    const states: (string | undefined)[] = [];
    const look = async (): Promise<void> => {
      await work(world, await takeOne(engine));
      states.push(repository.statusesOf(head)[0]?.state);
    };
    await look();
    for (const minutes of [5, 4, 2, 1]) {
      clock.ahead += minutes * 60_000;
      await look();
    }
    expect(states).toEqual(["pending", "pending", "pending", "error", "error"]);
    // Not written again if it already says so.
    expect(repository.statusesOf(head)).toHaveLength(2);
    repository.mergeQueue.push(...queued);
    clock.ahead += 60_000;
    await look();
    expect(states.at(-1)).toBe("success");
  });

  const entry = ["node", "mergeQueue", "entries", "nodes", 0];
  const compare = ({ route }: { route: string }): boolean => route.includes("/compare/");
  const CASES = [
    ["its queue is refused", { kind: "graphql error", path: ["node", "mergeQueue"], type: "FORBIDDEN" }],
    [
      "its queue is too large in any size",
      { kind: "graphql error", path: ["node", "mergeQueue"], type: "RESOURCE_LIMITS_EXCEEDED" },
    ],
    ["an entry is not told", { kind: "graphql error", path: entry, type: "INTERNAL" }],
    ["an entry is missing", { kind: "graphql null", path: entry }],
    [
      "a part of an entry is not told",
      { kind: "graphql error", path: [...entry, "headCommit"], type: "INTERNAL" },
    ],
    [
      "its commits are refused",
      { kind: "status", status: 403, message: "Resource not accessible by integration" },
    ],
    ["its commits are not found", { kind: "status", status: 404, message: "Not Found" }],
    [
      "a pull request in it is not found",
      { kind: "graphql error", path: ["node", "pullRequest"], type: "NOT_FOUND" },
    ],
    [
      "a pull request in it is refused",
      { kind: "graphql error", path: ["node", "pullRequest"], type: "FORBIDDEN" },
    ],
  ] as const;

  it("says so on its head whatever GitHub withholds, is never forgotten, and is green afterward", async () => {
    const { clock, github, engine, repository, alice, route, work: world } = await scene();
    for (const [what, fault] of CASES) {
      const file = { [`${what}.txt`]: "1" };
      const pull = repository.openPull({ opener: alice, commits: [{ author: alice, files: file }] });
      const group = repository.enqueue([pull], "squash");
      const task = {
        kind: "group",
        host: "github",
        repository: repository.id,
        head: group.head.sha,
        base: group.baseCommit.sha,
      } as const;
      await engine.queue.mark([{ task, route }]);
      const about = (): unknown => repository.statusesOf(group.head.sha)[0]?.state;
      github.fail(fault, { times: 99, ...(fault.kind === "status" && { when: compare }) });
      const kinds: string[] = [];
      for (let round = 0; round < 2; round += 1) {
        kinds.push((await work(world, await takeOne(engine))).kind);
        expect([what, about()]).toEqual([what, round === 0 ? "pending" : "error"]);
        clock.ahead += 25 * 3_600_000;
      }
      expect([what, ...kinds]).toEqual([what, "retry", "retry"]);
      github.faults.clear();
      await work(world, await takeOne(engine));
      expect([what, about()]).toEqual([what, "success"]);
      for (const one of await engine.queue.take({ limit: 9, leaseMs: 15_000, skip: [] }))
        await engine.queue.done(one, null);
      group.destroy();
    }
  });

  it("is found by a sweep where its delivery was lost, once", async () => {
    const { github, engine, host, repository, alice, route, work: world } = await scene();
    repository.setBranch("v1", repository.head, repository.owner);
    const pulls = ["main", "v1"].map((base) => repository.openPull({ opener: alice, base }));
    const groups = pulls.map((pull) => repository.enqueue([pull], "squash"));
    const task = { kind: "repository", host: "github", repository: repository.id } as const;
    await engine.queue.mark([{ task, route }]);
    await engine.queue.done(await takeOne(engine), null);
    const sweepOnce = async (): Promise<(string | undefined)[]> => {
      await sweep(world, host, repository.id, route);
      const taken = await engine.queue.take({ limit: 9, leaseMs: 15_000, skip: [] });
      for (const one of taken) await work(world, one);
      return taken.flatMap(({ task }) => (task.kind === "group" ? [task.head] : [])).toSorted();
    };
    expect(await sweepOnce()).toEqual(groups.map(({ head }) => head.sha).toSorted());
    for (const { head } of groups) expect(repository.statusesOf(head.sha)[0]?.state).toBe("success");
    expect(await sweepOnce()).toEqual([]);
    expect(github.violations).toEqual([]);
  });

  it("of a queue with more than a hundred entries is judged by all of them", async () => {
    const { github, host, repository, alice, bob, route } = await scene();
    github.faults.limitSize(50);
    const pulls = Array.from({ length: 101 }, (_, index) =>
      repository.openPull({
        opener: index === 100 ? bob : alice,
        commits: [{ author: alice, files: { [`${index}.txt`]: "1" } }],
      }),
    );
    const group = repository.enqueue(pulls, "squash");
    const place = { host: "github", id: repository.id } as const;
    const read = await host.mergeQueue?.read(place, group.head.sha, group.baseCommit.sha, route);
    expect(read?.pulls).toHaveLength(101);
    expect(read?.commits).toEqual([]);
    expect(github.calls().byRoute["graphql QueueEntries"]).toBe(2);
  });
});
