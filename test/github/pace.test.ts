import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Failure } from "../../src/error.ts";
import { openStore } from "../sqlite/store.ts";
import { DOCUMENTED_LIMITS, type Limits } from "../../src/github/traffic/limits.ts";
import { createPace, type Asked } from "../../src/github/traffic/pace.ts";

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

function scene(limits = LIMITS, sharers = 1) {
  let now = START;
  const pace = createPace(limits, () => now, { sharers: () => sharers });
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

describe("the pace of several processes on one database", () => {
  let now = START;
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => {
    now = START;
    store = await openStore(() => now);
  });
  afterEach(() => store.remove());

  const limits = { ...LIMITS, restPoints: 100, contentPerMinute: 6, contentPerHour: 8 };
  /** A process whose clock is so many milliseconds ahead. */
  async function start(ahead = 0) {
    const engine = await store.open();
    const pace = createPace(limits, () => now + ahead, { spending: engine.spending });
    const ask = (asked: Asked) => pace.run(asked, () => Promise.resolve({ headers: {} }));
    return { engine, pace, ask };
  }
  const refusals = (results: readonly PromiseSettledResult<unknown>[]) =>
    results.flatMap((result) => (result.status === "rejected" ? [result.reason as Failure] : []));

  it("keeps within an installation's limits of the minute and the hour together, also after a restart", async () => {
    const processes = [await start(), await start(1_800_000), await start(-1_800_000)];
    const asked = processes.flatMap(({ ask }) => Array.from({ length: 4 }, () => ask(COMMENT)));
    const refused = refusals(await Promise.allSettled(asked));
    expect(refused.map(({ code }) => code)).toEqual(Array(6).fill("paced"));
    await processes[0]?.ask(STATUS);
    await processes[1]?.ask({ ...COMMENT, installation: 2 });
    now += 62_000;
    const restarted = await start();
    const more = refusals(await Promise.allSettled(Array.from({ length: 6 }, () => restarted.ask(COMMENT))));
    expect(more).toHaveLength(4);
    expect(Math.min(...more.map(({ retryAt }) => retryAt ?? 0))).toBeGreaterThan(START + 3_600_000);
    await restarted.ask(STATUS);
  });

  it("leaves people's share of the minute's points, whoever spent the rest, and waits when the host asked another process to", async () => {
    const [one, two] = [await start(), await start()];
    for (let index = 0; index < 11; index += 1) await one.ask(STATUS);
    await two.ask(STATUS);
    expect(two.pace.paused()).toEqual([]);
    expect(two.pace.paused(true)).toMatchObject([{ installation: 1 }]);
    one.pace.pause(1, now + 30_000);
    await one.engine.ready();
    await expect(two.ask(READ)).rejects.toMatchObject({ code: "paced", retryAt: now + 30_000 });
    expect(two.pace.paused()).toEqual([{ installation: 1, until: now + 30_000 }]);
  });

  it("counts this process's requests while the database does not answer", async () => {
    const { engine, ask } = await start();
    for (let index = 0; index < 2; index += 1) await ask(COMMENT);
    await engine.close();
    for (let index = 0; index < 4; index += 1) await ask(COMMENT);
    await expect(ask(COMMENT)).rejects.toMatchObject({ code: "paced" });
  });
});

