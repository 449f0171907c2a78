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
});
