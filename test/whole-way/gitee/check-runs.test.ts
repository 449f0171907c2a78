import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import type { SimulatedPull } from "../../../playground/gitee/pull.ts";
import type { SimulatedRepository } from "../../../playground/gitee/repository.ts";
import type { CommitSpec } from "../../../playground/gitee/state/commits.ts";
import type { User } from "../../../playground/gitee/state/records.ts";
import type { Settings } from "../../../playground/gitee/state/settings.ts";
import { run } from "../scene.ts";
import { commentsOf, scene, sign } from "./scene.ts";

const CONTEXT = "license/cla";

/** The newest run of each name on the head, by what it says. */
function checksOf(pull: SimulatedPull): Record<string, string> {
  return Object.fromEntries(
    pull.checkRuns.map(({ name, status, conclusion }) => [name, conclusion ?? status]),
  );
}

describe("a check run on Gitee", () => {
  it("bears the policy's name, the status line, the verdict and the pull request's page", async () => {
    const { stage, alice, bob, widget } = await scene();
    widget.writeFile(".gitee/cla.yml", "context: legal/cla\nlanguage: en\n");
    const green = widget.openPull({ opener: alice });
    const red = widget.openPull({ opener: bob });
    await stage.settled();
    expect(green.checkRuns).toMatchObject([
      {
        name: "legal/cla",
        headSha: green.headSha,
        pullId: green.id,
        status: "completed",
        conclusion: "success",
        detailsUrl: `${stage.bot.url}/pulls/gitee/octo/widget/1`,
        output: { title: "CLA icla 1.0: 1 of 1 account" },
      },
    ]);
    expect(red.checkRuns).toMatchObject([{ conclusion: "action_required", pullId: red.id }]);
    expect(red.checkRuns[0]?.output?.summary).toContain("@bob");
  });

  it("blocks the merge until everybody has signed, and an administrator may merge all the same", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    const carol = gitee.user({ login: "carol" });
    widget.addCollaborator(carol, "write");
    expect(() => widget.requireChecks([CONTEXT])).toThrow("within the last week");
    const pull = widget.openPull({ opener: alice, commits: [{ author: bob }] });
    await stage.settled();
    widget.requireChecks([CONTEXT]);
    expect(() => pull.merge(carol)).toThrow("Required checks did not pass");
    await sign(stage, bob);
    pull.push([{ author: alice }]);
    // Nothing stands on the new head yet.
    expect(() => pull.merge(carol)).toThrow("Required checks did not pass");
    await stage.settled();
    expect(pull.merge(carol)).toMatch(/^[0-9a-f]{40}$/);
    const other = widget.openPull({ opener: bob, commits: [{ author: gitee.user({ login: "dan" }) }] });
    await stage.settled();
    expect(other.conclusion()).toBe("action_required");
    expect(other.merge(gitee.bot)).toMatch(/^[0-9a-f]{40}$/);
  });

  it("is a new one for a new verdict on the same head, and none for the same verdict", async () => {
    const { stage, alice, bob, widget } = await scene();
    const pull = widget.openPull({ opener: alice, commits: [{ author: bob }] });
    await stage.settled();
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect(pull.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["action_required"]);
    await sign(stage, bob);
    expect(pull.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["action_required", "success"]);
    await stage.restart();
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect(pull.checkRuns).toHaveLength(2);
  });

  it("is made at once for a push, and says the same in doubt as in need of a signature: not green", async () => {
    const { stage, gitee, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    gitee.fail({ status: 502, times: Infinity, match: /pulls\/1\/commits$/ });
    pull.push([{ author: alice }]);
    await gitee.settled();
    await expect.poll(() => pull.checkRuns.map(({ conclusion }) => conclusion)).toEqual(["failure"]);
    gitee.clearFaults();
    await expect.poll(() => pull.conclusion()).toBe("success");
  });

  it("is of its pull request alone where two have one head", async () => {
    const { stage, alice, bob, widget } = await scene();
    const first = widget.openPull({ opener: alice });
    const second = widget.openPull({ opener: bob, at: first.headSha });
    await stage.settled();
    for (const pull of [first, second]) pull.comment(alice, "/check-cla");
    await stage.settled();
    expect([checksOf(first), checksOf(second)]).toEqual([
      { [CONTEXT]: "success" },
      { [CONTEXT]: "action_required" },
    ]);
    expect(widget.checkRuns).toHaveLength(2);
  });

  it("whose answer was lost is found again before a second one is written", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    gitee.loseAnswers(/^POST .*\/check-runs$/, 2);
    const pulls = [alice, bob].map((opener) => widget.openPull({ opener }));
    await gitee.settled();
    await expect.poll(() => pulls.map((pull) => pull.conclusion())).toEqual(["success", "action_required"]);
    // The look that is sure to come after a write without an answer is due later, and is not waited for.
    const { queue } = stage.bot.engine;
    await expect
      .poll(async () => {
        const { due, leased } = await queue.depth();
        return { due, leased, failed: (await queue.troubled(9)).length };
      })
      .toEqual({ due: 0, leased: 0, failed: 0 });
    expect(pulls.map((pull) => pull.checkRuns.length)).toEqual([1, 1]);
    expect(pulls.map((pull) => commentsOf(stage, pull).length)).toEqual([0, 1]);
  });

  it("whose list can't be read after the comment was written leads to no second comment", async () => {
    const { stage, gitee, alice, widget } = await scene();
    // So many that a check leaves some to the next one, and remembers what it learned.
    for (let branch = 0; branch < 9; branch += 1) {
      widget.branch(`release-${branch}`).protect(`release-${branch}`);
      widget.push([{ author: alice }], { branch: `release-${branch}` });
    }
    await stage.settled();
    const fault = gitee.fail({ status: 502, times: 1, match: /^GET .*\/check-runs/ });
    const eve = { name: "Eve", email: "eve@nowhere.example" };
    const pull = widget.openPull({ opener: alice, commits: [{ author: eve }] });
    await expect.poll(() => pull.conclusion()).toBe("action_required");
    await stage.settled();
    expect(fault.times).toBe(0);
    expect(commentsOf(stage, pull)).toHaveLength(1);
  });

  const variants: [string, Partial<Settings>][] = [
    ["a bare array of runs", { checkList: "array" }],
    ["200 for a new run", { checkCreated: 200 }],
    ["a rerequested run that is queued again", { rerequestedRun: "queued" }],
    ["check events without a header", { checkEvent: null }],
    ["check events under a name of their own", { checkEvent: "check_run_hooks" }],
    ["check events under the name of another", { checkEvent: "Note Hook" }],
  ];
  it.each(variants)("is understood with %s", async (_, settings) => {
    const { stage, gitee, alice, bob, widget } = await scene({ gitee: { settings } });
    const pull = widget.openPull({ opener: alice, commits: [{ author: bob }] });
    await stage.settled();
    gitee.loseDeliveries();
    pull.forcePush([{ author: alice }]);
    pull.forcePush([{ author: bob }]);
    await stage.settled();
    gitee.loseDeliveries(0);
    const [known] = widget.checkRuns;
    if (known === undefined) throw new Error("there is no run");
    expect(pull.conclusion()).toBeNull();
    pull.rerequest(known);
    await stage.settled();
    expect(pull.conclusion()).toBe("action_required");
    await sign(stage, bob);
    expect(pull.conclusion()).toBe("success");
    gitee.resetCalls();
    const [first] = pull.checkRuns;
    if (first !== undefined) pull.rerequest(first);
    await stage.settled();
    expect(gitee.calls().reads).toBeGreaterThan(0);
    expect(pull.conclusion()).toBe("success");
    expect(gitee.deliveries.every(({ status }) => status === null || status < 300)).toBe(true);
  });

  it("costs seven calls at most on first sight, and five and no write when nothing changed", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    const eve = { name: "Eve", email: "eve@nowhere.example" };
    const together: CommitSpec[] = [{ author: alice, coauthors: [eve] }];
    const plain = gitee.repository({ owner: "octo", name: "plain", bot: "write" });
    const cases: [string, SimulatedRepository, User, CommitSpec[]?][] = [
      ["signed", widget, alice],
      ["unsigned", widget, bob],
      ["another author", widget, alice, [{ author: bob }]],
      ["an author without an account", widget, alice, [{ author: eve }]],
      ["a co-author without an account", widget, alice, together],
      ["without the right to write checks", plain, alice, [{ author: eve }]],
    ];
    const open = async ([, repository, opener, commits]: (typeof cases)[number]) => {
      const pull = repository.openPull({ opener, ...(commits && { commits }) });
      await stage.settled();
      return pull;
    };
    for (const repository of [widget, plain]) repository.label("cla/yes").label("cla/no");
    for (const each of cases) {
      gitee.resetCalls();
      const pull = await open(each);
      const first = gitee.calls();
      gitee.resetCalls();
      pull.comment(alice, "/check-cla");
      await stage.settled();
      const { reads, writes } = gitee.calls();
      expect([each[0], first.reads + first.writes <= 7, reads <= 5, writes]).toEqual([
        each[0],
        true,
        true,
        0,
      ]);
    }
  });
});

