import { DatabaseError } from "pg";
import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Engine } from "../../src/ports/engine.ts";
import { Failure } from "../../src/error.ts";
import { explain, isPassing } from "../../src/postgres/connection/failure.ts";
import { openPostgres } from "../../src/postgres/open.ts";
import { alice, list, load, mark, pullRef, row, START, take } from "../ports/engine-scene.ts";
import { NO_SERVER, useServer } from "./server.ts";
import { openStore } from "./store.ts";

async function refusalOf(url: string): Promise<unknown> {
  return openPostgres(url).then(
    () => "it was opened",
    (error: unknown) => error,
  );
}

describe.skipIf(NO_SERVER !== null)("what PostgreSQL refuses", () => {
  const server = useServer();
  let store: Awaited<ReturnType<typeof openStore>>;
  let engine: Engine;
  beforeEach(async () => {
    store = await openStore(server, () => START);
    engine = await store.open();
  });
  afterEach(() => store.remove());

  it.each([
    [
      "a wrong password",
      (url: URL) => (url.password = "hush-hush"),
      /refused the login: check the user and password/,
    ],
    [
      "an unknown user",
      (url: URL) => (url.username = "hush-hush"),
      /refused the login: check the user and password/,
    ],
    [
      "an unknown database",
      (url: URL) => (url.pathname = "/hush-hush"),
      /no database of the name in DATABASE_URL/,
    ],
    ["a port where nothing listens", (url: URL) => (url.port = "1"), /can't be reached: check that it runs/],
    [
      "TLS that the server lacks",
      (url: URL) => (url.search = "?sslmode=verify-full"),
      /TLS was not accepted, because PostgreSQL offers none: set ssl = on/,
    ],
  ])("for %s is said with what to do, and without the URL", async (_, change, message) => {
    const url = new URL(store.url);
    change(url);
    const refusal = await refusalOf(url.href);
    expect(refusal).toBeInstanceOf(Failure);
    expect(refusal).toMatchObject({ code: "database-unreachable", message: expect.stringMatching(message) });
    const whole = JSON.stringify(refusal, Object.getOwnPropertyNames(refusal));
    expect(whole).not.toMatch(/hush-hush|not-a-secret|127\.0\.0\.1/);
  });

  it.each(["postgres://bot:hush-hush@[::1/db", "postgres://bot:hush-hush#1@127.0.0.1/db"])(
    "when its URL can't be read says how to write one: %s",
    async (url) => {
      const refusal = await refusalOf(url);
      expect(refusal).toMatchObject({
        code: "configuration",
        message: expect.stringContaining("postgres://USER:PASSWORD@HOST:PORT/DATABASE"),
      });
      expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toContain("hush-hush");
    },
  );

  it("for a certificate's file that can't be read names its parameter", async () => {
    const refusal = await refusalOf(`${store.url}?sslmode=verify-full&sslrootcert=/nowhere/hush-hush.pem`);
    expect(refusal).toMatchObject({ code: "configuration", message: expect.stringContaining("sslrootcert") });
    expect(JSON.stringify(refusal, Object.getOwnPropertyNames(refusal))).not.toContain("hush-hush");
  });

  it("while it restarts is a failure that may be tried again, and then it answers again", async () => {
    await engine.queue.mark([mark(pullRef(1))]);
    await server.disconnectAll(store.url);
    const tried = await Promise.allSettled([engine.queue.mark([mark(pullRef(2))]), engine.ready()]);
    const failures: unknown[] = tried.flatMap((one) => (one.status === "rejected" ? [one.reason] : []));
    for (const failure of failures) expect(failure).toMatchObject({ code: "database-unreachable" });
    await vi.waitFor(() => engine.queue.mark([mark(pullRef(3))]), 30_000);
    expect((await take(engine)).length).toBeGreaterThanOrEqual(2);
  });

  it("is not taken for what an import's own file refuses", async () => {
    const missing = Object.assign(new Error("no such file"), { code: "ENOENT" });
    function* rows() {
      yield [row(alice, 1)];
      throw missing;
    }
    await expect(engine.signatures.sign(rows(), { evidence: "import" })).rejects.toBe(missing);
  });

  it("in the middle of an import leaves the database as it was", async () => {
    async function* rows() {
      yield [row(alice, 1)];
      await server.disconnectAll(store.url);
      yield [row(alice, 2)];
    }
    await expect(engine.signatures.sign(rows(), { evidence: "import" })).rejects.toMatchObject({
      code: "database-unreachable",
    });
    expect(await list(engine)).toEqual([]);
    expect(await load(engine, [row(alice, 1)])).toMatchObject({ added: 1 });
  });

  it("because the disk is full fails the request and keeps the stored data", async () => {
    await engine.queue.mark([mark(pullRef(1))]);
    // A trigger simulates the full disk: it says what the server says then.
    await server.query(
      store.url,
      `DO $do$ BEGIN
  CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = 'disk_full'; END $$;
  CREATE TRIGGER full_disk BEFORE INSERT ON task FOR EACH ROW WHEN (NEW.key = 'pull/13') EXECUTE FUNCTION full_disk();
END $do$`,
    );
    const marks = await Promise.allSettled(
      [2, 13, 3].map((number) => engine.queue.mark([mark(pullRef(number))])),
    );
    await server.query(store.url, "DROP FUNCTION full_disk CASCADE");
    expect(marks).toMatchObject(
      marks.map(() => ({ reason: { code: "database-unreachable", message: /disk of PostgreSQL is full/ } })),
    );
    await engine.queue.mark([mark(pullRef(4))]);
    expect((await take(engine)).map(({ task }) => "number" in task && task.number)).toEqual([1, 4]);
  });

  it("for the sake of another writer is tried again, as if nothing had been", async () => {
    await server.query(
      store.url,
      `DO $do$ BEGIN
  CREATE SEQUENCE tried;
  CREATE FUNCTION deadlock() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN
    IF nextval('tried') < 3 THEN RAISE EXCEPTION 'deadlock detected' USING ERRCODE = 'deadlock_detected'; END IF;
    RETURN NEW;
  END $$;
  CREATE TRIGGER deadlock BEFORE INSERT ON signature FOR EACH ROW EXECUTE FUNCTION deadlock();
END $do$`,
    );
    const outcome = await load(engine, [row(alice, 1)]);
    await server.query(store.url, "DROP FUNCTION deadlock CASCADE; DROP SEQUENCE tried");
    expect(outcome).toMatchObject({ added: 1 });
    expect((await Array.fromAsync(engine.audit.list())).length).toBe(1);
  });

  it("as a standby does is said so", async () => {
    const readOnly = await openPostgres(`${store.url}?options=-c%20default_transaction_read_only%3Don`).catch(
      (error: unknown) => error,
    );
    expect(readOnly).toMatchObject({ code: "database-unreachable", message: /accepts no writes/ });
  });

  it("a backup to a file, and says with what to make one", async () => {
    await expect(engine.backup("copy.db")).rejects.toMatchObject({ code: "refused", message: /use pg_dump/ });
  });

  it("hears of marks again after its listening connection broke", async () => {
    const other = await store.open();
    const heard = vi.fn<() => void>();
    other.queue.watch(heard);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 30_000);
    await server.disconnectAll(store.url);
    heard.mockClear();
    // It calls once when it listens again, as something may have been missed meanwhile.
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 30_000);
    heard.mockClear();
    await engine.queue.mark([mark(pullRef(1))]);
    await vi.waitFor(() => expect(heard).toHaveBeenCalled(), 30_000);
  });
});

