import { describe, expect, it } from "vitest";
import { accountOf } from "../../../src/account.ts";
import { anHourOn, commentsOf, recheck, run, scene, sign, stateOf, statusOf, stranger } from "./scene.ts";

describe("an organization that keeps the app out for a while", () => {
  it("loses no waiver and no record, and is checked again when it lets the app in", async () => {
    const { stage, github, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: stranger() }] });
    await stage.settled();
    const place = { host: "github", id: hello.id } as const;
    const by = accountOf("github", alice.id);
    const { engine } = stage.bot;
    await engine.waivers.add({ repository: place, commit: pull.head.sha, by, at: 1 });
    const installation = github.installationFor(hello);
    if (installation === undefined) throw new Error("the app is installed");
    installation.refuses = "ip allow list";
    await recheck(stage, pull);
    for (let hour = 0; hour < 3; hour += 1) await anHourOn(stage);
    expect(await engine.pulls.find({ host: "github", repository: hello.id, number: 1 })).not.toBeNull();
    expect(await engine.waivers.of(place, [pull.head.sha])).toHaveLength(1);
    const { stdout } = await run(stage.variables, ["doctor"]);
    expect(stdout).toMatch(/IP allow list/);
    installation.refuses = null;
    await recheck(stage, pull);
    await expect.poll(() => stateOf(pull)).toBe("success");
  });
});

describe("a pull request that GitHub does not show whole", () => {
  it.each(["502", "RESOURCE_LIMITS_EXCEEDED"] as const)("is read in smaller parts: %s", async (answer) => {
    const { stage, github, hello, alice, bob } = await scene();
    github.faults.limitSize(25, answer);
    const commits = Array.from({ length: 60 }, () => ({ author: alice }));
    const pull = hello.openPull({ opener: alice, commits });
    const red = hello.openPull({ opener: alice, commits: [...commits, { author: bob }] });
    await stage.settled();
    expect([stateOf(pull), stateOf(red)]).toEqual(["success", "failure"]);
  });

  it("in no size has an error on its head at once, and stands in stats", async () => {
    const { stage, github, hello, alice } = await scene();
    github.faults.limitSize(1);
    const pull = hello.openPull({ opener: alice });
    await expect.poll(() => stateOf(pull)).toBe("error");
    const stats = async (): Promise<string> => (await run(stage.variables, ["stats", "--json"])).stdout;
    // The error is on the head a moment before the queue has the failure.
    await expect.poll(stats).toContain("pull-unreadable");
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("success");
  });
});

describe("a pull request of which GitHub leaves out a part", () => {
  it("has an error on the head that its delivery named", async () => {
    const { stage, github, hello, alice } = await scene();
    github.fail(
      { kind: "bad gateway" },
      { times: 1000, when: ({ route }) => ["Pull", "Head"].includes(route) },
    );
    const pull = hello.openPull({ opener: alice });
    await expect.poll(() => stateOf(pull)).toBe("error");
    github.faults.clear();
    await recheck(stage, pull);
    await expect.poll(() => stateOf(pull)).toBe("success");
  });

  it("is asked again until its opener is there", async () => {
    const { stage, github, hello, alice } = await scene();
    github.fail({ kind: "graphql null", path: ["node", "pullRequest", "author"] }, { times: Infinity });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    expect(stateOf(pull)).toBe("error");
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("success");
  });
});

