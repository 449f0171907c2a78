import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import type { Engine } from "../../src/ports/engine.ts";
import { RETENTION } from "../../src/records/retention.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { DAY, alice, list, load, pullRecord, pullRef, row } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

describe("SQLite's files", () => {
  const clock = { now: 0 };
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    clock.now = 0;
    store = await openStore(() => clock.now);
    engine = await store.open();
  });
  afterEach(() => store.remove());

  it.runIf(process.platform !== "win32")("are for nobody but their owner to read", async () => {
    await load(engine, [row(alice, 1)]);
    await engine.backup(`${store.file}.backup`);
    const names = readdirSync(dirname(store.file));
    expect(names.length).toBeGreaterThanOrEqual(4);
    for (const name of names)
      expect([name, statSync(`${dirname(store.file)}/${name}`).mode & 0o077]).toEqual([name, 0]);
  });

  it("are copied whole while others write, and the copy opens as any database does", async () => {
    await load(engine, [row(alice, 1)]);
    const copy = `${store.file}.backup`;
    await Promise.all([engine.backup(copy), engine.pulls.record(pullRecord(pullRef(1), [alice]))]);
    const other = await openSqlite(copy);
    expect(await list(other)).toMatchObject([{ account: alice }]);
    await other.close();
  });

  it("are copied while another process writes all the time", async () => {
    const signatures = fill(store.file);
    const program = fileURLToPath(new URL("mark-forever.ts", import.meta.url));
    const child = spawn(process.execPath, [program, store.file], { stdio: ["ignore", "pipe", "inherit"] });
    try {
      await once(child.stdout, "data");
      child.stdout.resume();
      const copy = `${store.file}.backup`;
      await engine.backup(copy);
      const other = await openSqlite(copy);
      expect(await other.signatures.count()).toMatchObject([{ signatures }]);
      await other.close();
    } finally {
      child.kill("SIGKILL");
    }
  });

  it("are never copied over a file that is there", async () => {
    const copy = `${store.file}.backup`;
    writeFileSync(copy, "precious");
    await expect(engine.backup(copy)).rejects.toMatchObject({ code: "refused" });
    expect(readFileSync(copy, "utf8")).toBe("precious");
    await expect(engine.backup(`${copy}/deeper`)).rejects.toMatchObject({ code: "refused" });
  });

  it("are joined by no other that outlives an import, done or broken off", async () => {
    const before = readdirSync(dirname(store.file));
    await load(engine, [row(alice, 1)]);
    function* broken() {
      yield [row(accountOf("github", 5), 1)];
      throw new Error("broken");
    }
    await expect(engine.signatures.sign(broken(), { evidence: "import" })).rejects.toThrow("broken");
    expect(readdirSync(dirname(store.file)).toSorted()).toEqual(before.toSorted());
  });

  it.runIf(process.platform !== "win32")("show no import's rows while it runs", async () => {
    const before = readdirSync(dirname(store.file));
    let during: string[] = [];
    function* rows() {
      yield [row(alice, 1)];
      during = readdirSync(dirname(store.file));
    }
    await engine.signatures.sign(rows(), { evidence: "import" });
    expect(during.filter((name) => !before.includes(name))).toEqual([]);
  });

  it("forget a closed pull request after thirty days, and its buckets at once", async () => {
    await engine.pulls.record(pullRecord(pullRef(1), [alice], { head: "needle-in-the-file" }));
    await engine.pulls.close(pullRef(1));
    clock.now = 30 * DAY;
    await engine.tidy();
    expect(readFileSync(store.file).includes("needle-in-the-file")).toBe(true);
    clock.now += 1;
    await engine.tidy();
    expect(readFileSync(store.file).includes("needle-in-the-file")).toBe(false);
    expect(statSync(`${store.file}-wal`).size).toBe(0);
  });

  it("lose what expired in steps, with the lines of the audit that say so, and keep the rest", async () => {
    clock.now = 1_000 * DAY + RETENTION.ended + RETENTION.audit;
    const raw = new Database(store.file);
    raw.exec(`WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
INSERT INTO signature (agreement, host, account, version, signed_at, evidence, revoked_at)
  SELECT 'icla', 'github', i, '1.0', 0, 'import', iif(i % 1250 = 7, ${clock.now}, 0) FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 2500)
INSERT INTO subject (host, account, acted_at) SELECT 'github', i, iif(i % 1250 = 7, ${clock.now}, 0) FROM n;
WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 1500)
INSERT INTO audit (line, at, by, act, details, previous, hash) SELECT i, 0, 'cli', 'import', '{}', '', 'h' || i FROM n;
INSERT OR REPLACE INTO audit_chain (id, first, before, last, head) VALUES (1, 1, '', 1500, 'h1500')`);
    await engine.tidy();
    const lines = await Array.fromAsync(engine.audit.list());
    expect(lines.map(({ act, details }) => [act, details["through"] ?? details["signatures"]])).toEqual([
      ["audit expire", 1000],
      ["audit expire", 1500],
      ["tidy", 1000],
      ["tidy", 1000],
      ["tidy", 498],
    ]);
    for (const table of ["signature", "subject"])
      expect(raw.prepare(`SELECT account FROM ${table} ORDER BY account`).pluck().all()).toEqual([7, 1257]);
    raw.close();
  });

  it("are gone from the folder but for the database once the last has closed it", async () => {
    await engine.queue.depth();
    await engine.close();
    expect(existsSync(`${store.file}-wal`)).toBe(false);
    expect(readdirSync(dirname(store.file))).toHaveLength(1);
  });
});

/** Fills the database with so much that to copy it takes longer than many writes. @returns how many signatures it has */
function fill(file: string): number {
  const connection = new Database(file);
  connection.pragma("synchronous = OFF");
  const { changes } = connection
    .prepare(
      `WITH RECURSIVE n(account) AS (SELECT 1 UNION ALL SELECT account + 1 FROM n WHERE account < 1000000)
INSERT INTO signature (agreement, host, account, version, signed_at, evidence)
SELECT 'icla', 'github', account, '1.0', 1, 'import' FROM n`,
    )
    .run();
  connection.close();
  return changes;
}