it("a label of somebody else and a check that can't be written cost no more calls at each check on Gitee", async () => {
  const { stage, gitee, alice, bob, widget } = await scene();
  const strict = gitee.repository({ owner: "octo", name: "strict", bot: "write" });
  strict.writeFile(".gitee/cla.yml", "report: check\n");
  for (const label of ["cla/yes", "cla/no"]) strict.label(label);
  widget.writeFile(".gitee/cla.yml", "labels: {signed: ok/cla, unsigned: no/cla}\n");
  await stage.settled();
  const total = () => gitee.calls().reads + gitee.calls().writes;
  gitee.resetCalls();
  const missed = strict.openPull({ opener: bob });
  await stage.settled();
  expect(total()).toBeLessThanOrEqual(7);
  expect(commentsOf(stage, missed)).toEqual([expect.stringContaining("检查项")]);
  const labeled = widget.openPull({ opener: bob });
  labeled.addLabel("cla/yes", alice);
  await stage.settled();
  for (const pull of [missed, labeled]) {
    gitee.resetCalls();
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect(total()).toBeLessThanOrEqual(5);
    expect(gitee.calls().writes).toBe(0);
  }
  expect(labeled.labels.toSorted()).toEqual(["cla/yes", "no/cla"]);
});

describe("a policy on Gitee that begins to report elsewhere leaves no old green behind", () => {
  it.each([
    ["labels alone", "report: check\n", "report: status\n"],
    ["another name", "context: cla/old\n", "context: cla/new\n"],
    ["labels alone and another name", "context: cla/old\n", "context: cla/new\nreport: status\n"],
    ["nothing that can be read", "context: cla/old\n", "report: [\n"],
    ["labels off", "labels: false\ncomment: never\n", "labels: false\ncomment: never\nreport: status\n"],
  ])("in %s: %j, then %j", async (_, before, after) => {
    const { stage, gitee, alice, widget } = await scene();
    widget.writeFile(".gitee/cla.yml", before);
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    expect(Object.values(checksOf(pull))).toEqual(["success"]);
    gitee.loseDeliveries();
    widget.writeFile(".gitee/cla.yml", after);
    await run(stage.variables, ["revoke", `gitee:${alice.id}`, "--agreement", "icla"]);
    await stage.settled();
    expect(Object.values(checksOf(pull))).not.toContain("success");
    gitee.resetCalls();
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    await stage.settled();
    expect(gitee.calls().writes).toBe(0);
  });

  it.each(["", "labels: false\ncomment: never\n"])(
    "nor does an agreement that is taken away, with the policy %j",
    async (policy) => {
      const { stage, gitee, alice, widget } = await scene();
      widget.writeFile(".gitee/cla.yml", policy);
      const pull = widget.openPull({ opener: alice });
      await stage.settled();
      expect(pull.conclusion()).toBe("success");
      const file = join(stage.folder, "countersign.yml");
      writeFileSync(file, readFileSync(file, "utf8").replaceAll("gitee:octo/", "gitee:others/"));
      await stage.restart();
      expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
      await stage.settled();
      expect(pull.conclusion()).toBe("failure");
      // A repository that wants no labels still gets none.
      expect(pull.labels).toEqual(policy === "" ? ["cla/no"] : []);
      gitee.resetCalls();
      expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
      await stage.settled();
      expect(gitee.calls().writes).toBe(0);
    },
  );

  it("but leaves what others wrote on the head alone", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    const pull = widget.openPull({ opener: bob });
    await stage.settled();
    const body = {
      name: "ci/build",
      head_sha: pull.headSha,
      pull_request_id: pull.id,
      details_url: "https://ci.example.com/pulls/1",
      conclusion: "success",
    };
    const response = await fetch(`${gitee.url}/api/v5/repos/octo/widget/check-runs`, {
      method: "POST",
      headers: {
        authorization: `Bearer ${stage.variables["GITEE_TOKEN"]}`,
        "content-type": "application/json",
      },
      body: JSON.stringify(body),
    });
    expect(response.status).toBe(201);
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect(checksOf(pull)).toEqual({ [CONTEXT]: "action_required", "ci/build": "success" });
  });
});

