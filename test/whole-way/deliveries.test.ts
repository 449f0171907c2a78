import { createHmac } from "node:crypto";
import { request } from "node:http";
import { describe, expect, it } from "vitest";
import type { Stage } from "../../playground/stage.ts";
import { costOf, run, sign, stageForTest, stateOf } from "./scene.ts";

const SECRET = "playground-github-secret";

function signed(body: string): Record<string, string> {
  return { "x-hub-signature-256": `sha256=${createHmac("sha256", SECRET).update(body).digest("hex")}` };
}

function post(stage: Stage, body: string, headers: Record<string, string>): Promise<number> {
  return fetch(`${stage.bot.url}/api/github/webhooks`, {
    method: "POST",
    headers: { "content-type": "application/json", "x-github-event": "pull_request", ...headers },
    body,
  }).then(async (response) => {
    await response.text();
    return response.status;
  });
}

async function depth(stage: Stage): Promise<number> {
  const { due, leased, waiting, parked } = await stage.bot.engine.queue.depth();
  return due + leased + waiting + parked;
}

describe("a delivery to the running bot", () => {
  it("is refused with 401 when its signature is wrong or missing, on both hosts", async () => {
    const stage = await stageForTest();
    const body = JSON.stringify({ action: "opened" });
    expect(await post(stage, body, {})).toBe(401);
    expect(await post(stage, body, signed(`${body} `))).toBe(401);
    expect(await post(stage, body, { "x-hub-signature-256": "sha256=" })).toBe(401);
    const gitee = await fetch(`${stage.bot.url}/api/gitee/webhooks`, {
      method: "POST",
      headers: { "content-type": "application/json", "x-gitee-event": "Merge Request Hook" },
      body: "{}",
    });
    expect(gitee.status).toBe(401);
    expect(await depth(stage)).toBe(0);
  });

  it("is refused with 400 when it is not the JSON that it claims to be", async () => {
    const stage = await stageForTest();
    for (const body of ["", "{", "not json", '{"action":"opened"}', "[]"])
      expect(await post(stage, body, signed(body))).toBe(400);
    expect(await depth(stage)).toBe(0);
  });

  it("is refused with 413 over 25 MiB, whether it says so first or not, and not when it is just as large", async () => {
    const stage = await stageForTest();
    const limit = 25 * 1024 * 1024;
    const padding = " ".repeat(limit - 2);
    expect(await post(stage, `{}${padding}`, { ...signed(`{}${padding}`), "x-github-event": "star" })).toBe(
      200,
    );
    const large = `{}${padding} `;
    expect(await post(stage, large, signed(large))).toBe(413);
    expect(await chunked(stage, large)).toBe(413);
    expect(await depth(stage)).toBe(0);
  });

  it("about an event that means nothing here is taken with 2xx, and nothing is done", async () => {
    const stage = await stageForTest();
    stage.github.resetCalls();
    const body = JSON.stringify({ action: "created", anything: true });
    expect(await post(stage, body, { ...signed(body), "x-github-event": "star" })).toBe(200);
    expect(await post(stage, body, { ...signed(body), "x-github-event": "no_such_event" })).toBe(200);
    expect(await depth(stage)).toBe(0);
    expect(costOf(stage.github)).toEqual({ reads: 0, writes: 0 });
  });

  it("is answered only after it is stored: it is still there after the bot was stopped", async () => {
    const stage = await stageForTest();
    const { github } = stage;
    github.faults.down = true;
    const alice = github.user({ login: "alice" });
    const pull = github.repository({ owner: "octo", name: "hello" }).openPull({ opener: alice });
    await github.deliveries.settled();
    expect(github.deliveries.log.at(-1)?.statusCode).toBe(202);
    await stage.restart();
    github.faults.clear();
    await expect.poll(() => stateOf(pull)).toBe("failure");
  });
});

/** Sends a body without saying how long it is. */
function chunked(stage: Stage, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const sent = request(
      `${stage.bot.url}/api/github/webhooks`,
      {
        method: "POST",
        headers: { "content-type": "application/json", "x-github-event": "push", ...signed(body) },
      },
      (response) => {
        response.resume();
        resolve(response.statusCode ?? 0);
      },
    );
    sent.on("error", reject);
    sent.write(body.slice(0, 1_000_000));
    sent.end(body.slice(1_000_000));
  });
}

