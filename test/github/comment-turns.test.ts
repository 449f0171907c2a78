import { expect, it } from "vitest";
import { DOCUMENTED_LIMITS } from "../../src/github/traffic/limits.ts";
import type { Pull } from "../../playground/github/state/model.ts";
import { refOf, report, routeOf, simulate } from "./sim.ts";

it("a comment that waits keeps its turn, and one that is not needed any more gives it to others", async () => {
  const { github, host } = await simulate({ limits: { ...DOCUMENTED_LIMITS, contentPerMinute: 1 } });
  const alice = github.user({ login: "alice" });
  const spoon = github.repository({ owner: "octo", name: "spoon" });
  const [first, second, third, fourth, fifth] = [1, 2, 3, 4, 5].map(() => spoon.openPull({ opener: alice }));
  const show = async (pull: Pull | undefined, state: "failure" | "success" = "failure") => {
    if (pull === undefined) throw new Error("no pull request");
    const reading = await host.read(refOf(pull), routeOf(github, spoon), null);
    if (pull.state === "closed") return null;
    return (await reading.show(report({ state, commentWanted: state === "failure" }))).commentAt ?? null;
  };
  expect(await show(first)).toBeNull();
  const turn = await show(second);
  const next = (turn ?? 0) + 60_000;
  expect(turn).not.toBeNull();
  expect(await show(third)).toBe(next);
  expect(await show(second)).toBe(turn);
  third?.close(alice);
  await show(third);
  expect(await show(fourth)).toBe(next);
  expect(await show(fourth, "success")).toBeNull();
  expect(await show(fifth)).toBe(next);
});