describe("where Gitee takes no check run", () => {
  const cases: [string, Partial<Settings>, "admin" | "write"][] = [
    ["for want of the right, with 403", { withoutAdmin: 403 }, "write"],
    ["for want of the right, with 404", { withoutAdmin: 404 }, "write"],
    ["in an edition without them", { checkRuns: false }, "admin"],
  ];
  it.each(cases)("labels and comment are the answer: %s", async (_, settings, bot) => {
    const { stage, gitee, alice, bob } = await scene({ gitee: { settings } });
    const plain = gitee.repository({ owner: "octo", name: "plain", bot });
    const strict = gitee.repository({ owner: "octo", name: "strict", bot });
    strict.writeFile(".gitee/cla.yml", "report: check\n");
    for (const repository of [plain, strict]) {
      const [green, red] = [alice, bob].map((opener) => repository.openPull({ opener }));
      await stage.settled();
      expect([green?.labels, red?.labels]).toEqual([["cla/yes"], ["cla/no"]]);
      expect(red && commentsOf(stage, red)).toHaveLength(1);
      expect(green?.checkRuns).toEqual([]);
    }
    expect(await stage.bot.engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
    expect(await stage.bot.engine.pulls.count()).toHaveLength(2);
    const stats = await run(stage.variables, ["stats"]);
    const doctor = await run(stage.variables, ["doctor"]);
    const why = bot === "write" ? "does not administer the repository" : "edition of Gitee has none";
    for (const { id } of [plain, strict])
      expect(stats.stdout).toMatch(new RegExp(`gitee:${id}: no check run can be written, .*${why}`));
    expect(doctor.stdout).toMatch(new RegExp(`✗ octo/plain: .*check.*${why}`));
    expect(doctor.stdout.match(/(?<=✗ ).*which the policy requires/g) ?? []).toEqual(
      bot === "write" ? ["octo/strict: the check license/cla, which the policy requires"] : [],
    );
    for (const { record } of [plain, strict]) record.collaborators.set(gitee.bot, "admin");
    gitee.settings.checkRuns = true;
    // A sweep finds that the right is back.
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    await stage.settled();
    expect(plain.pulls.map((pull) => pull.conclusion())).toEqual(["success", "action_required"]);
    expect((await run(stage.variables, ["stats"])).stdout).not.toContain("no check run can be written");
  });

  it("no comment warns of check runs where the bot never had the right, also after a restart", async () => {
    const { stage, gitee, alice, bob } = await scene();
    const repositories = ["auto", "status"].map((kind) => {
      const repository = gitee.repository({ owner: "octo", name: kind, bot: "write" });
      repository.writeFile(".gitee/cla.yml", `language: en\nreport: ${kind}\n`);
      return repository;
    });
    const open = (opener: typeof alice) => repositories.map((repository) => repository.openPull({ opener }));
    const [greens, reds, pushed] = [open(alice), open(bob), open(alice)];
    const warned = () =>
      [...greens, ...reds, ...pushed].flatMap((pull) =>
        commentsOf(stage, pull).filter((text) => /check run on this commit/.test(text)),
      );
    await stage.settled();
    await sign(stage, bob);
    expect(warned()).toEqual([]);
    await run(stage.variables, ["revoke", `gitee:${bob.id}`, "--agreement", "icla"]);
    await stage.settled();
    expect(reds.map(({ labels }) => labels)).toEqual([["cla/no"], ["cla/no"]]);
    expect(warned()).toEqual([]);
    await stage.restart();
    for (const pull of pushed) pull.push([{ author: bob }]);
    await stage.settled();
    await run(stage.variables, ["revoke", `gitee:${alice.id}`, "--agreement", "icla"]);
    await sign(stage, bob);
    expect(greens.map(({ labels }) => labels)).toEqual([["cla/no"], ["cla/no"]]);
    expect(warned()).toEqual([]);
    expect((await run(stage.variables, ["stats"])).stdout).not.toContain("green");
  });

  it("after a restart, a comment warns of the run on the answered head and of none on a new one", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    widget.writeFile(".gitee/cla.yml", "language: en\n");
    const [green, pushed] = [alice, alice].map((opener) => widget.openPull({ opener }));
    await stage.settled();
    widget.record.collaborators.set(gitee.bot, "write");
    await stage.restart();
    pushed?.push([{ author: bob }]);
    await run(stage.variables, ["revoke", `gitee:${alice.id}`, "--agreement", "icla"]);
    await stage.settled();
    const warns = [green, pushed].map(
      (pull) => pull && commentsOf(stage, pull).map((text) => text.includes("a green check run")),
    );
    expect(warns).toEqual([[true], [false]]);
  });

  it("a policy file with mistakes is named by doctor, line by line", async () => {
    const { stage, widget } = await scene();
    widget.writeFile(".gitee/cla.yml", "report: chek\nlanguage: xx\n");
    await stage.settled();
    const { code, stdout } = await run(stage.variables, ["doctor"]);
    expect(code).toBe(1);
    expect(stdout).toMatch(/✗ octo\/widget: \.gitee\/cla\.yml:1: report: /);
    expect(stdout).toMatch(/✗ octo\/widget: \.gitee\/cla\.yml:2: language: /);
  });

  it("a name that Gitee does not take is told in the comment, in stats and by doctor, which names the repository", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    widget.writeFile(".gitee/cla.yml", "report: check\nlanguage: en\n");
    gitee.fail({ status: 400, times: 999, match: /^POST .*\/check-runs$/ });
    const pull = widget.openPull({ opener: bob });
    for (const _ of [1, 2]) {
      await stage.settled();
      pull.comment(alice, "/check-cla");
    }
    await stage.settled();
    expect(await stage.bot.engine.queue.depth()).toMatchObject({ due: 0, waiting: 0, parked: 0 });
    expect(commentsOf(stage, pull)).toEqual([expect.stringContaining("The policy requires a check run")]);
    expect((await run(stage.variables, ["stats"])).stdout).toContain("Gitee refuses it: choose another name");
    const told =
      "✗ octo/widget: the check license/cla, which the policy requires, was not written: Gitee refused it";
    expect((await run(stage.variables, ["doctor"])).stdout).toContain(told);
    gitee.clearFaults();
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect([pull.conclusion(), commentsOf(stage, pull)]).toEqual([
      "action_required",
      [expect.not.stringContaining("The policy requires a check run")],
    ]);
    expect((await run(stage.variables, ["doctor"])).stdout).not.toContain("Gitee refused it");
  });

  it("a refusal of new runs alone is a missing right, and no edition without them", async () => {
    const { stage, gitee, alice, widget } = await scene();
    widget.label("cla/yes");
    gitee.fail({ status: 404, times: 1, match: /^POST .*\/check-runs$/ });
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    expect([pull.labels, pull.checkRuns]).toEqual([["cla/yes"], []]);
    expect((await run(stage.variables, ["stats"])).stdout).toContain("does not administer the repository");
    expect(await stage.bot.engine.queue.depth()).toMatchObject({ due: 0, waiting: 0, parked: 0 });
  });

  it("an old green run is corrected once the right is back, though the policy no longer wants one", async () => {
    const { stage, gitee, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    expect(pull.conclusion()).toBe("success");
    widget.record.collaborators.set(gitee.bot, "write");
    widget.writeFile(".gitee/cla.yml", "report: status\n");
    await run(stage.variables, ["revoke", `gitee:${alice.id}`, "--agreement", "icla"]);
    await stage.settled();
    expect([pull.labels, pull.conclusion()]).toEqual([["cla/no"], "success"]);
    widget.record.collaborators.set(gitee.bot, "admin");
    pull.comment(alice, "/check-cla");
    await stage.settled();
    expect(pull.conclusion()).toBe("action_required");
  });

  it("a fault of the check calls takes neither label nor comment away, and is tried again", async () => {
    const { stage, gitee, bob, widget } = await scene();
    gitee.fail({ status: 502, times: 2, match: /check-runs$/ });
    const pull = widget.openPull({ opener: bob });
    await gitee.settled();
    await expect.poll(() => [pull.labels, commentsOf(stage, pull).length]).toEqual([["cla/no"], 1]);
    await expect.poll(() => pull.conclusion()).toBe("action_required");
    expect(commentsOf(stage, pull)).toHaveLength(1);
  });
});

