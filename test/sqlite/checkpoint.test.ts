import { once } from "node:events";
import { readFileSync, writeFileSync } from "node:fs";
import type { Worker } from "node:worker_threads";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it, onTestFinished } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { emptyLog } from "../../src/sqlite/connection/checkpoint.ts";
import { alice, mark, pullRef, row } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

/** More pages of the log than the bot leaves. */
const LONG = 5_000;

describe("The write-ahead log of a bot that serves", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(() => 0);
    engine = await store.serve();
  });
  afterEach(() => store.remove());

  /** Writes pages as another process does that leaves the log to others. */
  function write(pages: number): void {
    const other = new Database(store.file);
    other.pragma("wal_autocheckpoint = 0");
    other
      .prepare(
        "INSERT INTO instance (key, value) VALUES ('long', zeroblob(?)) ON CONFLICT DO UPDATE SET value = excluded.value",
      )
      .run(pages * 4_096);
    other.close();
  }

  /** @returns how many threads were started since */
  function countThreads(): () => number {
    let threads = 0;
    const count = (): void => void (threads += 1);
    process.on("worker", count);
    onTestFinished(() => void process.off("worker", count));
    return () => threads;
  }

  /** How many pages of the log are not in the database. */
  function left(): number {
    const other = new Database(store.file, { readonly: true });
    const [{ log, checkpointed } = { log: 0, checkpointed: 0 }] = other.pragma("wal_checkpoint(NOOP)") as {
      log: number;
      checkpointed: number;
    }[];
    other.close();
    return log - checkpointed;
  }

  it("is moved by a thread, however long another process made it, while the bot's own writes go on", async () => {
    write(LONG);
    expect(left()).toBeGreaterThan(LONG);
    const started = once(process, "worker");
    await engine.queue.mark([mark(pullRef(1))]);
    await started;
    await expect
      .poll(async () => {
        await engine.queue.mark([mark(pullRef(2))]);
        return left();
      })
      .toBeLessThan(100);
  });

  it("begins again in that thread, so that no commit of the bot waits for the disk", async () => {
    write(LONG);
    const started = once(process, "worker");
    await engine.queue.mark([mark(pullRef(1))]);
    const [thread] = (await started) as [Worker];
    await once(thread, "exit");
    expect(left()).toBeGreaterThan(0);
    expect(left()).toBeLessThan(10);
  });

  it("is left to the thread by what a person signs, too, which has a connection of its own", async () => {
    write(1_200);
    await engine.signatures.sign([[row(alice, 1)]], { evidence: "page" });
    expect(left()).toBeGreaterThan(1_200);
  });

  it("stays while it is short", async () => {
    const threads = countThreads();
    write(1_200);
    await engine.queue.mark([mark(pullRef(1))]);
    expect(left()).toBeGreaterThan(1_200);
    expect(threads()).toBe(0);
  });

  it("is emptied by a thread however short it is, and stays while somebody reads from it", async () => {
    const threads = countThreads();
    await engine.queue.mark([mark(pullRef(1))]);
    const before = left();
    await engine.tidy();
    expect(threads()).toBe(1);
    expect(left()).toBeLessThan(before);

    const reader = new Database(store.file, { readonly: true });
    reader.exec("BEGIN; SELECT * FROM task");
    write(100);
    await engine.tidy();
    expect(left()).toBeGreaterThan(100);
    reader.close();
    await engine.tidy();
    expect(left()).toBeLessThan(10);
  });

  it("is not moved into a file that somebody copied over the database while the thread started", async () => {
    const copy = `${store.file}.backup`;
    await engine.backup(copy);
    const bytes = readFileSync(copy);
    write(LONG);
    const started = once(process, "worker");
    await engine.queue.mark([mark(pullRef(1))]);
    const [thread] = (await started) as [Worker];
    writeFileSync(store.file, bytes);
    await once(thread, "exit");
    expect(readFileSync(store.file).equals(bytes)).toBe(true);
    expect(await engine.lost).toMatchObject({ message: expect.stringContaining("overwritten") });
  });

  it("ends nothing but the move when the thread can't move it, and says why", async () => {
    const unhandled: unknown[] = [];
    const note = (error: unknown): void => void unhandled.push(error);
    process.on("unhandledRejection", note);
    onTestFinished(() => void process.off("unhandledRejection", note));
    const file = `${store.file}-broken`;
    writeFileSync(file, "This is not a database. ".repeat(1_000));
    const connection = new Database(file);
    onTestFinished(() => void connection.close());
    // As on the connection of a bot that serves.
    connection.pragma("wal_autocheckpoint = 0");
    await expect(emptyLog(connection)).rejects.toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining("is not a SQLite database"),
    });
    await new Promise((resolve) => void setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});
