import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import {
  existsSync,
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
import type { Engine } from "../../src/ports/engine.ts";
import { stampFile } from "../../src/sqlite/connection/stamp.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { openStore } from "./store.ts";

it("a database in a folder that can't be created is refused at once", () => {
  // In a process of its own, because the fault blocks the whole process.
  const module = new URL("../../src/sqlite/connection/folder.ts", import.meta.url).href;
  const script = `import(${JSON.stringify(module)}).then(({ makeFolder }) => makeFolder("/proc/nope/deeper"))
    .catch(({ code }) => process.stdout.write(code))`;
  const { stdout } = spawnSync(process.execPath, ["-e", script], { timeout: 60_000, killSignal: "SIGKILL" });
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

  it.each<[string, (engine: Engine, file: string) => Promise<Uint8Array>]>([
    [
      "its own backup",
      async (engine, file) => {
        await engine.backup(`${file}.backup`);
        return readFileSync(`${file}.backup`);
      },
    ],
    ["its state before the start", (_, file) => Promise.resolve(readFileSync(`${file}.old`))],
    ["something else", () => Promise.resolve(Buffer.alloc(50_000, "text\n"))],
  ])("over which %s is copied takes nothing more, and is what was copied", async (_, contentOf) => {
    await (await openSqlite(store.file)).close();
    writeFileSync(`${store.file}.old`, readFileSync(store.file));
    const engine = await openSqlite(store.file, { serving: true });
    await engine.queue.mark([mark(pullRef(1))]);
    const content = await contentOf(engine, store.file);
    await engine.queue.mark([mark(pullRef(2))]);
    writeFileSync(store.file, content);
    const refusal = { code: "database-unreachable", message: expect.stringContaining("was overwritten") };
    await expect(engine.queue.mark([mark(pullRef(3))])).rejects.toMatchObject(refusal);
    await expect(engine.ready()).rejects.toMatchObject(refusal);
    expect(await engine.lost).toMatchObject(refusal);
    await engine.close();
    expect(readFileSync(store.file).equals(content)).toBe(true);
    expect(readFileSync(`${store.file}.before-overwrite-wal`).length).toBeGreaterThan(0);
  });

  it("is another one if it is a copy from before what was written to it last", async () => {
    await (await openSqlite(store.file)).close();
    const connection = new Database(store.file);
    const stamp = stampFile(store.file, connection, 0);
    const write = (): void => {
      stamp.renew();
      expect(stamp.isThere()).toBe(true);
      connection.pragma("wal_checkpoint(TRUNCATE)");
      expect(stamp.isThere()).toBe(true);
    };
    write();
    const copy = readFileSync(store.file);
    write();
    writeFileSync(store.file, copy);
    expect(stamp.isThere()).toBe(false);
    connection.close();
    stamp.close();
  });

  it.each<[string, (file: string, content: Uint8Array) => void, boolean]>([
    ["written, as by a slow copy", (file, content) => writeFileSync(file, content), true],
    ["deleted", (file) => rmSync(file), false],
  ])("that is emptied and then %s has nothing mixed into it", async (_, happen, isThere) => {
    await (await openSqlite(store.file)).close();
    const content = readFileSync(store.file);
    const engine = await openSqlite(store.file, { serving: true });
    await engine.queue.mark([mark(pullRef(1))]);
    truncateSync(store.file);
    await expect(engine.queue.mark([mark(pullRef(2))])).rejects.toMatchObject({
      message: expect.stringContaining("was emptied"),
    });
    happen(store.file, content);
    await engine.close();
    expect(existsSync(store.file) && readFileSync(store.file).equals(content)).toBe(isThere);
  });

  it("that only Countersign's commands change beside the bot is not taken for another", async () => {
    const engine = await openSqlite(store.file, { serving: true });
    const command = await store.open();
    await load(
      command,
      Array.from({ length: 20_000 }, (_, at) => row(accountOf("github", at + 1), 1)),
    );
    await command.close();
    const connection = new Database(store.file);
    connection.pragma("wal_checkpoint(TRUNCATE)");
    connection.exec("VACUUM");
    connection.close();
    await engine.queue.mark([mark(pullRef(1))]);
    await expect(engine.ready()).resolves.toBeUndefined();
    await engine.close();
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
