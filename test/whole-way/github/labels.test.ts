import { describe, expect, it } from "vitest";
import { recheck, run, scene, sign, stateOf } from "./scene.ts";

const POLICY = "labels: {signed: 'cla: yes', unsigned: 'cla: no'}\n";

describe("labels", () => {
  it("are off unless the policy wants them", async () => {
    const { stage, hello, bob } = await scene();
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    expect([...pull.labels.keys(), ...hello.labels.keys()]).toEqual([]);
  });

  it("are created when they are missing, exactly one stands, and it follows the verdict", async () => {
    const { stage, github, hello, bob } = await scene(POLICY);
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    expect([...pull.labels.keys()]).toEqual(["cla: no"]);
    expect(hello.labels.get("cla: no")).toMatchObject({
      color: "d93f0b",
      description: "Somebody behind it has yet to sign the CLA",
    });
    await sign(stage, bob);
    expect([...pull.labels.keys()]).toEqual(["cla: yes"]);
    expect(hello.labels.get("cla: yes")).toMatchObject({ color: "0e8a16" });
    github.resetCalls();
    await recheck(stage, pull);
    expect(github.calls().writes).toBe(0);
    expect(github.violations).toEqual([]);
  });

  it("that a repository has already stay as it made them", async () => {
    const { stage, hello, bob } = await scene(POLICY);
    hello.label("CLA: No", "123456", "Ours");
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    expect([...pull.labels.values()]).toEqual([
      expect.objectContaining({ name: "CLA: No", color: "123456", description: "Ours" }),
    ]);
  });

  it("that somebody added or removed are corrected, and decide nothing; other labels stay", async () => {
    const { stage, hello, bob } = await scene(POLICY);
    const pull = hello.openPull({ opener: bob });
    await stage.settled();
    pull.removeLabel("cla: no");
    pull.addLabel("cla: yes");
    pull.addLabel("bug");
    await recheck(stage, pull);
    expect([...pull.labels.keys()].toSorted()).toEqual(["bug", "cla: no"]);
    expect(stateOf(pull)).toBe("failure");
  });

  it("are put on many pull requests at once, each created once", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    const pulls = [alice, bob, alice, bob].map((opener) => hello.openPull({ opener }));
    await stage.settled();
    hello.writeFile(".github/cla.yml", POLICY);
    await stage.settled();
    await run(stage.variables, ["sweep"]);
    expect(pulls.map(({ labels }) => [...labels.keys()].join())).toEqual([
      "cla: yes",
      "cla: no",
      "cla: yes",
      "cla: no",
    ]);
    expect(github.calls().byRoute["POST /repos/{owner}/{repo}/labels"]).toBe(2);
    expect(github.violations).toEqual([]);
  });
});