describe("deliveries end in the same state", () => {
  /** A story with many turns; its end does not depend on how its events are delivered. */
  async function play(
    stage: Stage,
    meanwhile: (stage: Stage) => void = () => {},
    pause: () => void = () => {},
  ) {
    const { github } = stage;
    const alice = github.user({ login: "alice" });
    const bob = github.user({ login: "bob" });
    const hello = github.repository({ owner: "octo", name: "hello" });
    await sign(stage, alice);
    meanwhile(stage);
    const pulls = [alice, bob, alice, alice, alice, bob].map((opener) => hello.openPull({ opener }));
    pause();
    for (const at of [2, 3]) pulls[at]?.push([{ author: bob }]);
    for (const at of [4, 5]) pulls[at]?.close();
    pause();
    pulls[3]?.forcePush([{ author: alice }]);
    pulls[4]?.reopen();
    return pulls;
  }
  const END = {
    states: ["success", "failure", "failure", "success", "success"],
    kept: [
      { host: "github", agreement: "icla", verdict: "signed", pulls: 3 },
      { host: "github", agreement: "icla", verdict: "unsigned", pulls: 2 },
    ],
    violations: [],
  };

  async function endOf(stage: Stage, pulls: Awaited<ReturnType<typeof play>>) {
    await stage.settled();
    const kept = await stage.bot.engine.pulls.count();
    return { states: pulls.slice(0, 5).map(stateOf), kept, violations: stage.github.violations };
  }

  it("when they come as they should", async () => {
    const stage = await stageForTest();
    expect(await endOf(stage, await play(stage))).toEqual(END);
  });

  it("when each comes three times", async () => {
    const stage = await stageForTest();
    stage.github.deliveries.copies = 3;
    expect(await endOf(stage, await play(stage))).toEqual(END);
  });

  it("when they come in the reverse order, or in any", async () => {
    let seconds = 0;
    const now = () => new Date(Date.now() + seconds * 1_000);
    const stage = await stageForTest({ github: { now } });
    // GitHub's times are in seconds.
    const pause = () => void (seconds += 1);
    const pulls = await play(stage, ({ github }) => github.deliveries.hold(), pause);
    stage.github.deliveries.release((held) => held.toReversed());
    expect(await endOf(stage, pulls)).toEqual(END);
    for (const delivery of stage.github.deliveries.log.toSorted((a, b) => a.guid.localeCompare(b.guid)))
      await stage.github.deliveries.redeliver(delivery);
    expect(await endOf(stage, pulls)).toEqual(END);
  });

  it("when forged ones come between them: with a wrong signature, and correctly signed with false content", async () => {
    const stage = await stageForTest();
    const pulls = await play(stage);
    await stage.settled();
    const { deliveries } = stage.github;
    const opened = deliveries.log.find(({ action }) => action === "opened");
    expect((await deliveries.forge("pull_request", opened?.request.bytes ?? "")).status).toBe(401);
    for (const delivery of deliveries.log.filter(({ event }) => event === "pull_request")) {
      const lie = JSON.parse(delivery.request.bytes) as {
        action: string;
        pull_request: { state: string; user: { id: number }; head: { sha: string } };
      };
      lie.action = "closed";
      lie.pull_request.state = "closed";
      lie.pull_request.user.id = 1;
      lie.pull_request.head.sha = "0".repeat(40);
      const body = JSON.stringify(lie);
      expect((await deliveries.forge("pull_request", body, signed(body))).status).toBe(202);
    }
    expect(await endOf(stage, pulls)).toEqual(END);
  });

  it("when some were lost while the clock was an hour ahead, once it is right", async () => {
    const stage = await stageForTest();
    const { github, bot } = stage;
    github.loseDeliveries = true;
    const hello = github.repository({ owner: "octo", name: "hello" });
    const pull = hello.openPull({ opener: github.user({ login: "bob" }) });
    await github.deliveries.settled();
    for (const host of ["github", "gitee"])
      await bot.engine.cursors.move(`deliveries of ${host}`, Date.now() + 3_600_000);
    github.loseDeliveries = false;
    await stage.restart();
    await stage.settled();
    expect(stateOf(pull)).toBe("failure");
  });

  it("when all were lost, once the bot has swept", async () => {
    const stage = await stageForTest();
    const pulls = await play(stage, ({ github }) => {
      github.loseDeliveries = "without a trace";
    });
    await stage.settled();
    expect(pulls.slice(0, 5).map(stateOf)).toEqual([null, null, null, null, null]);
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    expect(await endOf(stage, pulls)).toEqual(END);
  });
});
