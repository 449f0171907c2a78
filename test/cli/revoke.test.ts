import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { signatureScene, type SignatureScene } from "./signature-scene.ts";

let scene: SignatureScene;
beforeEach(async () => {
  scene = await signatureScene({ logins: { amber: accountOf("github", 2) } });
  await scene.run(["import", "-"], {
    stdin: "github_id,signed_at\n1,2024-01-31\n2,2024-01-31\n3,2024-01-31\n",
  });
});
afterEach(async () => await scene.end());

describe("revoking", () => {
  it("ends the signatures of accounts by number and by login, and names numbers only", async () => {
    const args = ["revoke", "github:1", "github:@amber", "--agreement", "icla"];
    expect(await scene.run(args)).toEqual({
      code: 0,
      stdout: "github:1: revoked under icla\ngithub:2: revoked under icla\n",
      stderr: "",
    });
    expect(scene.lookedUp).toEqual([["amber"]]);
    expect(await scene.held()).toEqual(["github:3 icla 1.0 2024-01-31"]);
  });

  it("exits 1 when an account had nothing to revoke, and does the others", async () => {
    const { code, stdout, stderr } = await scene.run([
      "revoke",
      "github:9",
      "github:1",
      "--agreement",
      "icla",
    ]);
    expect([code, stdout, stderr]).toEqual([
      1,
      "github:1: revoked under icla\n",
      "github:9: nothing to revoke under icla; the revocation is kept, and an older signature in a file does not count\n",
    ]);
  });

  it("tells a script what it did", async () => {
    const { stdout } = await scene.run(["revoke", "github:1", "github:9", "--agreement", "icla", "--json"]);
    expect(JSON.parse(stdout)).toEqual({ agreement: "icla", revoked: ["github:1"], nothing: ["github:9"] });
  });

  it.each([
    [["github:1", "octocat", "gitlab:1"], "account 2, 3 is not of the form HOST:NUMBER or HOST:@login"],
    [["github:0"], "account 1 is not of the form"],
  ])("%j is not understood and changes nothing", async (accounts, reason) => {
    const { code, stderr } = await scene.run(["revoke", ...accounts, "--agreement", "icla"]);
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
    expect(stderr).not.toContain("octocat");
    expect(await scene.held()).toHaveLength(3);
  });

  it("by a login that is gone changes nothing and does not repeat it", async () => {
    const { code, stderr } = await scene.run(["revoke", "github:1", "github:@cedar", "--agreement", "icla"]);
    expect([code, stderr]).toEqual([1, "countersign: account 2: github has no account of this login\n"]);
    expect(await scene.held()).toHaveLength(3);
  });

  it("under an agreement that is not configured is refused", async () => {
    const { code, stderr } = await scene.run(["revoke", "github:1", "--agreement", "dco"]);
    expect([code, stderr]).toEqual([
      2,
      "countersign: --agreement: it is not one of the configured agreements (icla)\n",
    ]);
  });
});

describe("the help of each command", () => {
  it.each(["import", "export", "revoke"])("%s has an example", async (command) => {
    const { code, stdout } = await scene.run([command, "--help"]);
    expect([code, stdout]).toEqual([
      0,
      expect.stringMatching(new RegExp(`Examples?:\\n  countersign ${command} `)),
    ]);
  });
});
