import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  openSync,
  closeSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { accountOf } from "../../src/account.ts";
import { load, mark, pullRef, row } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

it("a database in a folder that can't be created is refused at once", () => {
  // In a process of its own, because the fault blocks the whole process.
  const module = new URL("../../src/sqlite/connection/folder.ts", import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then(({ makeFolder }) => makeFolder("/proc/nope/deeper"))
    .catch(({ code }) => process.stdout.write(code))`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { timeout: 20_000, killSignal: "SIGKILL" });
  expect(String(stdout)).toBe("ENOENT");
});

describe("a database file in trouble", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => {
    store = await openStore(() => 0);
  });
  afterEach(() => store.remove());

  it("that is deleted under a running bot takes nothing more, and the bot is told", async () => {
    const engine = await store.open();
    await engine.queue.mark([mark(pullRef(1))]);
    rmSync(store.file);
    const refusal = { code: "database-unreachable", message: expect.stringContaining("was deleted") };
    await expect(engine.queue.mark([mark(pullRef(2))])).rejects.toMatchObject(refusal);
    await expect(engine.ready()).rejects.toMatchObject(refusal);
    expect(await engine.lost).toMatchObject(refusal);
  });

  it("that is replaced takes nothing more, though nobody writes for a while", async () => {
    const engine = await store.open();
    const copy = `${store.file}.copy`;
    writeFileSync(copy, readFileSync(store.file));
    renameSync(copy, store.file);
    expect(await engine.lost).toMatchObject({ message: expect.stringContaining("was replaced") });
  });

  it.each<[string, (file: string) => void, string]>([
    ["without its newest transactions", (file) => rmSync(`${file}-wal`), "*-wal was deleted"],
    ["without the list of its newest transactions", (file) => rmSync(`${file}-shm`), "*-shm was deleted"],
    ["emptied", (file) => truncateSync(file), "was emptied"],
  ])("that is left %s takes nothing more", async (_, happen, words) => {
    const engine = await store.open();
    happen(store.file);
    const refusal = { code: "database-unreachable", message: expect.stringContaining(words) };
    await expect(engine.queue.mark([mark(pullRef(1))])).rejects.toMatchObject(refusal);
    await expect(engine.ready()).rejects.toMatchObject(refusal);
    expect(await engine.lost).toMatchObject(refusal);
  });

  it("on a full disk is not ready, though it can be read", async () => {
    const engine = await store.open();
    const log = () =>
      createHash("sha256")
        .update(readFileSync(`${store.file}-wal`))
        .digest("hex");
    await engine.ready();
    const written = log();
    await engine.ready();
    expect(log()).toBe(written);
    const other = await store.open();
    await other.ready();
    expect(log()).not.toBe(written);
    const connection = new Database(store.file);
    // A trigger simulates the full disk: it ends the transaction as one does.
    connection.exec(
      ["instance", "task"]
        .map(
          (table) =>
            `CREATE TRIGGER full_${table} BEFORE INSERT ON ${table} BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END`,
        )
        .join(";"),
    );
    connection.close();
    await expect(engine.queue.mark([mark(pullRef(1))])).rejects.toThrow("disk full");
    await expect(engine.ready()).rejects.toThrow("disk full");
  });

  it("with a damaged page is found by the look through all of it", async () => {
    const engine = await store.open();
    const rows = Array.from({ length: 20_000 }, (_, at) => row(accountOf("github", at + 1), 1));
    await load(engine, rows);
    expect(await engine.integrity()).toBeNull();
    await engine.close();
    const size = readFileSync(store.file).length;
    const file = openSync(store.file, "r+");
    writeSync(file, Buffer.alloc(4096, 0x5a), 0, 4096, Math.floor(size / 4096 / 2) * 4096);
    closeSync(file);
    expect(await (await store.open()).integrity()).toContain("damaged");
  });
});
