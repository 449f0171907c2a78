import { describe, expect, it } from "vitest";
import { createPace, type Asked, type Limits } from "../../src/github/traffic/pace.ts";

const LIMITS: Limits = {
  concurrent: 3,
  restPoints: 20,
  graphqlPoints: 4,
  contentPerMinute: 2,
  contentPerHour: 3,
};
const START = 1_800_000_000_000;

const READ: Asked = { installation: 1, method: "GET", path: "/repos/{owner}/{repo}" };
const STATUS: Asked = { installation: 1, method: "POST", path: "/repos/{owner}/{repo}/statuses/{sha}" };
const QUERY: Asked = { installation: 1, method: "POST", path: "/graphql" };
const COMMENT: Asked = {
  installation: 1,
  method: "POST",
  path: "/repos/{owner}/{repo}/issues/{issue_number}/comments",
};
const LABEL: Asked = {
  installation: 1,
  method: "POST",
  path: "/repos/{owner}/{repo}/issues/{issue_number}/labels",
};

function scene(limits = LIMITS) {
  let now = START;
  const pace = createPace(limits, () => now);
  const ask = async (asked: Asked, headers: Record<string, string> = {}) =>
    pace.run(asked, async () => Promise.resolve({ headers }));
  const times = async (count: number, asked: Asked) => {
    for (let index = 0; index < count; index += 1) await ask(asked);
  };
  const pass = (ms: number) => {
    now += ms;
  };
  return { pace, ask, times, pass };
}

