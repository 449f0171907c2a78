import { statSync } from "node:fs";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { load, mark, pullRecord, pullRef, row, takeOne } from "../ports/engine-scene.ts";
import { rightsScene, type RightsScene } from "./rights-scene.ts";

const alice = accountOf("github", 583_231);
const gitee = accountOf("gitee", 7);

let scene: RightsScene;
beforeEach(async () => {
  scene = await rightsScene();
  await scene.with(async (engine) => {
    await load(engine, [row(alice, 1), row(gitee, 1), row(alice, 1, { agreement: "ccla", entity: "acme" })]);
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { verdict: "signed" }));
    await engine.pulls.record(pullRecord(pullRef(2), [alice]));
    await engine.pulls.record(pullRecord(pullRef(3), [alice], { verdict: "unknown" }));
    await engine.pulls.record(
      pullRecord(pullRef(1, 5, "gitee"), [gitee], { agreement: null, verdict: "unknown" }),
    );
    await engine.queue.mark([mark(pullRef(2)), mark(pullRef(3))]);
    await engine.queue.park(await takeOne(engine), "permission-missing");
    await engine.queue.retry(await takeOne(engine), Date.UTC(2026, 10, 26), "host-unreachable");
  });
});
afterEach(() => scene.end());

describe("stats", () => {
  it("counts by host and agreement, and says what to do about tasks that fail", async () => {
    expect(await scene.run("stats")).toEqual({
      code: 0,
      stderr: "",
      stdout: [
        "HOST    AGREEMENT  SIGNATURES  OPEN  BLOCKED",
        "gitee   (none)     0           1     1",
        "github  ccla       1           0     0",
        "gitee   icla       1           0     0",
        "github  icla       1           3     2",
        "queue: 0 due, 0 running, 1 waiting for their time, 1 parked",
        "  github:10#2: the host refused the bot a permission that it needs (permission-missing), 1 try; parked: countersign doctor says which; grant and accept it at the host",
        "  github:10#3: the host did not answer (host-unreachable), 1 try; tried again 2026-11-26",
        "",
      ].join("\n"),
    });
  });

  it("is JSON for a script", async () => {
    expect(JSON.parse((await scene.run("stats --json")).stdout)).toMatchObject({
      agreements: [
        { host: "gitee", agreement: null, open: 1, blocked: 1 },
        { host: "github", agreement: "ccla", signatures: 1 },
        { host: "gitee", agreement: "icla", signatures: 1 },
        { host: "github", agreement: "icla", signatures: 1, open: 3, blocked: 2 },
      ],
      queue: { due: 0, leased: 0, waiting: 1, parked: 1 },
      troubled: [
        { task: "github:10#2", code: "permission-missing", retry_at: null },
        { task: "github:10#3", code: "host-unreachable", retry_at: "2026-11-26T00:00:00.000Z" },
      ],
      requests: [],
    });
  });
});

describe("backup", () => {
  it("writes a copy that opens, for its owner only, while the bot has the database open", async () => {
    const file = join(scene.folder, "copy.db");
    const running = await openSqlite(scene.database);
    expect(await scene.run(`backup ${file}`)).toMatchObject({ code: 0 });
    await running.close();
    expect(statSync(file).mode & 0o077).toBe(0);
    const copy = await openSqlite(file);
    expect((await copy.signatures.covered([alice], "icla")).size).toBe(1);
    await copy.close();
  });

  it("refuses to overwrite", async () => {
    const file = await scene.file("copy.db", "mine");
    expect(await scene.run(`backup ${file}`)).toEqual({
      code: 1,
      stdout: "",
      stderr: "countersign: the backup file already exists: choose another name, or remove it first\n",
    });
  });
});
