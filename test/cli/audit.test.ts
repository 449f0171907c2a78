import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { rightsScene, type RightsScene } from "./rights-scene.ts";

describe("audit", () => {
  let scene: RightsScene;
  beforeEach(async () => {
    scene = await rightsScene();
    await scene.run("subject restrict github:583231", { operator: "key of one" });
    await scene.run("subject restrict github:1024025", { operator: "key of another" });
    await scene.run("subject unrestrict github:583231");
  });
  afterEach(() => scene.end());

  it("list says what was done, when, and by which operator key, without a number", async () => {
    const { code, stdout } = await scene.run("audit list");
    expect(code).toBe(0);
    const lines = stdout.trimEnd().split("\n");
    expect(lines[0]).toMatch(/^1 {2}2026-11-25 {2}cli:[0-9a-f]{12} {2}restrict {2}person [0-9a-f]{12}$/);
    expect(lines[2]).toMatch(/^3 {2}2026-11-25 {2}cli {2}unrestrict {2}person/);
    expect(new Set(lines.map((line) => line.split("  ")[2])).size).toBe(3);
    expect(stdout).not.toMatch(/583231|1024025|key of/);
    const about = await scene.run("audit list --account github:583231 --json");
    expect(
      about.stdout
        .trimEnd()
        .split("\n")
        .map((line) => JSON.parse(line)),
    ).toMatchObject([
      { line: 1, act: "restrict" },
      { line: 3, act: "unrestrict" },
    ]);
  });

  it("verify finds nothing where nothing was touched, and gives what to note", async () => {
    const { code, stdout } = await scene.run("audit verify");
    expect(code).toBe(0);
    expect(stdout).toMatch(/^3 lines, each as it was written\.\n/);
    const noted = stdout.trimEnd().split("\n").at(-1) ?? "";
    await scene.run("subject unrestrict github:1024025");
    expect((await scene.run(`audit verify --expect ${noted}`)).code).toBe(0);
    expect((await scene.run(`audit verify --expect ${noted.replace(/.$/, "x")}`)).code).toBe(2);
  });

  it("verify names the first line that was tampered with, and exits 1", async () => {
    const connection = new Database(scene.database);
    connection.exec("UPDATE audit SET by = 'page' WHERE line = 2");
    connection.close();
    expect(await scene.run("audit verify")).toEqual({
      code: 1,
      stdout: "",
      stderr: "changed: line 2 was changed: its hash is not that of what it says\n",
    });
    const { code, stdout } = await scene.run("audit verify --json");
    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ fault: { line: 2, kind: "changed" } });
  });
});
