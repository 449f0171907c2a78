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
      "signed.csv: CSV, UTF-8, 2 rows\n  account numbers from: account_id\nLoaded:\n" +
        "  2 signatures added\n  1 employer added\n",
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
    expect(stdout).toContain("1 signature added\n  rows left out for 1 problem\n");
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
      "standard input: JSON, UTF-8, 1 row\n  account numbers from: account_id\n  not read: email (1)",
    );
    expect(await scene.held()).toHaveLength(3);
  });

  it("that only tries says what would change and changes nothing", async () => {
    const { code, stdout } = await scene.run(["import", "-", "--dry-run"], {
      stdin: "github_id,signed_at\n1,2024-01-31\n",
    });
    expect([code, stdout]).toEqual([
      0,
      "standard input: CSV, UTF-8, 1 row\n  account numbers from: github_id\n" +
        "  the file names no agreement: taken as icla, the only one configured\n" +
        "  the file names no version: taken as the current one, 1.0\n" +
        "Nothing was changed. It would be:\n  1 signature added\n",
    ]);
    expect(await scene.held()).toEqual([]);
  });

  it("fills from the flags what the file lacks", async () => {
    const flags = ["--host", "gitee", "--agreement", "icla", "--agreement-version", "0.9"];
    const { stdout } = await scene.run(["import", "-", ...flags, "--signed-at", "2020-05-01"], {
      stdin: "account_id\n7\n",
    });
    expect(stdout).toContain(
      "of a version that is neither current nor accepted, so not counted: icla 0.9 (1)",
    );
    expect(await scene.held()).toEqual(["gitee:7 icla 0.9 2020-05-01"]);
  });

  it("says what to do where neither the file nor a flag tells", async () => {
    await scene.end();
    scene = await signatureScene({ agreements: TWO });
    const { stderr } = await scene.run(["import", "-"], { stdin: "account_id\n7\n" });
    expect(stderr).toMatch(/:2: agreement: it is missing: use --agreement \(icla, ccla\)/);
    expect(stderr).toMatch(/:2: signed_at: the date is missing: use --signed-at/);
    expect(stderr).toMatch(/:2: host: .* use --host/);
  });
});

