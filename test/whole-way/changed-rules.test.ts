import { writeFile } from "node:fs/promises";
import { describe, expect, it } from "vitest";
import { STAGE_CONFIGURATION } from "../../playground/stage.ts";
import { sign, stageForTest, stateOf } from "./scene.ts";

describe("a changed countersign.yml", () => {
  it("checks the open pull requests of all repositories at the next start", async () => {
    const stage = await stageForTest();
    const { github, variables } = stage;
    const [alice, bob] = [github.user({ login: "alice" }), github.user({ login: "bob" })];
    const [hello, other] = ["hello", "other"].map((name) => github.repository({ owner: "octo", name }));
    await sign(stage, alice);
    const pulls = [hello?.openPull({ opener: bob }), other?.openPull({ opener: alice })];
    const states = () => pulls.map((pull) => (pull === undefined ? null : stateOf(pull)));
    await stage.settled();
    expect(states()).toEqual(["failure", "success"]);
    const restartWith = async (configuration: string): Promise<void> => {
      await writeFile(variables["COUNTERSIGN_CONFIG"] ?? "", configuration);
      await stage.restart();
      await stage.settled();
    };

    const exempt = `${STAGE_CONFIGURATION}policy:\n  exempt:\n    accounts: ["github:${bob.id}"]\n`;
    await restartWith(exempt);
    expect(states()).toEqual(["success", "success"]);
    await restartWith(STAGE_CONFIGURATION);
    expect(states()).toEqual(["failure", "success"]);

    const corporate = `agreements:
  - id: ccla
    title: Corporate Contributor License Agreement
    version: "1.0"
    document: cla/icla-1.0.md
    repositories: ["github:octo/other"]
`;
    await restartWith(STAGE_CONFIGURATION.replace("agreements:\n", corporate));
    expect(states()).toEqual(["failure", "failure"]);

    github.resetCalls();
    await stage.restart();
    await stage.settled();
    expect(Object.keys(github.calls().byRoute).filter((route) => !route.includes(" /app/"))).toEqual([]);
  });
});
