import { beforeEach, describe, expect, it, vi } from "vitest";
import { scene, sign, stateOf, stranger, run } from "./scene.ts";

const HOUR = 3_600_000;

/** Stops every clock of this process, the bot's and the simulated host's, until {@link at} moves it; no timer. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  return () => void vi.useRealTimers();
});

function at(moment: number): void {
  vi.setSystemTime(moment);
}

/** A story of every kind of event, told while nobody listens. */
async function story() {
  const scenery = await scene();
  const { github, hello, alice, bob, carol } = scenery;
  const dora = github.user({ login: "dora" });
  hello.addCollaborator(dora, "admin");
  const before = hello.openPull({ opener: alice });
  const waived = hello.openPull({ opener: alice, commits: [{ author: stranger() }] });
  const closed = hello.openPull({ opener: bob });
  await scenery.stage.settled();
  const tell = () => {
    before.push([{ author: bob }]);
    closed.close();
    waived.comment(dora, `/cla waive ${waived.head.sha} known to us`);
    const opened = hello.openPull({ opener: carol });
    hello.rename("hello-again");
    const group = hello.enqueue([hello.openPull({ opener: alice })], "squash");
    return { opened, group };
  };
  return { ...scenery, before, waived, closed, tell };
}

describe("deliveries that were lost are recovered from the app's own list", () => {
  it("when the bot was down for a day, at its start", async () => {
    const { stage, github, hello, before, waived, tell } = await story();
    const start = Date.now();
    github.loseDeliveries = true;
    const { opened, group } = tell();
    at(start + 24 * HOUR);
    github.loseDeliveries = false;
    await stage.restart();
    await stage.settled();
    expect([before, waived, opened].map(stateOf)).toEqual(["failure", "success", "failure"]);
    expect(hello.statusesOf(group.head.sha)[0]?.state).toBe("success");
    expect((await stage.bot.engine.pulls.count()).map(({ pulls }) => pulls)).toEqual([2, 2]);
    expect(github.violations).toEqual([]);
  });

  it("from where the list was left, so that recovered ones are not read again", async () => {
    const { stage, github, tell } = await story();
    github.loseDeliveries = true;
    tell();
    github.loseDeliveries = false;
    await stage.restart();
    await stage.settled();
    at(Date.now() + 2 * HOUR);
    await stage.restart();
    await stage.settled();
    const asked: string[] = [];
    github.onRequest(({ route }) => void asked.push(route));
    at(Date.now() + 2 * HOUR);
    await stage.restart();
    await stage.settled();
    // The group that is still queued is looked at now and then.
    expect(asked.filter((route) => route.startsWith("/app/hook"))).toEqual(["/app/hook/deliveries"]);
  });

  it("with a repository that lost many swept instead, in few calls", async () => {
    const { stage, github, hello, alice } = await scene();
    await stage.settled();
    github.loseDeliveries = true;
    const pulls = Array.from({ length: 105 }, () => hello.openPull({ opener: alice }));
    github.loseDeliveries = false;
    github.resetCalls();
    await stage.restart();
    await stage.settled();
    expect(pulls.map(stateOf).every((state) => state === "success")).toBe(true);
    expect(github.calls().reads).toBeLessThan(15);
  });

  it("even where they had failed for longer than GitHub remembers: the sweep finds what is open", async () => {
    const { stage, github, before, tell } = await story();
    const start = Date.now();
    github.loseDeliveries = "without a trace";
    const { opened } = tell();
    at(start + 96 * HOUR);
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    await stage.settled();
    expect([before, opened].map(stateOf)).toEqual(["failure", "failure"]);
  });
});

describe("GitHub itself down for a day", () => {
  it("loses nothing: what was due is done when it is back, without a new webhook", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    const start = Date.now();
    github.deliveries.hold();
    const pulls = [alice, bob].map((opener) => hello.openPull({ opener }));
    github.faults.down = true;
    github.deliveries.release();
    await stage.settled();
    for (let hour = 1; hour < 24; hour += 1) {
      at(start + hour * HOUR);
      await stage.settled();
    }
    expect(pulls.map(stateOf)).toEqual([null, null]);
    await sign(stage, bob);
    github.faults.clear();
    github.loseDeliveries = "without a trace";
    at(start + 24.9 * HOUR);
    await stage.settled();
    expect(pulls.map(stateOf)).toEqual(["success", "success"]);
    expect(await stage.bot.engine.queue.troubled(10)).toEqual([]);
  });

  it("and for longer than that: what was parked by then is done at the next sweep", async () => {
    const { stage, github, hello, bob } = await scene();
    const start = Date.now();
    github.deliveries.hold();
    const pull = hello.openPull({ opener: bob });
    github.faults.down = true;
    github.deliveries.release();
    // It parks only after as many tries as a day has, so that a clock that jumps ahead parks nothing.
    for (let hour = 0; hour <= 70; hour += 1) {
      at(start + hour * HOUR);
      await stage.settled();
    }
    expect(await stage.bot.engine.queue.depth()).toMatchObject({ parked: 1, waiting: 0 });
    github.faults.clear();
    github.loseDeliveries = "without a trace";
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
    expect(await stage.bot.engine.queue.depth()).toEqual({ due: 0, leased: 0, waiting: 0, parked: 0 });
  });
});