describe("setup gitee", () => {
  it("creates what is missing, repairs what differs, and leaves the rest alone", async () => {
    const { stage, gitee } = await scene();
    const bare = gitee.repository({ owner: "octo", name: "bare", hook: false });
    const wrong = gitee.repository({ owner: "octo", name: "wrong" });
    for (const hook of wrong.hooks) Object.assign(hook, { password: "old", noteEvents: false });
    const setUp = () => run(stage.variables, ["setup", "gitee", "octo/bare", "octo/wrong"]);
    const first = await setUp();
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toBe(
      "octo/bare: webhook created; labels created: cla/yes, cla/no\n" +
        "octo/wrong: webhook repaired; labels created: cla/yes, cla/no\n",
    );
    expect([...bare.hooks, ...wrong.hooks]).toMatchObject(
      [1, 2].map(() => ({
        url: `${stage.bot.url}/api/gitee/webhooks`,
        encryption: "signature",
        password: stage.variables["GITEE_WEBHOOK_SECRET"],
        pushEvents: true,
        noteEvents: true,
        mergeRequestsEvents: true,
      })),
    );
    gitee.resetCalls();
    expect((await setUp()).stdout).toBe(
      "octo/bare: webhook unchanged; labels unchanged\nocto/wrong: webhook unchanged; labels unchanged\n",
    );
    expect(gitee.calls().writes).toBe(0);
    expect(first.stdout + first.stderr).not.toContain(stage.variables["GITEE_WEBHOOK_SECRET"]);
  });

  it("subscribes to every event, since no source says with which one a check is re-requested", async () => {
    const { stage, gitee } = await scene();
    const byHand = gitee.repository({ owner: "octo", name: "by-hand" });
    for (const hook of byHand.hooks) Object.assign(hook, { tagPushEvents: false, issuesEvents: false });
    const ran = await run(stage.variables, ["setup", "gitee", "octo/by-hand"]);
    expect(ran.stdout).toContain("octo/by-hand: webhook repaired");
    expect(byHand.hooks).toMatchObject([{ tagPushEvents: true, issuesEvents: true }]);
  });

  it("and the other steps of docs/gitee.md lead from an empty organization to a blocked merge", async () => {
    const { stage, gitee, bob } = await scene();
    const empty = gitee.repository({ owner: "octo", name: "empty", hook: false });
    const carol = gitee.user({ login: "carol" });
    empty.addCollaborator(carol, "write");
    expect((await run(stage.variables, ["doctor"])).stdout).toContain("✗ octo/empty: no webhook of its own");
    expect(await run(stage.variables, ["setup", "gitee", "octo/empty"])).toMatchObject({ code: 0 });
    const doctor = (await run(stage.variables, ["doctor"])).stdout;
    expect(doctor).not.toContain("✗ octo/empty");
    expect(doctor).toMatch(/octo\/empty: .*right to write the check license\/cla;[\s\S]*?within a week/);
    expect(await run(stage.variables, ["onboard", "gitee:octo/empty"])).toMatchObject({ code: 0 });
    const pull = empty.openPull({ opener: bob });
    await stage.settled();
    expect(empty.pulls.map(({ checkRuns }) => checkRuns.length)).toEqual([1, 1]);
    empty.requireChecks([CONTEXT]);
    expect(() => pull.merge(carol)).toThrow("Required checks did not pass: license/cla");
    await sign(stage, bob);
    expect(pull.merge(carol)).toMatch(/^[0-9a-f]{40}$/);
  });

  it("takes a whole organization: every repository of it that an agreement covers, and no other owner's", async () => {
    const { stage, gitee } = await scene();
    const one = gitee.repository({ owner: "octo", name: "one", hook: false });
    gitee.organization({ login: "elsewhere" });
    const other = gitee.repository({ owner: "elsewhere", name: "other", hook: false });
    const ran = await run(stage.variables, ["setup", "gitee", "octo", `${gitee.url}/octo`, "octo/one"]);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.stdout.match(/^octo\/one: webhook created/gm)).toHaveLength(1);
    expect(ran.stdout).toMatch(/^octo\/widget: /m);
    expect([one.hooks.length, other.hooks.length]).toEqual([1, 0]);
    for (const word of ["elsewhere", "nobody", "a/b/c", "a b"]) {
      const refused = await run(stage.variables, ["setup", "gitee", word]);
      expect(refused).toMatchObject({ code: 1, stdout: "" });
      expect(refused.stderr).toMatch(/^countersign setup gitee: .*(no agreement covers|expected)/);
    }
    expect(other.hooks).toEqual([]);
  });

  it("reads again what it changed, and says where Gitee does not show it", async () => {
    const { stage, gitee } = await scene();
    const hooks: object[] = [];
    const lossy = gitee.repository({ owner: "octo", name: "lossy", hook: false });
    Object.assign(lossy.hooks, { push: (hook: object) => hooks.push(hook) });
    const ran = await run(stage.variables, ["setup", "gitee", "octo/lossy"]);
    expect([ran.code, hooks.length]).toEqual([1, 1]);
    expect(ran.stderr).toMatch(/octo\/lossy: Gitee accepted the change and does not show it: the webhook; /);
  });

  it("leaves one webhook to the bot, in its own way of writing, and names those to another address", async () => {
    const { stage, gitee } = await scene();
    const url = `${stage.bot.url}/api/gitee/webhooks`;
    const twice = gitee.repository({ owner: "octo", name: "twice" });
    const [hook] = twice.hooks;
    if (hook === undefined) throw new Error("the repository has no webhook");
    const other = (id: number, to: string) => ({ ...hook, id: hook.id + 100 * id, url: to });
    twice.hooks.unshift(other(1, `${url}/`), { ...other(2, url), password: "old" });
    twice.hooks.push(
      other(3, "https://old.example.com/api/gitee/webhooks"),
      other(4, "https://ci.example.com/x"),
    );
    const ran = await run(stage.variables, ["setup", "gitee", "octo/twice"]);
    expect(ran).toMatchObject({ code: 0, stdout: expect.stringContaining("octo/twice: webhook repaired") });
    expect(twice.hooks.map((one) => one.url)).toEqual([
      url,
      "https://old.example.com/api/gitee/webhooks",
      "https://ci.example.com/x",
    ]);
    expect(ran.stderr).toContain(
      "octo/twice: another webhook goes to https://old.example.com/api/gitee/webhooks",
    );
    expect(ran.stderr).not.toContain("ci.example.com");
  });

  it("takes the labels of the repository's own policy, and says where no agreement covers it", async () => {
    const { stage, gitee } = await scene();
    const own = gitee.repository({ owner: "octo", name: "own" });
    own.writeFile(".gitee/cla.yml", "labels: { signed: signed, unsigned: not-signed }\n");
    gitee.organization({ login: "apart" });
    gitee.repository({ owner: "apart", name: "from-it" });
    const ran = await run(stage.variables, ["setup", "gitee", "octo/own", "apart/from-it"]);
    expect(ran.stdout).toContain("octo/own: webhook unchanged; labels created: signed, not-signed\n");
    expect(ran.stderr).toContain("warning: apart/from-it: no agreement covers it");
    expect(ran.stderr).not.toContain("octo/own");
  });

  it("does the others where one repository refuses it, and exits 1", async () => {
    const { stage, gitee } = await scene();
    const nowhere = { ...stage.variables, PUBLIC_URL: "" };
    const unset = await run(nowhere, ["setup", "gitee", "octo/widget"]);
    expect([unset.code, unset.stderr]).toEqual([1, expect.stringContaining("PUBLIC_URL is missing: set it")]);
    const blank = await run({ ...stage.variables, PUBLIC_URL: "   " }, ["setup", "gitee", "octo/widget"]);
    expect([blank.code, blank.stderr]).toEqual([1, unset.stderr]);
    gitee.repository({ owner: "octo", name: "foreign", bot: "write" });
    const ran = await run(stage.variables, ["setup", "gitee", "octo/foreign", "octo/none", "octo/widget"]);
    expect(ran.code).toBe(1);
    expect(ran.stderr.match(/octo\/(foreign|none): /g)).toHaveLength(2);
    expect(ran.stdout).toContain("octo/widget: webhook");
  });
});

