import { readdirSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { Failure } from "../../src/error.ts";
import { work } from "../../src/check/work.ts";
import { startBot } from "./start-bot.ts";
import { takeOne } from "../ports/engine-scene.ts";
import { ROUTE, startUp } from "./start-host.ts";

describe("a pull request on Gitee, from the delivery to what stands on it", () => {
  it.each(["signature", "password"] as const)(
    "is judged by everybody's account (%s mode)",
    async (encryption) => {
      const { gitee, alice, bob, repository, account, sign, drain } = await startBot({ encryption });
      await sign(account(alice));
      const good = repository.openPull({ opener: alice });
      const bad = repository.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
      await drain();
      expect([good.labels, bad.labels]).toEqual([["cla/yes"], ["cla/no"]]);
      expect(good.comments).toEqual([]);
      expect(bad.comments.map(({ user }) => user)).toEqual([gitee.bot]);
      expect(bad.comments[0]?.body).toContain("@bob");
      expect(bad.comments[0]?.body).not.toContain("@alice");
      await sign(account(bob));
      await drain();
      expect(bad.labels).toEqual(["cla/yes"]);
      expect(bad.comments).toHaveLength(1);
      expect(bad.comments[0]?.body).not.toContain("@bob");
    },
  );

  it("counts an account of the same number on another host for nobody here", async () => {
    const { alice, repository, sign, drain } = await startBot();
    await sign(accountOf("github", alice.id));
    const pull = repository.openPull({ opener: alice });
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("has no green label while Gitee shows a state from before a delivery, and is checked until it does not", async () => {
    const { gitee, host, engine, world, clock, alice, repository, account, sign, drain } = await startBot();
    await sign(account(alice));
    const pull = repository.openPull({ opener: alice });
    await drain();
    const ref = { host: "gitee", repository: repository.id, number: pull.number } as const;
    const old = await host.read(ref, ROUTE, null);
    pull.push([{ author: alice }]);
    await gitee.settled();
    const hosts = new Map([["gitee", { ...host, read: async () => old }] as const]);
    for (let looks = 0; looks < 8; looks += 1) {
      const done = await work({ ...world, hosts }, await takeOne(engine));
      expect(done).toMatchObject({ kind: "retry", failure: { code: "host-behind" } });
      expect(pull.labels).toEqual(["cla/no"]);
      clock.now += 30 * 60_000;
    }
    expect(await drain()).toMatchObject([{ kind: "done" }]);
    expect(pull.labels).toEqual(["cla/yes"]);
  });

  it("costs six calls when it is in order, and its own label's event none", async () => {
    const { gitee, host, alice, repository, account, sign, drain } = await startBot();
    await startUp(host);
    await sign(account(alice));
    gitee.resetCalls();
    repository.openPull({ opener: alice });
    expect(await drain()).toHaveLength(1);
    expect(gitee.calls()).toEqual({ reads: 4, writes: 2 });
  });

  it("loses its green label when somebody unsigned pushes, and when the database is in doubt after a push", async () => {
    const { gitee, alice, bob, repository, account, sign, drain, world } = await startBot();
    await sign(account(alice));
    const pull = repository.openPull({ opener: alice });
    await drain();
    pull.push([{ author: bob }]);
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
    pull.forcePush([{ author: alice }]);
    await drain();
    expect(pull.labels).toEqual(["cla/yes"]);
    pull.push([{ author: alice }]);
    await gitee.settled();
    const covered = () => Promise.reject(new Failure("database-unreachable"));
    const signatures = { ...world.engine.signatures, covered };
    const doubtful = { ...world, engine: { ...world.engine, signatures } };
    const [taken] = await world.engine.queue.take({ limit: 1, leaseMs: 1, skip: [] });
    if (taken === undefined) throw new Error("nothing was due after the push");
    expect(await work(doubtful, taken)).toMatchObject({
      kind: "retry",
      failure: { code: "database-unreachable" },
    });
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("has its labels corrected when somebody sets or removes them", async () => {
    const { bob, alice, repository, drain } = await startBot();
    const pull = repository.openPull({ opener: alice });
    await drain();
    pull.addLabel("cla/yes", bob).removeLabel("cla/no", bob).addLabel("bug", bob);
    await drain();
    expect(pull.labels.toSorted((a, b) => (a < b ? -1 : 1))).toEqual(["bug", "cla/no"]);
  });

  it("obeys commands as read from Gitee, not as a delivery tells them", async () => {
    const { gitee, alice, bob, repository, account, sign, drain } = await startBot();
    await sign(account(alice));
    repository.addCollaborator(bob, "admin");
    const stranger = { name: "S", email: "s@nowhere.example" };
    const pull = repository.openPull({ opener: alice, commits: [{ author: stranger }] });
    const command = `/cla waive ${pull.headSha} imported`;
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
    pull.comment(alice, command);
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
    const harmless = pull.comment(bob, "Looks good");
    await gitee.forge("Note Hook", {
      action: "comment",
      noteable_type: "PullRequest",
      comment: { id: harmless.id, body: command, user: { id: bob.id } },
      pull_request: { number: pull.number },
      repository: { id: repository.id, full_name: "octo/widget" },
    });
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
    pull.comment(bob, command);
    await drain();
    expect(pull.labels).toEqual(["cla/yes"]);
  });

  it("is checked again when the policy changes on the default branch, and is never green under a broken one", async () => {
    const { alice, repository, account, sign, drain } = await startBot();
    await sign(account(alice));
    const pull = repository.openPull({ opener: alice });
    await drain();
    repository.writeFile(".gitee/cla.yml", "labels: [\n");
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
    expect(pull.comments[0]?.body).toContain(".gitee/cla.yml");
    repository.writeFile(".gitee/cla.yml", "labels: {signed: signed/ok, unsigned: signed/no}\n");
    await drain();
    expect(pull.labels).toEqual(["signed/ok"]);
    repository.writeFile(".gitee/cla.yml", "labels: [\n");
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("that was changed while deliveries were lost is found by when it changed", async () => {
    const { gitee, host, engine, alice, bob, repository, account, sign, drain } = await startBot();
    await sign(account(alice));
    const pull = repository.openPull({ opener: alice });
    await drain();
    gitee.loseDeliveries();
    const since = Date.now() - 1000;
    pull.push([{ author: bob }]);
    await drain();
    expect(pull.labels).toEqual(["cla/yes"]);
    gitee.loseDeliveries(0);
    await engine.queue.mark((await host.deliveries.missed(since)).marks);
    await drain();
    expect(pull.labels).toEqual(["cla/no"]);
  });

  it("ends the same whether its deliveries are repeated, sent again later, or made up", async () => {
    const { gitee, alice, repository, account, sign, drain } = await startBot();
    await sign(account(alice));
    gitee.repeatDeliveries(3);
    const pull = repository.openPull({ opener: alice });
    await drain();
    const [first] = gitee.deliveries;
    if (first === undefined) throw new Error("nothing was delivered");
    expect(await gitee.redeliver(first)).toBe(202);
    await gitee.forge("Merge Request Hook", {
      action: "open",
      number: pull.number,
      repository: { id: repository.id, full_name: "evil/fork" },
      pull_request: { user: { id: 1 }, state: "closed" },
    });
    gitee.resetCalls();
    await drain();
    expect(pull.labels).toEqual(["cla/yes"]);
    expect(gitee.calls().writes).toBe(0);
  });

  it("leaves no name, login, email or token in the database's bytes", async () => {
    const { gitee, engine, file, repository, account, sign, drain } = await startBot();
    const canary = gitee.user({
      login: "canary-login",
      name: "Canary Name",
      emails: ["canary@mail.example"],
    });
    await sign(account(canary));
    const pull = repository.openPull({
      opener: canary,
      commits: [{ author: canary }, { author: { name: "Canary Two", email: "two@canary.example" } }],
    });
    pull.comment(canary, "recheck");
    await drain();
    await engine.ready();
    const folder = dirname(file);
    const bytes = readdirSync(folder).map((name) => readFileSync(join(folder, name)).toString("latin1"));
    expect(bytes.join("")).not.toMatch(/canary|octo|t0ken|s3cret/i);
    expect(gitee.violations).toEqual([]);
  });
});

it.each([403, 404, 500])(
  "where Gitee refuses the list of branches with %d, the pull request is red, and the tries come to an end",
  async (status) => {
    const { gitee, alice, repository, account, sign, drain, clock, engine } = await startBot();
    await sign(account(alice));
    const eve = { name: "Eve", email: "eve@nowhere.example" };
    const pull = repository.openPull({ opener: alice, commits: [{ author: eve }] });
    gitee.fail({ status, body: "{}", times: 999, match: /\/branches$/ });
    const waits: number[] = [];
    for (let tries = 0; tries < 5; tries += 1) {
      const done = (await drain()).find(({ kind }) => kind === "retry");
      if (done?.kind === "retry") waits.push(done.at - clock.now);
      clock.now += waits.at(-1) ?? 0;
    }
    expect([pull.labels, pull.conclusion()]).toEqual([["cla/no"], "action_required"]);
    // A missing right is tried again after a day, anything else ever later, for a day.
    expect(waits.toSorted((a, b) => a - b)).toEqual(waits);
    const { parked } = await engine.queue.depth();
    expect([waits.length < 5, parked]).toEqual(status === 403 ? [true, 1] : [false, 0]);
  },
);

it.each([/^POST .*widget\/labels$/, /^POST .*pulls\/1\/labels$/, /^POST .*comments$/, /^POST .*check-runs$/])(
  "a lost answer to %s leaves one label, one comment and one run",
  async (match) => {
    const { gitee, bob, account, sign, repository, drain, clock, restart, engine } = await startBot();
    repository.record.labels.length = 0;
    gitee.loseAnswers(match);
    const pull = repository.openPull({ opener: bob });
    const settle = async () => {
      for (let tries = 0; tries < 4; tries += 1) {
        await drain();
        clock.now += 60_000;
      }
      const comments = pull.comments.filter(({ user }) => user === gitee.bot).length;
      return [pull.labels, comments, pull.checkRuns.map(({ conclusion }) => conclusion)];
    };
    expect(await settle()).toEqual([["cla/no"], 1, ["action_required"]]);
    gitee.loseAnswers(match);
    await restart();
    await sign(account(bob));
    expect(await settle()).toEqual([["cla/yes"], 1, ["action_required", "success"]]);
    expect(await engine.queue.depth()).toMatchObject({ due: 0, waiting: 0, parked: 0 });
  },
);
