import pino from "pino";
import { expect, it, onTestFinished } from "vitest";
import { startBot } from "../../src/bot/bot.ts";
import { readSettings } from "../../src/bot/open.ts";
import { startHosts, STAGE_CONFIGURATION } from "../../playground/stage.ts";
import { run } from "./scene.ts";

/** With a second agreement, for these repositories. */
function configured(repositories: string): string {
  const second = `  - id: ccla
    title: Corporate Contributor License Agreement
    version: "1.0"
    document: cla/icla-1.0.md
    repositories: ${repositories}
`;
  return STAGE_CONFIGURATION.replace("instance:", `${second}instance:`);
}

it("an agreement that can never apply is told at start, by doctor and by agreement list, and patterns that only exclude are refused", async () => {
  const hosts = await startHosts({ configuration: configured('["github:octo/tools"]') });
  onTestFinished(() => hosts.stop());
  const { stdout } = await run(hosts.variables, ["doctor"]);
  expect(stdout).toMatch(/✗ .*ccla.*icla[^]*correct the patterns in .*countersign\.yml/);
  expect(await run(hosts.variables, ["migrate"])).toMatchObject({ code: 0 });
  const listed = await run(hosts.variables, ["agreement", "list"]);
  expect(`${listed.stdout}${listed.stderr}`).toMatch(/ccla.*icla/);
  const warnings: string[] = [];
  const log = pino({ level: "warn" }, { write: (line) => void warnings.push(line) });
  const bot = await startBot({ ...(await readSettings(hosts.variables, false)), log });
  onTestFinished(() => bot.stop(1000));
  expect(warnings).toContainEqual(expect.stringMatching(/ccla.*icla/));

  const refused = await startHosts({ configuration: configured('["!github:octo/x"]') });
  onTestFinished(() => refused.stop());
  const checked = await run(refused.variables, ["doctor"]);
  expect(checked.code).toBe(1);
  expect(checked.stdout).toMatch(/agreements\[1\]\.repositories/);
});
