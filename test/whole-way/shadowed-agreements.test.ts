import { expect, it, onTestFinished } from "vitest";
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

it("an agreement that can never apply is told by doctor and by agreement list, and patterns that only exclude are refused", async () => {
  const hosts = await startHosts({ configuration: configured('["github:octo/tools"]') });
  onTestFinished(() => hosts.stop());
  const { stdout } = await run(hosts.variables, ["doctor"]);
  expect(stdout).toMatch(/✗ .*ccla.*icla[^]*correct the patterns in .*countersign\.yml/);
  expect(await run(hosts.variables, ["migrate"])).toMatchObject({ code: 0 });
  const listed = await run(hosts.variables, ["agreement", "list"]);
  expect(`${listed.stdout}${listed.stderr}`).toMatch(/ccla.*icla/);

  const refused = await startHosts({ configuration: configured('["!github:octo/x"]') });
  onTestFinished(() => refused.stop());
  const checked = await run(refused.variables, ["doctor"]);
  expect(checked.code).toBe(1);
  expect(checked.stdout).toMatch(/agreements\[1\]\.repositories/);
});
