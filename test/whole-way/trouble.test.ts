import { describe, expect, it } from "vitest";
import type { Fault } from "../../playground/github/traffic/faults.ts";
import { costOf, sign, stageForTest, stateOf } from "./scene.ts";

async function scene() {
  const stage = await stageForTest();
  const { github, gitee } = stage;
  const alice = github.user({ login: "alice" });
  const hello = github.repository({ owner: "octo", name: "hello" });
  await sign(stage, alice);
  const troubled = () => stage.bot.engine.queue.troubled(10);
  return { stage, github, gitee, alice, hello, troubled };
}

describe("while the host is in trouble", () => {
  it.each<[string, Fault]>([
    ["answers 502", { kind: "bad gateway" }],
    ["cuts its connections", { kind: "reset" }],
    ["answers 500", { kind: "status", status: 500, message: "Server Error" }],
    ["asks to wait with Retry-After", { kind: "secondary limit", retryAfter: 1 }],
    ["has no points left for the hour", { kind: "primary limit", resetIn: 1 }],
  ])("a pull request waits while it %s, and is green afterward without a new webhook", async (_, fault) => {
    const { stage, github, alice, hello, troubled } = await scene();
    github.fail(fault, { times: 2 });
    const pulls = Array.from({ length: 5 }, () => hello.openPull({ opener: alice }));
    await github.deliveries.settled();
    github.loseDeliveries = "without a trace";
    await expect.poll(() => pulls.map(stateOf)).toEqual(pulls.map(() => "success"));
    await stage.settled();
    expect(await troubled()).toEqual([]);
    // One read and one write for each, and at most one more for each that was refused or had just been sent.
    expect(costOf(github).reads + costOf(github).writes).toBeLessThanOrEqual(2 * pulls.length + 2 + 5);
    expect(github.violations).toEqual([]);
  });

  it("a host that is down gets only a few requests, and everything is green when it is back", async () => {
    const { stage, github, alice, hello, troubled } = await scene();
    let asked = 0;
    github.onRequest(() => void (asked += 1));
    github.faults.down = true;
    const pulls = Array.from({ length: 10 }, () => hello.openPull({ opener: alice }));
    await github.deliveries.settled();
    github.loseDeliveries = "without a trace";
    await expect.poll(async () => (await troubled()).length).toBe(10);
    await expect.poll(async () => (await troubled())[0]?.attempts ?? 0).toBeGreaterThanOrEqual(2);
    expect(await troubled()).toEqual(
      pulls.map(() => expect.objectContaining({ code: "host-unreachable" }) as unknown),
    );
    // Two tries of each, some of which ask for a token again.
    expect(asked).toBeLessThanOrEqual(60);
    github.faults.clear();
    await expect.poll(() => pulls.map(stateOf)).toEqual(pulls.map(() => "success"));
    await stage.settled();
    expect(await troubled()).toEqual([]);
  });

  it("what can be said is said: a list of commits that the host did not show is an error, then is judged", async () => {
    const { stage, github, alice, hello } = await scene();
    github.fail({ kind: "graphql field", field: "Commit.authors" }, { times: 1 });
    const pull = hello.openPull({ opener: alice });
    await stage.settled();
    expect(["error", "success"]).toContain(stateOf(pull));
    github.loseDeliveries = "without a trace";
    await expect.poll(() => stateOf(pull)).toBe("success");
  });

  it("Gitee, too, may be down, answer 502 with a page, or limit its requests", async () => {
    const { stage, gitee } = await scene();
    const mei = gitee.user({ login: "mei" });
    const nihao = gitee.repository({ owner: "octo", name: "nihao" });
    gitee.fail({ status: 502, body: "<html>bad gateway</html>", times: 1 });
    gitee.fail({ status: 429, times: 1, headers: { "retry-after": "1" } });
    gitee.resetConnections(1);
    const pulls = Array.from({ length: 4 }, () => nihao.openPull({ opener: mei }));
    await gitee.settled();
    await expect.poll(() => pulls.map(({ labels }) => labels)).toEqual(pulls.map(() => ["cla/no"]));
    await stage.settled();
    expect(gitee.violations).toEqual([]);
  });
});

describe("what trying again cannot help", () => {
  it.each([
    [
      "a suspended installation",
      "installation-suspended",
      ({ github, hello }: Awaited<ReturnType<typeof scene>>) => {
        const installation = github.installationFor(hello);
        // Suspended with the webhook already under way: nothing is announced to a suspended one.
        return { begin: () => installation?.suspend(), end: () => installation?.unsuspend() };
      },
    ],
    [
      "an archived repository",
      "repository-archived",
      ({ hello }: Awaited<ReturnType<typeof scene>>) => ({
        begin: () => hello.archive(),
        end: () => hello.unarchive(),
      }),
    ],
    [
      "a permission that is missing",
      "permission-missing",
      ({ github, hello }: Awaited<ReturnType<typeof scene>>) => {
        const installation = github.installationFor(hello);
        const { statuses: _, ...less } = installation?.permissions ?? {};
        return {
          begin: () => {
            if (installation) installation.permissions = less;
            github.tokens.expireAll();
          },
          end: () => installation?.acceptPermissions({ statuses: "write" }),
        };
      },
    ],
  ])(
    "%s is seen by the operator, is not tried repeatedly, and continues when it is over",
    async (_, code, make) => {
      const scenery = await scene();
      const { stage, github, alice, hello, troubled } = scenery;
      const { begin, end } = make(scenery);
      github.deliveries.hold();
      const pull = hello.openPull({ opener: alice });
      const [held] = [pull];
      begin();
      github.deliveries.release((all) => all.filter(({ action }) => action === "opened"));
      await expect.poll(async () => (await troubled()).map((task) => task.code)).toEqual([code]);
      const hoursLeft = async (): Promise<number> => {
        const [task] = await troubled();
        return ((task?.dueAt ?? Infinity) - Date.now()) / 3_600_000;
      };
      await expect.poll(hoursLeft).toBeGreaterThan(11);
      github.resetCalls();
      await stage.settled();
      expect(costOf(github)).toEqual({ reads: 0, writes: 0 });
      expect(stateOf(held)).not.toBe("success");

      end();
      await expect.poll(() => stateOf(pull)).toBe("success");
      await stage.settled();
      expect(await troubled()).toEqual([]);
    },
  );

  it("a repository that is gone is looked for a few times more, and nothing of it is written", async () => {
    const { stage, github, alice, hello, troubled } = await scene();
    github.deliveries.hold();
    hello.openPull({ opener: alice });
    hello.delete();
    github.deliveries.release();
    await stage.settled();
    expect((await troubled()).map(({ code }) => code)).toEqual(["not-found", "not-found"]);
    expect(github.calls()).toMatchObject({ writes: 0 });
  });
});
