import { afterEach, beforeEach, describe, expect, it } from "vitest";
import Database from "better-sqlite3";
import { openSqlite } from "../../src/sqlite/open.ts";
import { mark, pullRef } from "../ports/engine-scene.ts";
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
});
