import { describe, expect, it } from "vitest";
import { DOCUMENTED_LIMITS } from "../../src/github/traffic/limits.ts";
import { gitHubHost } from "../../src/github/host.ts";
import { refOf, report, routeOf, simulate } from "./sim.ts";

describe("what pages ask GitHub for", () => {
  it("can use up the pages' share and nothing of what a check needs", async () => {
    const { github, client, host } = await simulate({
      limits: { ...DOCUMENTED_LIMITS, restPoints: 100, graphqlPoints: 100 },
    });
    const pages = gitHubHost(client.forPages);
    const spoon = github.repository({ owner: "octo", name: "spoon" });
    const pull = spoon.openPull({ opener: github.user({ login: "alice" }) });
    const views = Array.from({ length: 200 }, (_, index) => pages.find("octo/spoon", index + 1000));
    const refusals = (await Promise.allSettled(views)).map((view) =>
      view.status === "rejected" ? (view.reason as { code: string }).code : "found",
    );
    expect(refusals.filter((code) => code === "host-limit").length).toBeGreaterThan(150);
    expect(host.paused()).toEqual([]);
    const reading = await host.read(refOf(pull), routeOf(github, spoon), null);
    expect((await reading.show(report())).writes).toBeGreaterThan(0);
  });
});