describe("the pace", () => {
  it("takes an equal share of an installation's limits where several processes have them, from one moment to the next", async () => {
    let sharers = 3;
    let now = START;
    const limits = { ...LIMITS, contentPerMinute: 6, contentPerHour: 60, restPoints: 900 };
    const pace = createPace(
      limits,
      () => now,
      () => sharers,
    );
    const ask = () => pace.run(COMMENT, () => Promise.resolve({ headers: {} }));
    for (let index = 0; index < 2; index += 1) await ask();
    await expect(ask()).rejects.toMatchObject({ code: "paced" });
    sharers = 1;
    for (let index = 0; index < 4; index += 1) await ask();
    await expect(ask()).rejects.toMatchObject({ code: "paced" });
    now += 3_600_001;
    sharers = 100;
    await ask();
    await expect(ask()).rejects.toMatchObject({ code: "paced" });
  });

  it("pauses as long as it was told when the clock is set back, and not until the old moment comes again", async () => {
    const { pace, ask, times, pass } = scene({ ...LIMITS, restPoints: 100 });
    const HOUR = 3_600_000;
    pace.pause(1, START + 60_000);
    await times(2, { ...COMMENT, installation: 2 });
    await ask(
      { ...QUERY, installation: 3 },
      { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${START / 1000 + 30}` },
    );
    pass(-5 * HOUR);
    const moment = START - 5 * HOUR;
    expect(pace.paused()).toContainEqual({ installation: 1, until: moment + 60_000 });
    const more = ask({ ...COMMENT, installation: 2 });
    await expect(more).rejects.toMatchObject({ code: "paced", retryAt: moment + 60_000 });
    pass(60_001);
    expect(pace.paused()).toEqual([]);
    await ask({ ...COMMENT, installation: 2 });
    // The hour's turn, counted from the moment before as well.
    await expect(ask({ ...COMMENT, installation: 2 })).rejects.toMatchObject({ retryAt: moment + HOUR });
  });

  it("lets four writes of five points through a minute of twenty, and the next when the minute is over", async () => {
    const { pace, ask, times, pass } = scene();
    await times(3, STATUS);
    pass(1000);
    await times(5, READ);
    await expect(ask(READ)).rejects.toMatchObject({ code: "paced", retryAt: START + 60_000 });
    expect(pace.paused()).toEqual([{ installation: 1, until: START + 60_000 }]);
    pass(59_000);
    await ask(STATUS);
    expect(pace.paused()).toEqual([]);
  });

  it("counts a request from when it was answered: the host may have seen it only then", async () => {
    const { pace, ask, times, pass } = scene();
    await times(3, STATUS);
    const slow = pace.run(STATUS, async () => {
      await Promise.resolve();
      pass(700);
      return { headers: {} };
    });
    await slow;
    pass(59_500);
    await times(3, STATUS);
    await expect(ask(STATUS)).rejects.toMatchObject({ code: "paced", retryAt: START + 60_700 });
    pass(500);
    await ask(STATUS);
  });

  it("counts queries apart from REST, on an Enterprise Server's path as well", async () => {
    const { ask, times } = scene();
    await times(4, { ...QUERY, path: "https://github.example.com/api/graphql" });
    await expect(ask(QUERY)).rejects.toMatchObject({ code: "paced" });
    await ask(STATUS);
  });

  it("counts what is created by the minute and by the hour, and labels put on not among it", async () => {
    const { ask, times, pass } = scene();
    await times(2, COMMENT);
    await expect(ask(COMMENT)).rejects.toMatchObject({ retryAt: START + 60_000 });
    await ask(LABEL);
    pass(60_000);
    await ask(COMMENT);
    pass(60_000);
    await expect(ask(COMMENT)).rejects.toMatchObject({ retryAt: START + 3_600_000 });
    await ask(STATUS);
    pass(3_600_000);
    await ask(COMMENT);
  });

  it("is each installation's own, and the app's apart from all", async () => {
    const { pace, ask, times } = scene();
    await times(4, STATUS);
    await expect(ask(STATUS)).rejects.toMatchObject({ code: "paced" });
    await ask({ ...STATUS, installation: 2 });
    await ask({ ...READ, installation: null });
    expect(pace.paused().map(({ installation }) => installation)).toEqual([1]);
  });

  it("stops at the hour's last point until the hour is over", async () => {
    const { pace, ask, pass } = scene();
    const reset = START / 1000 + 100;
    await ask(QUERY, {
      "x-ratelimit-remaining": "0",
      "x-ratelimit-reset": String(reset),
      "x-ratelimit-resource": "graphql",
    });
    await expect(ask(QUERY)).rejects.toMatchObject({ retryAt: (reset + 1) * 1000 });
    await ask(STATUS);
    expect(pace.paused()).toEqual([{ installation: 1, until: (reset + 1) * 1000 }]);
    pass(101_000);
    await ask(QUERY);
    expect(pace.paused()).toEqual([]);
  });

  it("waits as long as the host asked to", async () => {
    const { pace, ask, pass } = scene();
    pace.pause(1, START + 5000);
    pace.pause(1, START + 1000);
    await expect(ask(READ)).rejects.toMatchObject({ retryAt: START + 5000 });
    pass(5000);
    await ask(READ);
  });

  it("lets no more than so many requests be under way at once, of all installations together", async () => {
    const { pace } = scene();
    let underWay = 0;
    let most = 0;
    const release: (() => void)[] = [];
    const all = Array.from({ length: 8 }, async (_, installation) =>
      pace.run({ ...READ, installation: installation + 1 }, async () => {
        underWay += 1;
        most = Math.max(most, underWay);
        await new Promise<void>((resolve) => release.push(resolve));
        underWay -= 1;
        return { headers: {} };
      }),
    );
    for (let freed = 0; freed < 8; freed += 1) {
      while (release.length === 0) await Promise.resolve();
      release.shift()?.();
    }
    await Promise.all(all);
    expect(most).toBe(3);
  });

  it("gives a place back when a request fails", async () => {
    const { pace, times } = scene();
    for (let index = 0; index < 5; index += 1)
      await expect(pace.run(READ, async () => Promise.reject(new Error("no")))).rejects.toThrow("no");
    await times(5, READ);
  });

  it("keeps pages to a fifth of each minute and leaves the rest to checks", async () => {
    const { pace, ask, times, pass } = scene({ ...LIMITS, restPoints: 100, graphqlPoints: 50 });
    const page = { ...READ, forPage: true };
    await times(20, page);
    await expect(ask(page)).rejects.toMatchObject({ code: "host-limit", retryAt: START + 60_000 });
    expect(pace.paused()).toEqual([]);
    await times(16, STATUS);
    pass(60_000);
    await times(10, page);
  });

  it("lets no page use the last fifth of the minute or of the hour", async () => {
    const { ask, times, pass } = scene({ ...LIMITS, restPoints: 100, graphqlPoints: 50 });
    const page = { ...READ, forPage: true };
    await times(80, READ);
    await expect(ask(page)).rejects.toMatchObject({ code: "host-limit" });
    await times(20, READ);
    pass(60_000);
    const reset = START / 1000 + 1800;
    const left = { "x-ratelimit-limit": "5000", "x-ratelimit-reset": String(reset) };
    await ask(READ, { ...left, "x-ratelimit-remaining": "500" });
    await expect(ask(page)).rejects.toMatchObject({ retryAt: (reset + 1) * 1000 });
    await ask(STATUS, { ...left, "x-ratelimit-remaining": "4999" });
    await ask(page);
  });

  it("keeps pages to a thousand requests an hour, whatever the host says", async () => {
    const { ask, pass } = scene({ ...LIMITS, restPoints: 5000, graphqlPoints: 5000 });
    const page = { ...READ, forPage: true };
    for (let sent = 0; sent < 1000; sent += 1) {
      await ask(page);
      pass(100);
    }
    await expect(ask(page)).rejects.toMatchObject({ code: "host-limit", retryAt: START + 3_600_000 });
    await ask(READ);
  });
});
