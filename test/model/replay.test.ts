import { PassThrough } from "node:stream";
import { describe, expect, it } from "vitest";
import type { Console } from "../../src/cli/command-line.ts";
import { replay } from "../../playground/model/replay.ts";
import { storyOf } from "../../playground/model/hold-to.ts";
import { runCommand } from "../../playground/bot-process.ts";
import type { Step } from "../../playground/model/steps.ts";

const STORY: readonly Step[] = [
  { do: "open", repository: 0, by: 2, commit: { author: 0, coauthor: null } },
  { do: "quiet" },
  { do: "sign", pull: 0, by: 2 },
  { do: "merge" } as unknown as Step,
];

describe("a story of the model in the playground", () => {
  it("is told step by step with what the host shows, and its pages answer until it ends", async () => {
    const stdout = new PassThrough({ encoding: "utf8" });
    let text = "";
    stdout.on("data", (piece: string) => (text += piece));
    const statuses: number[] = [];
    const end = async (): Promise<void> => {
      for (const [url] of text.matchAll(/http:\S+/g)) statuses.push((await fetch(url)).status);
    };
    const story = JSON.stringify(STORY.slice(0, 3));
    const code = await replay({ stdout } as unknown as Console, { host: "github", story, end });
    expect(code).toBe(0);
    expect(statuses).toEqual([200, 200]);
    expect(text.replaceAll(/127\.0\.0\.1:\d+/g, "HERE")).toMatchInlineSnapshot(`
      "The given story on GitHub: 3 steps, each told when it has happened.
      person-0 and person-1 have signed before.

         1. person-2 opens octo/hello#1
         2. everything works and is quiet:
            octo/hello#1 is open and shows red
         3. person-2 signs version 1.0 by a comment on octo/hello#1
         4. everything works and is quiet:
            octo/hello#1 is open and shows green

      It keeps both promises.

      Pages, as long as this runs:
        http://HERE/octo/hello/pull/1
        http://HERE (the bot)
      "
    `);
  });

  it("of a seed is the one that npm run soak plays", async () => {
    const { code, stdout } = await runCommand({}, [
      "playground",
      "--headless",
      "--host",
      "gitee",
      "--seed",
      "2",
    ]);
    expect(code).toBe(0);
    expect(stdout).toContain(`The random story of seed 2 on Gitee: ${(await storyOf(2)).length} steps`);
    expect(stdout).toContain("It keeps both promises.");
  });

  it.each([
    [["--story", "[]"], "--story: add --host github or --host gitee"],
    [["--host", "gitee"], "--host: add either --seed, the number of a story, or --story, its steps"],
    [["--host", "gitee", "--seed", "1", "--story", "[]"], "--host: add either --seed"],
    [["--host", "gitee", "--seed", "1", "--open"], "leave out --open"],
    [["--host", "gitee", "--story", "nonsense"], "--story: expected the JSON list of steps"],
    [["--host", "gitee", "--story", '[{"do":"nothing"}]'], "--story: expected the JSON list of steps"],
  ])("refuses %j", async (args, message) => {
    const { run } = await import("../run-command.ts");
    const { code, stderr } = await run({}, ["playground", "--headless", ...args]);
    expect(code).toBe(2);
    expect(stderr).toContain(message);
  });
});
