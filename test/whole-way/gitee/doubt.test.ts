import { closeSync, openSync, writeSync } from "node:fs";
import { join } from "node:path";
import Database from "better-sqlite3";
import { describe, expect, it } from "vitest";
import type { Stage } from "../../../playground/stage.ts";
import { run } from "../scene.ts";
import { commentsOf, scene } from "./scene.ts";

/** Overwrites the pages of tables and of their indexes while the bot runs, as a failing disk does. */
function damage(stage: Stage, ...tables: readonly string[]): { repair: () => void } {
  const file = join(stage.folder, "countersign.db");
  const connection = new Database(file);
  connection.pragma("wal_checkpoint(TRUNCATE)");
  const size = connection.pragma("page_size", { simple: true }) as number;
  const pages = connection
    .prepare(
      "SELECT rootpage FROM sqlite_schema WHERE rootpage > 0 AND tbl_name IN (SELECT value FROM json_each(?))",
    )
    .pluck()
    .all(JSON.stringify(tables)) as number[];
  const whole = connection.serialize();
  const write = (content: (at: number) => Buffer): void => {
    const handle = openSync(file, "r+");
    for (const page of pages) writeSync(handle, content((page - 1) * size), 0, size, (page - 1) * size);
    closeSync(handle);
    // The bot's connections read pages again once somebody else has written.
    connection.exec(
      "INSERT INTO cursor (name, at) VALUES ('damage', 1); DELETE FROM cursor WHERE name = 'damage'",
    );
    connection.pragma("wal_checkpoint(TRUNCATE)");
  };
  write(() => Buffer.alloc(size, 0xff));
  return {
    repair: () => {
      write((at) => whole.subarray(at, at + size));
      connection.close();
    },
  };
}

describe("while the answer about a new head is unknown, no green label stays on a Gitee pull request", () => {
  it("when the signatures can't be read", async () => {
    const { stage, gitee, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    expect(pull.labels).toEqual(["cla/yes"]);
    const { repair } = damage(stage, "signature");
    pull.push([{ author: alice }]);
    await gitee.settled();
    await expect.poll(() => pull.labels).toEqual(["cla/no"]);
    await expect.poll(() => commentsOf(stage, pull)[0]).toContain("暂时读不到签署记录");
    repair();
    await expect.poll(() => pull.labels).toEqual(["cla/yes"]);
    expect(commentsOf(stage, pull)).toHaveLength(1);
  });

  it("when the verdict can't be kept: unsigned is shown all the same, and signed is not", async () => {
    const { stage, alice, bob, widget } = await scene();
    const [same, other] = [1, 2].map(() => widget.openPull({ opener: alice }));
    await stage.settled();
    expect([same?.labels, other?.labels]).toEqual([["cla/yes"], ["cla/yes"]]);
    const { repair } = damage(stage, "pull");
    same?.push([{ author: alice }]);
    other?.push([{ author: bob }]);
    await expect.poll(() => [same?.labels, other?.labels]).toEqual([["cla/no"], ["cla/no"]]);
    repair();
    await expect.poll(() => same?.labels).toEqual(["cla/yes"]);
    expect(other?.labels).toEqual(["cla/no"]);
  });

  it("when not even the delivery can be kept, which Gitee sends once", async () => {
    const { stage, gitee, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    const { repair } = damage(stage, "task", "pull", "signature");
    pull.push([{ author: alice }]);
    await gitee.settled();
    expect(gitee.deliveries.at(-1)?.status).toBe(503);
    await expect.poll(() => pull.labels).toEqual(["cla/no"]);
    repair();
    expect(await run(stage.variables, ["sweep"])).toMatchObject({ code: 0 });
    await expect.poll(() => pull.labels).toEqual(["cla/yes"]);
  });

  it("when judging meets a fault that nobody foresaw", async () => {
    const { stage, alice, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    const connection = new Database(join(stage.folder, "countersign.db"));
    connection.exec("ALTER TABLE signature RENAME TO mislaid");
    pull.push([{ author: alice }]);
    await expect.poll(() => pull.labels).toEqual(["cla/no"]);
    connection.exec("ALTER TABLE mislaid RENAME TO signature");
    connection.close();
    await expect.poll(() => pull.labels).toEqual(["cla/yes"]);
  });

  it.each([
    ["the commits", /pulls\/1\/commits$/],
    ["the policy file", /contents/],
  ])("when Gitee does not answer for %s", async (_, match) => {
    const { stage, gitee, alice, bob, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    gitee.fail({ status: 502, body: "<html>502 Bad Gateway</html>", times: 1, match });
    pull.push([{ author: bob }]);
    await gitee.settled();
    await expect.poll(() => pull.labels).toEqual(["cla/no"]);
    await expect.poll(() => commentsOf(stage, pull)[0]).toContain("@bob");
    expect(
      pull.log.filter(({ content }) => content === "cla/yes").map(({ actionType }) => actionType),
    ).toEqual(["add_label", "remove_label"]);
  });

  it("when Gitee fails between the removal of the one label and the other", async () => {
    const { stage, gitee, alice, bob, widget } = await scene();
    const pull = widget.openPull({ opener: alice });
    await stage.settled();
    const seen: string[][] = [];
    gitee.fail({ status: 500, times: 2, match: /^POST .*labels$/ });
    gitee.onRequest(({ method, path }) => {
      if (method === "POST" && path.endsWith("/labels")) seen.push([...pull.labels]);
    });
    pull.push([{ author: bob }]);
    await expect.poll(() => pull.labels).toEqual(["cla/no"]);
    expect(seen.length).toBeGreaterThan(2);
    expect(seen.every((labels) => labels.length === 0)).toBe(true);
  });
});