describe("an import that is refused", () => {
  it("names every file that is not there, before it reads any", async () => {
    const good = await scene.file("good.csv", `${HEADER}github,1,icla,1.0,2024-01-31,\n`);
    const { code, stderr } = await scene.run(["import", good, `${scene.folder}/a.csv`, scene.folder]);
    expect(code).toBe(1);
    expect(stderr.replaceAll(scene.folder, "FOLDER")).toBe(
      "a.csv: the file does not exist\nFOLDER: it is a folder\nNothing was loaded.\n",
    );
    expect(await scene.held()).toEqual([]);
  });

  it("loads nothing of the other files either", async () => {
    const good = await scene.file("good.csv", `${HEADER}github,1,icla,1.0,2024-01-31,\n`);
    const bad = await scene.file("bad.csv", `${HEADER}github,0,icla,1.0,2024-01-31,\n`);
    const { code, stderr } = await scene.run(["import", good, bad]);
    expect([code, stderr]).toEqual([1, expect.stringMatching(/^bad\.csv:2: account_id: 0 is no account/)]);
    expect(await scene.held()).toEqual([]);
  });

  it("can't be made to load by leaving rows out when the file breaks off", async () => {
    const stdin = `${HEADER}github,1,icla,1.0,2024-01-31,\ngithub,2,"icla,1.0\n`;
    const { code, stderr } = await scene.run(["import", "-", "--skip-invalid"], { stdin });
    expect([code, stderr]).toEqual([
      1,
      "standard input:3: a quote that opens in this row is never closed\nNothing was loaded.\n",
    ]);
    expect(await scene.held()).toEqual([]);
  });

  it("tells a script so, too", async () => {
    const { stdout } = await scene.run(["import", "-", "--json"], {
      stdin: "github_id,signed_at\n0,2024-01-31\n",
    });
    expect(JSON.parse(stdout)).toEqual({
      loaded: false,
      problems: [
        { file: "standard input", line: 2, field: "github_id", message: "0 is no account's number" },
      ],
    });
  });

  it("shows a thousand problems and counts the rest", async () => {
    const stdin = `github_id,signed_at\n${"0,2024-01-31\n".repeat(1500)}`;
    const { stderr } = await scene.run(["import", "-"], { stdin });
    expect(stderr.split("\n").slice(-4)).toEqual([
      "standard input:1001: github_id: 0 is no account's number",
      "and 500 more",
      "Nothing was loaded; --skip-invalid loads the other rows.",
      "",
    ]);
  });

  it.each([
    [["--agreement", "dco"], "--agreement: it is not one of the configured agreements (icla)"],
    [["--signed-at", "1/2/2024"], "--signed-at: which part is the day"],
    [["--host", "gitlab"], "Allowed choices are github, gitee"],
    [["--replace", "--skip-invalid"], "--replace and --skip-invalid can't be combined"],
    [["--replace"], "--replace from standard input can't ask first: use --yes, or name a file"],
  ])("for the flags %j exits 2 and says why", async (flags, reason) => {
    const { code, stderr } = await scene.run(["import", "-", ...flags], { stdin: "github_id\n1\n" });
    expect([code, stderr]).toEqual([2, expect.stringContaining(reason)]);
  });

  it("because a host is not configured says so", async () => {
    const args = ["import", "-", "--resolve-logins", "--host", "gitee"];
    const { code, stderr } = await scene.run(args, { stdin: "login,signed_at\noctocat,2024-01-31\n" });
    expect([code, stderr]).toEqual([1, expect.stringContaining("gitee is not configured")]);
    expect(await scene.held()).toEqual([]);
  });
});

describe("the report of an import", () => {
  it("counts rows that repeat others, of which the latest counts", async () => {
    const file = await scene.file(
      "signed.csv",
      "github_id,signed_at\n1,2024-01-31\n1,2024-01-31\n1,2024-03-01\n1,2024-02-01\n2,2024-01-31\n",
    );
    const { stdout } = await scene.run(["import", file]);
    expect(stdout).toContain("  2 signatures added\n  3 repeated in the file\n");
    expect(await scene.held()).toEqual(["github:1 icla 1.0 2024-03-01", "github:2 icla 1.0 2024-01-31"]);
    expect((await scene.run(["import", file])).stdout).toContain(
      "  0 signatures added\n  2 known already\n  3 repeated in the file\n",
    );
  });

  it.each(["github_id,signed_at\n", "[]", '{"signedContributors": []}'])(
    "of a file without rows is told apart from one that was loaded: %j",
    async (stdin) => {
      const { code, stderr } = await scene.run(["import", "-"], { stdin });
      expect([code, stderr]).toEqual([1, "There are no rows: no signature was loaded.\n"]);
    },
  );

  it("says what an old file can't bring back", async () => {
    const stdin = "github_id,signed_at\n1,2024-01-31\n2,2024-01-31\n";
    await scene.run(["import", "-"], { stdin });
    await scene.run(["revoke", "github:1", "--agreement", "icla"]);
    const { stdout } = await scene.run(["import", "-"], { stdin });
    expect(stdout).toContain("  1 known already\n  1 left out: revoked after that date, here or in a file\n");
  });

  it("is drawn as a bar while it runs, on a terminal only", async () => {
    const file = await scene.file("signed.csv", `${HEADER}github,1,icla,1.0,2024-01-31,\n`);
    expect((await scene.run(["import", file])).stderr).toBe("");
    const { stdout } = await scene.run(["import", file], { terminal: true });
    expect(stdout).toContain("1 known already");
  });
});

