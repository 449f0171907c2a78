/** The model must be able to fail: each fault that is planted here breaks a promise, which a story finds. */
import { execFile } from "node:child_process";
import { delimiter, dirname } from "node:path";
import { expect, it } from "vitest";
import packageJson from "../../package.json" with { type: "json" };
import type { Actor } from "../../playground/model/actor.ts";
import { playInProcess } from "../../playground/model/stage-actor.ts";
import type { Step } from "../../playground/model/steps.ts";
import { changed } from "./changed-actor.ts";
import { opens } from "./opens.ts";

const DONE = { code: 0, stderr: "" };
const SCRIPTS: Readonly<Record<string, string>> = packageJson.scripts;

/** Runs a line as it is printed, with a bot that reads over revocations. */
function runPrinted(line: string): Promise<{ code: number | null; text: string }> {
  const command = line.replace(/^npm run (\w+) --/, (_, name: string) => SCRIPTS[name] ?? "false");
  const env = {
    ...process.env,
    PATH: `${dirname(process.execPath)}${delimiter}${process.env["PATH"]}`,
    NODE_OPTIONS: `--import ${new URL("reads-over-revocations.ts", import.meta.url).href}`,
  };
  return new Promise((resolve) => {
    execFile("sh", ["-c", command], { env }, (error, stdout, stderr) =>
      resolve({ code: error === null ? 0 : Number(error.code), text: stdout + stderr }),
    );
  });
}

it("a revocation that the bot reads over is found, shortened to what it takes, and found again by each printed command", async () => {
  const broken = /shows green and not red|was shown green/;
  const found = await runPrinted("npm run soak -- --host gitee --engine sqlite --seeds 821 --steps 24");
  expect(found).toMatchObject({ code: 1, text: expect.stringMatching(broken) });
  const [, story = ""] = /--replay '(.*)'$/m.exec(found.text) ?? [];
  const steps = JSON.parse(story) as Step[];
  // It takes two: somebody who has signed opens, and is revoked.
  expect(steps.map((step) => step.do)).toEqual(expect.arrayContaining(["open", "revoke"]));
  expect(steps.length).toBeLessThanOrEqual(4);
  expect(found.text).toContain(`seed 821; the shortest story found that does it has ${steps.length} steps`);
  const printed = [...found.text.matchAll(/^to (?:play it again|watch it): +(.*)$/gm)].map(
    ([, line]) => line,
  );
  expect(printed).toHaveLength(2);
  for (const line of printed) {
    const again = line?.startsWith("npm run playground") === true ? `${line} --headless` : String(line);
    expect(await runPrinted(again)).toMatchObject({ code: 1, text: expect.stringMatching(broken) });
  }
  await playInProcess(steps, { host: "gitee" });
}, 600_000);

it.each<[string, Step[], (actor: Actor) => Partial<Actor>, RegExp]>([
  [
    "a person whose restriction is lost",
    [{ do: "restrict", person: 0 }, opens(0), { do: "quiet" }],
    (actor) => ({
      command: async (args, file) => (args[1] === "restrict" ? DONE : actor.command(args, file)),
    }),
    /was shown green/,
  ],
  [
    "an import that loads somebody else",
    [opens(2), { do: "quiet" }],
    (actor) => ({
      command: (args, file) =>
        actor.command(
          args,
          file?.replaceAll(/^gitee,(\d+)/gm, (_, id) => `gitee,${Number(id) + 2}`),
        ),
    }),
    /was shown green/,
  ],
  [
    "a bot that never catches up with what it missed",
    [{ do: "deliveries", how: "lost" }, opens(0), { do: "quiet" }],
    () => ({ restart: async () => {}, caughtUp: async () => {}, sweep: async () => {} }),
    /shows null and not green/,
  ],
])("%s is found", async (_, story, methods, broken) => {
  const change = (actor: Actor): Actor => changed(actor, methods(actor));
  await expect(playInProcess(story, { host: "gitee", change })).rejects.toThrow(broken);
  await playInProcess(story, { host: "gitee" });
});