describe("an error of PostgreSQL", () => {
  function databaseError(code: string): DatabaseError {
    const error = new DatabaseError("as PostgreSQL says it", 1, "error");
    error.code = code;
    error.detail = "Key (account)=(1001) already exists.";
    return error;
  }

  it.each([
    ["57P01", "the connection to PostgreSQL was lost"],
    ["57P03", "the connection to PostgreSQL was lost"],
    ["08006", "the connection to PostgreSQL was lost"],
    ["53300", "PostgreSQL accepts no more connections"],
    ["53100", "the disk of PostgreSQL is full"],
    ["57014", "PostgreSQL did not answer in time"],
    ["55P03", "PostgreSQL did not answer in time"],
    ["42501", "PostgreSQL refused the bot's user a right"],
    ["XX001", "the database is damaged"],
  ])("with %s becomes: %s", (code, message) => {
    expect(explain(databaseError(code))).toMatchObject({
      code: "database-unreachable",
      message: expect.stringContaining(message),
    });
  });

  it.each(["40001", "40P01"])("with %s may be tried again at once", (code) => {
    expect(isPassing(databaseError(code))).toBe(true);
  });

  it("that nobody foresaw stays what it is, without the row that it quotes", () => {
    const bug = databaseError("23505");
    expect(explain(bug)).toBe(bug);
    expect(bug.detail).toBeUndefined();
    expect(isPassing(bug)).toBe(false);
    expect(explain("thrown")).toBe("thrown");
  });
});