describe("an API that lags behind its webhook", () => {
  it("is asked again within seconds, so that the new head gets its status", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    const catchUp = pull.lag();
    pull.push([{ author: bob }]);
    await stage.settled();
    expect(stateOf(pull)).toBeNull();
    github.loseDeliveries = "without a trace";
    catchUp();
    await expect.poll(() => stateOf(pull)).toBe("failure");
    await stage.settled();
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });

  it("is asked again about a dropped commit, a new base, and a pull request that is open again", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    hello.setBranch("dev", hello.push([{ author: bob }], { branch: "dev" }), hello.owner);
    const tip = hello.commit({ author: alice }, hello.tip("dev"));
    const retargeted = hello.openPull({ opener: alice, base: "dev", at: tip });
    const dropped = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    const reopened = hello.openPull({ opener: bob });
    await stage.settled();
    expect([retargeted, dropped, reopened].map(stateOf)).toEqual(["success", "failure", "failure"]);
    reopened.close();
    await stage.settled();
    const catchUps = [retargeted, dropped, reopened].map((pull) => pull.lag());
    const [first] = dropped.commits;
    if (first === undefined) throw new Error("it has two commits");
    retargeted.edit({ base: "main" });
    dropped.from.setBranch(dropped.branch, first, alice);
    reopened.reopen();
    await stage.settled();
    github.loseDeliveries = "without a trace";
    for (const catchUp of catchUps) catchUp();
    await expect.poll(() => [retargeted, dropped].map(stateOf)).toEqual(["failure", "success"]);
    await stage.settled();
    await sign(stage, alice, bob);
    await expect.poll(() => stateOf(reopened)).toBe("success");
  });

  it("is asked again about a policy that was pushed", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, committer: bob }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const catchUp = hello.lag();
    hello.writeFile(".github/cla.yml", "require: {committers: require}\n");
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    catchUp();
    await expect.poll(() => stateOf(pull)).toBe("failure");
  });

  it("is asked again about the policy of a new default branch", async () => {
    const { stage, hello, alice, bob } = await scene();
    hello.setBranch("next", hello.head, hello.owner);
    hello.push([{ author: alice, files: { ".github/cla.yml": "require: {committers: require}\n" } }], {
      branch: "next",
    });
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice, committer: bob }] });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const catchUp = hello.lag();
    hello.makeDefault("next");
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    catchUp();
    await expect.poll(() => stateOf(pull)).toBe("failure");
  });
});

describe("a comparison that GitHub does not make", () => {
  it.each([null, "SERVICE_UNAVAILABLE"])("asks nobody to sign for what is merged: %s", async (type) => {
    const { stage, github, hello, alice, bob } = await scene();
    hello.setBranch("v1", hello.head, hello.owner);
    const merged = hello.push([{ author: bob }]);
    const pull = hello.openPull({ opener: alice, base: "v1", at: hello.commit({ author: alice }, merged) });
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    const path = ["node", "defaultBranchRef", "compare"];
    const when = ({ route }: { route: string }) => route === "DefaultComparison";
    github.fail({ kind: "graphql error", path, type }, { times: Infinity, when });
    await recheck(stage, pull);
    expect([stateOf(pull), commentsOf(pull)]).toEqual(["error", []]);
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("success");
    github.fail({ kind: "graphql null", path }, { when });
    await recheck(stage, pull);
    expect(stateOf(pull)).toBe("success");
  });
});