describe("an import that replaces", () => {
  const both = "github_id,signed_at\n1,2024-01-31\n2,2024-01-31\n";
  let one: string;
  beforeEach(async () => {
    await scene.run(["import", "-"], { stdin: both });
    one = await scene.file("one.csv", "github_id,signed_at\n2,2024-01-31\n3,2024-01-31\n");
  });

  it("asks for the agreement's id before it revokes what the file lacks", async () => {
    const { code, stdout, stderr } = await scene.run(["import", one, "--replace"], {
      stdin: "icla\n",
      terminal: true,
    });
    expect(stderr).toContain(
      "This would end 1 signature of icla that the file lacks. Type the agreement's id to continue: ",
    );
    expect([code, stdout]).toEqual([
      0,
      expect.stringContaining("  1 signature added\n  1 known already\n  1 ended: the file lacks them\n"),
    ]);
    expect(await scene.held()).toEqual(["github:2 icla 1.0 2024-01-31", "github:3 icla 1.0 2024-01-31"]);
  });

  it.each(["yes\n", "\n", ""])("and is answered %j changes nothing", async (stdin) => {
    const { code, stderr } = await scene.run(["import", one, "--replace"], { stdin, terminal: true });
    expect([code, stderr]).toEqual([1, expect.stringContaining("Nothing was loaded.")]);
    expect(await scene.held()).toHaveLength(2);
  });

  it("without a terminal is refused unless it is said to be meant", async () => {
    const { code, stderr } = await scene.run(["import", one, "--replace"]);
    expect([code, stderr]).toEqual([
      1,
      "This would end 1 signature of icla that the file lacks. Use --yes to confirm. Nothing was loaded.\n",
    ]);
    expect(await scene.held()).toHaveLength(2);
    expect((await scene.run(["import", one, "--replace", "--yes"])).code).toBe(0);
    expect(await scene.held()).toEqual(["github:2 icla 1.0 2024-01-31", "github:3 icla 1.0 2024-01-31"]);
  });

  it("does not ask where nothing is revoked", async () => {
    expect((await scene.run(["import", "-", "--replace", "--yes"], { stdin: both })).code).toBe(0);
    const file = await scene.file("both.csv", both);
    expect((await scene.run(["import", file, "--replace"])).code).toBe(0);
  });

  it("counts what the file itself revokes against the limit of a replace", async () => {
    const people = Array.from({ length: 40 }, (_, index) => index + 100);
    const rows = people.map((number) => `${number},2021-01-01\n`).join("");
    await scene.run(["import", "-", "--replace", "--yes"], { stdin: `github_id,signed_at\n${rows}` });
    const entry = { user: "x", gist_version: "aaaa", created_at: "2021-01-01T00:00:00Z" };
    const revoked = { revoked_at: "2022-01-01T00:00:00Z" };
    const stdin = people.map((userId) =>
      JSON.stringify({ ...entry, userId, ...(userId === 100 ? {} : revoked) }),
    );
    const args = ["import", "-", "--agreement-version", "1.0", "--replace", "--yes"];
    const trial = await scene.run([...args, "--dry-run"], { stdin: stdin.join("\n") });
    expect(trial.stderr).toMatch(
      /^Without --dry-run it is refused: this would end \d+ of the \d+ signatures/,
    );
    const { code, stderr } = await scene.run(args, { stdin: stdin.join("\n") });
    expect([code, stderr]).toEqual([1, expect.stringContaining("this would end 39 of the 40 signatures")]);
    expect(await scene.held()).toHaveLength(40);
  });

  it("takes rows of its agreement only", async () => {
    await scene.end();
    scene = await signatureScene({ agreements: TWO });
    const stdin = "github_id,agreement,signed_at\n1,ccla,2024-01-31\n";
    const { code, stderr } = await scene.run(["import", "-", "--replace", "--yes", "--agreement", "icla"], {
      stdin,
    });
    expect([code, stderr]).toEqual([
      1,
      expect.stringContaining(":2: agreement: --replace takes only signatures of icla"),
    ]);
  });
});
