/** What somebody who is not signed in can do with the pages, and can learn from them. */
import { connect } from "node:net";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Repository } from "../../../playground/github/state/model.ts";
import type { User } from "../../../playground/github/state/user.ts";
import { DOCUMENTED_LIMITS } from "../../../src/github/traffic/limits.ts";
import { openScene, type PagesScene } from "./scene.ts";

describe("a stranger at the pages", () => {
  let scene: PagesScene;
  let alice: User;
  let widget: Repository;
  beforeEach(async () => {
    // A fifth of what GitHub allows, so that few views use up the pages' share.
    scene = await openScene({}, { limits: { ...DOCUMENTED_LIMITS, restPoints: 180, graphqlPoints: 400 } });
    alice = scene.github.user({ login: "alice" });
    widget = scene.github.repository({ owner: "octo", name: "widget" });
    widget.openPull({ opener: alice });
    await scene.settle();
  });
  afterEach(() => scene.close());

  /** Each view comes from a different address, so that only the shared limits apply. */
  const view = (number: number, sender = number): Promise<Response> =>
    fetch(`${scene.url}/pulls/github/octo/widget/${number}`, {
      headers: { "x-forwarded-for": `198.51.${Math.floor(sender / 250)}.${(sender % 250) + 1}` },
    });
  const calls = (): number =>
    Object.values(scene.github.calls().byRoute).reduce((sum, count) => sum + count, 0);

  it("can't use up what checks need: a new pull request gets its status, a page says busy", async () => {
    const [pull] = widget.pulls.keys();
    expect((await view(pull ?? 1)).status).toBe(200);
    const views = Array.from({ length: 100 }, (_, index) => view(index + 1000));
    const statuses = (await Promise.all(views)).map(({ status }) => status);
    expect(statuses.filter((status) => status === 503).length).toBeGreaterThan(50);

    const opened = widget.openPull({ opener: alice });
    await scene.settle();
    expect(scene.github.calls().byRoute["POST /repos/{owner}/{repo}/statuses/{sha}"]).toBeGreaterThan(1);

    const busy = await view(opened.number);
    expect(busy.status).toBe(503);
    expect(Number(busy.headers.get("retry-after"))).toBeGreaterThan(0);
    expect(await busy.text()).toMatch(/try again in \d+ seconds/);
  });

  it("leaves no line in the log with a body that is cut off or malformed, and is counted", async () => {
    const before = scene.lines.length;
    const { port } = new URL(scene.url);
    for (const method of ["POST", "PUT"])
      for (const body of ["5\r\nabcde\r\n", "zz\r\n"])
        await new Promise((resolve) => {
          const head =
            "Host: localhost\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\n";
          const socket = connect(Number(port), "127.0.0.1");
          socket.on("error", () => {}).once("close", resolve);
          socket.end(`${method} /nope HTTP/1.1\r\n${head}${body}`);
          socket.resume();
        });
    await expect
      .poll(async () => (await fetch(`${scene.url}/metrics`)).text())
      .toMatch(/countersign_bad_requests_total [1-9]/);
    expect(scene.lines.slice(before)).toEqual([]);
  });

  it("is told to try again if the limit ends while the people of a pull request are looked up", async () => {
    const owner = scene.github.organization({ login: "exempt-org" });
    widget.writeFile(".github/cla.yml", `exempt: {organizations: [${owner.id}]}\n`);
    const [pull = 1] = widget.pulls.keys();
    scene.github.fail(
      { kind: "primary limit", resetIn: 60 },
      { times: Infinity, when: ({ route }) => route.includes("/members") },
    );
    const busy = await view(pull);
    expect([busy.status, Number(busy.headers.get("retry-after")) > 50]).toEqual([503, true]);
    expect(await busy.text()).toMatch(/try again in \d+ seconds/);
  });

  it("who repeatedly asks for the same pull request, existing or not, costs one reading", async () => {
    const [pull = 1] = widget.pulls.keys();
    for (const [number, status] of [
      [pull, 200],
      [999, 404],
    ] as const) {
      await view(number);
      const before = calls();
      const again = await Promise.all(Array.from({ length: 20 }, (_, index) => view(number, index)));
      expect(again.map((response) => response.status)).toEqual(Array(20).fill(status));
      expect(calls() - before).toBe(0);
    }
  });

  it("who starts a sign-in leaves no owner's name in the database", async () => {
    const path = "/pulls/github/octo-secret/hidden-name/7";
    const begun = await fetch(
      `${scene.url}/sign-in/github?return_to=${encodeURIComponent(`${path}?x=${"y".repeat(5_000)}`)}`,
      { redirect: "manual" },
    );
    expect(begun.status).toBe(303);
    await fetch(`${scene.url}/sign-in/github?return_to=${encodeURIComponent(path)}`, { redirect: "manual" });
    const database = new Database(scene.file, { readonly: true });
    const rows = JSON.stringify(database.prepare("SELECT * FROM session").all());
    database.close();
    expect(rows).not.toMatch(/octo-secret|hidden-name/);
    expect(rows.length).toBeLessThan(4_000);
  });

  it("who starts many sign-ins is told to wait, from any number of addresses", async () => {
    const begin = (sender: number): Promise<Response> =>
      fetch(`${scene.url}/sign-in/github`, {
        redirect: "manual",
        headers: { "x-forwarded-for": `198.51.100.${sender}` },
      });
    const statuses: number[] = [];
    for (let sender = 1; sender <= 100; sender += 1) {
      const begun = await Promise.all(Array.from({ length: 25 }, () => begin(sender)));
      statuses.push(...begun.map(({ status }) => status));
      if (statuses.includes(429)) break;
    }
    expect(statuses).toContain(429);
    expect(statuses.filter((status) => status === 303).length).toBeGreaterThanOrEqual(600);
  });
});
