import { readdir, readFile, writeFile } from "node:fs/promises";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { Failure } from "../../src/error.ts";
import { NOW } from "../verdict/facts.ts";
import { signatureScene, type SignatureScene } from "./signature-scene.ts";

const names = Array.from({ length: 150 }, (_, index) => `user-${index}`);
const logins = Object.fromEntries(names.map((name, index) => [name, accountOf("github", index + 1)]));
const trouble: Error[] = [];

let scene: SignatureScene;
let file: string;
beforeEach(async () => {
  trouble.length = 0;
  scene = await signatureScene({ logins, trouble });
  file = await scene.file(
    "list.csv",
    `github_login,signed_at\n${names.map((name) => `${name},2024-01-31\n`).join("")}`,
  );
});
afterEach(async () => await scene.end());

describe("looking logins up", () => {
  it("waits for a limit, says so, and tries again after a disturbance", async () => {
    trouble.push(
      new Failure("host-limit", undefined, { retryAt: NOW + 10 }),
      new Failure("host-unreachable"),
    );
    const { code, stderr } = await scene.run(["import", file, "--resolve-logins"]);
    expect([code, stderr]).toEqual([
      0,
      expect.stringMatching(/^github's limit is used up after 0 logins: waiting until .* UTC\n$/),
    ]);
    expect(await scene.held()).toHaveLength(150);
    expect(await readdir(scene.folder)).not.toContain("list.csv.resume");
  });

  it("continues where it stopped, from a file that holds no login", async () => {
    const kept = await scene.run(["import", file, "--resolve-logins", "--dry-run"]);
    expect(kept.code).toBe(0);
    scene.lookedUp.length = 0;
    trouble.push(new Failure("host-credentials"));
    const { code } = await scene.run(["import", file, "--resolve-logins", "--resume"]);
    expect(code).toBe(0);
    expect(scene.lookedUp).toEqual([]);
    expect(await scene.held()).toHaveLength(150);
    expect(await readdir(scene.folder)).not.toContain("list.csv.resume");
  });

  it("uses nothing that is older than a week, and says so where there is nothing to use", async () => {
    expect((await scene.run(["import", file, "--resolve-logins", "--dry-run"])).code).toBe(0);
    // A copy of the file has a new time, and the answers in it do not get younger.
    const kept = await readFile(`${file}.resume`, "utf8");
    await writeFile(`${file}.resume`, kept.replaceAll(`"at":${NOW}`, `"at":${NOW - 8 * 24 * 3_600_000}`));
    scene.lookedUp.length = 0;
    const late = await scene.run(["import", file, "--resolve-logins", "--resume"]);
    expect([late.code, late.stderr]).toEqual([
      0,
      "150 of the logins were looked up more than a week ago: they are looked up again\n",
    ]);
    expect(scene.lookedUp).not.toEqual([]);
    const none = await scene.run(["import", file, "--resolve-logins", "--resume"]);
    expect([none.code, none.stderr]).toEqual([0, expect.stringContaining("there is nothing to resume")]);
  });

  it("that fails says how to continue", async () => {
    await scene.end();
    let calls = 0;
    const failing = { shift: () => (calls++ === 0 ? undefined : new Failure("host-credentials")) };
    scene = await signatureScene({ logins, trouble: failing as unknown as Error[] });
    file = await scene.file(
      "list.csv",
      `github_login,signed_at\n${names.map((name) => `${name},2024-01-31\n`).join("")}`,
    );
    const { code, stderr } = await scene.run(["import", file, "--resolve-logins"]);
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(
        "run it again with --resume to continue after the 100 logins that were looked up",
      ),
    ]);
  });
});
