import { setTimeout as sleep } from "node:timers/promises";
import { expect } from "vitest";
import type { Scenario } from "./host-scene.ts";

/** Lost deliveries and failing hosts: everything ends in the same state. */
export function troubleScenarios(scenario: Scenario): void {
  scenario("recovering lost deliveries", async ({ stage, stand, hello, alice, bob, settled }) => {
    const pull = hello.open({ opener: alice });
    await settled();
    stand.loseDeliveries(true);
    pull.push([{ author: bob }]);
    const unseen = hello.open({ opener: alice });
    await settled();
    expect(unseen.state()).toBeNull();
    stand.loseDeliveries(false);
    // At start the bot looks for lost deliveries, as it does every few minutes.
    await stage.restart();
    await settled();
    await expect.poll(() => [pull.state(), unseen.state()]).toEqual(["failure", "success"]);
  });

  scenario(
    "a sweep finds what no look at the deliveries finds",
    async ({ stand, hello, alice, settled, run }) => {
      stand.loseDeliveries(true);
      const pull = hello.open({ opener: alice });
      stand.loseDeliveries(false);
      const { stdout } = await run("sweep", `${stand.host}:${hello.path()}`, "--json");
      expect(JSON.parse(stdout)).toEqual({ repositories: 1, pulls: 1 });
      await settled();
      expect(pull.state()).toBe("success");
    },
  );

  scenario("deliveries that come three times", async ({ stand, hello, alice, bob, settled }) => {
    stand.repeatDeliveries(3);
    const green = hello.open({ opener: alice });
    const red = hello.open({ opener: alice });
    red.push([{ author: bob }]);
    await settled();
    expect([green.state(), red.state()]).toEqual(["success", "failure"]);
    expect(red.comments()).toHaveLength(1);
  });

  scenario("deliveries that come again backwards", async ({ stand, hello, alice, bob, settled }) => {
    const pull = hello.open({ opener: alice });
    pull.push([{ author: bob }]);
    pull.forcePush([{ author: alice }]);
    pull.close();
    // The hosts' times have whole seconds: of two changes in one second, neither is known to be the later one.
    const second = Math.floor(Date.now() / 1000);
    while (Math.floor(Date.now() / 1000) === second) await sleep(20);
    pull.reopen();
    await settled();
    expect(pull.state()).toBe("success");
    stand.resetCalls();
    await stand.redeliverBackwards();
    await settled();
    expect(pull.state()).toBe("success");
    expect(stand.calls().writes).toBe(0);
  });

  scenario("forged deliveries, and correctly signed ones with false content", async (scene) => {
    const { stage, stand, hello, alice, bob, settled } = scene;
    const green = hello.open({ opener: alice });
    const red = hello.open({ opener: bob });
    await settled();
    expect(await stand.forge()).toBe(401);
    for (const pull of [green, red]) expect(await stand.lie(hello, pull)).toBe(202);
    await settled();
    expect([green.state(), red.state()]).toEqual(["success", "failure"]);
    // A head that a delivery names and the host does not show is looked for again, a bounded number of times.
    expect(await stage.bot.engine.queue.depth()).toMatchObject({ due: 0, leased: 0, parked: 0 });
  });

  scenario("a host that is down for a while", async ({ stand, hello, alice, bob }) => {
    stand.down(true);
    const green = hello.open({ opener: alice });
    const red = hello.open({ opener: bob });
    await stand.delivered();
    expect([green.state(), red.state()]).toEqual([null, null]);
    stand.down(false);
    await expect.poll(() => [green.state(), red.state()]).toEqual(["success", "failure"]);
  });

  for (const how of ["bad gateway", "not JSON", "limit"] as const)
    scenario(
      {
        "bad gateway": "502 from the host",
        "not JSON": "an answer that is not JSON",
        limit: "a used-up rate limit with Retry-After",
      }[how],
      async ({ stand, hello, alice, bob }) => {
        stand.fail(how, 3);
        const pull = hello.open({ opener: alice, commits: [{ author: bob }] });
        await expect.poll(() => pull.state()).toBe("failure");
        await expect.poll(() => pull.comments().length).toBe(1);
      },
    );

  scenario("a restart between the delivery and the check", async ({ stage, stand, hello, alice, bob }) => {
    stand.down(true);
    const pull = hello.open({ opener: alice, commits: [{ author: bob }] });
    await stand.delivered();
    expect(pull.state()).toBeNull();
    await stage.restart();
    stand.down(false);
    await expect.poll(() => pull.state()).toBe("failure");
    await expect.poll(() => pull.comments().length).toBe(1);
  });

  scenario(
    "a restart, after which nothing is written again",
    async ({ stage, stand, hello, alice, bob, settled }) => {
      const pulls = [alice, bob].map((opener) => hello.open({ opener }));
      await settled();
      await stage.restart();
      stand.resetCalls();
      for (const pull of pulls) pull.comment(alice, "recheck");
      await settled();
      expect(stand.calls().writes).toBe(0);
      expect(pulls.map((pull) => pull.state())).toEqual(["success", "failure"]);
    },
  );
}
