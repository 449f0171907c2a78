import { beforeEach, expect, it, vi } from "vitest";
import { signatureOf, stageForTest, stateOf, statusOf } from "./scene.ts";

const DAY = 86_400_000;

/** Stops every clock of this process until it is moved; no timer. */
beforeEach(() => {
  vi.useFakeTimers({ toFake: ["Date"], now: Date.now() });
  return () => void vi.useRealTimers();
});

/** An agreement whose grace for signatures of version 0.9 ends at `end`. */
function configuration(end: number): string {
  return `agreements:
  - id: icla
    title: Individual CLA
    version: "1.0"
    url: https://example.com/icla
    repositories: ["github:octo/*"]
    effective: ${new Date(end - DAY).toISOString()}
    grace_days: 1
`;
}

it("the end of a grace turns a pull request red by itself, with no webhook and no import", async () => {
  const end = Date.now() + 60_000;
  const stage = await stageForTest({ configuration: configuration(end) });
  const alice = stage.github.user({ login: "alice" });
  await stage.bot.engine.signatures.sign([[{ ...signatureOf(alice), version: "0.9" }]], {
    evidence: "import",
  });
  const hello = stage.github.repository({ owner: "octo", name: "hello" });
  const pull = hello.openPull({ opener: alice, commits: [{ author: alice }] });
  await stage.settled();
  const green = {
    state: "success",
    line: `CLA icla 1.0: 1 of 1 account; the new version must be signed before ${new Date(end).toISOString().slice(0, 10)}`,
  };
  expect(statusOf(pull)).toMatchObject(green);
  stage.github.loseDeliveries = "without a trace";
  vi.setSystemTime(end - 1);
  await stage.settled();
  expect(statusOf(pull)).toMatchObject(green);
  vi.setSystemTime(end);
  await expect.poll(() => stateOf(pull)).toBe("failure");
  expect(statusOf(pull)?.line).toBe("CLA icla 1.0: 0 of 1 account");
});
