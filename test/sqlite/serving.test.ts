import { existsSync, rmSync } from "node:fs";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import Database from "better-sqlite3";
import { openSqlite } from "../../src/sqlite/open.ts";
import { AFTER_A_LAPSE } from "../../src/ports/queue.ts";
import { mark, pullRef, take } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

describe("a SQLite file from which a bot serves", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => {
    store = await openStore(() => 0);
  });
  afterEach(() => store.remove());

  it("refuses a second process and names the first, allows commands, and allows the next process after the first ended", async () => {
    const first = await openSqlite(store.file, { serving: true, now: () => Date.UTC(2026, 0, 2, 3, 4, 5) });
    const holder = `process ${process.pid}, since 2026-01-02T03:04:05.000Z`;
    await expect(openSqlite(store.file, { serving: true })).rejects.toMatchObject({
      code: "refused",
      message: `another countersign serve uses this database: ${holder}. Stop it first; for several at once use PostgreSQL`,
    });
    const command = await openSqlite(store.file);
    await command.queue.mark([mark(pullRef(1))]);
    await command.close();
    expect(await first.queue.depth()).toMatchObject({ due: 1 });
    await first.close();
    const next = await openSqlite(store.file, { serving: true });
    await next.close();
  });

  it("frees at once what the process before it held when it was killed, and looks at it once more; not what a command holds", async () => {
    let now = Date.UTC(2026, 0, 1);
    const open = (serving: boolean) => openSqlite(store.file, { serving, now: () => now });
    const killed = await open(true);
    const beside = await open(false);
    await killed.queue.mark([mark(pullRef(1)), mark(pullRef(2))]);
    const [held] = await take(killed, { limit: 1 });
    const [command] = await take(beside);
    // The lock ends with the process.
    await killed.close();
    const next = await open(true);
    const [taken, ...others] = await take(next);
    expect({ taken: taken?.task, others }).toEqual({ taken: held?.task, others: [] });
    if (held === undefined || taken === undefined || command === undefined)
      throw new Error("nothing was due");
    await expect(next.queue.confirm(held, 15_000)).rejects.toMatchObject({ code: "superseded" });
    await expect(next.queue.confirm(command, 15_000)).resolves.toBeUndefined();
    await next.queue.done(taken, null);
    now += AFTER_A_LAPSE;
    expect(await next.queue.depth()).toMatchObject({ due: 2 });
    await beside.close();
    await next.close();
  });

  it("that somebody else locks for a while keeps nothing and loses nothing: what waits continues when it is free", async () => {
    const engine = await openSqlite(store.file, { serving: true });
    const other = new Database(store.file);
    other.exec("BEGIN IMMEDIATE");
    const marking = engine.queue.mark([mark(pullRef(1))]);
    expect(await engine.queue.depth()).toMatchObject({ due: 0 });
    other.exec("COMMIT");
    other.close();
    await marking;
    expect(await engine.queue.depth()).toMatchObject({ due: 1 });
    await engine.close();
  });

  it("is left alone by what still runs in a bot that was stopped", async () => {
    const stopped = await openSqlite(store.file, { serving: true });
    // While a command has it open, the files beside the database stay the same.
    const command = await openSqlite(store.file);
    await stopped.close();
    const next = await openSqlite(store.file, { serving: true });
    await next.queue.mark([mark(pullRef(1))]);
    const late = stopped.queue.mark([mark(pullRef(2))]).catch((error: unknown) => error);
    expect(await late).toMatchObject({ code: "database-unreachable", message: "the database was closed" });
    await expect(stopped.queue.depth()).rejects.toThrow("the database was closed");
    expect(await next.queue.depth()).toMatchObject({ due: 1 });
    expect(existsSync(`${store.file}.before-overwrite-wal`)).toBe(false);
    await command.close();
    await next.close();
  });

  it("whose lock file is deleted takes nothing more from the first bot, and keeps what the second one wrote", async () => {
    const first = await openSqlite(store.file, { serving: true });
    await first.queue.mark([mark(pullRef(1))]);
    rmSync(`${store.file}-serving`);
    const second = await openSqlite(store.file, { serving: true });
    await second.queue.mark([mark(pullRef(2))]);
    const refusal = {
      code: "database-unreachable",
      message: expect.stringContaining("the lock file *-serving was replaced"),
    };
    await expect(first.queue.mark([mark(pullRef(3))])).rejects.toMatchObject(refusal);
    expect(await first.lost).toMatchObject(refusal);
    await first.close();
    expect(await second.queue.depth()).toMatchObject({ due: 2 });
    await second.close();
    const third = await openSqlite(store.file, { serving: true });
    expect(await third.queue.depth()).toMatchObject({ due: 2 });
    await third.close();
  });
});
