import { spawn } from "node:child_process";
import { once } from "node:events";
import { statSync } from "node:fs";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { drain, mark, pullRef, take } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

describe("SQLite's writes", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(() => 0);
    engine = await store.open();
  });
  afterEach(() => store.remove());

  it("that were acknowledged are there after the process was killed", async () => {
    const child = spawn(
      process.execPath,
      [fileURLToPath(new URL("mark-forever.ts", import.meta.url)), store.file],
      {
        stdio: ["ignore", "pipe", "inherit"],
      },
    );
    const acknowledged: number[] = [];
    for await (const line of createInterface({ input: child.stdout })) {
      acknowledged.push(Number(line));
      if (acknowledged.length === 300) child.kill("SIGKILL");
    }
    if (child.signalCode === null) await once(child, "exit");
    expect(child.signalCode).toBe("SIGKILL");
    const kept = new Set(
      (await take(engine, { limit: 1e6 })).map(({ task }) => "number" in task && task.number),
    );
    expect(acknowledged.filter((number) => !kept.has(number))).toEqual([]);
    expect(acknowledged.length).toBeGreaterThanOrEqual(300);
  });

  it("that are asked for in one turn share one commit", async () => {
    const grown = async (work: () => Promise<unknown>): Promise<number> => {
      const before = statSync(`${store.file}-wal`).size;
      await work();
      return statSync(`${store.file}-wal`).size - before;
    };
    const alone = await grown(() => engine.queue.mark([mark(pullRef(1))]));
    const together = await grown(() =>
      Promise.all(Array.from({ length: 50 }, (_, at) => engine.queue.mark([mark(pullRef(at + 2))]))),
    );
    expect(alone).toBeGreaterThan(0);
    // Fifty commits would have written each changed page fifty times.
    expect(together).toBeLessThan(3 * alone);
  });

  it("that change nothing write nothing", async () => {
    const record = {
      ref: pullRef(1),
      head: "a",
      agreement: "icla",
      verdict: "signed",
      buckets: [3, 1],
      comment: 4,
    } as const;
    await engine.pulls.record(record);
    const before = statSync(`${store.file}-wal`).size;
    await engine.pulls.record(record);
    await engine.pulls.record({ ...record, buckets: [1, 3, 3] });
    expect(statSync(`${store.file}-wal`).size).toBe(before);
  });

  it("wait for another process's lock without stopping this one, and are done when it is gone", async () => {
    const other = new Database(store.file);
    other.exec("BEGIN IMMEDIATE");
    let written = false;
    const marking = engine.queue.mark([mark(pullRef(1))]).then(() => (written = true));
    // Reads are answered all the while.
    for (let turn = 0; turn < 20; turn++) await engine.queue.depth();
    expect(written).toBe(false);
    other.exec("COMMIT");
    other.close();
    await marking;
    expect(await drain(engine)).toHaveLength(1);
  });

  it("that are under way are finished before it closes", async () => {
    const marking = engine.queue.mark([mark(pullRef(1))]);
    await engine.close();
    await expect(marking).resolves.toBeUndefined();
    expect(await drain(await store.open())).toHaveLength(1);
  });
});
