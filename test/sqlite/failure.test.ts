import { mkdirSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import Database from "better-sqlite3";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Failure } from "../../src/error.ts";
import { explain, isBusy } from "../../src/sqlite/connection/failure.ts";
import { openSqlite } from "../../src/sqlite/open.ts";
import { mark, pullRef, take } from "../ports/engine-scene.ts";
import { openStore } from "./store.ts";

describe("what SQLite refuses", () => {
  let store: Awaited<ReturnType<typeof openStore>>;
  beforeEach(async () => {
    store = await openStore(() => 0);
  });
  afterEach(() => store.remove());

  it("because the file is no database is said with what to do, and without the path", async () => {
    mkdirSync(dirname(store.file));
    writeFileSync(store.file, "This is a text about something else entirely.".repeat(100));
    const refusal = await openSqlite(store.file).catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(Failure);
    expect(refusal).toMatchObject({
      code: "database-unreachable",
      message: "the database file is not a SQLite database: check DATABASE_URL, or restore the last backup",
    });
  });

  it("because the folder can't be made is said with what to do, and without the path", async () => {
    writeFileSync(dirname(store.file), "");
    const refusal = await openSqlite(join(store.file, "deeper.db")).catch((error: unknown) => error);
    expect(refusal).toMatchObject({
      code: "database-unreachable",
      message: "the database file can't be opened: check DATABASE_URL and who may write in its folder",
    });
    expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toContain("deeper.db: ");
  });

  it("because the disk is full fails the request and keeps the stored data", async () => {
    const engine = await store.open();
    await engine.queue.mark([mark(pullRef(1))]);
    const connection = new Database(store.file);
    // A trigger simulates the full disk: it ends the transaction as one does.
    connection.exec(`CREATE TRIGGER full BEFORE INSERT ON task WHEN NEW.key = 'pull/13'
      BEGIN SELECT RAISE(ROLLBACK, 'disk full'); END`);
    connection.close();
    const marks = await Promise.allSettled(
      [2, 13, 3].map((number) => engine.queue.mark([mark(pullRef(number))])),
    );
    expect(marks.map(({ status }) => status)).toEqual(["rejected", "rejected", "rejected"]);
    await engine.queue.mark([mark(pullRef(4))]);
    expect((await take(engine)).map(({ task }) => "number" in task && task.number)).toEqual([1, 4]);
  });

  it.each([
    ["SQLITE_BUSY_SNAPSHOT", "another process kept the database locked"],
    ["SQLITE_FULL", "the disk that holds the database is full"],
    ["SQLITE_CORRUPT_INDEX", "the database file is damaged"],
    ["SQLITE_READONLY_DBMOVED", "the database can't be written"],
    ["SQLITE_IOERR_FSYNC", "the disk that holds the database answered with an error"],
  ])("with %s becomes: %s", (code, message) => {
    const failure = explain(new Database.SqliteError("as SQLite says it", code));
    expect(failure).toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining(message),
    });
  });

  it("and nobody foresaw stays what it is", () => {
    const bug = new Database.SqliteError("no such column", "SQLITE_ERROR");
    expect(explain(bug)).toBe(bug);
    expect(explain("thrown")).toBe("thrown");
    expect(isBusy(bug)).toBe(false);
    expect(isBusy(new Database.SqliteError("locked", "SQLITE_BUSY"))).toBe(true);
  });
});
