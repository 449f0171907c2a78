import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { signatureScene, TWO, type SignatureScene } from "./signature-scene.ts";

let scene: SignatureScene;
beforeEach(async () => void (scene = await signatureScene()));
afterEach(async () => await scene.end());

const HEADER = "host,account_id,agreement,version,signed_at,entity\n";

describe("an import", () => {
  it("loads every row of a CSV file and says how many", async () => {
    const file = await scene.file(
      "signed.csv",
      `${HEADER}github,1,icla,1.0,2024-01-31,\ngitee,2,icla,1.0,2024-02-01T10:00:00+08:00,acme\n`,
    );
    const { code, stdout, stderr } = await scene.run(["import", file]);
    expect([code, stderr]).toEqual([0, ""]);
    expect(stdout).toBe(
      "signed.csv: CSV, UTF-8, 2 rows\nLoaded:\n  2 signatures added\n  1 employers added\n",
    );
    expect(await scene.held()).toEqual(["gitee:2 icla 1.0 2024-02-01 acme", "github:1 icla 1.0 2024-01-31"]);
  });

  it("that is done twice changes nothing", async () => {
    const file = await scene.file("signed.csv", `${HEADER}github,1,icla,1.0,2024-01-31,\n`);
    await scene.run(["import", file]);
    const { stdout } = await scene.run(["import", file, "--json"]);
    expect(JSON.parse(stdout)).toMatchObject({ loaded: true, added: 0, changed: 0, unchanged: 1, marked: 0 });
  });

  it("with bad rows loads nothing, names each with its line and reason, and exits 1", async () => {
    const file = await scene.file(
      "signed.csv",
      `${HEADER}github,1,icla,1.0,2024-01-31,\ngithub,1.23E+08,icla,1.0,1/2/2024,\ngitlab,0,dco,1.0,2024-01-31,\n`,
    );
    const { code, stdout, stderr } = await scene.run(["import", file]);
    expect([code, stdout]).toEqual([1, ""]);
    expect(stderr.split("\n")).toEqual([
      expect.stringMatching(/^signed\.csv:3: signed_at: which part is the day/),
      expect.stringMatching(/^signed\.csv:3: account_id: 1\.23E\+08 looks like a number that a spreadsheet/),
      "signed.csv:4: agreement: it is not one of the configured agreements (icla)",
      "signed.csv:4: host: no such host: it is one of github, gitee",
      "signed.csv:4: account_id: 0 is no account's number",
      "Nothing was loaded; --skip-invalid loads the other rows.",
      "",
    ]);
    expect(await scene.held()).toEqual([]);
  });

  it("that skips invalid rows loads the others and still names the bad ones", async () => {
    const file = await scene.file(
      "signed.csv",
      `${HEADER}github,1,icla,1.0,2024-01-31,\ngithub,x,icla,1.0,2024-01-31,\n`,
    );
    const { code, stdout, stderr } = await scene.run(["import", file, "--skip-invalid"]);
    expect(code).toBe(0);
    expect(stdout).toContain("1 signature added\n  1 problems; their rows were left out\n");
    expect(stderr).toMatch(/^signed\.csv:3: account_id: it is not a whole number/);
    expect(await scene.held()).toEqual(["github:1 icla 1.0 2024-01-31"]);
  });

  it("takes standard input, and NDJSON and JSON by their content", async () => {
    const row = { host: "github", account_id: 1, agreement: "icla", version: "1.0", signed_at: "2024-01-31" };
    const lines = `${JSON.stringify(row)}\n${JSON.stringify({ ...row, account_id: "2" })}\n`;
    expect((await scene.run(["import", "-"], { stdin: lines })).stdout).toContain(
      "standard input: NDJSON, UTF-8, 2 rows",
    );
    const list = JSON.stringify([{ ...row, account_id: 3, email: "someone@example.com" }], null, 2);
    expect((await scene.run(["import", "-"], { stdin: list })).stdout).toContain(
      "standard input: JSON, UTF-8, 1 rows\n  not read: email (1)",
    );
    expect(await scene.held()).toHaveLength(3);
  });

  it("that only tries says what would change and changes nothing", async () => {
    const { code, stdout } = await scene.run(["import", "-", "--dry-run"], {
      stdin: "github_id,signed_at\n1,2024-01-31\n",
    });
    expect([code, stdout]).toEqual([
      0,
      "standard input: CSV, UTF-8, 1 rows\n" +
        "  the file names no agreement: icla is taken, the only one configured\n" +
        "  the file says no version of ours: the current one is taken, 1.0\n" +
        "Nothing was changed. It would be:\n  1 signature added\n",
    ]);
    expect(await scene.held()).toEqual([]);
  });

  it("fills from the flags what the file lacks", async () => {
    const flags = ["--host", "gitee", "--agreement", "icla", "--agreement-version", "0.9"];
    const { stdout } = await scene.run(["import", "-", ...flags, "--signed-at", "2020-05-01"], {
      stdin: "account_id\n7\n",
    });
    expect(stdout).toContain("of a version that is neither current nor accepted: icla 0.9 (1)");
    expect(await scene.held()).toEqual(["gitee:7 icla 0.9 2020-05-01"]);
  });

  it("says what to do where neither the file nor a flag tells", async () => {
    await scene.end();
    scene = await signatureScene({ agreements: TWO });
    const { stderr } = await scene.run(["import", "-"], { stdin: "account_id\n7\n" });
    expect(stderr).toMatch(/:2: agreement: none is said: say --agreement \(icla, ccla\)/);
    expect(stderr).toMatch(/:2: signed_at: when it was signed is not said: say --signed-at/);
    expect(stderr).toMatch(/:2: host: .* say --host/);
  });
});
