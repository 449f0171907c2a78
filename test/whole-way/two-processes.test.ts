import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startHosts } from "../../playground/stage.ts";
import { csvOf, stateOf } from "./scene.ts";
import { command, serve } from "./serve-process.ts";

describe("commands beside a running bot on the same file", () => {
  it("import, export, check, revoke and back up at once, while deliveries come, and all see one truth", async () => {
    const hosts = await startHosts();
    onTestFinished(() => hosts.stop());
    const served = await serve(hosts, { LOG_LEVEL: "warn" });
    onTestFinished(async () => void (await served.end("SIGKILL")));
    const { github, folder } = hosts;
    const people = Array.from({ length: 20 }, (_, at) => github.user({ login: `person-${at}` }));
    const hello = github.repository({ owner: "octo", name: "hello" });
    const pulls = people.map((opener) => hello.openPull({ opener }));

    const halves = [people.slice(0, 10), people.slice(10)];
    const files = halves.map((_, at) => join(folder, `${at}.csv`));
    // Each file is large enough that its writing overlaps with the others'.
    const more = (at: number) =>
      Array.from({ length: 20_000 }, (_, row) => ({ id: 10_000_000 + at * 100_000 + row }));
    for (const [at, half] of halves.entries())
      await writeFile(files[at] ?? "", csvOf([...half, ...more(at)]));
    const ran = await Promise.all([
      ...files.map((file) => command(hosts, ["import", file, "--json"])),
      command(hosts, ["export"]),
      command(hosts, ["backup", join(folder, "copy.db")]),
    ]);
    expect(ran.map(({ code }) => code)).toEqual([0, 0, 0, 0]);
    await expect.poll(() => pulls.map(stateOf)).toEqual(pulls.map(() => "success"));

    const [first, second] = people;
    const [revoked, checked, again] = await Promise.all([
      command(hosts, ["revoke", `github:${first?.id}`, "--agreement", "icla"]),
      command(hosts, ["check", `github:octo/hello#2`]),
      command(hosts, ["import", files[1] ?? ""]),
    ]);
    expect([revoked.code, checked.code, again.code]).toEqual([0, 0, 0]);
    expect(checked.stdout).toContain(`github:${second?.id}`);
    await expect.poll(() => pulls.map(stateOf).slice(0, 2)).toEqual(["failure", "success"]);

    const exported = await command(hosts, ["export"]);
    expect(exported.stdout.trimEnd().split("\n")).toHaveLength(1 + 40_000 + 20 - 1);
    expect(await served.end("SIGTERM")).toBe(0);
    expect(served.lines.filter((line) => line.startsWith("{"))).toEqual([]);
    expect(github.violations).toEqual([]);
  }, 120_000);
});
