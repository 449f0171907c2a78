import { readFileSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { pullTask } from "../../src/ports/queue.ts";
import { storedInteger } from "../../src/sqlite/erasure/residue.ts";
import { drain, load, pullRecord, pullRef, row } from "../ports/engine-scene.ts";
import { rightsScene, type RightsScene } from "./rights-scene.ts";

const alice = accountOf("github", 583_231);
const bob = accountOf("github", 1_024_025);
const signedAt = Date.UTC(2026, 0, 5);

describe("subject", () => {
  let scene: RightsScene;
  beforeEach(async () => {
    scene = await rightsScene({ octocat: alice });
    await scene.with(async (engine) => {
      await load(engine, [
        row(alice, signedAt),
        row(alice, signedAt, { agreement: "ccla", version: "2.0", entity: "acme" }),
      ]);
      await engine.pulls.record(pullRecord(pullRef(7), [alice]));
    });
  });
  afterEach(() => scene.end());

  it("show says everything that is held, by number, and that the login is not kept", async () => {
    await scene.with((engine) => engine.subjects.request(alice, { kind: "correction", agreement: "icla" }));
    expect(await scene.run("subject show github:@octocat")).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "github:583231",
        "  its login is octocat now; looked up for this, and not kept",
        "signatures:",
        "  icla 1.0  signed 2026-01-05  imported",
        "covered by employers:",
        "  acme  ccla 2.0  from 2026-01-05",
        "asked of the operator:",
        "  correction  icla  2026-11-25",
        "done with it:",
        "  line 2  2026-11-25  request  by page",
        "",
      ].join("\n"),
    });
    expect(await scene.run("subject show gitee:583231")).toEqual({
      code: 0,
      stderr: "",
      stdout: "gitee:583231\n  nothing is held\n",
    });
  });

  it("export is JSON for a machine, without a login", async () => {
    const { code, stdout } = await scene.run("subject export github:583231");
    expect(code).toBe(0);
    expect(JSON.parse(stdout)).toEqual({
      format: 1,
      account: "github:583231",
      host: "github",
      account_id: 583_231,
      signatures: [
        {
          agreement: "icla",
          version: "1.0",
          digest: null,
          entity: null,
          signed_at: "2026-01-05T00:00:00.000Z",
          evidence: "import",
          revoked_at: null,
        },
      ],
      employers: [
        {
          entity: "acme",
          agreement: "ccla",
          version: "2.0",
          from: "2026-01-05T00:00:00.000Z",
          until: null,
          evidence: "import",
        },
      ],
      revocations: [],
      manages: [],
      waivers: [],
      requests: [],
      roster_requests: [],
      restricted_since: null,
      sessions: [],
      audit: [],
    });
    expect((await scene.run("subject show github:583231 --json")).stdout).toBe(stdout);
  });

  it("correct moves what was imported to the right number", async () => {
    const ran = await scene.run("subject correct github:583231 --account github:1024025", {
      operator: "my key",
    });
    expect(ran).toEqual({
      code: 0,
      stderr: "",
      stdout: "github:583231: 1 signature and 1 roster place now belong to github:1024025\n",
    });
    expect((await scene.run("subject show github:583231")).stdout).toMatch(
      /line 2 .* correct +by cli:[0-9a-f]{12}\n/,
    );
    expect((await scene.run("subject show github:1024025")).stdout).toContain("icla 1.0  signed 2026-01-05");
  });

  it("correct gives a signature its right date and version", async () => {
    const which = "subject correct github:583231 --agreement icla --agreement-version 1.0";
    expect(await scene.run(`${which} --signed-at 2025-03-01 --new-version 0.9`)).toMatchObject({
      code: 0,
      stdout: "github:583231: 1 signature and 0 roster places corrected\n",
    });
    expect((await scene.run("subject show github:583231")).stdout).toContain("icla 0.9  signed 2025-03-01");
    expect(await scene.run(`${which} --signed-at 2025-03-01`)).toEqual({
      code: 1,
      stdout: "",
      stderr: "countersign: github:583231 has no signature of its own of icla 1.0\n",
    });
    for (const [flags, said] of [
      ["", "use --signed-at for the right date, or --new-version for the right version"],
      [" --signed-at 01.02.2026", "--signed-at: "],
      [" --account github:1 --new-version 2", "--account corrects the number"],
    ] as const) {
      const ran = await scene.run(`${which}${flags}`);
      expect(ran.code).toBe(2);
      expect(ran.stderr).toContain(said);
    }
  });

  it("restrict makes the account look unsigned until unrestrict", async () => {
    expect((await scene.run("subject restrict github:583231")).stdout).toBe(
      "github:583231: restricted: it looks unsigned until that is lifted\n",
    );
    await scene.with(async (engine) => {
      expect(await engine.signatures.covered([alice], "icla")).toEqual(new Map());
      expect(await drain(engine)).toEqual([pullTask(pullRef(7))]);
    });
    expect((await scene.run("subject restrict github:583231")).stdout).toContain("it was restricted already");
    expect((await scene.run("subject show github:583231")).stdout).toContain("restricted since 2026-11-25");
    expect((await scene.run("subject unrestrict github:583231")).stdout).toContain("no longer restricted");
    expect((await scene.run("subject unrestrict github:583231")).stdout).toContain("it was not restricted");
  });

  it("erase asks first, and does nothing without a yes", async () => {
    const before = await scene.run("subject show github:583231");
    const refused = await scene.run("subject erase github:583231");
    expect(refused).toMatchObject({ code: 1, stdout: "" });
    expect(refused.stderr).toMatch(/^This would erase 1 signature, 1 roster place .*Use --yes to confirm/);
    expect(await scene.run("subject erase github:583231", { terminal: true, stdin: "n\n" })).toMatchObject({
      code: 1,
    });
    expect(await scene.run("subject show github:583231")).toEqual(before);
    expect(await scene.run("subject erase github:583231", { terminal: true, stdin: "y\n" })).toMatchObject({
      code: 0,
    });
  });

  it("erase leaves no byte of the account in the database's files", async () => {
    const trace = Buffer.concat([Buffer.from("github"), storedInteger(583_231)]);
    const bytes = (): Buffer => readFileSync(scene.database);
    expect(bytes().includes(trace)).toBe(true);
    expect(await scene.run("subject erase github:583231 --yes")).toEqual({
      code: 0,
      stderr: "",
      stdout:
        "github:583231: erased 1 signature, 1 roster place, 0 roster managements; 0 waivers remain, without the account\n" +
        "No byte of the database's files contains it. Remove it from backups and exports yourself.\n",
    });
    expect(bytes().includes(trace)).toBe(false);
    expect((await scene.run("subject show github:583231")).stdout).toContain("nothing is held");
    await scene.with(async (engine) => {
      expect(await load(engine, [row(alice, signedAt), row(bob, signedAt)])).toMatchObject({
        added: 1,
        erased: 1,
      });
    });
  });

  it("settle ends what was asked of the operator", async () => {
    await scene.with((engine) => engine.subjects.request(alice, { kind: "withdrawal", agreement: "icla" }));
    expect((await scene.run("stats")).stdout).toContain("  github:583231  withdrawal  icla  2026-11-25\n");
    expect((await scene.run("subject settle github:583231 --agreement icla")).code).toBe(0);
    expect((await scene.run("subject settle github:583231 --agreement icla")).code).toBe(1);
    expect((await scene.run("stats")).stdout).not.toContain("withdrawal");
  });

  it.each([
    ["subject", "countersign: subject: what to do is missing: one of show, export,"],
    ["subject shwo", "countersign: subject: there is no such verb: one of show, export,"],
    ["subject show octocat", "countersign: account 1 is not of the form HOST:NUMBER or HOST:@login"],
    ["subject show", "countersign subject show: missing required argument 'account'"],
  ])("%s exits 2 with one line that says what is right", async (line, said) => {
    const { code, stdout, stderr } = await scene.run(line);
    expect(code).toBe(2);
    expect(stdout).toBe("");
    expect(stderr).toContain(said);
    expect(stderr.trimEnd().split("\n")).toHaveLength(1);
  });

  it("every verb has help with an example", async () => {
    for (const verb of [
      "",
      " show",
      " export",
      " correct",
      " restrict",
      " unrestrict",
      " settle",
      " erase",
    ]) {
      const { code, stdout } = await scene.run(`subject${verb} --help`);
      expect(code).toBe(0);
      expect(stdout).toMatch(/Examples?:\n {2}countersign subject/);
    }
  });
});
