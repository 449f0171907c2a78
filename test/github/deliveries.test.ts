import { describe, expect, it } from "vitest";
import { taskKey, type Mark } from "../../src/ports/queue.ts";
import { startReceiver } from "../playground/github/receiver.ts";
import { routeOf, simulate } from "./sim.ts";

async function scene() {
  const receiver = await startReceiver();
  const simulation = await simulate({ webhookUrl: receiver.url });
  const { github } = simulation;
  const repository = github.repository({ owner: github.organization({ login: "octo" }), name: "spoon" });
  const alice = github.user({ login: "alice" });
  const log = simulation.host.deliveries;
  if (log === null) throw new Error("GitHub keeps a list of deliveries");
  return { ...simulation, receiver, repository, alice, log };
}

const keys = (marks: readonly Mark[]) => marks.map(({ task }) => taskKey(task)).toSorted();

describe("deliveries that were lost", () => {
  it("are turned into the marks that they would have made, and those that arrived into none", async () => {
    const { github, receiver, repository, alice, log } = await scene();
    const since = Date.now() - 1000;
    const first = repository.openPull({ opener: alice });
    await github.deliveries.settled();
    github.loseDeliveries = true;
    const second = repository.openPull({ opener: alice });
    const comment = first.comment(alice, "/cla waive abcdef1 because");
    first.comment(alice, "thanks");
    await github.deliveries.settled();
    github.resetCalls();
    const { marks, until } = await log.missed(since);
    expect(keys(marks)).toEqual([`comment/${first.number}/${comment.id}`, `pull/${second.number}`]);
    expect(marks[0]?.route).toEqual(routeOf(github, repository));
    expect(until).toBeLessThanOrEqual(Date.now());
    expect(github.calls()).toMatchObject({ reads: 4, writes: 0 });
    expect(github.violations).toEqual([]);
    await receiver.stop();
  });

  it("of long ago are not looked for again", async () => {
    const { github, receiver, repository, alice, log } = await scene();
    github.loseDeliveries = true;
    repository.openPull({ opener: alice });
    await github.deliveries.settled();
    expect((await log.missed(null)).marks).toHaveLength(1);
    expect((await log.missed(Date.now() + 60_000)).marks).toEqual([]);
    await receiver.stop();
  });

  it("by the hundred sweep their repository instead, over all pages of the list", async () => {
    const { github, receiver, repository, alice, log } = await scene();
    github.loseDeliveries = true;
    const pulls = Array.from({ length: 130 }, () => repository.openPull({ opener: alice }));
    const comment = pulls[0]?.comment(alice, "I have read the CLA");
    await github.deliveries.settled();
    github.resetCalls();
    const { marks } = await log.missed(null);
    expect(keys(marks)).toEqual([`comment/1/${comment?.id}`, "repository"]);
    expect(github.calls().reads).toBeLessThanOrEqual(5);
    await receiver.stop();
  });
});
