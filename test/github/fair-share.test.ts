import { describe, expect, it } from "vitest";
import { refOf, routeOf, simulate } from "./sim.ts";

describe("one pull request", () => {
  it("with thousands of co-authors costs a limited number of queries and is incomplete", async () => {
    const { github, host } = await simulate();
    const alice = github.user({ login: "alice" });
    const spoon = github.repository({ owner: "octo", name: "spoon" });
    const coauthors = Array.from({ length: 12 }, (_, index) => ({
      name: `Somebody ${index}`,
      email: `${index}@nowhere.example`,
    }));
    const commits = Array.from({ length: 150 }, () => ({ author: alice, coauthors }));
    const pull = spoon.openPull({ opener: alice, commits });
    github.resetCalls();
    const reading = await host.read(refOf(pull), routeOf(github, spoon), null);
    const calls = Object.values(github.calls().byRoute).reduce((sum, count) => sum + count, 0);
    expect(calls).toBeLessThanOrEqual(105);
    expect(reading.pull.commits).toHaveLength(150);
    expect(reading.pull.gaps).toEqual(["too-large"]);
  });
});