describe("a co-author on Gitee", () => {
  it("is asked by login where Gitee confirms it, else by the name in the commit, and waived by an administrator", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    widget.writeFile(".gitee/cla.yml", "language: en\nrequire: {coauthors: require}\n");
    const admin = gitee.user({ login: "admin" });
    widget.addCollaborator(admin, "admin");
    const address = `${bob.id}+bob@user.noreply.gitee.com`;
    const coauthors = [
      { name: "Bob Builder", email: address },
      { name: "Eve", email: "eve@nowhere.example" },
      { name: "Rob Renamed", email: `${admin.id}+robert@user.noreply.gitee.com` },
      { name: "", email: "nora@nowhere.example" },
    ];
    const pull = widget.openPull({ opener: alice, commits: [{ author: alice, coauthors }] });
    await stage.settled();
    const [text] = commentsOf(stage, pull);
    expect(text).toContain("@bob");
    // Who has no name is named by the address, as the commit does, but programs can't collect that.
    const names = ["Eve", "Rob Renamed", "nora@…"];
    for (const name of names) expect(text?.replaceAll("\u200b", "")).toContain(`co-author \`${name}\``);
    expect(text).not.toContain("nowhere.example");
    for (const { id } of [bob, admin]) expect(text).not.toContain(`#${id}`);
    expect(text).not.toContain("profile/emails");
    const pageIn = async (language: string) => {
      const page = await fetch(`${stage.bot.url}/pulls/gitee/octo/widget/${pull.number}?lang=${language}`);
      return (await page.text()).replaceAll(/<\/?code>/g, "`");
    };
    const shown = await pageIn("en");
    const why = "Gitee links no `Co-authored-by:` line to an account";
    for (const place of [text, shown]) {
      expect(place).toContain(why);
      expect(place).not.toContain("is not linked to a Gitee account");
    }
    expect(await pageIn("zh-CN")).toContain("Gitee 不会将 `Co-authored-by:` 行关联到账号");
    for (const way of [
      "open a pull request of their own",
      "user.noreply.gitee.com",
      "Remove the line from the commit message",
    ]) {
      expect(text).toContain(way);
      expect(shown).toContain(way);
    }
    for (const name of names) expect(shown).toContain(name);
    expect(shown).not.toContain("profile/emails");
    expect(pull.conclusion()).toBe("action_required");
    pull.comment(admin, `/cla waive ${pull.headSha} known to us`);
    await stage.settled();
    // A waiver covers nobody whose account is known.
    expect([pull.conclusion(), pull.labels]).toEqual(["action_required", ["cla/no"]]);
    await sign(stage, bob);
    expect([pull.conclusion(), pull.labels]).toEqual(["success", ["cla/yes"]]);
    const [after] = commentsOf(stage, pull);
    expect(after).toContain("Everyone who must sign the");
    expect(after).not.toContain("Everyone who contributed");
    gitee.resetCalls();
    pull.comment(alice, "/check-cla");
    await stage.settled();
    // Who the private addresses name is remembered.
    expect(gitee.calls().writes).toBe(0);
    expect(gitee.calls().reads).toBeLessThanOrEqual(5);
  });
});
