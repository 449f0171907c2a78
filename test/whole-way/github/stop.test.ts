import { describe, expect, it } from "vitest";
import { scene, stateOf } from "./scene.ts";

describe("a bot that stops in the middle of a check", () => {
  it("writes nothing more after it returned the check, so that no doubt replaces the next answer", async () => {
    const { stage, github, hello, alice } = await scene();
    const reached = Promise.withResolvers<void>();
    const answered = Promise.withResolvers<void>();
    const end = github.onRequest(async ({ kind }) => {
      if (kind !== "graphql") return;
      end();
      reached.resolve();
      await answered.promise;
    });
    const pull = hello.openPull({ opener: alice });
    await reached.promise;
    await stage.bot.stop(0);
    answered.resolve();
    await stage.restart();
    await stage.settled();
    expect(stateOf(pull)).toBe("success");
    expect(hello.statusesOf(pull.head.sha).map(({ state }) => state)).toEqual(["success"]);
    expect(github.violations).toEqual([]);
  });
});