describe("the pace", () => {
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

  it("waits for an hour's end no longer than an hour and a minute, whatever an answer says", async () => {
    const { pace, ask, pass } = scene();
    await ask(QUERY, { "x-ratelimit-remaining": "0", "x-ratelimit-reset": `${START}` });
    pass(3_600_000);
    expect(pace.paused()).toEqual([{ installation: 1, until: START + 3_661_000 }]);
    pass(61_000);
    expect(pace.paused()).toEqual([]);
    await ask(QUERY);
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
    const { ask, times, pass } = scene({ ...LIMITS, restPoints: 100 });
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

  it("writes 130 statuses in a minute although each is followed by a comment", async () => {
    const { ask } = scene(DOCUMENTED_LIMITS);
    let comments = 0;
    for (let pulls = 0; pulls < 130; pulls += 1) {
      await ask(STATUS);
      await ask(COMMENT).then(
        () => (comments += 1),
        () => {},
      );
    }
    expect(comments).toBe(40);
    for (let pulls = 0; pulls < 5; pulls += 1) await ask(STATUS);
  });

  it("writes the 80 comments of a minute that needs few statuses", async () => {
    const { ask, times } = scene(DOCUMENTED_LIMITS);
    await times(80, COMMENT);
    await expect(ask(COMMENT)).rejects.toMatchObject({ code: "paced", retryAt: START + 60_000 });
    await times(100, STATUS);
  });

  it("writes most of the statuses of bulk work before its comments", async () => {
    const { ask } = scene(DOCUMENTED_LIMITS);
    const written = { statuses: 0, comments: 0 };
    for (let pulls = 0; pulls < 200; pulls += 1) {
      await ask({ ...STATUS, bulk: true }).then(
        () => (written.statuses += 1),
        () => {},
      );
      await ask({ ...COMMENT, bulk: true }).then(
        () => (written.comments += 1),
        () => {},
      );
    }
    expect(written).toEqual({ statuses: 86, comments: 22 });
  });

  it("gives a free place to a status before a comment that has waited longer", async () => {
    const { pace } = scene({ ...DOCUMENTED_LIMITS, concurrent: 1 });
    const order: string[] = [];
    const { promise, resolve: free } = Promise.withResolvers<void>();
    const ask = (asked: Asked, name: string) =>
      pace.run(asked, async () => {
        order.push(name);
        await promise;
        return { headers: {} };
      });
    const all = [ask(READ, "read"), ask(COMMENT, "comment"), ask(STATUS, "status")];
    free();
    await Promise.all(all);
    expect(order).toEqual(["read", "status", "comment"]);
  });

  it("lets bulk work take neither the last fifth of the hour's calls nor of the comments", async () => {
    const { pace, ask, times, pass } = scene({
      ...LIMITS,
      contentPerMinute: 10,
      contentPerHour: 15,
      restPoints: 900,
    });
    const reset = START / 1000 + 1800;
    const left = { "x-ratelimit-limit": "5000", "x-ratelimit-reset": String(reset) };
    await ask(QUERY, { ...left, "x-ratelimit-remaining": "1001", "x-ratelimit-resource": "graphql" });
    expect(pace.paused(true)).toEqual([]);
    await ask(QUERY, { ...left, "x-ratelimit-remaining": "999", "x-ratelimit-resource": "graphql" });
    expect(pace.paused(true)).toEqual([{ installation: 1, until: (reset + 1) * 1000 }]);
    expect(pace.paused()).toEqual([]);
    const forNobody = { ...COMMENT, bulk: true };
    await times(7, COMMENT);
    await ask(forNobody);
    await expect(ask(forNobody)).rejects.toMatchObject({ code: "paced" });
    await times(2, COMMENT);
    pass(60_000);
    await ask(forNobody);
    await ask(COMMENT);
    await expect(ask(forNobody)).rejects.toMatchObject({ code: "paced" });
    await ask(COMMENT);
  });

  it("lets no write of bulk work use the last two fifths of the minute's points", async () => {
    const { ask, times } = scene({ ...LIMITS, restPoints: 50 });
    const forNobody = { ...STATUS, bulk: true };
    await times(6, forNobody);
    await expect(ask(forNobody)).rejects.toMatchObject({ code: "paced", retryAt: START + 60_000 });
    await times(4, STATUS);
  });

  it("lets no person's comment wait behind the waiting ones of bulk work", async () => {
    const { ask, times } = scene({ ...LIMITS, restPoints: 900, contentPerMinute: 50, contentPerHour: 5 });
    const forNobody = { ...COMMENT, bulk: true };
    await times(4, forNobody);
    for (const hours of [1, 1, 1, 1, 2])
      await expect(ask(forNobody)).rejects.toMatchObject({ retryAt: START + hours * 3_600_000 });
    await ask(COMMENT);
    for (const hours of [1, 1, 1, 1, 1, 2])
      await expect(ask(COMMENT)).rejects.toMatchObject({ retryAt: START + hours * 3_600_000 });
    await expect(ask(forNobody)).rejects.toMatchObject({ retryAt: START + 2 * 3_600_000 });
  });

  describe("when comments found no room", () => {
    const about = (number: number): Asked => ({ ...COMMENT, about: `1 ${number}` });

    it("tries them again when the minute opens, as many as it allows", async () => {
      const { ask, times } = scene(DOCUMENTED_LIMITS);
      await times(80, COMMENT);
      for (let number = 0; number < 170; number += 1) {
        const retryAt = START + (1 + Math.floor(number / 80)) * 60_000;
        await expect(ask(about(number))).rejects.toMatchObject({ retryAt });
      }
    });

    it("gives one turn to a pull request, however often it changes, and the turns of closed ones to others", async () => {
      const { pace, ask, times, pass } = scene({ ...LIMITS, contentPerHour: 4, restPoints: 900 });
      for (const wait of [60_000, 300_000]) {
        await times(2, COMMENT);
        pass(wait);
      }
      const opens = START + 3_600_000;
      for (let pushes = 0; pushes < 5; pushes += 1)
        for (const number of [1, 2])
          await expect(ask(about(number))).rejects.toMatchObject({ retryAt: opens });
      await expect(ask(about(3))).rejects.toMatchObject({ retryAt: opens + 60_000 });
      for (const number of [1, 2]) pace.giveTurnBack(1, `1 ${number}`);
      await expect(ask(about(4))).rejects.toMatchObject({ retryAt: opens });
      pass(3_600_000);
      for (const number of [5, 6]) await ask(about(number));
      await expect(ask(about(7))).rejects.toMatchObject({ retryAt: START + 3_600_000 + 360_000 + 60_000 });
    });
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

  it("holds comments back longer than statuses after the host refused one, and longer each time", async () => {
    const { pace, ask, pass } = scene(DOCUMENTED_LIMITS);
    const MINUTES = 60_000;
    const refuse = () => pace.pause(1, null, `POST ${COMMENT.path}`);
    expect(refuse()).toBe(START + 5 * MINUTES);
    expect(refuse()).toBe(START + 5 * MINUTES);
    await expect(ask(STATUS)).rejects.toMatchObject({ code: "paced", retryAt: START + MINUTES });
    pass(MINUTES);
    await ask(STATUS);
    await expect(ask(COMMENT)).rejects.toMatchObject({ code: "paced", retryAt: START + 5 * MINUTES });
    pass(4 * MINUTES);
    const refused = pace.run(COMMENT, () => Promise.reject(new Error("no")));
    await expect(refused).rejects.toThrow("no");
    expect(refuse()).toBe(START + 15 * MINUTES);
    pass(10 * MINUTES);
    let answer = () => {};
    const tried = pace.run(COMMENT, async () => {
      await new Promise<void>((resolve) => (answer = resolve));
      return { headers: {} };
    });
    await expect(ask(COMMENT)).rejects.toMatchObject({ code: "paced", retryAt: START + 15.5 * MINUTES });
    answer();
    await tried;
    await ask(COMMENT);
    expect(refuse()).toBe(START + 20 * MINUTES);
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

  it.each([1, 4])(
    "keeps pages to a thousand requests an hour, whatever the host says, among %i processes",
    async (sharers) => {
      const { ask, pass } = scene({ ...LIMITS, restPoints: 20_000, graphqlPoints: 5000 }, sharers);
      const page = { ...READ, forPage: true };
      for (let sent = 0; sent < 1000 / sharers; sent += 1) {
        await ask(page);
        pass(100);
      }
      await expect(ask(page)).rejects.toMatchObject({ code: "host-limit", retryAt: START + 3_600_000 });
      await ask(READ);
    },
  );
});
