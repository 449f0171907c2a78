import { describe, expect, it } from "vitest";
import { retryAt } from "../../src/check/work.ts";
import { Failure, type FailureCode } from "../../src/error.ts";
import type { Taken, Task } from "../../src/ports/queue.ts";
import { NOW } from "../verdict/facts.ts";

const [SECOND, MINUTE, HOUR, DAY] = [1_000, 60_000, 3_600_000, 86_400_000];

const taken: Taken = {
  task: { kind: "pull", host: "github", repository: 1, number: 1 },
  generation: 1,
  lease: "l",
  route: { installation: 1, handle: null },
  told: null,
  toldAt: null,
  deliveries: [],
  attempts: 0,
  failingSince: null,
  bulk: false,
};
const group: Task = { kind: "group", host: "github", repository: 1, head: "h", base: "b" };

/** After how many milliseconds a failure is tried again; null: never. */
function delay(
  code: FailureCode,
  change: Partial<Taken> = {},
  random = 0,
  told: number | null = null,
): number | null {
  const failure = new Failure(code, undefined, { retryAt: told });
  const at = retryAt(failure, { ...taken, ...change }, NOW, random);
  return at === null ? null : at - NOW;
}

describe("the delay of a retry", () => {
  it.each([
    [0, 1 * SECOND],
    [1, 2 * SECOND],
    [2, 4 * SECOND],
    [9, 512 * SECOND],
    [10, 15 * MINUTE],
    [20, 15 * MINUTE],
    [1_000, 15 * MINUTE],
  ])("doubles with each of %i tries, up to half an hour: at least %i ms", (attempts, least) => {
    expect(delay("host-refused", { attempts })).toBe(least);
  });

  it("has jitter", () => {
    expect(delay("host-refused", {}, 0.5)).toBe(1_500);
    expect(delay("host-refused", { attempts: 20 }, 0.999)).toBe(1_799_100);
    expect(delay("host-refused", { attempts: 1 }, 0.0001)).toBe(2_000);
  });

  it.each([
    [4, 16 * SECOND],
    [5, 30 * SECOND],
    [50, 30 * SECOND],
  ])("of a merge group after %i tries is a minute at most", (attempts, least) => {
    expect(delay("host-refused", { attempts, task: group })).toBe(least);
  });

  it("is a day where somebody must act first, and none where nothing helps", () => {
    expect(delay("permission-missing", { attempts: 1 })).toBe(DAY / 2);
    expect(delay("permission-missing", { attempts: 9 })).toBe(DAY / 2);
    expect(delay("policy-broken")).toBeNull();
    expect(delay("refused", {}, 0, 5)).toBeNull();
  });

  it("is short once even then, because the host may have refused by mistake", () => {
    expect(delay("permission-missing")).toBe(1 * SECOND);
    expect(delay("repository-blocked", { task: group })).toBe(1 * SECOND);
  });

  it("is never shorter than the host asked for, with jitter", () => {
    expect(delay("host-refused", {}, 0, NOW + HOUR)).toBe(HOUR);
    expect(delay("host-refused", {}, 0.5, NOW + HOUR)).toBe(HOUR + SECOND);
    expect(delay("host-refused", {}, 0, NOW + 1)).toBe(SECOND);
    expect(delay("host-refused", {}, 0, NOW - HOUR)).toBe(SECOND);
  });

  it("of a host's limit ends with the limit, whatever the number of tries", () => {
    expect(delay("host-limit", { attempts: 9 }, 0, NOW + MINUTE)).toBe(MINUTE);
    expect(delay("host-limit", { attempts: 9 }, 0.5, NOW + MINUTE)).toBe(61 * SECOND);
    expect(delay("host-limit", {}, 0.5, NOW - MINUTE)).toBe(SECOND);
    expect(delay("host-limit", { attempts: 1 })).toBe(2 * SECOND);
  });
});

describe("a task is given up", () => {
  const failing = (ms: number, attempts = 100): Partial<Taken> => ({ attempts, failingSince: NOW - ms });

  it.each<[string, FailureCode, Partial<Taken>, number | null, boolean]>([
    ["after more than a day", "host-refused", failing(DAY + 1), null, true],
    ["not after a day", "host-refused", failing(DAY), null, false],
    ["not at its first try", "host-refused", { attempts: 100, failingSince: null }, null, false],
    ["not while the host names a time", "host-refused", failing(9 * DAY), NOW + 5, false],
    ["though the host named a time that is over", "host-refused", failing(9 * DAY), NOW, true],
    ["not because of a limit", "host-limit", failing(9 * DAY), null, false],
    ["after more than an hour if it is not found", "not-found", failing(HOUR + 1, 1), null, true],
    ["not after an hour if it is not found", "not-found", failing(HOUR, 1), null, false],
    [
      "after more than a day of a missing permission",
      "permission-missing",
      failing(2 * DAY + 1, 2),
      null,
      true,
    ],
    [
      "not after one try and three days, when the clock may have jumped",
      "permission-missing",
      failing(3 * DAY, 1),
      null,
      false,
    ],
    ["not after a few tries, however long ago they were", "host-refused", failing(9 * DAY, 10), null, false],
  ])("%s", (_, code, change, told, isGivenUp) => {
    expect(delay(code, change, 0, told) === null).toBe(isGivenUp);
  });
});