describe("a comment", () => {
  it("that GitHub does not show at once is read again", async () => {
    const { stage, github, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const when = ({ route, method }: { route: string; method: string }) =>
      method === "GET" && route.includes("issues/comments");
    github.fail({ kind: "status", status: 404, message: "Not Found" }, { when });
    pull.comment(bob, "I have read the Individual Contributor License Agreement (icla 1.0) and I sign it.");
    await expect.poll(() => stateOf(pull)).toBe("success");
  });

  it("that claims a signature is answered, and one with the sentence partly in bold signs", async () => {
    const { stage, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    pull.comment(bob, "I signed it!");
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(commentsOf(pull)).toEqual([expect.stringContaining("does not count as a signature")]);
    pull.comment(
      bob,
      "I **have** read the Individual Contributor License Agreement (icla 1.0) and **I** sign it.",
    );
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
  });

  it("of the bot's is edited, even if GitHub does not list it or somebody removed its mark", async () => {
    const { stage, hello, bob, carol } = await scene();
    const pull = hello.openPull({ opener: bob, commits: [] });
    const catchUp = pull.lag();
    await stage.settled();
    pull.push([{ author: bob }]);
    await stage.settled();
    catchUp();
    await recheck(stage, pull);
    const [own, ...more] = pull.comments.filter(({ viaApp }) => viaApp);
    expect(more).toEqual([]);
    own?.edit("A maintainer shortened this", hello.owner);
    await run(stage.variables, ["sweep"]);
    await stage.settled();
    expect(commentsOf(pull)).toEqual([expect.stringContaining("bob")]);
    for (let count = 0; count < 25; count += 1) pull.comment(carol, "Hi");
    pull.comments.push(...pull.comments.splice(pull.comments.indexOf(own as never), 1));
    own?.edit("Shortened again", hello.owner);
    await run(stage.variables, ["sweep"]);
    await stage.settled();
    expect(commentsOf(pull)).toEqual([expect.stringContaining("bob")]);
  });
});

describe("a limit", () => {
  it.each([
    { kind: "graphql secondary limit", retryAfter: 1 },
    { kind: "graphql rate limited", type: "RATE_LIMIT", resetIn: 1 },
    { kind: "secondary limit", retryAfter: 1 },
  ] as const)("pauses the installation as long as it says, and no longer: %j", async (fault) => {
    const { stage, github, hello, alice } = await scene();
    github.fail(fault);
    const pull = hello.openPull({ opener: alice });
    await expect.poll(() => stateOf(pull)).toBe("success");
    await stage.settled();
  });
});

describe("what the bot wrote", () => {
  it("is never taken for a person's status whose login is the app's name", async () => {
    const { stage, github, hello, alice } = await scene();
    const impostor = github.user({ login: "countersign" });
    const pull = hello.openPull({ opener: alice });
    const { sha } = pull.head;
    const more = { description: "broken", targetUrl: null, creator: impostor };
    hello.addStatus({ sha, context: "ci/build", state: "failure", ...more });
    await recheck(stage, pull);
    const build = hello.statusesOf(sha).filter(({ context }) => context === "ci/build");
    expect(build.map(({ state }) => state)).toEqual(["failure"]);
    expect(stateOf(pull)).toBe("success");
  });

  it("on an empty pull request is written once, not at each retry", async () => {
    const { stage, hello, alice } = await scene();
    const pull = hello.openPull({ opener: alice, commits: [] });
    await stage.settled();
    await recheck(stage, pull);
    await recheck(stage, pull);
    expect(hello.statusesOf(pull.head.sha).map(({ state }) => state)).toEqual(["error"]);
  });

  it.each(["status", "check"])(
    "on two signed pull requests with one head is not written again and again: report: %s",
    async (report) => {
      const { stage, github, hello, alice } = await scene(`report: ${report}\n`);
      hello.setBranch("release", hello.head, hello.owner);
      const first = hello.openPull({ opener: alice });
      const second = hello.openPull({ opener: alice, base: "release", at: first.head });
      await stage.settled();
      const shown = () =>
        report === "status"
          ? hello.statusesOf(first.head.sha).map(({ state, targetUrl }) => [state, targetUrl])
          : hello.checkRunsOf(first.head.sha).map(({ fields }) => [fields.conclusion, fields.detailsUrl]);
      const before = shown();
      expect(before.at(0)).toEqual(["success", expect.stringMatching(/\/pulls\/github\/octo\/hello\/[12]$/)]);
      github.resetCalls();
      for (const pull of [first, second, first]) await recheck(stage, pull);
      expect(shown()).toEqual(before);
      expect(github.calls().writes).toBe(0);
    },
  );

  it("says where no check run can be written that the permission is missing", async () => {
    const { github, hello, alice } = await scene("report: check\n");
    const installation = github.installationFor(hello);
    const { checks: _, ...less } = installation?.permissions ?? {};
    if (installation) installation.permissions = less;
    github.tokens.expireAll();
    const pull = hello.openPull({ opener: alice });
    await expect.poll(() => statusOf(pull)).toMatchObject({ state: "error" });
    expect(statusOf(pull)?.line).toContain("checks: write");
  });

  it("is in the comment once GitHub accepts no more statuses", async () => {
    const { stage, hello, alice, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    const { sha } = pull.head;
    const own = hello.statusesOf(sha)[0];
    if (own === undefined) throw new Error("the bot wrote a status");
    for (let count = 1; count < 1000; count += 1) hello.addStatus({ ...own, sha });
    await sign(stage, alice, bob);
    await expect.poll(() => commentsOf(pull)[0]).toContain("no more statuses");
    const { stdout } = await run(stage.variables, ["stats", "--json"]);
    expect(stdout).toContain("status-limit");
  });
});
