import { once } from "node:events";
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from "vitest";
import { accountOf } from "../../src/account.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { startHosts, type StageHosts } from "../../playground/stage.ts";
import { startCommand } from "../../playground/bot-process.ts";
import { run } from "./github/scene.ts";
import { signatureOf, stateOf } from "./scene.ts";

describe("countersign sweep without a running bot", () => {
  let hosts: StageHosts;
  beforeAll(async () => {
    hosts = await startHosts();
  });
  afterAll(() => hosts.stop());

  it("says what would change, does it within the host's limits, and continues where one was stopped", async () => {
    const { github, variables } = hosts;
    const alice = github.user({ login: "alice" });
    const bob = github.user({ login: "bob" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    const pulls = Array.from({ length: 25 }, (_, at) => hello.openPull({ opener: at < 20 ? alice : bob }));
    const engine = await openSqlite((variables["DATABASE_URL"] ?? "").slice("file:".length));
    await engine.signatures.sign(
      [
        [
          {
            account: accountOf("github", alice.id),
            agreement: "icla",
            version: "1.0",
            signedAt: Date.now(),
            entity: null,
          },
        ],
      ],
      { evidence: "import" },
    );

    const trial = await run(variables, ["sweep", "--dry-run", "--json"]);
    expect(trial).toMatchObject({ code: 0, stdout: '{"repositories":1,"pulls":25,"changes":25}\n' });
    expect(trial.stderr).toContain("would be unsigned");
    expect(github.calls().writes).toBe(0);
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });

    expect(await run(variables, ["sweep", "--json"])).toMatchObject({
      code: 0,
      stdout: '{"repositories":1,"pulls":25}\n',
    });
    expect(pulls.map(stateOf)).toEqual(
      pulls.map((pull) => (pull.openedBy === alice ? "success" : "failure")),
    );
    expect(await run(variables, ["sweep", "--dry-run", "--json"])).toMatchObject({
      stdout: '{"repositories":1,"pulls":25,"changes":0}\n',
    });

    // What a sweep that was stopped leaves: one pull request that is marked, and others that are not.
    const [one, other] = [hello.openPull({ opener: alice }), hello.openPull({ opener: alice })];
    const task = { kind: "pull", host: "github", repository: hello.id, number: one.number } as const;
    await engine.queue.mark([{ task, route: null, bulk: true }]);
    expect(await run(variables, ["sweep", "--resume"])).toMatchObject({ code: 0 });
    expect([one, other].map(stateOf)).toEqual(["success", null]);
    await engine.close();
    expect(github.violations).toEqual([]);
  });
});

describe("countersign sweep", () => {
  it("counts a broken policy that is shown already as no change", async () => {
    const hosts = await startHosts();
    onTestFinished(() => hosts.stop());
    const { github, variables } = hosts;
    const files = { ".github/cla.yml": "report: nonsense\n" };
    const broken = github.repository({ owner: "octo", name: "broken", files });
    const pull = broken.openPull({ opener: github.user({ login: "alice" }) });
    expect(await run(variables, ["sweep"])).toMatchObject({ code: 0 });
    expect(stateOf(pull)).toBe("error");
    expect(await run(variables, ["sweep", "--dry-run", "--json"])).toMatchObject({
      code: 0,
      stdout: '{"repositories":1,"pulls":1,"changes":0}\n',
      stderr: "",
    });
  });

  it("says until when it waits for the host's limits, and ends before that on Ctrl+C, with what is left", async () => {
    const hosts = await startHosts();
    onTestFinished(() => hosts.stop());
    const { github, variables } = hosts;
    const files = { ".github/cla.yml": "comment: never\n" };
    const hello = github.repository({ owner: "octo", name: "hello", files });
    const bob = github.user({ login: "bob" });
    for (let at = 0; at < 50; at += 1) hello.openPull({ opener: bob });
    const engine = await openSqlite((variables["DATABASE_URL"] ?? "").slice("file:".length));
    onTestFinished(() => engine.close());

    github.faults.latency = 3_000;
    const { child, text } = startCommand(variables, ["sweep"]);
    let said = "";
    child.stderr?.setEncoding("utf8").on("data", (piece: string) => (said += piece));
    const ended = once(child, "exit");
    await expect.poll(() => engine.queue.depth(), { timeout: 60_000 }).toMatchObject({ leased: 1 });
    const payer = `github/${github.installationFor(hello)?.id}`;
    const minute = { what: "rest", amount: 541, limits: [{ ms: 60_000, most: 900 }] } as const;
    await engine.spending.book(payer, [[minute]]);
    github.faults.latency = 0;
    await expect.poll(() => said, { timeout: 60_000 }).toContain("it waits for the host's limits until ");
    const [, until = ""] = /until (\S+)/.exec(said) ?? [];
    child.kill("SIGINT");
    expect(await ended).toEqual([1, null]);
    expect(Date.now()).toBeLessThan(Date.parse(until));
    expect(text()).toMatch(
      /^\d+ open pull requests found so far in 1 repository; stopped with 1 repository and /,
    );
  }, 180_000);
});

describe("countersign check --publish without a running bot", () => {
  it("makes nothing green while the host does not show what a delivery said, and leaves the task", async () => {
    const hosts = await startHosts();
    onTestFinished(() => hosts.stop());
    const { github, variables } = hosts;
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    const hello = github.repository({ owner: "octo", name: "hello" });
    hello.addCollaborator(bob);
    const pull = hello.openPull({ opener: alice });
    const engine = await openSqlite((variables["DATABASE_URL"] ?? "").slice("file:".length));
    onTestFinished(() => engine.close());
    await engine.signatures.sign([[signatureOf(alice)]], { evidence: "import" });

    const signed = pull.head.sha;
    const catchUp = pull.lag();
    pull.push([{ author: bob }]);
    const told = pull.head.sha;
    const task = { kind: "pull", host: "github", repository: hello.id, number: pull.number } as const;
    await engine.queue.mark([{ task, route: null, told }]);
    const publish = ["check", "github:octo/hello#1", "--publish"];
    expect(await run(variables, publish)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining("does not show"),
    });
    expect(hello.statusesOf(signed)).toEqual([]);
    expect(await engine.queue.depth()).toMatchObject({ due: 1, leased: 0 });

    catchUp();
    expect(await run(variables, publish)).toMatchObject({ code: 1 });
    expect(stateOf(pull)).toBe("failure");
    expect(await engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });
});
