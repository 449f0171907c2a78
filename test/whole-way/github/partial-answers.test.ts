import { describe, expect, it } from "vitest";
import { scene, sign, stateOf } from "./scene.ts";

describe("a pull request", () => {
  it("whose opener GitHub did not tell is read again by itself", async () => {
    const { stage, github, hello, alice } = await scene();
    const path = ["node", "pullRequest", "author"];
    github.fail({ kind: "graphql error", path, type: "INTERNAL" }, { times: Infinity });
    const pull = hello.openPull({ opener: alice });
    await github.deliveries.settled();
    await expect.poll(() => stateOf(pull)).toBe("error");
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("success");
    await stage.settled();
  });

  it("with an author that GitHub omits is never green, and is read again until the answer is complete", async () => {
    const { stage, github, hello, alice, bob } = await scene();
    github.fail({ kind: "graphql field", field: "GitActor.user" }, { times: 1 });
    const pull = hello.openPull({ opener: alice, commits: [{ author: alice }, { author: bob }] });
    await github.deliveries.settled();
    await expect.poll(() => stateOf(pull)).not.toBeNull();
    expect(stateOf(pull)).not.toBe("success");
    await sign(stage, bob);
    await expect.poll(() => stateOf(pull)).toBe("success");
  });
});
